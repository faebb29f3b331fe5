"""What a job waits for may be forgotten as soon as it has completed, whatever else the job waits for."""

import asyncio
from datetime import timedelta

import pytest

from shared.contract.values import JobState
from shared.jobs.job import Job
from tests.integration.parts import Parts

S = JobState


async def completed_and_forgotten(parts: Parts, job: Job) -> None:
    """The job completes and is deleted, and nobody hears of either."""
    ended = await parts.run_out(job)
    assert ended.state is S.COMPLETED
    assert await parts.gateway.desk.forget(ended) is None


async def test_one_of_two_may_be_forgotten_while_the_other_still_runs(parts: Parts) -> None:
    first, second = await parts.job(), await parts.job()
    follower = await parts.job(after=(first.id, second.id))
    assert follower.pending == (first.id, second.id)
    await completed_and_forgotten(parts, first)
    await parts.release.sweep()
    waiting = await parts.read(follower)
    assert (waiting.state, waiting.after, waiting.pending) == (S.WAITING, (first.id, second.id), (second.id,))
    await completed_and_forgotten(parts, second)
    await parts.release.sweep()
    assert (await parts.read(follower)).state is S.QUEUED


async def test_a_job_goes_whose_predecessor_was_deleted_before_anybody_heard_of_its_end(parts: Parts) -> None:
    first = await parts.job()
    follower = await parts.job(after=(first.id,))
    await completed_and_forgotten(parts, first)
    await parts.release.after(first.id)
    assert (await parts.read(follower)).state is S.QUEUED


async def test_a_predecessor_that_had_completed_at_the_acceptance_may_be_forgotten_at_once(parts: Parts) -> None:
    first, second = await parts.job(), await parts.job()
    ended = await parts.run_out(first)
    follower = await parts.job(after=(first.id, second.id))
    assert follower.pending == (second.id,)
    assert await parts.gateway.desk.forget(ended) is None
    await parts.release.sweep()
    assert (await parts.read(follower)).state is S.WAITING


async def test_a_job_fails_whose_predecessor_was_deleted_without_having_completed(parts: Parts) -> None:
    first, second = await parts.job(), await parts.job()
    follower = await parts.job(after=(first.id, second.id))
    await completed_and_forgotten(parts, first)
    await parts.gateway.desk.cancel(second)
    assert await parts.gateway.desk.forget(second) is None
    await parts.release.sweep()
    failed = await parts.read(follower)
    assert (failed.state, failed.error and failed.error.code) == (S.FAILED, "predecessor_failed")
    assert failed.error is not None
    assert f"{second.id}, which is deleted" in failed.error.message


async def test_an_end_and_the_acceptance_of_what_waits_for_it_never_miss_each_other(parts: Parts) -> None:
    for _ in range(5):
        first, other = await parts.begun(), await parts.job()
        *earlier, last = await parts.run_to_last_chunks(first)
        for chunk in earlier:
            await parts.chunk(first, *chunk)
        accepting = [asyncio.create_task(parts.job(after=(first.id, other.id))) for _ in range(4)]
        await parts.chunk(first, *last)
        followers = await asyncio.gather(*accepting)
        assert (await parts.run_out(first)).state is S.COMPLETED
        assert [(await parts.read(job)).pending for job in followers] == [(other.id,)] * 4


@pytest.mark.parametrize("ends_before", [True, False], ids=["ended before the update", "ended after it"])
async def test_a_job_of_an_earlier_release_keeps_what_has_completed_too(parts: Parts, ends_before: bool) -> None:
    first, second = await parts.job(), await parts.job()
    follower = await parts.job(after=(first.id, second.id), run_at=parts.clock.now() + timedelta(minutes=1))
    old = {"_id": follower.id}, {"$unset": {"pending": "", "is_cleared": ""}}
    if not ends_before:
        await parts.database["jobs"].update_one(*old)
    ended = await parts.run_out(first)
    if ends_before:
        await parts.database["jobs"].update_one(*old)
        await parts.release.sweep()
    assert await parts.gateway.desk.forget(ended) is None
    await parts.release.sweep()
    assert (await parts.read(follower)).pending == (second.id,)
    await completed_and_forgotten(parts, second)
    parts.clock.move(minutes=1)
    await parts.release.sweep()
    assert (await parts.read(follower)).state is S.QUEUED
