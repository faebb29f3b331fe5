"""Activities over the vendor's API: how they are listed, read and cancelled."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from tests.dialects.constant_contact.vendor import Vendor, errors
from tests.support.system import System, platform_for, system

pytestmark = pytest.mark.mongo


@pytest.fixture
async def idle(mongo_url: str) -> AsyncIterator[Vendor]:
    """A Muster in which nobody works: what is accepted stays as it is."""
    async with system(platform_for(mongo_url, f"muster-{uuid4().hex[:12]}"), services=()) as whole:
        yield Vendor(whole)


async def some_activities(vendor: Vendor, count: int) -> list[str]:
    news, person = await vendor.list(), await vendor.contact()
    body = {"source": {"contact_ids": [person]}, "list_ids": [news]}
    return [(await vendor.submit("add_list_memberships", **body))["activity_id"] for _ in range(count)]


async def pages(vendor: Vendor, **query: Any) -> list[list[str]]:
    """The ids of every page, following the addresses as they are given."""
    response = await vendor.client.get("/v3/activities", params=query)
    found = []
    while True:
        assert response.status_code == 200, response.text
        body = response.json()
        assert next(iter(body)) == "activities"
        found.append([activity["activity_id"] for activity in body["activities"]])
        if "_links" not in body:
            return found
        address = body["_links"]["next"]["href"]
        assert address.startswith("/v3/activities?cursor=")
        response = await vendor.client.get(address)


async def test_activities_are_listed_newest_first_a_page_at_a_time(vendor: Vendor) -> None:
    made = await some_activities(vendor, 5)
    assert await pages(vendor, limit=2) == [made[:2:-1], made[2:0:-1], made[:1]]
    assert await pages(vendor) == [made[::-1]]


async def test_a_client_may_repeat_its_parameters_beside_the_cursor_which_wins(vendor: Vendor) -> None:
    made = await some_activities(vendor, 3)
    first = (await vendor.client.get("/v3/activities", params={"limit": 2})).json()
    address = first["_links"]["next"]["href"]
    again = await vendor.client.get(f"{address}&limit=500&state=failed")
    assert [activity["activity_id"] for activity in again.json()["activities"]] == made[:1]


async def test_a_page_shows_the_activities_of_one_state(vendor: Vendor) -> None:
    made = await some_activities(vendor, 2)
    for activity_id in made:
        await vendor.ended(activity_id)
    assert await pages(vendor, state="completed") == [made[::-1]]
    assert await pages(vendor, state="failed") == [[]]


@pytest.mark.parametrize(("state", "codes"), [("timed_out", ("chunk_failed", "planning_failed")), ("failed", ("file_empty", None))])
async def test_jobs_that_got_stuck_are_told_from_other_failed_ones_page_by_page(
    idle: Vendor, state: str, codes: tuple[str | None, ...]
) -> None:
    made, jobs = await some_activities(idle, 8), idle.muster.database["jobs"]
    for activity_id, code in zip(made, ("chunk_failed", "file_empty", "planning_failed", None) * 2, strict=True):
        error = {"code": code, "message": "It failed."} if code else None
        await jobs.update_one({"_id": activity_id}, {"$set": {"state": "failed", "error": error}})
    wanted = [each["_id"] for each in await jobs.find({"error.code": {"$in": codes}}).sort("_id", -1).to_list()]
    assert len(wanted) == 4
    assert await pages(idle, state=state, limit=3) == [wanted[:3], wanted[3:]]
    assert await pages(idle, state=state, limit=4) == [wanted]


async def test_a_page_of_stuck_activities_is_one_question_however_many_others_failed(idle: Vendor) -> None:
    made, database = await some_activities(idle, 6), idle.muster.database
    for activity_id in made:
        code = "chunk_failed" if activity_id == made[0] else "file_empty"
        change = {"state": "failed", "error": {"code": code, "message": "It failed."}}
        await database["jobs"].update_one({"_id": activity_id}, {"$set": change})
    await database.command("profile", 2)
    assert await pages(idle, state="timed_out", limit=1) == [made[:1]]
    await database.command("profile", 0)
    asked = {"ns": f"{database.name}.jobs", "op": {"$in": ["query", "getmore"]}}
    assert await database["system.profile"].count_documents(asked) == 1


async def test_a_page_reads_no_rows_however_many_activities_had_some_rejected(tenant: System, vendor: Vendor) -> None:
    jobs = [await tenant.imported(b"email\nbad\nworse\n") for _ in range(2)]
    listed = (await vendor.client.get("/v3/activities")).json()["activities"]
    said = [f"2 rows were rejected; see /v3/activities/{job['id']}" for job in reversed(jobs)]
    assert [each["activity_errors"] for each in listed] == [[each] for each in said]
    assert len((await vendor.activity(jobs[0]["id"]))["activity_errors"]) == 2


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"state": "initialized"}, "state does not have a valid value"),
        ({"limit": 0}, "limit does not have a valid value"),
        ({"limit": 501}, "limit does not have a valid value"),
        ({"limit": "many"}, "limit does not have a valid value"),
        ({"cursor": "bm90aGluZw"}, "cursor does not have a valid value"),
    ],
)
async def test_a_query_that_the_vendor_refuses_is_refused(vendor: Vendor, query: dict[str, Any], message: str) -> None:
    response = await vendor.client.get("/v3/activities", params=query)
    assert message in errors(response, 400, "contacts.api.validation.error")[0]


async def test_an_activity_that_nobody_has_is_not_found(vendor: Vendor) -> None:
    for activity_id in (str(uuid4()), "no id at all"):
        errors(await vendor.client.get(f"/v3/activities/{activity_id}"), 404, "contacts.api.not_found")
        errors(await vendor.client.delete(f"/v3/activities/{activity_id}"), 404, "contacts.api.not_found")


async def test_an_activity_that_waits_is_cancelled_at_once(idle: Vendor) -> None:
    (activity_id,) = await some_activities(idle, 1)
    assert (await idle.activity(activity_id))["state"] == "initialized"
    cancelled = await idle.client.delete(f"/v3/activities/{activity_id}", headers={"Content-Type": "application/json"})
    assert cancelled.status_code == 202
    assert cancelled.json()["state"] == "cancelled"
    assert cancelled.json()["percent_done"] == 0
    assert "completed_at" in cancelled.json()
    assert await pages(idle, state="cancelled") == [[activity_id]]


async def test_an_activity_that_has_ended_cannot_be_cancelled(vendor: Vendor) -> None:
    (activity_id,) = await some_activities(vendor, 1)
    await vendor.ended(activity_id)
    errors(await vendor.client.delete(f"/v3/activities/{activity_id}"), 409, "contacts.api.conflict")


async def test_an_activity_waits_for_those_that_it_names_and_fails_with_them(vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact()
    body = {"source": {"contact_ids": [person]}, "list_ids": [news]}
    refused = await vendor.client.post("/v3/activities/add_list_memberships", json={**body, "after": [str(uuid4())]})
    message = "after does not have a valid value: there is no such activity in this account"
    assert errors(refused, 400, "contacts.api.validation.error")[0].startswith(message)
    first = await vendor.submit("add_list_memberships", **body)
    second = await vendor.submit("remove_list_memberships", **body, after=[first["activity_id"]])
    assert (await vendor.ended(second["activity_id"]))["state"] == "completed"
    assert (await vendor.native(person))["lists"] == []


async def test_a_request_that_is_sent_twice_with_one_key_makes_one_activity(vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact()
    body = {"source": {"contact_ids": [person]}, "list_ids": [news]}
    key = {"Idempotency-Key": "once"}
    sent = [vendor.client.post("/v3/activities/add_list_memberships", json=body, headers=key) for _ in range(3)]
    answers = await asyncio.gather(*sent)
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["activity_id"] for answer in answers}) == 1
    other = await vendor.client.post("/v3/activities/remove_list_memberships", json=body, headers=key)
    assert "Idempotency-Key was used" in errors(other, 400, "contacts.api.validation.error")[0]


async def test_every_job_of_the_account_is_an_activity_and_the_other_way_round(tenant: System, vendor: Vendor) -> None:
    job = await tenant.imported(b"email\nana@example.org\nbad\n")
    (activity_id,) = await some_activities(vendor, 1)
    await vendor.ended(activity_id)
    assert await pages(vendor) == [[activity_id, job["id"]]]
    assert {item["id"] for item in (await vendor.client.get("/v1/jobs")).json()["items"]} == {activity_id, job["id"]}
    activity = await vendor.activity(job["id"])
    assert activity["activity_errors"][0].startswith("Line 3: email")
    listed = (await vendor.client.get("/v3/activities")).json()["activities"]
    assert [each["activity_errors"] for each in listed] == [[], [f"1 row was rejected; see /v3/activities/{job['id']}"]]
    assert activity["_links"]["rejected"]["href"] == f"/v1/jobs/{job['id']}/rejected.csv"
    assert (await vendor.client.get(activity["_links"]["rejected"]["href"])).status_code == 200


async def test_nobody_sees_the_activities_of_another_account(vendor: Vendor, idle: Vendor) -> None:
    (activity_id,) = await some_activities(vendor, 1)
    assert await pages(idle) == [[]]
    errors(await idle.client.get(f"/v3/activities/{activity_id}"), 404, "contacts.api.not_found")


async def test_a_request_without_a_key_is_answered_with_one_object(vendor: Vendor) -> None:
    response = await vendor.client.get("/v3/activities", headers={"Authorization": "Bearer wrong"})
    assert response.status_code == 401
    assert response.json() == {"error_key": "unauthorized", "error_message": "Unauthorized"}
    assert "www-authenticate" in response.headers
