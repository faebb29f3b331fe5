"""A stored contact as the vendor's API shows it: spelled exactly, nothing empty, parts where they are asked for."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.gateway.dialects.constant_contact.contact_body import PARTS, Shelf, contact
from services.gateway.dialects.constant_contact.custom_values import shown_fields
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.registry import CustomField
from shared.contract.identity import Thing, to_uuid

NOW = datetime(2026, 11, 22, 8, 0, 0, 120_000, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
SHOWN_NOW, SHOWN_LATER = "2026-11-22T08:00:00.120Z", "2026-11-22T09:00:00.120Z"
BASE = 0x1111222233338444


def stored(**members: Any) -> dict[str, Any]:
    return {"_id": 7, "account": 0, "created_at": NOW, "updated_at": LATER, "created_via": "import", **members}


def shown(*parts: str, shelf: Shelf | None = None, **members: Any) -> dict[str, Any]:
    return contact(stored(**members), shelf or Shelf(BASE), parts)


def custom(number: int, name: str, kind: FieldType, *choices: str, **former: int) -> CustomField:
    """A field whose choices have the ids 1, 2, 3; `former` are names that they had, or that are no more, with theirs."""
    ids = {**former, **{choice: place for place, choice in enumerate(choices, 1)}}
    return CustomField(number, Field(name, kind, custom_path(number), choices=choices), NOW, NOW, {}, ids)


def with_email(**channel: Any) -> dict[str, Any]:
    body = shown(email="Ana@example.org", email_key="ana@example.org", channels={"email": channel})
    return dict(body["email_address"])


def test_a_contact_shows_its_members_in_the_vendors_order_and_leaves_out_what_it_does_not_have() -> None:
    body = shown(email="a@b.co", email_key="a@b.co", last_name="Bo", birthday_month=2, birthday_day=3, title="Dr", points=3)
    assert list(body) == [
        "contact_id",
        "email_address",
        "last_name",
        "birthday_month",
        "birthday_day",
        "create_source",
        "update_source",
        "created_at",
        "updated_at",
    ]
    assert body["contact_id"] == str(to_uuid(BASE, Thing.CONTACT, 7))
    assert (body["created_at"], body["updated_at"]) == (SHOWN_NOW, SHOWN_LATER)


@pytest.mark.parametrize(
    ("ways", "sources"),
    [
        ({}, ("Account", "Account")),
        ({"created_via": "person"}, ("Contact", "Contact")),
        ({"created_via": "person", "updated_via": "import"}, ("Contact", "Account")),
        ({"updated_via": "person"}, ("Account", "Contact")),
    ],
)
def test_the_source_is_the_contact_where_the_person_acted(ways: dict[str, Any], sources: tuple[str, str]) -> None:
    body = shown(**ways)
    assert (body["create_source"], body["update_source"]) == sources


def test_an_imported_contact_may_be_written_to_because_the_account_says_so() -> None:
    assert with_email() == {
        "address": "Ana@example.org",
        "permission_to_send": "implicit",
        "created_at": SHOWN_NOW,
        "updated_at": SHOWN_LATER,
        "opt_in_source": "Account",
        "opt_in_date": SHOWN_NOW,
        "confirm_status": "off",
    }


def test_an_opt_in_is_shown_with_its_own_source_and_time() -> None:
    body = with_email(permission="explicit", opt_in={"source": "Contact", "at": LATER, "type": "double"})
    assert (body["opt_in_source"], body["opt_in_date"], body["confirm_status"]) == ("Contact", SHOWN_LATER, "confirmed")


def test_an_opt_out_takes_the_place_of_the_opt_in() -> None:
    left = {"opt_out": {"at": LATER, "source": "Contact"}, "reason": "too many"}
    body = with_email(permission="explicit", opt_in={"at": NOW}, status="unsubscribed", **left)
    assert body["permission_to_send"] == "unsubscribed"
    assert (body["opt_out_source"], body["opt_out_date"], body["opt_out_reason"]) == ("Contact", SHOWN_LATER, "too many")
    assert not {"opt_in_source", "opt_in_date"} & body.keys()
    assert "opt_out_date" not in with_email(status="subscribed", **left)


def test_a_contact_that_has_not_answered_yet_is_pending() -> None:
    body = with_email(status="pending", permission="explicit")
    assert (body["permission_to_send"], body["confirm_status"]) == ("pending_confirmation", "pending")


def test_a_contact_without_an_address_has_no_address_object() -> None:
    assert "email_address" not in shown(mobile="+447700900123")


def test_every_part_that_is_asked_for_is_there_even_when_it_is_empty() -> None:
    assert {name: value for name, value in shown(*PARTS).items() if name in PARTS} == {part: [] for part in PARTS[:-1]}


def test_lists_and_tags_are_those_that_there_are_and_that_the_contact_is_on_now() -> None:
    lists = [{"id": number, "status": "unsubscribed" if number == 2 else "subscribed", "at": NOW} for number in (1, 2, 3)]
    shelf = Shelf(BASE, lists={1, 2}, tags={5})
    members: dict[str, Any] = {"lists": lists, "tags": [5, 6]}
    body = shown("list_memberships", "taggings", shelf=shelf, **members)
    assert body["list_memberships"] == [str(to_uuid(BASE, Thing.LIST, 1))]
    assert body["taggings"] == [str(to_uuid(BASE, Thing.TAG, 5))]
    gone = shown("list_memberships", "taggings", shelf=shelf, **members, deleted_at=LATER)
    assert (gone["list_memberships"], gone["deleted_at"]) == ([], "2026-11-22")


def test_values_of_custom_fields_are_text_that_an_import_reads_back() -> None:
    kinds = [
        ("Since", FieldType.DATE, ()),
        ("At", FieldType.DATETIME, ()),
        ("Vip", FieldType.BOOLEAN, ()),
        ("Sum", FieldType.NUMBER, ()),
        ("Colours", FieldType.MULTI_SELECT, ("red", "blue")),
    ]
    fields = {UUID(int=at): custom(at, name, kind, *choices) for at, (name, kind, choices) in enumerate(kinds)}
    values = {"0": "2026-01-02", "1": NOW, "2": False, "3": 1.5, "4": ["blue", "red"]}
    body = shown("custom_fields", shelf=Shelf(BASE, shown_fields(fields)), custom=values)["custom_fields"]
    assert [each["value"] for each in body] == ["2026-01-02", SHOWN_NOW, "false", "1.5", "blue|red"]
    assert [each["custom_field_id"] for each in body] == [str(UUID(int=at)) for at in range(5)]
    assert [each.get("choice_ids") for each in body] == [None] * 4 + [[2, 1]]


def test_a_fax_is_no_phone_number_of_this_api() -> None:
    phones = [{"id": 1, "kind": "fax", "number": "1"}, {"id": 2, "kind": "work", "number": "2"}]
    assert [each["phone_number"] for each in shown("phone_numbers", phones=phones)["phone_numbers"]] == ["2"]


@pytest.mark.parametrize(
    ("address", "street"),
    [({"street": "High 5", "street2": "Flat 2"}, "High 5\nFlat 2"), ({"street": "High 5"}, "High 5"), ({"city": "Bonn"}, None)],
)
def test_both_lines_of_a_street_are_one_text(address: dict[str, str], street: str | None) -> None:
    (body,) = shown("street_addresses", addresses=[{"id": 1, "kind": "home", **address}])["street_addresses"]
    assert body.get("street") == street


@pytest.mark.parametrize(
    ("kind", "value", "shown_value", "ids"),
    [
        (FieldType.SINGLE_SELECT, "crimson", "red", [1]),
        (FieldType.SINGLE_SELECT, "gone", "gone", [9]),
        (FieldType.SINGLE_SELECT, "never", "never", None),
        (FieldType.MULTI_SELECT, ["crimson", "blue"], "red|blue", [1, 2]),
        (FieldType.MULTI_SELECT, ["gone", "blue", "red", "crimson"], "gone|blue|red", [9, 2, 1]),
    ],
)
def test_a_choice_that_was_renamed_has_its_name_of_today_and_one_that_is_gone_its_last(
    kind: FieldType, value: Any, shown_value: str, ids: list[int] | None
) -> None:
    fields = shown_fields({UUID(int=5): custom(5, "Colour", kind, "red", "blue", crimson=1, gone=9)})
    (body,) = shown("custom_fields", shelf=Shelf(BASE, fields), custom={"5": value})["custom_fields"]
    assert (body["value"], body.get("choice_ids")) == (shown_value, ids)


def test_whatever_the_vendor_has_less_of_is_cut_to_what_it_has() -> None:
    many = range(1, 200)
    fields = {UUID(int=at): custom(at, f"F{at}", FieldType.TEXT) for at in many}
    shelf = Shelf(BASE, shown_fields(fields), lists=many, tags=many)
    body = shown(
        *PARTS,
        shelf=shelf,
        first_name="a" * 51,
        custom={str(at): "v" * 256 for at in many},
        lists=[{"id": at, "status": "subscribed", "at": NOW} for at in many],
        tags=list(many),
        notes=[{"id": at, "at": NOW, "text": f"{at}"} for at in many],
        phones=[{"id": at, "kind": "fax" if at == 2 else "home", "number": "030 555 0100 1234567 ext 89"} for at in range(1, 6)],
        addresses=[
            {
                "id": at,
                "kind": "home",
                "street": "s" * 255,
                "street2": "t",
                "city": "c" * 51,
                "state": "d" * 51,
                "country": "e" * 51,
            }
            for at in range(1, 6)
        ],
    )
    most = {"custom_fields": 25, "list_memberships": 50, "taggings": 50, "notes": 150, "phone_numbers": 3, "street_addresses": 3}
    assert {name: len(body[name]) for name in most} == most
    assert body["first_name"] == "a" * 50
    assert body["custom_fields"][0]["value"] == "v" * 255
    assert body["phone_numbers"][0]["phone_number"] == "030 555 0100 1234567"
    home = body["street_addresses"][0]
    assert [len(home[part]) for part in ("street", "city", "state", "country")] == [255, 50, 50, 50]
    left = {"status": "unsubscribed", "reason": "r" * 256}
    assert with_email(**left)["opt_out_reason"] == "r" * 255


def test_of_several_choices_only_whole_ones_are_shown() -> None:
    labels = tuple(letter * 100 for letter in "abc")
    fields = shown_fields({UUID(int=5): custom(5, "Colour", FieldType.MULTI_SELECT, *labels)})
    (body,) = shown("custom_fields", shelf=Shelf(BASE, fields), custom={"5": list(labels)})["custom_fields"]
    assert (body["value"], body["choice_ids"]) == ("|".join(labels[:2]), [1, 2, 3])


def test_an_address_that_is_too_long_for_the_vendor_is_not_shown_in_part() -> None:
    local = "a" * 64
    assert "email_address" in shown(email=f"{local}@{'b' * 12}.co", email_key="k")
    assert "email_address" not in shown(email=f"{local}@{'b' * 13}.co", email_key="k")
