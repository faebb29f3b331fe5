"""Lists of contacts over v2: pages by select and skip, since when, how many; those that left with when and why."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.dialects.dotdigital.people import BOUNCED, CONTACTS, data, leave, listed, make, values
from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo

LISTS = ("created-since", "modified-since", "unsubscribed-since", "suppressed-since")


async def test_pages_follow_each_other_until_a_short_one(vendor: Vendor) -> None:
    made = [await make(vendor) for _ in range(5)]
    await vendor.client.delete(f"{CONTACTS}/{made.pop(1)['id']}")
    pages = [await listed(vendor, select=3, skip=skip) for skip in (0, 3, 6)]
    assert [[contact["id"] for contact in page] for page in pages] == [
        [contact["id"] for contact in made[:3]],
        [made[3]["id"]],
        [],
    ]
    assert pages[0][0] == {**made[0], "dataFields": None}
    assert await listed(vendor) == await listed(vendor, "/") == [*pages[0], *pages[1]]
    assert (await vendor.client.get(f"{CONTACTS}/count")).json() == 4


async def test_data_fields_are_listed_where_full_data_is_asked_for(vendor: Vendor) -> None:
    contact = await make(vendor, dataFields=data(FIRSTNAME="Ana"))
    for said in ("true", "True"):
        assert await listed(vendor, withFullData=said) == [contact]
    assert values((await listed(vendor, "/modified-since/2020-01-01", WithFullData="true"))[0]) == {"FIRSTNAME": "Ana"}
    (short,) = await listed(vendor, withFullData="false")
    assert short["dataFields"] is None


async def test_lists_go_back_to_the_moment_in_the_path(vendor: Vendor) -> None:
    old, new = await make(vendor), await make(vendor)
    before = datetime.now(UTC) - timedelta(days=3)
    contacts = vendor.muster.database["contacts"]
    dates = {"$set": {"created_at": before, "updated_at": before}}
    await contacts.update_one({"account": vendor.muster.account.number, "email_key": old["email"]}, dates)
    for what in LISTS[:2]:
        for moment in ((before + timedelta(days=1)).isoformat(), f"{before + timedelta(days=1):%Y-%m-%dT%H:%M:%S.%fZ}"):
            assert [contact["id"] for contact in await listed(vendor, f"/{what}/{moment}")] == [new["id"]]
        assert len(await listed(vendor, f"/{what}/{before:%Y-%m-%d}")) == 2
        assert len(await listed(vendor, f"/{what}/{before:%Y-%m-%dT%H%%3A%M%%3A%SZ}", select=1)) == 1


async def test_a_change_makes_a_contact_modified_and_not_created(vendor: Vendor) -> None:
    contact = await make(vendor)
    moment = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    await make(vendor, email=contact["email"], dataFields=data(FIRSTNAME="Ana"))
    assert await listed(vendor, f"/created-since/{moment}") == []
    assert [each["id"] for each in await listed(vendor, f"/modified-since/{moment}")] == [contact["id"]]


async def test_those_that_left_are_listed_with_when_and_why(vendor: Vendor) -> None:
    left, bounced, _ = await make(vendor), await vendor.contact(channels=BOUNCED), await make(vendor)
    suppression = await leave(vendor, left["email"])
    opted_out = (await vendor.native(left["id"]))["channels"]["email"]["opt_out"]["at"]
    contact = {**left, "dataFields": None, "status": "Unsubscribed"}
    assert suppression == {"suppressedContact": contact, "dateRemoved": opted_out, "reason": "Unsubscribed"}
    assert await listed(vendor, "/unsubscribed-since/2020-01-01") == [suppression]
    both = await listed(vendor, "/suppressed-since/2020-01-01T00:00:00Z")
    assert [(each["suppressedContact"]["id"], each["reason"]) for each in both] == [
        (left["id"], "Unsubscribed"),
        (bounced, "HardBounced"),
    ]
    assert await listed(vendor, "/suppressed-since/2020-01-01", select=1, skip=1) == both[1:]
    tomorrow = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d}"
    for what in LISTS[2:]:
        assert await listed(vendor, f"/{what}/{tomorrow}") == []


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("date", ["yesterday", "2026-02-30", "2026-01-01T25:00:00Z", "0"])
async def test_what_is_no_date_is_refused(vendor: Vendor, what: str, date: str) -> None:
    assert message(await vendor.client.get(f"{CONTACTS}/{what}/{date}"), 400).endswith(" ERROR_PARAMETER_INVALID")


@pytest.mark.parametrize("query", [{"select": 0}, {"select": 1001}, {"skip": -1}, {"skip": "x"}])
async def test_a_page_that_cannot_be_is_refused(vendor: Vendor, query: dict[str, str]) -> None:
    assert message(await vendor.client.get(CONTACTS, params=query), 400).endswith(" ERROR_PARAMETER_INVALID")


async def test_the_modified_may_be_asked_for_two_thousand_at_once(vendor: Vendor) -> None:
    await make(vendor)
    assert len(await listed(vendor, "/modified-since/2020-01-01", select=2000)) == 1
    for what, select, most in (("created", 2000, 1000), ("modified", 2001, 2000)):
        response = await vendor.client.get(f"{CONTACTS}/{what}-since/2020-01-01", params={"select": select})
        said = f"A page has from 1 to {most} items: select is out of range. ERROR_PARAMETER_INVALID"
        assert message(response, 400) == said
