"""Do-not-contact of single contacts, over both ways of writing its paths, and the channels that the native API shows."""

from typing import Any

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, error

pytestmark = pytest.mark.mongo


async def person(vendor: Vendor, **members: Any) -> int:
    return int((await vendor.make(**members))["id"])


async def records(vendor: Vendor, path: str, **sent: Any) -> list[dict[str, Any]]:
    response = await vendor.client.post(f"{CONTACTS}/{path}", **sent)
    assert response.status_code == 200, response.text
    return list(response.json()["contact"]["doNotContact"])


def refused(advice: str) -> dict[str, Any]:
    """The error of a record that cannot be."""
    details = {"doNotContact": ["This value is not valid.", advice]}
    return {"code": 400, "message": "doNotContact: This value is not valid.", "details": details, "type": None}


async def channel(vendor: Vendor, number: int, name: str = "email") -> dict[str, Any]:
    shown = (await vendor.native(number))["channels"][name]
    return {member: shown[member] for member in ("status", "reason") if member in shown}


@pytest.mark.parametrize("path", ["{}/dnc/email/add", "{}/dnc/add/email"])
@pytest.mark.parametrize(
    ("reason", "status", "kept"),
    [(1, "unsubscribed", "by phone"), (2, "suppressed", "hard_bounced: by phone"), (3, "suppressed", "by phone")],
)
async def test_a_record_ends_the_channel(vendor: Vendor, path: str, reason: int, status: str, kept: str) -> None:
    number = await person(vendor)
    form = {"reason": str(reason), "comments": "by phone", "channelId": "26"}
    (record,) = await records(vendor, path.format(number), data=form)
    assert {name: record[name] for name in ("reason", "comments", "channel", "channelId")} == {
        "reason": reason,
        "comments": "by phone",
        "channel": "email",
        "channelId": None,
    }
    assert await channel(vendor, number) == {"status": status, "reason": kept}
    assert (await vendor.read(number))["doNotContact"] == [record]


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"headers": {"Content-Type": "application/json"}},
        {"json": {"channel": "email", "reason": 3, "channelId": None, "comments": ""}},
        {"json": {"reason": None, "comments": None}},
        {"json": []},
        {"data": {"reason": ""}},
    ],
)
async def test_a_record_is_manual_unless_the_body_says_so(vendor: Vendor, sent: dict[str, Any]) -> None:
    number = await person(vendor)
    (record,) = await records(vendor, f"{number}/dnc/email/add", **sent)
    assert (record["reason"], record["comments"]) == (3, "")
    assert (await channel(vendor, number))["status"] == "suppressed"


async def test_of_several_records_of_a_channel_the_last_stands(vendor: Vendor) -> None:
    number = await person(vendor)
    await records(vendor, f"{number}/dnc/email/add", json={"reason": 2, "comments": "mailbox gone"})
    (record,) = await records(vendor, f"{number}/dnc/email/add", json={"reason": 1})
    assert (record["reason"], record["comments"]) == (1, "")
    assert (await channel(vendor, number))["status"] == "unsubscribed"


async def test_comments_of_several_lines_are_kept_on_one(vendor: Vendor) -> None:
    (record,) = await records(vendor, f"{await person(vendor)}/dnc/email/add", json={"comments": " by\r\n\tphone "})
    assert record["comments"] == "by phone"


@pytest.mark.parametrize("path", ["{}/dnc/email/remove", "{}/dnc/remove/email"])
async def test_removing_begins_the_channel_again_and_leaves_the_other(vendor: Vendor, path: str) -> None:
    number = await person(vendor)
    await records(vendor, f"{number}/dnc/email/add", json={"reason": 1, "comments": "by phone"})
    both = await records(vendor, f"{number}/dnc/sms/add", json={"reason": 1, "comments": "STOP"})
    assert len({record["id"] for record in both}) == 2
    response = await vendor.client.post(f"{CONTACTS}/{path.format(number)}", json={"channel": "email"})
    body = response.json()
    assert (response.status_code, body["recordFound"]) == (200, True)
    assert [(record["channel"], record["comments"]) for record in body["contact"]["doNotContact"]] == [("sms", "STOP")]
    assert await channel(vendor, number) == {"status": "subscribed"}
    assert await channel(vendor, number, "sms") == {"status": "unsubscribed", "reason": "STOP"}


async def test_removing_where_there_is_no_record_changes_nothing(vendor: Vendor) -> None:
    number = await person(vendor)
    before = await vendor.native(number)
    response = await vendor.client.post(f"{CONTACTS}/{number}/dnc/email/remove")
    assert (response.status_code, response.json()["recordFound"]) == (200, False)
    assert response.json()["contact"]["doNotContact"] == []
    assert await vendor.native(number) == before


@pytest.mark.parametrize("word", ["add", "remove"])
async def test_a_channel_that_there_is_not_is_refused(vendor: Vendor, word: str) -> None:
    number = await person(vendor)
    for path in (f"dnc/fax/{word}", f"dnc/{word}/fax"):
        response = await vendor.client.post(f"{CONTACTS}/{number}/{path}")
        assert error(response, 400) == refused("The channel is one of email, sms.")


@pytest.mark.parametrize("body", [{"reason": 0}, {"reason": "0"}, {"reason": 4}, {"reason": "no"}, {"reason": "1" * 5_000}])
async def test_a_record_that_cannot_be_kept_is_refused(vendor: Vendor, body: Any) -> None:
    number = await person(vendor)
    before = await vendor.native(number)
    found = error(await vendor.client.post(f"{CONTACTS}/{number}/dnc/email/add", json=body), 400)
    assert found == refused("The reason is 1 (unsubscribed), 2 (bounced) or 3 (manual). To take a record back, call remove.")
    error(await vendor.client.post(f"{CONTACTS}/{number}/dnc/email/add", json=["a"]), 400)
    assert await vendor.native(number) == before


@pytest.mark.parametrize(("comments", "kept"), [("x" * 5_000, "x" * 241), (["a"], ""), (7, "7"), ("a\0b", "a b")])
async def test_an_opt_out_is_taken_whatever_its_comments_are(vendor: Vendor, comments: Any, kept: str) -> None:
    (record,) = await records(vendor, f"{await person(vendor)}/dnc/email/add", json={"reason": 1, "comments": comments})
    assert (record["reason"], record["comments"]) == (1, kept)


async def test_a_refusal_reads_as_that_of_an_edit(vendor: Vendor) -> None:
    number = await person(vendor)
    path = f"{CONTACTS}/{number}"
    edited = await vendor.client.patch(f"{path}/edit", json={"doNotContact": [{"reason": 9}]})
    single, edit = error(await vendor.client.post(f"{path}/dnc/email/add", json={"reason": 9}), 400), error(edited, 400)
    assert {**single, "details": None} == {**edit, "details": None}
    assert single["details"]["doNotContact"][0] == edit["details"]["doNotContact"][0]


async def test_a_contact_that_there_is_not_has_no_records(vendor: Vendor) -> None:
    number = await person(vendor)
    await vendor.client.delete(f"{CONTACTS}/{number}/delete")
    for unknown in (number, 4711, 0, "x"):
        for path in ("dnc/email/add", "dnc/email/remove", "dnc/add/sms"):
            assert error(await vendor.client.post(f"{CONTACTS}/{unknown}/{path}"), 404)["message"] == "Item was not found."
