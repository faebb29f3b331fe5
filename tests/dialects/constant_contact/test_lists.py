"""Lists over the vendor's API, and the same lists over the native one."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contract.identity import Thing
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo
PATH = "/v3/contact_lists"
INVALID = "contacts.api.validation.error"
UNKNOWN = "contacts.api.not_found"
CONFLICT = "contacts.api.conflict"


async def made(vendor: Vendor, **body: Any) -> dict[str, Any]:
    response = await vendor.client.post(PATH, json={"name": f"L {uuid4().hex[:8]}", **body})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def test_a_list_made_here_is_the_same_list_in_the_native_api(vendor: Vendor) -> None:
    body = await made(vendor, name=" Multiple purchases ", favorite=True, description="They come back.")
    assert list(body) == ["list_id", "name", "description", "favorite", "created_at", "updated_at"]
    assert (body["name"], body["description"], body["favorite"]) == ("Multiple purchases", "They come back.", True)
    native = (await vendor.client.get(f"/v1/lists/{body['list_id']}")).json()
    assert {member: native[member] for member in list(body)[1:]} == {member: body[member] for member in list(body)[1:]}
    assert (native["uuid"], native["visibility"]) == (body["list_id"], "private")
    assert (await vendor.client.get(f"{PATH}/{body['list_id']}")).json() == body


async def test_a_list_of_the_native_api_is_shown_here(vendor: Vendor) -> None:
    list_id = await vendor.list("Native")
    assert (await vendor.client.get(PATH)).json() == {"lists": [(await vendor.client.get(f"{PATH}/{list_id}")).json()]}


async def test_a_change_leaves_what_it_does_not_name(vendor: Vendor) -> None:
    body = await made(vendor, favorite=True, description="D")
    changed = await vendor.client.put(f"{PATH}/{body['list_id']}", json={"name": "New", "description": "E", "surplus": 1})
    assert changed.status_code == 200
    assert (changed.json()["name"], changed.json()["description"], changed.json()["favorite"]) == ("New", "E", True)
    assert errors(await vendor.client.put(f"{PATH}/{body['list_id']}", json={}), 400, INVALID) == ["name is missing"]


async def test_the_id_of_the_list_that_has_the_name_is_the_last_word(vendor: Vendor) -> None:
    first, other = await made(vendor, name="News"), await made(vendor)
    refused = [
        await vendor.client.post(PATH, json={"name": "NEWS"}),
        await vendor.client.put(f"{PATH}/{other['list_id']}", json={"name": "news"}),
    ]
    for response in refused:
        assert errors(response, 409, CONFLICT)[0].split()[-1] == first["list_id"]


async def test_of_many_who_make_one_list_at_once_one_does(vendor: Vendor) -> None:
    answers = await asyncio.gather(*(vendor.client.post(PATH, json={"name": "Once"}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    winner = next(answer.json()["list_id"] for answer in answers if answer.status_code == 201)
    assert {errors(each, 409, CONFLICT)[0].split()[-1] for each in answers if each.status_code == 409} == {winner}


async def test_pages_begin_with_the_lists_and_the_last_has_no_links(vendor: Vendor) -> None:
    lists = [await vendor.list() for _ in range(5)]
    found, path = [], f"{PATH}?limit=2&include_count=true"
    for is_last in (False, False, True):
        page = (await vendor.client.get(path, headers={"Content-Type": "application/json"})).json()
        assert list(page) == ["lists", "lists_count"] + ([] if is_last else ["_links"])
        assert page["lists_count"] == 5
        found += [each["list_id"] for each in page["lists"]]
        if not is_last:
            path = page["_links"]["next"]["href"]
            assert path.startswith(f"{PATH}?cursor=")
            path += "&limit=500"
    assert found == lists


async def test_a_full_last_page_has_no_links_either(vendor: Vendor) -> None:
    for _ in range(2):
        await vendor.list()
    assert list((await vendor.client.get(PATH, params={"limit": 2})).json()) == ["lists"]


async def test_a_list_is_found_by_its_whole_name(vendor: Vendor) -> None:
    await made(vendor, name="News")
    await made(vendor, name="News of the day")
    page = (await vendor.client.get(PATH, params={"name": "News", "include_count": "true"})).json()
    assert ([each["name"] for each in page["lists"]], page["lists_count"]) == (["News"], 1)
    assert (await vendor.client.get(PATH, params={"name": "New"})).json() == {"lists": []}


@pytest.mark.parametrize(("status", "shown"), [("all", 1), ("active", 1), ("active,deleted", 1), ("deleted", 0)])
async def test_a_deleted_list_is_forgotten_so_none_has_that_status(vendor: Vendor, status: str, shown: int) -> None:
    await vendor.list()
    page = (await vendor.client.get(PATH, params={"status": status, "include_count": True})).json()
    assert (len(page["lists"]), page["lists_count"]) == (shown, shown)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"limit": 0}, "limit does not have a valid value"),
        ({"limit": 1001}, "limit does not have a valid value"),
        ({"limit": "many"}, "limit does not have a valid value"),
        ({"include_membership_count": "some"}, "include_membership_count does not have a valid value"),
        ({"include_count": "perhaps"}, "include_count does not have a valid value"),
        ({"status": "gone"}, "status.0 does not have a valid value"),
        ({"channel_type": "fax"}, "channel_type does not have a valid value"),
        ({"cursor": "x"}, "cursor does not have a valid value"),
        ({"cursor": "bGlzdHM6bmV4dD14"}, "cursor does not have a valid value"),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused(vendor: Vendor, query: dict[str, Any], message: str) -> None:
    assert errors(await vendor.client.get(PATH, params=query), 400, INVALID)[0].startswith(message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "name is missing"),
        ({"name": ""}, "name does not have a valid value"),
        ({"name": "a\nb"}, "name does not have a valid value: must have letters or digits and be on one line"),
        ({"name": "x" * 256}, "name does not have a valid value"),
        ({"name": "x", "favorite": "perhaps"}, "favorite does not have a valid value"),
    ],
)
async def test_a_body_that_makes_no_list_is_refused(vendor: Vendor, body: dict[str, Any], message: str) -> None:
    assert errors(await vendor.client.post(PATH, json=body), 400, INVALID)[0].startswith(message)


async def test_a_body_that_is_no_json_is_refused_as_such(vendor: Vendor) -> None:
    response = await vendor.client.post(PATH, content=b"name=x", headers={"Content-Type": "application/x-www-form-urlencoded"})
    errors(response, 415, "contacts.api.unsupported_media_type")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_an_id_of_no_list_is_not_found_whatever_it_looks_like(vendor: Vendor, method: str) -> None:
    never = vendor.uuid(Thing.LIST, 9_999)
    for list_id, what in (
        ("7", "list_id is in an invalid format."),
        (str(uuid4()), "list_id is unknown"),
        (await vendor.tag(), "list_id is unknown"),
        (never, "list_id is unknown"),
    ):
        response = await vendor.client.request(method, f"{PATH}/{list_id}", json={"name": "x"} if method == "PUT" else None)
        assert errors(response, 404, UNKNOWN)[0].startswith(what)


async def test_all_members_count_but_deleted_ones_and_of_the_active_those_who_may_be_written_to(vendor: Vendor) -> None:
    news, empty = await vendor.list(), await vendor.list()
    _, gone, left = [await vendor.contact(lists=[news]) for _ in range(3)]
    await vendor.contact(lists=[news], channels={"email": {"status": "pending"}})
    await vendor.contact(lists=[news], channels={"email": {"permission": "not_set"}})
    await vendor.contact(lists=[news], email=None, mobile="+15551230009")
    await vendor.client.delete(f"/v1/contacts/{gone}")
    unsubscribed = await vendor.client.patch(f"/v1/contacts/{left}", json={"channels": {"email": {"status": "unsubscribed"}}})
    assert unsubscribed.status_code == 200, unsubscribed.text
    for counted, members in (("all", 5), ("active", 1)):
        page = (await vendor.client.get(PATH, params={"include_membership_count": counted})).json()
        assert {each["list_id"]: each["membership_count"] for each in page["lists"]} == {news: members, empty: 0}
        one = (await vendor.client.get(f"{PATH}/{news}", params={"include_membership_count": counted})).json()
        assert one["membership_count"] == members
    native = (await vendor.client.get(f"/v1/lists/{news}", params={"count": True})).json()
    assert native["contacts"] == 5
    assert "membership_count" not in (await vendor.client.get(PATH)).json()["lists"][0]


async def test_who_left_one_list_is_no_active_member_of_it(vendor: Vendor) -> None:
    news, offers = await vendor.list(), await vendor.list()
    person = await vendor.contact(lists=[news, offers])
    number = (await vendor.client.get(f"/v1/lists/{news}")).json()["id"]
    query = {"account": vendor.muster.account.number, "lists.id": number}
    await vendor.muster.database["contacts"].update_one(query, {"$set": {"lists.$.status": "unsubscribed"}})
    assert [each["status"] for each in (await vendor.native(person))["lists"]] == ["unsubscribed", "subscribed"]
    page = (await vendor.client.get(PATH, params={"include_membership_count": "active"})).json()
    assert {each["list_id"]: each["membership_count"] for each in page["lists"]} == {news: 0, offers: 1}


async def test_those_who_may_be_sent_an_sms_are_counted_for_that_channel_only(vendor: Vendor) -> None:
    news = await vendor.list()
    await vendor.contact(lists=[news])
    await vendor.contact(lists=[news], mobile="+15551230001", channels={"sms": {"status": "subscribed"}})
    await vendor.contact(lists=[news], mobile="+15551230002", channels={"sms": {"permission": "explicit"}})
    params: dict[str, str | bool] = {"channel_type": "sms", "include_sms_membership_count": True}
    assert (await vendor.client.get(PATH, params=params)).json()["lists"][0]["sms_membership_count"] == 2
    params["channel_type"] = "email"
    assert "sms_membership_count" not in (await vendor.client.get(PATH, params=params)).json()["lists"][0]


async def test_a_list_is_deleted_by_an_activity_that_says_only_what_clients_expect(vendor: Vendor) -> None:
    news = await vendor.list()
    person = await vendor.contact(lists=[news])
    response = await vendor.client.delete(f"{PATH}/{news}", headers={"Content-Type": "application/json"})
    body = response.json()
    assert (response.status_code, response.headers["location"]) == (202, f"/v3/activities/{body['activity_id']}")
    assert set(body) == {"activity_id", "state", "created_at", "updated_at", "percent_done", "activity_errors", "_links"}
    assert (body["state"], body["activity_errors"]) == ("initialized", [])
    assert body["_links"] == {"self": {"href": response.headers["location"]}}
    assert (await vendor.ended(body["activity_id"]))["state"] == "completed"
    assert (await vendor.native(person))["lists"] == []
    errors(await vendor.client.get(f"{PATH}/{news}"), 404, UNKNOWN)
    errors(await vendor.client.delete(f"{PATH}/{news}"), 404, UNKNOWN)
    assert (await vendor.client.get("/v1/lists")).json()["items"] == []


async def test_a_deletion_that_is_sent_again_with_its_key_is_the_same_activity(vendor: Vendor) -> None:
    news = await vendor.list()
    headers = {"Idempotency-Key": "once"}
    first = (await vendor.client.delete(f"{PATH}/{news}", headers=headers)).json()
    await vendor.ended(first["activity_id"])
    again = await vendor.client.delete(f"{PATH}/{news}", headers=headers)
    assert (again.status_code, again.json()["activity_id"]) == (202, first["activity_id"])
    assert set(again.json()) == set(first)


async def test_numbers_of_lists_lead_to_their_ids(vendor: Vendor) -> None:
    lists = [await vendor.list() for _ in range(2)]
    numbers = [(await vendor.client.get(f"/v1/lists/{each}")).json()["id"] for each in lists]
    asked = f"{numbers[1]},00{numbers[0]},{numbers[0]},999999,abc,{'9' * 30},²,0"
    xrefs = (await vendor.client.get(f"{PATH}/list_id_xrefs", params={"sequence_ids": asked})).json()
    assert xrefs == {
        "xrefs": [
            {"sequence_id": f"00{numbers[0]}", "list_id": lists[0]},
            {"sequence_id": str(numbers[0]), "list_id": lists[0]},
            {"sequence_id": str(numbers[1]), "list_id": lists[1]},
        ]
    }
    for query in ({}, {"sequence_ids": ","}, {"sequence_ids": ",".join(["1"] * 501)}):
        assert "sequence_ids" in errors(await vendor.client.get(f"{PATH}/list_id_xrefs", params=query), 400, INVALID)[0]
