"""A contact as the API shows it: one stable shape, times in one form, and nothing without a name."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from shared.contacts.fields import STANDARD_FIELDS, Field, FieldType, custom_path
from shared.contacts.present import READ_ONLY, Names, numbers_named, present, status_of, time_text
from shared.contract.selection import Status
from tests.unit.contacts.stored import NOW, contact

BASE = 0x1111222233338444
NAMES = Names(BASE, {1: "News"}, {2: "b", 3: "a"}, [Field("Plan", FieldType.TEXT, custom_path(9))])


def test_an_empty_contact_has_every_member_and_null_for_what_is_not_set() -> None:
    shown = present(contact(5), NAMES)
    assert {field.name for field in STANDARD_FIELDS} <= shown.keys()
    assert {name for name, value in shown.items() if value is None} == {field.name for field in STANDARD_FIELDS} | {
        "mobile",
        "created_via",
        "updated_via",
    }
    assert (shown["id"], shown["uuid"]) == (5, "11112222-3333-8444-8100-000000000005")
    assert shown["created_at"] == "2026-11-22T00:00:00.000Z"
    assert "deleted_at" not in shown


def test_what_is_shown_is_json_and_holds_everything_that_is_stored() -> None:
    stored = contact(
        email="Ana@Example.org",
        mobile="49301",
        identifiers={"crm": "x"},
        first_name="Ana",
        custom={"9": "gold", "10": "a field that is gone"},
        phones=[{"id": 1, "kind": "home", "number": "1"}],
        addresses=[{"id": 2, "kind": "work", "city": "Bonn"}],
        lists=[{"id": 1, "status": "unsubscribed", "at": NOW}, {"id": 7, "status": "subscribed", "at": NOW}],
        tags=[2, 3, 8],
        notes=[{"id": 1, "at": NOW, "text": "n"}],
        consents=[{"text": "yes", "at": NOW, "recorded_at": NOW}],
        preferences={"a.b": True},
        channels={"email": {"status": "subscribed", "opt_in": {"type": "double", "at": NOW}}},
        deleted_at=NOW,
        created_via="import",
    )
    shown = present(stored, NAMES)
    assert json.loads(json.dumps(shown)) == shown
    assert shown["custom"] == {"Plan": "gold"}
    assert shown["addresses"][0] == {
        "id": 2,
        "kind": "work",
        "street": None,
        "street2": None,
        "city": "Bonn",
        "state": None,
        "postal_code": None,
        "country": None,
    }
    assert shown["lists"] == [
        {"id": 1, "uuid": "11112222-3333-8444-8200-000000000001", "name": "News", "status": "unsubscribed", "since": time_text(NOW)}
    ]
    assert shown["tags"] == ["a", "b"]
    assert shown["consents"] == [{"text": "yes", "at": time_text(NOW), "recorded_at": time_text(NOW)}]
    assert shown["channels"]["email"]["opt_in"] == {"type": "double", "at": time_text(NOW)}
    assert (shown["status"], shown["updated_via"]) == ("deleted", "import")
    assert numbers_named([stored, contact()]) == ({1, 7}, {2, 3, 8})
    assert set(READ_ONLY) <= shown.keys()


@pytest.mark.parametrize(
    "members,status",
    [
        ({}, Status.ACTIVE),
        ({"channels": {"email": {"status": "subscribed", "permission": "pending_confirmation"}}}, Status.ACTIVE),
        ({"channels": {"email": {"status": "none"}}}, Status.ACTIVE),
        ({"channels": {"sms": {"status": "unsubscribed"}}}, Status.ACTIVE),
        ({"channels": {"email": {"permission": "pending_confirmation"}}}, Status.PENDING),
        ({"channels": {"email": {"status": "pending"}}}, Status.PENDING),
        ({"channels": {"email": {"status": "unsubscribed"}}}, Status.UNSUBSCRIBED),
        ({"channels": {"email": {"status": "suppressed"}}}, Status.SUPPRESSED),
        ({"channels": {"email": {"status": "suppressed"}}, "deleted_at": NOW}, Status.DELETED),
    ],
)
def test_the_status_comes_from_the_deletion_and_the_email_channel(members: dict[str, Any], status: Status) -> None:
    assert status_of(contact(**members)) is status


@pytest.mark.parametrize(
    "moment,text",
    [
        (datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC), "2026-01-02T03:04:05.678Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))), "2026-01-02T02:04:05.000Z"),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000Z"),
    ],
)
def test_times_are_utc_with_milliseconds(moment: datetime, text: str) -> None:
    assert time_text(moment) == text
