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


async def test_a_contact_that_may_not_be_written_to_is_not_active(vendor: Vendor) -> None:
    news = await vendor.list()
    active, unset = await vendor.contact(), await vendor.contact(channels={"email": {"permission": "not_set"}})
    sms = await vendor.contact(email=None, mobile="+15551230001")
    ended = await vendor.done("add_list_memberships", source={"all_active_contacts": True}, list_ids=[news])
    assert ended["status"]["items_completed_count"] == 1
    on_it = {each for each in (active, unset, sms) if (await vendor.native(each))["lists"]}
    assert on_it == {active}


async def test_a_member_that_may_be_left_out_may_be_null(vendor: Vendor) -> None:
    person, news, vip = await vendor.contact(), await vendor.list(), await vendor.tag("VIP")
    source = {"contact_ids": [person], "list_ids": None, "all_active_contacts": None, "segment_id": None}
    await vendor.done("add_list_memberships", source=source, list_ids=[news], exclude=None, after=None)
    await vendor.done("contacts_taggings_add", source=source, tag_ids=[vip], exclude={"contact_ids": None}, after=None)
    native = await vendor.native(person)
    assert ([each["uuid"] for each in native["lists"]], native["tags"]) == ([news], ["VIP"])
    response = await vendor.client.post("/v3/activities/add_list_memberships", json={"source": None, "list_ids": None})
    assert len(errors(response, 400, "contacts.api.validation.error")) == 2


@pytest.mark.parametrize(
    ("operation", "status", "source", "target", "member"),
    [
        ("add_list_memberships", 400, "list_ids", "list_ids", "source.list_ids.0"),
        ("remove_list_memberships", 404, "list_ids", "list_ids", "source.list_ids.0"),
        ("contacts_taggings_add", 404, "tag_ids", "tag_ids", "source.tag_ids.0"),
        ("contacts_taggings_add", 404, "list_ids", "tag_ids", "source.list_ids.0"),
    ],
)
async def test_what_is_unknown_in_the_source_is_named_there(
    vendor: Vendor, operation: str, status: int, source: str, target: str, member: str
) -> None:
    good = {"list_ids": await vendor.list(), "tag_ids": await vendor.tag()}[target]
    body = {"source": {source: [str(uuid4())]}, target: [good]}
    response = await vendor.client.post(f"/v3/activities/{operation}", json=body)
    key = "contacts.api.validation.error" if status == 400 else "contacts.api.not_found"
    assert errors(response, status, key)[0].startswith(f"{member} does not have a valid value: there is no ")


async def test_what_is_unknown_beside_a_source_is_named_without_it(vendor: Vendor) -> None:
    known = {"source": {"contact_ids": [await vendor.contact()]}}
    for operation, body in (
        ("add_list_memberships", {**known, "list_ids": [str(uuid4())]}),
        ("contact_delete", {"list_ids": [str(uuid4())]}),
    ):
        response = await vendor.client.post(f"/v3/activities/{operation}", json=body)
        assert errors(response, 400, "contacts.api.validation.error")[0].startswith("list_ids.0 does not have a valid value")


async def test_a_contact_that_is_not_there_is_named_by_its_place_in_the_body(vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact()
    gone = await vendor.contact()
    await vendor.client.delete(f"/v1/contacts/{gone}")
    ids = [person, str(uuid4()), gone]
    unknown = "there is no contact with this id in this account"
    ended = await vendor.done("add_list_memberships", source={"contact_ids": ids}, list_ids=[news])
    assert ended["activity_errors"] == [f"source.contact_ids.{place}: {unknown}" for place in (1, 2)]
    ended = await vendor.done("contact_delete", contact_ids=ids[:2])
    assert ended["activity_errors"] == [f"contact_ids.1: {unknown}"]


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
