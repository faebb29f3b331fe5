"""The status service's handlers and duties on a real database: views, catching up, rescue, forgetting."""

import asyncio
from dataclasses import replace
from functools import partial

import pytest

from services.status.handlers import Handlers
from services.status.rescue import Rescue
from services.status.retention import LeftViews
from shared.contract.codec import decode
from shared.contract.commands import ImportChunk, StartImport, WorkChunk
from shared.contract.events import ChunkFinished, CountsBody
from shared.contract.values import JobState, Kind
from shared.jobs.forgetting import Forgetting
from shared.jobs.job import Job
from shared.jobs.progress import View
from tests.integration.parts import Parts, once


def handlers(parts: Parts) -> Handlers:
    """The status service's handlers."""
    gate = parts.gateway
    forgetting = Forgetting(gate.jobs, parts.ledger, parts.chunks, gate.outcomes, gate.views, gate.files)
    return Handlers(gate.views, gate.jobs, parts.ledger, parts.release, forgetting, parts.clock)


def rescue(parts: Parts) -> Rescue:
    """The rescuer, patient for a minute."""
    return Rescue(parts.gateway.jobs, parts.ledger, parts.platform.outbox, parts.clock, 60.0)


def finished(job: Job, lane: int, sequence: int) -> ChunkFinished:
    """The event of a chunk."""
    counts = CountsBody(created=2 * sequence)
    at = job.created_at
    return ChunkFinished(
        job_id=job.id,
        account=job.account,
        kind=Kind.IMPORT,
        lane=lane,
        sequence=sequence,
        rows_done=2 * sequence,
        counts=counts,
        at=at,
    )


async def read(parts: Parts, job: Job, rows_done: int) -> View:
    """The view, once it can be read: it is written without waiting for the majority that reads ask."""
    async with asyncio.timeout(10):
        while (view := await parts.gateway.views.read(job.id)) is None or view.rows_done < rows_done:
            await asyncio.sleep(0.002)
    return view


async def test_events_that_come_at_once_are_all_in_the_view(parts: Parts) -> None:
    job = await parts.begun()
    status = handlers(parts)
    await asyncio.gather(*(status.progressed(finished(job, lane, sequence)) for lane in range(3) for sequence in (2, 1)))
    view = await read(parts, job, 12)
    assert view.rows_done == view.counts.created == 12


async def test_a_late_event_of_a_deleted_job_brings_nothing_back(parts: Parts) -> None:
    job = await parts.begun()
    event = finished(job, 0, 1)
    await parts.run_out(job)
    assert await parts.gateway.desk.forget(job) is None
    await handlers(parts).progressed(event)
    found = await parts.database.command({"count": "views", "query": {"_id": job.id}, "readConcern": {"level": "local"}})
    assert found["n"] == 0


async def test_views_that_a_dead_status_service_left_of_deleted_jobs_go_page_by_page_and_no_others(parts: Parts) -> None:
    kept = await parts.begun()
    await handlers(parts).progressed(finished(kept, 0, 1))
    left = [View(f"{kept.id}-{number}", kept.account) for number in range(3)]
    for view in left:
        assert await parts.gateway.views.write(view)
        await read(parts, replace(kept, id=view.job_id), 0)
    sweeper = LeftViews(parts.gateway.views, parts.gateway.jobs, page=2)
    assert [await sweeper.sweep() for _ in range(2)] == [1, 2]
    found = await parts.database.command({"find": "views", "readConcern": {"level": "local"}})
    assert [view["_id"] for view in found["cursor"]["firstBatch"]] == [kept.id]


async def test_a_view_that_missed_its_events_catches_up_with_the_ledger(parts: Parts) -> None:
    job = await parts.begun()
    await parts.chunk(job, 0, 0)
    await handlers(parts).catch_up()
    view = await read(parts, job, 2)
    assert (view.rows_done, view.rows_total) == (2, 8)


@pytest.mark.parametrize("state", [JobState.QUEUED, JobState.PLANNING])
async def test_a_job_that_does_not_start_is_started_again_less_and_less_often(parts: Parts, state: JobState) -> None:
    job = await parts.job()
    if state is JobState.PLANNING:
        await parts.gateway.jobs.claim(job.id, "a planner that died", 0.0, {})
    parts.sent.clear()
    waits = []
    for seconds in (30, 31, 61, 61, 121, 121, 121):
        parts.clock.move(seconds=seconds)
        waits.append(await rescue(parts).sweep())
    assert waits == [0, 1, 0, 1, 0, 1, 0]
    assert [decode(message.body, message.headers) for message in parts.sent] == [
        StartImport(job_id=job.id, account=job.account)
    ] * 3


async def test_a_lane_that_does_not_move_gets_its_command_again(parts: Parts) -> None:
    job = await parts.begun()
    await parts.chunk(job, 0, 0)
    parts.sent.clear()
    parts.clock.move(seconds=61)
    assert sum(await asyncio.gather(*(rescue(parts).sweep() for _ in range(3)))) == 2
    sent = [decode(message.body, message.headers) for message in parts.sent]
    assert {(m.lane, m.sequence) for m in sent if isinstance(m, WorkChunk)} == {(0, 1), (1, 0)}


@pytest.mark.parametrize("stopping", [JobState.CANCELLING, JobState.FAILING])
async def test_a_job_that_is_stopping_is_brought_to_its_end_by_the_rescuer_alone(parts: Parts, stopping: JobState) -> None:
    job = await parts.begun()
    if stopping is JobState.CANCELLING:
        await parts.gateway.desk.cancel(job)
    else:
        await parts.stages.give_up_chunk(ImportChunk(job_id=job.id, account=job.account, lane=0, sequence=0), "no luck")
    parts.sent.clear()
    parts.clock.move(minutes=2)
    await rescue(parts).sweep()
    for message in [decode(sent.body, sent.headers) for sent in parts.sent]:
        await (parts.stages.chunk(message) if isinstance(message, ImportChunk) else parts.start(job))
    assert (await parts.read(job)).state.is_end
    assert len(parts.ends(job)) == 1


async def test_a_lane_that_a_crash_left_open_behind_its_last_chunk_is_closed_by_the_rescuer(parts: Parts) -> None:
    job = await parts.begun()
    for lane, sequence in await parts.run_to_last_chunks(job):
        command = ImportChunk(job_id=job.id, account=job.account, lane=lane, sequence=sequence)
        rows = await parts.stages.chunks.read(job.id, 0, lane, sequence) or []
        await parts.platform.outbox.transaction(partial(parts.stages._work_chunk, job=job, command=command, rows=rows))
    assert [(lane.is_open, lane.sequence - lane.chunks) for lane in await parts.ledger.of_job(job.id)] == [(True, 0), (True, 0)]
    parts.sent.clear()
    parts.clock.move(minutes=2)
    await rescue(parts).sweep()
    for message in [decode(sent.body, sent.headers) for sent in parts.sent]:
        assert isinstance(message, WorkChunk)
        await parts.stages.chunk(message)
    assert (await parts.read(job)).state is JobState.COMPLETED
    assert len(parts.ends(job)) == 1


async def test_a_planner_with_other_settings_takes_over_without_mixing_chunks(parts: Parts) -> None:
    job = await parts.job()
    parts.work.rows = 30

    async def die() -> None:
        raise LookupError("of our own")

    parts.work.planned = once(die)
    with pytest.raises(LookupError):
        await parts.start(job)
    assert await parts.database["chunks"].count_documents({}) > 0
    old = parts.stages
    limits = replace(old.limits, chunk_rows=3, lanes=3)
    other = replace(old, limits=limits)
    await other.start(StartImport(job_id=job.id, account=job.account))
    assert (await parts.run_out(job)).state is JobState.COMPLETED
    assert await parts.written(job) == list(range(1, 31))
