"""The ledger, and what the stages do with commands that are late, repeated or beyond help."""

import asyncio
from dataclasses import replace

import pytest

from shared.contract.commands import ImportChunk, StartImport
from shared.contract.values import Counts, JobState
from shared.jobs.lanes import Limits
from shared.jobs.outcomes import RowOutcome
from shared.jobs.progress import Lane
from shared.platform.mongo import Session
from tests.integration.parts import Parts, once


async def take(parts: Parts, sequence: int) -> Lane | None:
    """Try to move lane 0 of the job on."""

    async def attempt(session: Session) -> Lane | None:
        lane = await parts.ledger.take(session, "job", 0, sequence)
        return await parts.ledger.record(session, lane, Counts(created=5)) if lane else None

    return await parts.platform.mongo.transaction(attempt)


async def opened(parts: Parts, *chunks: int) -> None:
    """Lanes with so many chunks."""

    async def attempt(session: Session) -> None:
        await parts.ledger.open(session, "job", 1, chunks)

    await parts.platform.mongo.transaction(attempt)


async def test_a_lane_taken_twice_from_one_sequence_is_given_once(parts: Parts) -> None:
    await opened(parts, 2)
    first = await take(parts, 0)
    assert first is not None
    assert (first.sequence, first.is_open, first.rows_done) == (1, True, 5)
    assert await take(parts, 0) is None
    last = await take(parts, 1)
    assert last is not None
    assert (last.sequence, last.is_open, last.rows_done) == (2, True, 10)
    assert await take(parts, 2) is None


async def test_of_many_who_take_a_lane_at_once_one_gets_it(parts: Parts) -> None:
    await opened(parts, 3)
    taken = await asyncio.gather(*(take(parts, 0) for _ in range(10)))
    assert sum(lane is not None for lane in taken) == 1
    lane = await parts.ledger.read("job", 0)
    assert lane is not None
    assert (lane.sequence, lane.counts.created) == (1, 5)


async def test_a_lane_is_not_taken_before_its_turn_nor_after_it_was_closed(parts: Parts) -> None:
    await opened(parts, 0, 3)
    assert [lane.number for lane in await parts.ledger.of_job("job")] == [1]

    async def attempt(session: Session) -> list[object]:
        early = await parts.ledger.take(session, "job", 1, 1)
        closed = [await parts.ledger.close(session, "job", 1) for _ in range(2)]
        late = await parts.ledger.take(session, "job", 1, 0)
        return [early, *closed, late]

    assert await parts.platform.mongo.transaction(attempt) == [None, True, False, None]


async def test_lanes_of_other_jobs_are_left_alone(parts: Parts) -> None:
    await opened(parts, 2)
    await parts.ledger.forget("jo")
    await parts.ledger.forget("job:")
    assert len(await parts.ledger.of_job("job")) == 1
    await parts.ledger.forget("job")
    assert await parts.ledger.of_job("job") == []


async def test_late_and_early_chunk_commands_change_nothing(parts: Parts) -> None:
    job = await parts.begun()
    await parts.chunk(job, 0, 0)
    before = [(lane.number, lane.sequence) for lane in await parts.ledger.of_job(job.id)]
    for sequence in (0, 5):
        await parts.chunk(job, 0, sequence)
    await parts.chunk(job, 7, 0)
    assert [(lane.number, lane.sequence) for lane in await parts.ledger.of_job(job.id)] == before
    assert (await parts.run_out(job)).state is JobState.COMPLETED
    await parts.chunk(job, 0, 0)
    assert await parts.written(job) == list(range(1, 9))


async def test_a_chunk_that_is_given_up_fails_the_job_and_every_lane_stops(parts: Parts) -> None:
    job = await parts.begun()
    await parts.chunk(job, 0, 0)
    await parts.stages.give_up_chunk(ImportChunk(job_id=job.id, account=job.account, lane=1, sequence=0), "out of luck")
    assert (await parts.read(job)).state is JobState.FAILING
    ended = await parts.run_out(job)
    assert ended.state is JobState.FAILED
    assert ended.error is not None
    assert (ended.error.code, "out of luck" in ended.error.message) == ("chunk_failed", True)
    assert ended.counts is not None
    assert ended.counts.rows == len(await parts.written(job)) == 2
    assert len(parts.ends(job)) == 1


async def test_a_late_chunk_command_that_is_given_up_fails_nothing(parts: Parts) -> None:
    job = await parts.begun()
    await parts.chunk(job, 0, 0)
    await parts.stages.give_up_chunk(ImportChunk(job_id=job.id, account=job.account, lane=0, sequence=0), "came too late")
    assert (await parts.read(job)).state is JobState.PROCESSING
    assert (await parts.run_out(job)).state is JobState.COMPLETED


async def test_an_only_chunk_that_cannot_be_written_can_be_tried_again_at_once_and_given_up(parts: Parts) -> None:
    job = await parts.job()
    parts.work.rows = 2

    async def fail() -> None:
        raise LookupError("of our own")

    parts.work.working = fail
    for _ in range(2):
        with pytest.raises(LookupError):
            await parts.start(job)
    await parts.stages.give_up_start(StartImport(job_id=job.id, account=job.account), "LookupError: of our own")
    ended = await parts.read(job)
    assert ended.state is JobState.FAILED
    assert ended.error is not None
    assert ended.error.code == "planning_failed"
    assert await parts.gateway.quota.used(job.account) == 0


async def test_an_only_chunk_is_worked_in_whichever_lane_it_fell(parts: Parts) -> None:
    stages = parts.stages
    parts.work.rows, parts.work.keys = 6, 1
    whole = Limits(chunk_rows=100, single_lane_rows=4, lanes=16)
    one = replace(stages, limits=whole)
    job = await parts.job()
    await one.start(StartImport(job_id=job.id, account=job.account))
    assert (await parts.read(job)).state is JobState.COMPLETED
    assert await parts.written(job) == list(range(1, 7))


async def test_a_paused_job_stands_still_and_its_chunk_in_hand_may_be_the_last(parts: Parts) -> None:
    job = await parts.begun()
    first, last = await parts.run_to_last_chunks(job)
    await parts.chunk(job, *first)
    jobs = parts.gateway.jobs
    paused = await jobs.move(None, await parts.read(job), JobState.PAUSED)
    assert paused is not None
    await parts.chunk(job, *last)
    assert len(await parts.written(job)) < 8
    await jobs.move(None, paused, JobState.PROCESSING)

    async def pause() -> None:
        await jobs.move(None, await parts.read(job), JobState.PAUSED)

    parts.work.working = once(pause)
    await parts.chunk(job, *last)
    assert (await parts.read(job)).state is JobState.COMPLETED


async def test_outcomes_of_all_lanes_come_back_in_source_order_from_any_line_on(parts: Parts) -> None:
    job = await parts.begun()
    await parts.run_out(job)

    async def lines(after: int) -> list[RowOutcome]:
        return [row async for row in parts.gateway.outcomes.read(job.id, range(2), after_line=after)]

    for after in range(10):
        assert [row.line for row in await lines(after)] == list(range(after + 1, 9))
