"""What reads of jobs carry: all that is told of a file, and what the file consists of only where somebody needs it."""

import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta

import pytest

from shared.contract.values import JobState
from shared.jobs.job import Job
from tests.support.export_file import WHOLE, completed
from tests.support.resources import problem
from tests.support.system import System, platform_for, system


@pytest.fixture(scope="module")
async def idle(mongo_url: str) -> AsyncIterator[System]:
    """A Muster that works no job and looks after none."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), services=()) as whole:
        yield whole


async def test_reads_of_many_jobs_and_polls_leave_out_what_a_file_consists_of(idle: System) -> None:
    job_id, jobs, now = await completed(idle), idle.gateway.jobs, idle.platform.clock.now()
    ended = {"unsettled": True, "end_number": 1, "expires_at": now, "moved_at": now - timedelta(days=1)}
    await idle.database["jobs"].update_one({"_id": job_id}, {"$set": ended})
    mine = jobs.of_account(idle.account.number)
    found: Mapping[str, Sequence[Job | None]] = {
        "unsettled": await jobs.unsettled(9),
        "expired": await jobs.expired(now, 9),
        "in_states": [job async for job in jobs.in_states(JobState.COMPLETED)],
        "page": await mine.page(before=None, limit=9),
        "ended_after": [job for _, job in await mine.ended_after(0, 9)],
        "read": [await mine.read(job_id)],
    }
    for name, read in found.items():
        told = [job.result for job in read if job is not None and job.id == job_id]
        assert [("sha256" in result, "segments" in result) for result in told] == [(True, False)], name
    for whole in (await jobs.read(job_id), await mine.read(job_id, whole=True)):
        assert whole is not None
        assert len(whole.result["segments"]) == 5


async def test_a_list_of_jobs_tells_of_a_file_what_its_job_does(idle: System) -> None:
    job_id = await completed(idle)
    page = (await idle.client.get("/v1/jobs")).json()["items"]
    job = await idle.job(job_id)
    assert job["file"]["bytes"] == len(WHOLE)
    assert job["links"]["file"] == f"/v1/jobs/{job_id}/file"
    assert [(each["file"], each["links"]) for each in page if each["id"] == job_id] == [(job["file"], job["links"])]


@pytest.mark.parametrize("name", ["created_after", "created_before"])
async def test_an_extreme_moment_in_a_list_of_jobs_is_an_answer_and_no_failure(idle: System, name: str) -> None:
    response = await idle.client.get("/v1/jobs", params={name: "0001-01-01T00:00:00+14:00"})
    assert problem(response, 422, "invalid_request")["field"] == name
    for moment in ("0001-01-01T00:00:00", "2026-01-01T00:00:00+02:00"):
        assert (await idle.client.get("/v1/jobs", params={name: moment})).status_code == 200
