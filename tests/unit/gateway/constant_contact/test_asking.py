"""What is read of bodies: a member that may be left out may be null, and a required one may not."""

from typing import Any

import pytest

from services.gateway.dialects.constant_contact.asking import Said, as_unknown, said
from services.gateway.dialects.constant_contact.bodies import ListDeletion
from services.gateway.dialects.constant_contact.contact_requests import CustomValue, PhoneNumber, SmsChannel
from services.gateway.dialects.constant_contact.field_bodies import FieldPut
from services.gateway.problems import Problem

SOMETHING = "00000000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("model", "members", "nulls"),
    [
        (PhoneNumber, {"phone_number": "1"}, ("kind",)),
        (SmsChannel, {"sms_address": "1"}, ("full_sms_address", "dial_code", "sms_channel_consents")),
        (FieldPut, {}, ("label", "type", "metadata", "choices")),
        (ListDeletion, {"list_ids": [SOMETHING]}, ("after",)),
        (CustomValue, {"custom_field_id": SOMETHING}, ("value", "choice_ids")),
    ],
)
def test_a_null_is_as_good_as_nothing_where_nothing_may_be_said(
    model: type[Said], members: dict[str, Any], nulls: tuple[str, ...]
) -> None:
    assert said(model, {**members, **dict.fromkeys(nulls)}) == said(model, members)


def test_a_null_is_no_value_of_a_member_that_has_to_be_there() -> None:
    with pytest.raises(Problem, match="phone_number does not have a valid value"):
        said(PhoneNumber, {"phone_number": None})


@pytest.mark.parametrize(
    ("field", "source", "member"),
    [
        ("source.lists.1", "source.", "source.list_ids.1"),
        ("source.lists.1", "", "list_ids.1"),
        ("lists.1", "source.", "list_ids.1"),
        (None, "source.", "list_ids.1"),
    ],
)
def test_what_is_unknown_is_named_where_the_body_has_it(field: str | None, source: str, member: str) -> None:
    refused = as_unknown(Problem(422, "list_unknown", "No.", field=field, place=1), 400, source)
    assert refused.detail.startswith(f"{member} does not have a valid value")
