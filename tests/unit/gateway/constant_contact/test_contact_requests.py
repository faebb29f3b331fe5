"""Bodies about one contact: the vendor's limits, each refused with a message that names the member."""

from typing import Any
from uuid import uuid4

import pytest

from services.gateway.dialects.constant_contact.asking import Said, said
from services.gateway.dialects.constant_contact.contact_requests import ChangedContact, NewContact, SignUp
from services.gateway.problems import Problem

UUIDS = [str(uuid4()) for _ in range(51)]
PHONE = {"phone_number": "030 1234567", "kind": "home"}
ADDRESS = {"kind": "home", "city": "Bonn"}
CUSTOM = {"custom_field_id": UUIDS[0], "value": "x"}


def refusals(model: type[Said], **members: Any) -> list[str]:
    with pytest.raises(Problem) as caught:
        said(model, members)
    assert caught.value.status == 400
    return list(caught.value.extra["messages"])


def sound(**members: Any) -> dict[str, Any]:
    return {"email_address": {"address": "ana@example.org"}, "create_source": "Account", **members}


@pytest.mark.parametrize(
    ("members", "member"),
    [
        ({"first_name": "a" * 51}, "first_name"),
        ({"last_name": "a" * 51}, "last_name"),
        ({"job_title": "a" * 51}, "job_title"),
        ({"company_name": "a" * 51}, "company_name"),
        ({"email_address": {"address": "a" * 81}}, "email_address.address"),
        ({"email_address": {"address": "a@b.co", "opt_out_reason": "a" * 256}}, "email_address.opt_out_reason"),
        ({"email_address": {"address": "a@b.co", "permission_to_send": "maybe"}}, "email_address.permission_to_send"),
        ({"email_address": "ana@example.org"}, "email_address"),
        ({"birthday_month": 13, "birthday_day": 1}, "birthday_month"),
        ({"birthday_month": 4, "birthday_day": 31}, "birthday_day"),
        ({"anniversary": "2020-01-01T"}, "anniversary"),
        ({"phone_numbers": [PHONE] * 4}, "phone_numbers"),
        ({"phone_numbers": [{**PHONE, "phone_number": "1" * 26}]}, "phone_numbers.0.phone_number"),
        ({"phone_numbers": [{**PHONE, "kind": "fax"}]}, "phone_numbers.0.kind"),
        ({"street_addresses": [ADDRESS] * 4}, "street_addresses"),
        ({"street_addresses": [{**ADDRESS, "street": "a" * 256}]}, "street_addresses.0.street"),
        ({"street_addresses": [{**ADDRESS, "city": "a" * 51}]}, "street_addresses.0.city"),
        ({"custom_fields": [CUSTOM] * 26}, "custom_fields"),
        ({"custom_fields": [{**CUSTOM, "value": "a" * 256}]}, "custom_fields.0.value"),
        ({"list_memberships": UUIDS}, "list_memberships"),
        ({"list_memberships": ["news"]}, "list_memberships.0"),
        ({"taggings": UUIDS}, "taggings"),
        ({"notes": [{"content": "a"}] * 151}, "notes"),
        ({"notes": [{"content": "a" * 2001}]}, "notes.0.content"),
        ({"create_source": "Robot"}, "create_source"),
    ],
)
def test_what_is_too_long_too_much_or_not_known_is_named(members: dict[str, Any], member: str) -> None:
    (message,) = refusals(NewContact, **sound(**members))
    assert message.startswith(f"{member} does not have a valid value")


def test_as_much_as_the_vendor_takes_is_taken() -> None:
    members = {
        "first_name": "a" * 50,
        "phone_numbers": [PHONE] * 3,
        "street_addresses": [ADDRESS] * 3,
        "custom_fields": [CUSTOM] * 25,
        "list_memberships": UUIDS[:50],
        "taggings": UUIDS[:50],
        "notes": [{"content": "a" * 2000}] * 150,
    }
    assert said(NewContact, sound(**members)).first_name == "a" * 50


def test_who_acted_must_be_said() -> None:
    assert refusals(NewContact, first_name="Ana") == ["create_source is missing"]
    assert refusals(ChangedContact, first_name="Ana") == ["update_source is missing"]


def test_a_new_contact_is_somebody() -> None:
    (message,) = refusals(NewContact, create_source="Account", job_title="Baker")
    assert message.startswith("one of first_name, last_name, email_address, sms_channel must be given")


@pytest.mark.parametrize("model", [NewContact, ChangedContact, SignUp])
def test_month_and_day_of_a_birthday_go_together(model: type[Said]) -> None:
    needed = {"create_source": "Account", "update_source": "Account", "list_memberships": UUIDS[:1]}
    address = "ana@example.org" if model is SignUp else {"address": "ana@example.org"}
    (message,) = refusals(model, **needed, email_address=address, birthday_day=3)
    assert message.startswith("birthday_month is missing")


def test_a_value_may_be_a_number_or_a_truth() -> None:
    values = [{**CUSTOM, "value": value} for value in (43, 1.5, True, None)]
    contact = said(NewContact, sound(custom_fields=values))
    assert [each.value for each in contact.custom_fields or ()] == ["43", "1.5", "true", None]
