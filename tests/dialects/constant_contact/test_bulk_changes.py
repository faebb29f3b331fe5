"""Bulk changes of contacts, lists, tags and custom fields over the vendor's API."""

from typing import Any
from uuid import uuid4

import pytest

from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo


async def test_contacts_are_put_on_a_list_and_the_activity_counts_them(vendor: Vendor) -> None:
    news, people = await vendor.list(), [await vendor.contact() for _ in range(3)]
    accepted = await vendor.submit("add_list_memberships", source={"contact_ids": people}, list_ids=[news])
    assert accepted["state"] == "initialized"
    assert accepted["percent_done"] == 0
    assert accepted["activity_errors"] == []
    assert accepted["_links"] == {"self": {"href": f"/v3/activities/{accepted['activity_id']}"}}
    assert not {"started_at", "completed_at", "source_file_name"} & accepted.keys()
    ended = await vendor.ended(accepted["activity_id"])
    assert ended["state"] == "completed"
    assert ended["percent_done"] == 100
    assert ended["status"] == {"items_total_count": 3, "items_completed_count": 3, "list_count": 1}
    assert ended["started_at"] <= ended["completed_at"] <= ended["updated_at"]
    assert [each["uuid"] for person in people for each in (await vendor.native(person))["lists"]] == [news] * 3


async def test_a_switch_that_is_false_counts_as_absent(vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact()
    source = {"contact_ids": [person], "all_active_contacts": False, "new_subscriber": False, "list_ids": []}
    await vendor.done("add_list_memberships", source=source, list_ids=[news])
    assert [each["uuid"] for each in (await vendor.native(person))["lists"]] == [news]


async def test_every_active_contact_but_those_excluded_leaves_a_list(vendor: Vendor) -> None:
    news = await vendor.list()
    kept, gone = [await vendor.contact(lists=[news]) for _ in range(2)]
    source = {"all_active_contacts": True}
    ended = await vendor.done("remove_list_memberships", source=source, exclude={"contact_ids": [kept]}, list_ids=[news])
    assert ended["status"] == {"items_total_count": 1, "items_completed_count": 1, "list_count": 1}
    assert [each["uuid"] for each in (await vendor.native(kept))["lists"]] == [news]
    assert (await vendor.native(gone))["lists"] == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({}, "all are missing"),
        ({"contact_ids": [str(uuid4())], "list_ids": [str(uuid4())]}, "mutually exclusive"),
        ({"segment_id": 4}, "segment_id does not have a valid value"),
        ({"contact_ids": ["no id"]}, "source.contact_ids.0 does not have a valid value"),
        ({"contact_ids": [str(uuid4())] * 501}, "source.contact_ids does not have a valid value"),
    ],
)
async def test_a_source_that_is_none_or_several_is_refused(vendor: Vendor, source: dict[str, Any], message: str) -> None:
    response = await vendor.client.post(
        "/v3/activities/add_list_memberships", json={"source": source, "list_ids": [await vendor.list()]}
    )
    assert message in errors(response, 400, "contacts.api.validation.error")[0]


async def test_each_thing_that_is_wrong_has_an_entry_of_its_own(vendor: Vendor) -> None:
    response = await vendor.client.post("/v3/activities/add_list_memberships", json={})
    assert errors(response, 400, "contacts.api.validation.error") == ["source is missing", "list_ids is missing"]
