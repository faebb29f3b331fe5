"""The feed of ended jobs: in order, each once, whatever ends beside the reader; and the same events as the broker's."""

import asyncio
import json
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.gateway.app import web_app
from shared.accounts.keys import Scope
from shared.contract.values import JobState
from shared.delivery.outbox import Unit
from tests.e2e.conftest import open_tenant
from tests.e2e.payloads import people
from tests.integration.parts import Parts
from tests.support.asyncapi import Described
from tests.support.resources import client_of, problem
from tests.support.system import System, platform_for, system

pytestmark = pytest.mark.mongo


@pytest.fixture(scope="module")
async def idle(mongo_url: str) -> AsyncIterator[System]:
    """A gateway whose jobs nobody works: they end when they are cancelled."""
    async with system(platform_for(mongo_url, f"events-{uuid4().hex}"), services=()) as whole:
        yield whole


@pytest.fixture
async def api(idle: System) -> AsyncIterator[System]:
    """It, as a new account sees it."""
    async with open_tenant(idle, web_app(idle.gateway)) as seen:
        yield seen


async def cancelled(api: System) -> str:
    """The id of a job that has just ended."""
    job = await api.submit(people(1))
    assert (await api.client.post(f"/v1/jobs/{job['id']}/cancel")).json()["state"] == "cancelled"
    return str(job["id"])


async def page(api: System, **query: str | int | list[str]) -> tuple[list[str], str, bool]:
    """Ids of the jobs on a page, its cursor, and whether there is more."""
    response = await api.client.get("/v1/events", params=query)
    assert response.status_code == 200, response.text
    body = response.json()
    return [event["subject"] for event in body["items"]], body["cursor"], body["more"]


async def test_jobs_come_in_the_order_of_their_ends_and_page_by_page(api: System) -> None:
    first, second, third = [await api.submit(people(1)) for _ in range(3)]
    for job in (third, first, second):
        await api.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert await page(api, limit=3) == ([third["id"], first["id"], second["id"]], (await page(api))[1], False)
    found, cursor, more = await page(api, limit=2)
    assert (found, more) == ([third["id"], first["id"]], True)
    found, cursor, more = await page(api, limit=2, after=cursor)
    assert (found, more) == ([second["id"]], False)
    assert await page(api, after=cursor) == ([], cursor, False)


async def test_a_cursor_goes_on_with_what_ended_since_also_when_its_own_job_is_forgotten(api: System) -> None:
    assert (await page(api))[0] == []
    begin = (await page(api))[1]
    before = await cancelled(api)
    found, cursor, _ = await page(api, after=begin)
    assert found == [before]
    assert (await api.client.delete(f"/v1/jobs/{before}")).status_code == 204
    later = await cancelled(api)
    assert (await page(api, after=cursor))[0] == (await page(api))[0] == (await page(api, after=""))[0] == [later]


async def test_an_event_is_a_whole_cloudevent(api: System) -> None:
    job_id = await cancelled(api)
    job = await api.job(job_id)
    (event,) = (await api.client.get("/v1/events")).json()["items"]
    data = event.pop("data")
    assert event == {
        "specversion": "1.0",
        "id": f"{job_id}:end",
        "source": "/muster/jobs",
        "type": "muster.job.cancelled.v1",
        "time": job["ended_at"],
        "subject": job_id,
        "datacontenttype": "application/json",
    }
    assert (data["job_id"], data["account"], data["kind"], data["rows_total"]) == (job_id, api.account.number, "import", None)
    assert data["counts"] == {**job["counts"], "codes": {}}


async def test_types_may_be_chosen_and_the_cursor_goes_past_the_others(api: System) -> None:
    jobs = [await cancelled(api) for _ in range(3)]
    found, cursor, more = await page(api, type="muster.job.completed.v1", limit=2)
    assert (found, more) == ([], True)
    both = ["muster.job.completed.v1", "muster.job.cancelled.v1"]
    assert (await page(api, type=both, after=cursor))[0] == jobs[2:]
    problem(await api.client.get("/v1/events", params={"type": "job.completed"}), 422, "invalid_request")


@pytest.mark.parametrize("after", ["x", "ZXZlbnRzOi0x", "am9iczox"])
async def test_a_cursor_of_something_else_is_refused(api: System, after: str) -> None:
    problem(await api.client.get("/v1/events", params={"after": after}), 400, "cursor_invalid")


async def test_an_account_sees_its_own_ends_and_a_key_needs_the_scope(idle: System, api: System) -> None:
    app = web_app(idle.gateway)
    await cancelled(api)
    async with open_tenant(idle, app) as other:
        assert (await page(other))[0] == []
        own = await cancelled(other)
        assert (await page(other))[0] == [own]
    _, key = await idle.gateway.keys.create(api.account.number, name="k", scopes=frozenset(Scope) - {Scope.JOBS_READ})
    async with client_of(app, key) as client:
        problem(await client.get("/v1/events"), 403, "scope_missing")


async def test_a_reader_sees_each_of_twenty_jobs_that_end_at_once_exactly_once(parts: Parts) -> None:
    jobs = [await parts.job() for _ in range(20)]
    own, over = parts.gateway.jobs.of_account(parts.account.number), asyncio.Event()
    seen: list[tuple[int, str]] = []

    async def read() -> None:
        while True:
            is_over = over.is_set()
            found = await own.ended_after(seen[-1][0] if seen else 0, 3)
            seen.extend((number, job.id) for number, job in found)
            if is_over and not found:
                return

    reading = asyncio.create_task(read())
    await asyncio.gather(*(parts.gateway.desk.cancel(job) for job in jobs))
    over.set()
    await reading
    assert sorted(job_id for _, job_id in seen) == sorted(job.id for job in jobs)
    assert [number for number, _ in seen] == list(range(1, 21))


async def test_an_end_that_is_not_committed_yet_holds_back_those_behind_it(parts: Parts) -> None:
    first, second = await parts.job(), await parts.job()
    own = parts.gateway.jobs.of_account(parts.account.number)
    numbered, go_on = asyncio.Event(), asyncio.Event()

    async def end(unit: Unit) -> None:
        await parts.gateway.desk.ending.end(unit, first, JobState.CANCELLED)
        numbered.set()
        await go_on.wait()

    slow = asyncio.create_task(parts.platform.outbox.transaction(end))
    await numbered.wait()
    quick = asyncio.create_task(parts.gateway.desk.cancel(second))
    for _ in range(10):
        await parts.database.command("ping")
        assert await own.ended_after(0, 10) == []
    go_on.set()
    await asyncio.gather(slow, quick)
    assert [(number, job.id) for number, job in await own.ended_after(0, 10)] == [(1, first.id), (2, second.id)]


async def test_an_end_is_the_same_event_from_the_broker_and_from_the_feed(parts: Parts) -> None:
    job = await parts.begun()
    await parts.run_out(job)
    (sent,) = [message for message in parts.sent if message.routing_key == "job.completed.import"]
    _, key = await parts.gateway.keys.create(parts.account.number, name="k", scopes=frozenset(Scope))
    async with client_of(web_app(parts.gateway), key) as client:
        (event,) = (await client.get("/v1/events")).json()["items"]
        described = Described((await client.get("/asyncapi.json", headers={"Authorization": ""})).json())
    attributes = {
        name.removeprefix("cloudEvents:"): value for name, value in sent.headers.items() if name.startswith("cloudEvents:")
    }
    attributes.pop("traceparent", None)
    assert event == {**attributes, "datacontenttype": "application/json", "data": json.loads(sent.body)}
    assert event["data"]["counts"]["created"] == 8
    assert described.complaints(sent.routing_key, sent.headers, sent.body) == []
