"""Jobs that wait for others, are cancelled, deleted, or outlive their time."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from services.importer import app as importer
from services.importer.settings import ImporterSettings
from services.status.settings import StatusSettings
from shared.contract.commands import ImportChunk, StartImport
from shared.jobs.planning import MOST_TAKEOVERS
from tests.e2e.conftest import open_tenant
from tests.e2e.payloads import people, traces
from tests.support.clock import MovableClock
from tests.support.system import System, platform_for, system

BRISK = StatusSettings(
    rescue_after_seconds=1.0, rescue_sweep_seconds=0.2, release_sweep_seconds=0.2, catch_up_seconds=0.2, retention_sweep_seconds=0.1
)
SMALL_CHUNKS = ImporterSettings(chunk_rows=20, single_lane_rows=200, lanes=4, prefetch=2)
ONE = b"email,first_name\nana@example.org,Ana\n"


@pytest.fixture
async def movable(mongo_url: str) -> AsyncIterator[System]:
    """A Muster with small chunks, whose clock a test may move."""
    platform = platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}", clock=MovableClock())
    async with system(platform, importer_settings=SMALL_CHUNKS, status_settings=BRISK) as whole:
        yield whole


@pytest.fixture
async def idle(mongo_url: str) -> AsyncIterator[System]:
    """A Muster whose workers are stopped."""
    async with system(
        platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), services=("status",), status_settings=BRISK
    ) as whole:
        yield whole


async def in_the_middle(muster: System, rows: int = 4_000) -> dict[str, Any]:
    """A job that has written some of its rows, and far from all."""
    job = await muster.submit(people(rows))

    async def begun() -> dict[str, Any] | None:
        found = await muster.job(job["id"])
        return found if found["progress"]["rows_done"] else None

    found: dict[str, Any] = await muster.until(begun)
    assert found["state"] == "processing", found
    return found


async def test_jobs_in_a_chain_complete_one_after_the_other(tenant: System) -> None:
    first = await tenant.submit(people(200))
    second = await tenant.submit(ONE, after=first["id"])
    third = await tenant.submit(ONE.replace(b"Ana\n", b"Anna\n"), after=[first["id"], second["id"]])
    chain = [await tenant.ended(job["id"]) for job in (first, second, third)]
    assert [job["state"] for job in chain] == ["completed"] * 3
    assert third["after"] == [first["id"], second["id"]]
    assert chain[0]["ended_at"] <= chain[1]["started_at"] <= chain[1]["ended_at"] <= chain[2]["started_at"]
    assert chain[2]["counts"]["updated"] == 1


async def test_a_job_waits_for_as_long_as_its_predecessor_runs(idle: System) -> None:
    first = await idle.submit(ONE)
    second = await idle.submit(ONE, after=first["id"])
    assert (first["state"], second["state"]) == ("queued", "waiting")
    await idle.client.post(f"/v1/jobs/{first['id']}/cancel")
    assert (await idle.ended(second["id"]))["error"]["code"] == "predecessor_failed"


async def test_a_job_whose_predecessor_failed_fails_with_all_that_wait_for_it(tenant: System) -> None:
    first = await tenant.imported(b"nothing,of,use\n1,2,3\n")
    assert first["state"] == "failed"
    second = await tenant.submit(ONE, after=first["id"])
    third = await tenant.submit(ONE, after=second["id"])
    for job, before in ((second, first), (third, second)):
        ended = await tenant.ended(job["id"])
        assert (ended["state"], ended["error"]["code"]) == ("failed", "predecessor_failed")
        assert before["id"] in ended["error"]["message"]
    assert await tenant.contacts() == []
    assert await tenant.gateway.quota.used(tenant.account.number) == 0


async def test_a_predecessor_that_nobody_knows_is_refused(tenant: System) -> None:
    query = {"after": "0198c0de-0000-7000-8000-000000000001"}
    response = await tenant.client.post("/v1/imports", content=ONE, params=query, headers={"Content-Type": "text/csv"})
    assert (response.status_code, response.json()["code"], response.json()["field"]) == (422, "predecessor_unknown", "after")
    assert await tenant.database["payloads.files"].count_documents({"metadata.account": tenant.account.number}) == 0


async def test_a_job_that_has_not_started_is_cancelled_at_once_and_twice_is_fine(idle: System) -> None:
    job = await idle.submit(ONE)
    for _ in range(2):
        response = await idle.client.post(f"/v1/jobs/{job['id']}/cancel")
        assert (response.status_code, response.json()["state"]) == (200, "cancelled")
    assert "cancel" not in response.json()["links"]
    assert await idle.gateway.quota.used(idle.account.number) == 0


async def test_a_payload_that_kills_every_planner_fails_its_job_in_the_end(idle: System) -> None:
    job = await idle.submit(people(10))
    lapsed = {"state": "planning", "claim": {"owner": "dead", "until": idle.platform.clock.now()}, "takeovers": MOST_TAKEOVERS}
    await idle.database["jobs"].update_one({"_id": job["id"]}, {"$set": lapsed})
    await idle.start("importer", importer.build(idle.platform))
    ended = await idle.ended(job["id"])
    assert (ended["state"], ended["error"]["code"]) == ("failed", "planning_failed")
    assert not await idle.contacts()


async def test_a_job_that_has_ended_cannot_be_cancelled(tenant: System) -> None:
    job = await tenant.imported(ONE)
    response = await tenant.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert (response.status_code, response.json()["code"]) == (409, "job_ended")


async def test_invariant_8_after_cancelled_nothing_of_the_job_is_written_and_what_was_done_is_reported(movable: System) -> None:
    job = await in_the_middle(movable)
    response = await movable.client.post(f"/v1/jobs/{job['id']}/cancel")
    assert response.json()["state"] in ("cancelling", "cancelled")
    ended = await movable.ended(job["id"])
    assert ended["state"] == "cancelled"
    written = await movable.contacts()
    assert ended["counts"]["created"] == sum(ended["counts"].values()) == len(written)
    assert 0 < len(written) < 4_000
    assert len(await movable.rows(job["id"], limit=1_000)) == len(written)
    about = {"job_id": job["id"], "account": movable.account.number}

    async def send_again(unit: Any) -> None:
        unit.send(StartImport.model_validate(about))
        unit.send(*(ImportChunk.model_validate({**about, "lane": lane, "sequence": s}) for lane in range(4) for s in range(50)))

    await movable.platform.outbox.transaction(send_again)
    after = await movable.imported(ONE)
    assert after["state"] == "completed"
    assert len(await movable.contacts()) == len(written) + 1
    assert (await movable.job(job["id"]))["counts"] == ended["counts"]
    assert await movable.gateway.quota.used(movable.account.number) == 0


async def test_a_job_that_has_ended_is_deleted_with_everything_of_it(movable: System) -> None:
    job = await movable.imported(people(100, bad_every=10))
    assert {"jobs", "outcomes", "lanes", "payloads.files", "payloads.chunks"} <= set(await traces(movable, job))
    response = await movable.client.delete(f"/v1/jobs/{job['id']}")
    assert response.status_code == 204
    assert await traces(movable, job) == {}
    assert (await movable.client.get(f"/v1/jobs/{job['id']}")).status_code == 404
    assert (await movable.client.delete(f"/v1/jobs/{job['id']}")).status_code == 404
    assert len(await movable.contacts()) == 90


async def test_a_job_that_runs_is_stopped_and_then_deleted_with_everything_of_it(movable: System) -> None:
    job = await in_the_middle(movable)
    response = await movable.client.delete(f"/v1/jobs/{job['id']}")
    assert response.status_code in (202, 204)

    async def gone() -> bool:
        return (await movable.client.get(f"/v1/jobs/{job['id']}")).status_code == 404

    await movable.until(gone)
    await movable.imported(ONE)
    assert await traces(movable, job) == {}
    assert await movable.gateway.quota.used(movable.account.number) == 0


async def test_invariant_10_when_the_retention_of_a_job_ends_everything_of_it_is_gone(movable: System) -> None:
    clock = movable.platform.clock
    assert isinstance(clock, MovableClock)
    job = await movable.imported(people(300, bad_every=10))
    clock.move(days=9)
    kept = await movable.imported(ONE)
    assert (await movable.job(job["id"]))["state"] == "completed"
    clock.move(days=2)

    async def gone() -> bool:
        return (await movable.client.get(f"/v1/jobs/{job['id']}")).status_code == 404

    await movable.until(gone)
    assert await traces(movable, job) == {}
    assert (await movable.job(kept["id"]))["state"] == "completed"
    assert len(await movable.contacts()) == 271


async def test_the_parsed_rows_of_a_job_go_when_it_ends(movable: System) -> None:
    job = await movable.imported(people(300))

    async def gone() -> bool:
        return "chunks" not in await traces(movable, job)

    await movable.until(gone)


async def test_invariant_7_an_account_never_sees_nor_touches_the_jobs_of_another(
    shared_muster: System, shared_app: FastAPI
) -> None:
    async with open_tenant(shared_muster, shared_app) as owner, open_tenant(shared_muster, shared_app) as other:
        job = await owner.imported(b"email\nana@example.org\nbad\n")
        path = f"/v1/jobs/{job['id']}"
        requests = [
            ("GET", path),
            ("GET", f"{path}/rows"),
            ("GET", f"{path}/rejected.csv"),
            ("POST", f"{path}/cancel"),
            ("DELETE", path),
        ]
        for method, address in requests:
            response = await other.client.request(method, address)
            assert (response.status_code, response.json()["code"]) == (404, "job_not_found"), address
        assert (await other.client.get("/v1/jobs")).json()["items"] == []
        after = await other.client.post(
            "/v1/imports", content=ONE, params={"after": job["id"]}, headers={"Content-Type": "text/csv"}
        )
        assert after.json()["code"] == "predecessor_unknown"
        same = await other.imported(b"email\nana@example.org\n")
        assert same["counts"]["created"] == 1
        assert (await owner.job(job["id"]))["counts"] == job["counts"]
        assert [len(await each.contacts()) for each in (owner, other)] == [1, 1]
