"""What a job leaves behind is made when all its chunks are done and before it is completed, however the lanes end."""

import asyncio

import pytest

from shared.contract.commands import ImportChunk, StartImport
from shared.contract.values import JobState
from tests.integration.parts import Parts, nothing


@pytest.mark.parametrize("rows", [0, 2, 8])
async def test_a_job_is_completed_with_what_it_leaves_behind(parts: Parts, rows: int) -> None:
    parts.work.rows, parts.work.finished = rows, nothing
    job = await parts.job()
    await parts.start(job)
    ended = await parts.run_out(job)
    assert ended.state is JobState.COMPLETED
    assert ended.result["written"] == rows
    assert len(parts.ends(job)) == 1


async def test_lanes_that_end_together_leave_one_result(parts: Parts) -> None:
    parts.work.finished = nothing
    job = await parts.begun()
    last = await parts.run_to_last_chunks(job)
    await asyncio.gather(*(parts.chunk(job, lane, sequence) for lane, sequence in last))
    ended = await parts.read(job)
    assert ended.state is JobState.COMPLETED
    assert ended.result["written"] == 8
    assert len(parts.ends(job)) == 1


async def test_a_cancel_while_the_result_is_made_cancels_the_job(parts: Parts) -> None:
    async def cancel() -> None:
        await parts.gateway.desk.cancel(await parts.read(job))

    parts.work.finished = cancel
    job = await parts.begun()
    for lane, sequence in await parts.run_to_last_chunks(job):
        await parts.chunk(job, lane, sequence)
    ended = await parts.read(job)
    assert ended.state is JobState.CANCELLED
    assert not ended.result
    assert ended.counts is not None
    assert ended.counts.rows == 8


async def test_a_result_that_a_crash_interrupted_is_made_again(parts: Parts) -> None:
    async def die() -> None:
        raise LookupError("of our own")

    parts.work.finished = die
    job = await parts.begun()
    (first, last) = await parts.run_to_last_chunks(job)
    await parts.chunk(job, *first)
    with pytest.raises(LookupError):
        await parts.chunk(job, *last)
    assert (await parts.read(job)).state is JobState.PROCESSING
    parts.work.finished = nothing
    await parts.stages.chunk(ImportChunk(job_id=job.id, account=job.account, lane=last[0], sequence=last[1] + 1))
    ended = await parts.read(job)
    assert ended.state is JobState.COMPLETED
    assert ended.result == {"finishings": 2, "written": 8}


async def test_a_job_of_one_chunk_whose_planner_died_before_the_result_is_taken_up(parts: Parts) -> None:
    async def die() -> None:
        raise LookupError("of our own")

    parts.work.rows, parts.work.finished = 2, die
    job = await parts.job()
    with pytest.raises(LookupError):
        await parts.start(job)
    parts.work.finished = nothing
    await parts.stages.start(StartImport(job_id=job.id, account=job.account))
    (lane,) = await parts.ledger.of_job(job.id)
    assert (lane.is_open, lane.sequence, lane.chunks) == (True, 1, 1)
    await parts.stages.chunk(ImportChunk(job_id=job.id, account=job.account, lane=lane.number, sequence=lane.sequence))
    assert (await parts.read(job)).result["written"] == 2
