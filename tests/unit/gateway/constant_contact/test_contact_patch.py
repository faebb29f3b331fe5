"""Bodies about one contact as patches, and what stored contacts add to them."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.dialects.constant_contact.asking import said
from services.gateway.dialects.constant_contact.contact_body import PARTS, Shelf, contact
from services.gateway.dialects.constant_contact.contact_ids import Known
from services.gateway.dialects.constant_contact.contact_patch import creation, replacement, sign_up
from services.gateway.dialects.constant_contact.contact_requests import ChangedContact, NewContact, SignUp
from services.gateway.dialects.constant_contact.custom_values import shown_fields
from services.gateway.problems import Problem
from shared.contacts.applying import Applier, Working
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.merge import Merge, Mode, Rules
from shared.contacts.patch import FieldBook, Patch
from shared.contacts.registry import CustomField

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
BASE = 0x1111222233338444
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
        **dict.fromkeys([f"addresses.home.{part}" for part in ("street2", "city", "state", "postal_code", "country")]),
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


def changed(stored: dict[str, Any], fields: dict[UUID, CustomField] | None = None, **members: Any) -> dict[str, Any]:
    """What sending these members changes, of what is stored, applied as the desk does it."""
    stored = {"_id": 7, "email": "a@b.co", "email_key": "a@b.co", **stored}
    book = FieldBook({each.field.name.lower(): each.field for each in (fields or FIELDS).values()})
    patch = put(stored, Known(book, fields=fields or FIELDS, lists=members.pop("lists", None)), **members)
    working = Working(deepcopy(stored), is_new=False)
    Applier(Rules("id", Mode.UPSERT, Merge.OVERWRITE), NOW, by_person=True).apply(patch, working)
    return working.changes


def sent_back(stored: dict[str, Any], fields: dict[UUID, CustomField] | None = None) -> dict[str, Any]:
    """What this API shows of a contact, as it is sent again."""
    shelf = Shelf(BASE, shown_fields(fields or FIELDS))
    return contact({"_id": 7, "created_at": NOW, "updated_at": NOW, **stored}, shelf, PARTS)


RENAMED = FieldType.MULTI_SELECT, "red", "blue"


def colours() -> dict[UUID, CustomField]:
    """A field of which one choice was renamed, and one is gone."""
    field = custom(1, "Colours", *RENAMED)
    return {SIZE: replace(field, choice_ids={**field.choice_ids, "crimson": 10, "gone": 9})}


@pytest.mark.parametrize("value", [["crimson", "blue"], ["gone"], ["never", "crimson", "red"]])
@pytest.mark.parametrize("without", ["", "value", "choice_ids"])
def test_choices_that_are_sent_as_they_were_shown_change_nothing(value: list[str], without: str) -> None:
    (shown,) = sent_back({"custom": {"1": value}}, colours())["custom_fields"]
    if without == "value" and "choice_ids" not in shown:
        return
    again = {name: each for name, each in shown.items() if name != without}
    assert changed({"custom": {"1": value}}, colours(), custom_fields=[again]) == {}


@pytest.mark.parametrize(
    ("sent", "after"),
    [
        ({"value": "crimson|gone"}, ["red", "gone"]),
        ({"value": "blue|crimson"}, ["blue", "red"]),
        ({"choice_ids": [9, 10]}, ["gone", "red"]),
        ({"choice_ids": [10]}, ["red"]),
    ],
)
def test_a_contact_keeps_a_choice_that_is_gone_and_former_names_are_those_of_today(sent: dict[str, Any], after: list[str]) -> None:
    stored = {"custom": {"1": ["gone", "blue"]}}
    members = {"custom_fields": [{"custom_field_id": str(SIZE), **sent}]}
    assert changed(stored, colours(), **members) == {"custom.1": after}


def test_nobody_else_is_given_a_choice_that_is_gone() -> None:
    for sent in ({"value": "gone"}, {"choice_ids": [9]}):
        with pytest.raises(Problem) as caught:
            changed({}, colours(), custom_fields=[{"custom_field_id": str(SIZE), **sent}])
        assert caught.value.status == 400


def beyond() -> dict[str, Any]:
    """A contact with more than the vendor has of every part."""
    long = {"street": "s" * 200, "street2": "t" * 200, "city": "c" * 51, "state": "d" * 51, "postal_code": "1", "country": "e" * 60}
    kinds = ["fax", "home", "work", "home", "mobile"]
    phones = [{"id": at, "kind": kind, "number": f"030 555 0{at} 1234567 ext 89"} for at, kind in enumerate(kinds, 1)]
    return {
        "first_name": "a" * 60,
        "custom": {"2": "v" * 300, **{str(at): "x" for at in range(10, 40)}},
        "tags": list(range(1, 61)),
        "lists": [{"id": at, "status": "subscribed", "at": NOW} for at in range(1, 61)],
        "phones": phones,
        "addresses": [{"id": at, "kind": kind, **long} for at, kind in enumerate(["home", "work", "home", "other"], 1)],
        "notes": [{"id": at, "at": NOW, "text": f"{at}"} for at in range(200, 0, -1)],
    }


MANY = {PLAN: FIELDS[PLAN], **{UUID(int=at): custom(at, f"F{at}", FieldType.TEXT) for at in range(10, 40)}}


def test_a_contact_with_more_than_the_vendor_has_can_be_sent_back_and_nothing_changes() -> None:
    body = sent_back(beyond(), MANY)
    members = ("first_name", "custom_fields", "phone_numbers", "street_addresses", "notes")
    assert changed(beyond(), MANY, **{name: body[name] for name in members}) == {}
    listed = {"list_memberships": [str(uuid4())] * 50, "lists": list(range(1, 51)), "first_name": "a" * 50}
    assert changed(beyond(), MANY, **listed) == {}


def test_what_was_not_shown_stays_where_what_was_shown_is_changed() -> None:
    body = sent_back(beyond(), MANY)
    home, work, _ = body["street_addresses"]
    after = changed(
        beyond(),
        MANY,
        first_name="Ana",
        custom_fields=body["custom_fields"][:1],
        phone_numbers=body["phone_numbers"][1:2],
        street_addresses=[home, {**work, "city": "Bonn"}],
        notes=body["notes"][:2],
    )
    stored = beyond()
    assert after["first_name"] == "Ana"
    assert {path for path in after if path.startswith("custom")} == {f"custom.{at}" for at in range(10, 34)}
    assert [each["number"] for each in after["phones"]] == [stored["phones"][at]["number"] for at in (2, 0, 4)]
    assert after["addresses"] == [stored["addresses"][0], {**stored["addresses"][1], "city": "Bonn"}, stored["addresses"][3]]
    assert [each["id"] for each in after["notes"]] == [200, 199, *range(50, 0, -1)]


def test_an_address_that_is_too_long_is_taken_of_the_contact_that_has_it() -> None:
    long = f"{'a' * 64}@{'b' * 30}.co"
    own = {"email": long, "email_key": long}
    assert changed(own, email_address={"address": long}) == {}
    with pytest.raises(Problem) as caught:
        changed({}, email_address={"address": long})
    assert caught.value.detail.startswith("email_address.address does not have a valid value")


@pytest.mark.parametrize("word", ["unsubscribed", "temp_hold"])
def test_whoever_is_made_as_one_who_may_not_be_written_to_joins_no_list(word: str) -> None:
    email = {"address": "a@b.co", "permission_to_send": word}
    body = said(NewContact, {"create_source": "Account", "email_address": email, "list_memberships": [str(uuid4())]})
    assert "lists" not in creation(body, Known(lists=[3]), NOW).patch


def test_the_country_of_a_mobile_number_stands_for_its_dial_code() -> None:
    channel = {"sms_address": "2079460018", "country_code": "GB"}
    assert put({}, sms_channel=channel)["mobile"] == "+442079460018"
    assert refusal(sms_channel={**channel, "country_code": "XX"}).startswith("sms_channel.country_code does not have a valid value")
