"""Bodies about one contact as patches, and what stored contacts add to them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.dialects.constant_contact.asking import said
from services.gateway.dialects.constant_contact.contact_ids import Known
from services.gateway.dialects.constant_contact.contact_patch import creation, replacement, sign_up
from services.gateway.dialects.constant_contact.contact_requests import ChangedContact, NewContact, SignUp
from services.gateway.problems import Problem
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.patch import FieldBook, Patch
from shared.contacts.registry import CustomField

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
SIZE, PLAN = UUID(int=1), UUID(int=2)


def custom(number: int, name: str, kind: FieldType, *choices: str) -> CustomField:
    field = Field(name, kind, custom_path(number), max_length=4000, choices=choices)
    return CustomField(number, field, NOW, NOW, {}, {choice: 10 + place for place, choice in enumerate(choices)})


FIELDS = {SIZE: custom(1, "Size", FieldType.SINGLE_SELECT, "S", "M"), PLAN: custom(2, "Plan", FieldType.TEXT)}
BOOK = FieldBook({each.field.name.lower(): each.field for each in FIELDS.values()})
KNOWN = Known(BOOK, fields=FIELDS)


def put(stored: Mapping[str, Any], known: Known = KNOWN, **members: Any) -> Patch:
    asked = replacement(said(ChangedContact, {"update_source": "Account", **members}), known, NOW)
    return asked.completed(asked.patch, stored)


def refusal(known: Known = KNOWN, **members: Any) -> str:
    body = said(NewContact, {"create_source": "Account", "email_address": {"address": "ana@example.org"}, **members})
    with pytest.raises(Problem) as caught:
        creation(body, known, NOW)
    assert caught.value.status == 400
    return caught.value.detail


def test_scalars_left_out_are_cleared_and_nothing_else_is() -> None:
    patch = put({"first_name": "Ana", "title": "Dr", "tags": [1], "phones": [{"id": 1, "kind": "home", "number": "1"}]})
    assert patch == dict.fromkeys(
        ("first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day", "anniversary")
    )


def test_a_creation_clears_nothing() -> None:
    body = said(NewContact, {"create_source": "Account", "email_address": {"address": "ana@example.org"}, "last_name": "Bo"})
    asked = creation(body, Known(), NOW)
    assert asked.completed(asked.patch, {}) == {"last_name": "Bo", "email": "ana@example.org"}


def test_lists_and_tags_become_exactly_those_that_are_sent() -> None:
    live, left = {"id": 1, "status": "subscribed", "at": NOW}, {"id": 2, "status": "unsubscribed", "at": NOW}
    patch = put({"lists": [live, left], "tags": [5, 6]}, Known(lists=[3], tags=[6]), list_memberships=[], taggings=[])
    assert patch["lists"] == [3, -1, -2]
    assert patch["tags"] == [6, -5]


def test_custom_fields_that_are_not_sent_are_cleared_but_not_those_that_nobody_knows() -> None:
    patch = put({"custom": {"1": "S", "2": "gold", "9": "old"}}, custom_fields=[{"custom_field_id": str(PLAN), "value": "x"}])
    assert {path: value for path, value in patch.items() if path.startswith("custom")} == {"custom.2": "x", "custom.1": None}


def test_notes_that_are_not_sent_go_and_new_ones_come_in_their_order() -> None:
    notes = [{"id": 2, "at": NOW, "text": "b"}, {"id": 1, "at": NOW, "text": "a"}]
    patch = put({"notes": notes}, notes=[{"content": "c"}, {"content": "b"}])
    assert (patch["notes"], patch["notes.gone"]) == (["b", "c"], [1])


def test_a_street_of_two_lines_is_taken_apart() -> None:
    patch = put({}, street_addresses=[{"kind": "work", "street": "High Street 5\nFlat 2"}, {"kind": "home", "street": "Low 1"}])
    assert patch["addresses"] == [
        {"kind": "work", "street": "High Street 5", "street2": "Flat 2"},
        {"kind": "home", "street": "Low 1"},
    ]


def test_a_form_changes_only_what_it_says() -> None:
    members = {
        "email_address": "ana@example.org",
        "first_name": "",
        "list_memberships": [str(uuid4())],
        "street_address": {"kind": "home", "street": "Low 1"},
    }
    asked = sign_up(said(SignUp, members), Known(lists=[3]), NOW)
    agreed = {"channels.email.opt_in.source": "Contact", "channels.email.opt_in.at": NOW}
    assert asked.completed(asked.patch, {}) == {
        "email": "ana@example.org",
        "addresses.home.street": "Low 1",
        "addresses.home.street2": None,
        "lists": [3],
        "channels.email.permission": "explicit",
        **agreed,
    }
    stands = {"email_key": "ana@example.org", "channels": {"email": {"permission": "explicit"}}}
    assert not any(path.startswith("channels") for path in asked.completed(asked.patch, stands))


def test_who_comes_back_to_a_list_that_it_had_left_subscribes_anew() -> None:
    asked = sign_up(said(SignUp, {"email_address": "a@b.co", "list_memberships": [str(uuid4())]}), Known(lists=[3]), NOW)
    stored = {"email_key": "a@b.co", "lists": [{"id": 3, "status": "unsubscribed", "at": NOW}]}
    assert asked.completed(asked.patch, stored)["channels.email.status"] == "subscribed"


@pytest.mark.parametrize(
    ("members", "begin"),
    [
        ({"email_address": {"address": "ana"}}, "email_address does not have a valid value: "),
        ({"phone_numbers": [{"phone_number": "call me"}]}, "phone_numbers.0.phone_number does not have a valid value: "),
        ({"anniversary": "13/13/2020"}, "anniversary does not have a valid value: "),
        ({"sms_channel": {"full_sms_address": "123"}}, "sms_channel.full_sms_address does not have a valid value: "),
        ({"sms_channel": {"sms_address": "1", "dial_code": "44"}}, "sms_channel.sms_address does not have a valid value: "),
        ({"custom_fields": [{"custom_field_id": str(SIZE), "value": "XXL"}]}, "custom_fields (Size) does not have a valid value: "),
        ({"custom_fields": [{"custom_field_id": str(SIZE), "choice_ids": [99]}]}, "custom_fields does not have a valid value: "),
    ],
)
def test_a_value_that_its_field_does_not_take_is_named_in_the_words_of_this_api(members: dict[str, Any], begin: str) -> None:
    assert refusal(**members).startswith(begin)


def test_a_choice_is_found_by_its_id() -> None:
    assert put({}, custom_fields=[{"custom_field_id": str(SIZE), "choice_ids": [11]}])["custom.1"] == "M"
