"""The vendor's clients read activities: one, all, by state, page by page."""

import pytest

from tests.dialects.constant_contact.official.client import Client
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo


async def test_a_client_lists_activities_newest_first_and_by_state(official: Client, vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact()
    body = {"source": {"contact_ids": [person]}, "list_ids": [news]}
    older = await official.done("create_list_add_activity", body)
    newer = await official.done("create_list_add_activity", body)
    wanted = [newer["activity_id"], older["activity_id"]]
    everything = await official("get_all_activities")
    assert [each["activity_id"] for each in everything["activities"]] == wanted
    assert "_links" not in everything
    completed = await official("get_all_activities", state="completed")
    assert [each["activity_id"] for each in completed["activities"]] == wanted
    assert (await official("get_all_activities", state="failed"))["activities"] == []


async def test_a_client_follows_the_pages_of_activities_to_the_last(official: Client, vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact()
    body = {"source": {"contact_ids": [person]}, "list_ids": [news]}
    wanted = [(await official.done("create_list_add_activity", body))["activity_id"] for _ in range(3)]
    first = await official("get_all_activities", limit=2)
    assert [each["activity_id"] for each in first["activities"]] == wanted[:0:-1]
    last = await official.follow(first)
    assert [each["activity_id"] for each in last["activities"]] == wanted[:1]
    assert "_links" not in last
