"""Tags over the vendor's API, and the same tags over the native one."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contract.identity import Thing
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo
PATH = "/v3/contact_tags"
INVALID = "contacts.api.validation.error"
UNKNOWN = "contacts.api.not_found"
CONFLICT = "contacts.api.conflict"


async def made(vendor: Vendor, **body: Any) -> dict[str, Any]:
    response = await vendor.client.post(PATH, json={"name": f"T {uuid4().hex[:8]}", **body})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def test_a_tag_made_here_is_the_same_tag_in_the_native_api(vendor: Vendor) -> None:
    body = await made(vendor, name="Gold card member", tag_source="ESTY")
    assert list(body) == ["tag_id", "name", "created_at", "updated_at", "tag_source"]
    native = (await vendor.client.get(f"/v1/tags/{body['tag_id']}")).json()
    assert (native["uuid"], native["name"], native["created_at"]) == (body["tag_id"], "Gold card member", body["created_at"])
    assert (await vendor.client.get(f"{PATH}/{body['tag_id']}")).json() == body


async def test_a_tag_that_a_contact_was_given_elsewhere_is_shown_here(vendor: Vendor) -> None:
    await vendor.contact(tags=["fresh"])
    page = (await vendor.client.get(PATH, params={"include_count": True})).json()
    assert [(each["name"], each["contacts_count"]) for each in page["tags"]] == [("fresh", 1)]
    assert "tag_source" not in page["tags"][0]


async def test_a_tag_is_renamed_for_every_contact_and_keeps_its_source(vendor: Vendor) -> None:
    tag = await made(vendor, tag_source="ESTY")
    person = await vendor.contact(tags=[tag["name"]])
    changed = await vendor.client.put(f"{PATH}/{tag['tag_id']}", json={"name": "Bronze"})
    assert (changed.status_code, changed.json()["name"], changed.json()["tag_source"]) == (200, "Bronze", "ESTY")
    assert (await vendor.native(person))["tags"] == ["Bronze"]


async def test_the_id_of_the_tag_that_has_the_name_is_the_last_word(vendor: Vendor) -> None:
    first, other = await made(vendor, name="vip"), await made(vendor)
    refused = [
        await vendor.client.post(PATH, json={"name": "VIP"}),
        await vendor.client.put(f"{PATH}/{other['tag_id']}", json={"name": " vip "}),
    ]
    for response in refused:
        assert errors(response, 409, CONFLICT)[0].split()[-1] == first["tag_id"]


async def test_of_many_who_make_one_tag_at_once_one_does(vendor: Vendor) -> None:
    answers = await asyncio.gather(*(vendor.client.post(PATH, json={"name": "once"}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    winner = next(answer.json()["tag_id"] for answer in answers if answer.status_code == 201)
    assert {errors(each, 409, CONFLICT)[0].split()[-1] for each in answers if each.status_code == 409} == {winner}


async def test_pages_begin_with_the_tags_and_the_last_has_no_links(vendor: Vendor) -> None:
    tags = [await vendor.tag() for _ in range(3)]
    first = (await vendor.client.get(PATH, params={"limit": 2})).json()
    assert list(first) == ["tags", "_links"]
    second = (await vendor.client.get(first["_links"]["next"]["href"])).json()
    assert list(second) == ["tags"]
    assert [each["tag_id"] for each in first["tags"] + second["tags"]] == tags


async def test_contacts_are_counted_but_deleted_ones(vendor: Vendor) -> None:
    used, unused = await vendor.tag("used"), await vendor.tag("unused")
    _, gone = [await vendor.contact(tags=["used"]) for _ in range(2)]
    await vendor.contact(tags=["used"], channels={"email": {"status": "unsubscribed"}})
    await vendor.client.delete(f"/v1/contacts/{gone}")
    page = (await vendor.client.get(PATH, params={"include_count": "true"})).json()
    assert {each["tag_id"]: each["contacts_count"] for each in page["tags"]} == {used: 2, unused: 0}
    one = (await vendor.client.get(f"{PATH}/{used}", params={"include_count": "true"})).json()
    assert list(one) == ["tag_id", "name", "contacts_count", "created_at", "updated_at"]
    assert "contacts_count" not in (await vendor.client.get(f"{PATH}/{used}")).json()


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 501}, {"include_count": "x"}, {"cursor": "x"}])
async def test_a_query_that_makes_no_sense_is_refused(vendor: Vendor, query: dict[str, Any]) -> None:
    name = next(iter(query))
    assert errors(await vendor.client.get(PATH, params=query), 400, INVALID)[0].startswith(f"{name} does not have a valid value")


@pytest.mark.parametrize("name", ["", " ", "-vip", "x" * 256, 7, "a\u0000"])
async def test_a_name_that_cannot_be_a_tag_is_refused(vendor: Vendor, name: Any) -> None:
    assert errors(await vendor.client.post(PATH, json={"name": name}), 400, INVALID)[0].startswith("name does not have")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_id_of_no_tag_is_not_found_whatever_it_looks_like(vendor: Vendor, method: str) -> None:
    for tag_id, what in (("x", "in an invalid format"), (str(uuid4()), "unknown"), (vendor.uuid(Thing.TAG, 9_999), "unknown")):
        response = await vendor.client.request(method, f"{PATH}/{tag_id}", json={"name": "x"} if method == "PUT" else None)
        assert what in errors(response, 404, UNKNOWN)[0]


async def test_a_tag_is_deleted_by_an_activity_whose_errors_are_objects(vendor: Vendor) -> None:
    tag = await vendor.tag("vip")
    person = await vendor.contact(tags=["vip"])
    headers = {"Idempotency-Key": "once"}
    response = await vendor.client.delete(f"{PATH}/{tag}", headers=headers)
    body = response.json()
    assert (response.status_code, response.headers["location"]) == (202, f"/v3/activities/{body['activity_id']}")
    members = {"activity_id", "state", "created_at", "updated_at", "percent_done", "activity_errors", "status", "_links"}
    assert set(body) == members
    assert body["activity_errors"] == []
    assert set(body["status"]) == {"items_total_count", "items_completed_count"}
    ended = await vendor.ended(body["activity_id"])
    assert (ended["state"], ended["status"]) == ("completed", {"items_total_count": 1, "items_completed_count": 1})
    assert (await vendor.native(person))["tags"] == []
    again = (await vendor.client.delete(f"{PATH}/{tag}", headers=headers)).json()
    assert (again["activity_id"], again["state"], set(again)) == (body["activity_id"], "completed", members)
    errors(await vendor.client.delete(f"{PATH}/{tag}"), 404, UNKNOWN)
