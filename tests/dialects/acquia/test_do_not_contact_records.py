"""Do-not-contact records in contacts: each reason and channel, in every way in, and what the other APIs make of them."""

from typing import Any

import pytest

from tests.dialects.acquia.vendor import Vendor, values
from tests.dialects.acquia.ways_in import WayIn, in_every_way, sent

pytestmark = pytest.mark.mongo

Record = tuple[str, int, str]

SAID: list[tuple[Any, list[Record]]] = [
    ([{"channel": "email", "reason": 1, "comments": "bye"}], [("email", 1, "bye")]),
    ([{"channel": "email", "reason": 2, "comments": "box full"}], [("email", 2, "box full")]),
    ([{"channel": "email", "reason": 2}], [("email", 2, "")]),
    ([{"channel": "email", "reason": 3, "comments": "asked us"}], [("email", 3, "asked us")]),
    ([{"channel": "sms", "reason": 1}], [("sms", 1, "")]),
    ([{"channel": "sms", "reason": 3, "channelId": 7}], [("sms", 3, "")]),
    ([{}], [("email", 3, "")]),
    ([{"reason": None, "channel": "", "comments": None}], [("email", 3, "")]),
    ([{"reason": ""}], [("email", 3, "")]),
    ([{"reason": "1"}], [("email", 1, "")]),
    ([{"reason": 1}, {"reason": 2}], [("email", 2, "")]),
    ([{"reason": 1, "comments": "a"}, {"reason": 3}], [("email", 3, "")]),
    ([{"reason": 1}, {"channel": "sms", "reason": 2, "comments": "x: y"}], [("email", 1, ""), ("sms", 2, "x: y")]),
    ({"0": {"reason": 1}}, [("email", 1, "")]),
    ([{"reason": 0}], []),
    ([{"reason": 1}, {"reason": 0}], []),
    ([{"reason": 1, "comments": "one\nline "}], [("email", 1, "one line")]),
    ([{"reason": 2, "comments": "x" * 300}], [("email", 2, "x" * 241)]),
    ([{"reason": 1, "comments": ["x"]}], [("email", 1, "")]),
    ([{"reason": 1, "comments": "a\0b"}], [("email", 1, "a b")]),
    ([], []),
    (None, []),
    ("", []),
]
"""What is sent for a new contact, and its records then."""

UNFIT: list[Any] = ["x", 5, [5], [["email"]], {"reason": 2}]
UNFIT += [
    [{key: value}]
    for key, value in (
        ("channel", "pigeon"),
        ("channel", ["email"]),
        ("reason", 4),
        ("reason", -1),
        ("reason", "two"),
        ("reason", [1]),
        ("reason", {"a": 1}),
        ("reason", True),
        ("reason", 1.5),
        ("reason", "9" * 5_000),
    )
]


def records(contact: dict[str, Any]) -> list[Record]:
    """The records of a contact."""
    found = contact["doNotContact"]
    assert all(set(each) == {"id", "channel", "reason", "comments", "channelId"} and each["channelId"] is None for each in found)
    return [(each["channel"], each["reason"], each["comments"]) for each in found]


@in_every_way
async def test_records_are_kept_as_they_are_said(vendor: Vendor, send: WayIn) -> None:
    found = await send(vendor, [{"firstname": "Ana", "doNotContact": said} for said, _ in SAID])
    assert [each.status for each in found] == [201] * len(SAID)
    assert [records(await vendor.read(each.id or 0)) for each in found] == [kept for _, kept in SAID]


@in_every_way
async def test_records_that_cannot_be_kept_refuse_their_contact(vendor: Vendor, send: WayIn) -> None:
    found = await send(vendor, [{"firstname": "Ana", "doNotContact": said} for said in UNFIT])
    assert [(each.status, each.aliases) for each in found] == [(400, ["doNotContact"])] * len(UNFIT)
    assert await vendor.muster.contacts() == []


@in_every_way
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_an_edit_changes_only_the_channels_that_it_names(vendor: Vendor, send: WayIn, method: str) -> None:
    made = await vendor.make(doNotContact=[{"reason": 1, "comments": "bye"}, {"channel": "sms", "reason": 3, "comments": "no"}])
    edits: list[tuple[dict[str, Any], list[Record]]] = [
        ({}, [("email", 1, "bye"), ("sms", 3, "no")]),
        ({"doNotContact": []}, [("email", 1, "bye"), ("sms", 3, "no")]),
        ({"doNotContact": [{"reason": 3}]}, [("email", 3, ""), ("sms", 3, "no")]),
        ({"doNotContact": [{"channel": "sms", "reason": 2, "comments": "c"}]}, [("email", 3, ""), ("sms", 2, "c")]),
    ]
    for edit, after in edits:
        assert (await sent(send, vendor, {"id": made["id"], **edit}, method)).status == 200
        assert records(await vendor.read(made["id"])) == after


@in_every_way
@pytest.mark.parametrize("reason", [1, 2, 3])
async def test_reason_nought_takes_a_record_back_where_somebody_names_the_contact_and_a_job_says_that_it_did_not(
    vendor: Vendor, send: WayIn, reason: int, request: pytest.FixtureRequest
) -> None:
    made = await vendor.make(doNotContact=[{"reason": reason, "comments": "bye"}, {"channel": "sms", "reason": reason}])
    back = {"id": made["id"], "firstname": "Ana", "doNotContact": [{"reason": 0}, {"channel": "sms", "reason": 0}]}
    answered = await sent(send, vendor, back, "PATCH")
    after = await vendor.read(made["id"])
    assert after["fields"]["all"]["firstname"] == "Ana"
    if request.node.callspec.id.endswith("bulk"):
        assert (answered.status, answered.id, records(after)) == (403, made["id"], records(made))
        assert answered.error is not None
        assert answered.aliases == ["doNotContact"]
        assert answered.error["message"].endswith("The rest of this contact was saved.")
    else:
        assert (answered.status, records(after)) == (200, [])
        again = await vendor.edit(made["id"], doNotContact=[{"reason": 1}])
        assert records(again) == [("email", 1, "")]


@in_every_way
async def test_a_record_of_a_contact_that_is_merged_stays_and_the_item_says_so(vendor: Vendor, send: WayIn) -> None:
    kept, other = await vendor.make(), await vendor.make(email="ana@example.org", doNotContact=[{"reason": 1, "comments": "bye"}])
    edit = {"id": kept["id"], "email": "ana@example.org", "firstname": "Ana", "doNotContact": [{"reason": 0}]}
    answered = await sent(send, vendor, edit, "PATCH")
    assert (answered.status, answered.aliases) == (403, ["doNotContact"])
    after = await vendor.read(kept["id"])
    assert (records(after), after["fields"]["all"]["firstname"]) == ([("email", 1, "bye")], "Ana")
    assert other["id"] != kept["id"]


STATES = [
    (1, "bye", "unsubscribed", "bye", "unsubscribed"),
    (2, "box full", "suppressed", "hard_bounced: box full", "temp_hold"),
    (2, "", "suppressed", "hard_bounced", "temp_hold"),
    (3, "asked us", "suppressed", "asked us", "temp_hold"),
]
"""What is said here, what is kept of it, and what Constant Contact calls it."""


@pytest.mark.parametrize(("reason", "comments", "status", "kept", "constant_contact"), STATES)
async def test_the_other_apis_know_whom_not_to_contact(
    vendor: Vendor, reason: int, comments: str, status: str, kept: str, constant_contact: str
) -> None:
    made = await vendor.make(email="ana@example.org", doNotContact=[{"reason": reason, "comments": comments}])
    email = (await vendor.native(made["id"]))["channels"]["email"]
    assert (email["status"], email["reason"]) == (status, kept)
    there = await vendor.client.get("/v3/contacts", params={"email": "ana@example.org", "status": "all"})
    (constant,) = there.json()["contacts"]
    assert constant["email_address"]["permission_to_send"] == constant_contact
    shown = await vendor.client.get("/contacts/v3/email/ana@example.org")
    assert shown.json()["channelProperties"]["email"]["status"] == status


async def test_who_unsubscribed_elsewhere_has_a_record_here(vendor: Vendor) -> None:
    made = await vendor.make(email="ana@example.org", firstname="Ana")
    told = await vendor.client.patch(
        f"/v1/contacts/{made['id']}", json={"channels": {"email": {"status": "unsubscribed", "reason": "by post"}}}
    )
    assert told.status_code == 200, told.text
    contact = await vendor.read(made["id"])
    assert records(contact) == [("email", 1, "by post")]
    assert values(contact) == {"email": "ana@example.org", "firstname": "Ana"}
