"""Pause and resume beside whatever else happens to the job: no command is lost, and no row is written twice.

Everything here is driven by the commands that were really sent: a test that loses one never comes to its end.
"""

import asyncio
from dataclasses import replace

import pytest

from services.gateway.problems import Problem
from services.status.rescue import Rescue
from shared.contract.codec import decode
from shared.contract.commands import ImportChunk, StartImport
from shared.contract.values import JobState
from shared.jobs.job import Job
from shared.jobs.ledger import Ledger
from shared.jobs.progress import Lane
from shared.platform.mongo import Session
from tests.integration.parts import Parts, once

S = JobState
ROWS = list(range(1, 9))


async def deliver(parts: Parts) -> None:
    """Hand every command that was sent to the engine, and those that come of it, until there are none."""
    while parts.sent:
        message = parts.sent.pop(0)
        command = decode(message.body, message.headers)
        if isinstance(command, ImportChunk):
            await parts.stages.chunk(command)
        elif isinstance(command, StartImport):
            await parts.stages.start(command)


async def at_work(parts: Parts) -> Job:
    """A job whose lanes are open and whose first commands are out."""
    job = await parts.job()
    start = next(message for message in parts.sent if message.routing_key == StartImport.TYPE)
    parts.sent.remove(start)
    await parts.start(job)
    assert len(parts.sent) >= 2
    return await parts.read(job)


async def it_completed(parts: Parts, job: Job) -> None:
    """Every row once, and nothing is held any more."""
    assert (await parts.read(job)).state is S.COMPLETED
    assert await parts.written(job) == ROWS
    assert await parts.gateway.quota.used(job.account) == 0


async def test_a_paused_job_drops_its_commands_and_its_resumption_sends_those_of_all_open_lanes(parts: Parts) -> None:
    job = await at_work(parts)
    await parts.chunk(job, 0, 0)
    assert (await parts.gateway.desk.pause(job)).state is S.PAUSED
    await deliver(parts)
    assert len(await parts.written(job)) == 2
    assert (await parts.gateway.desk.resume(job)).state is S.PROCESSING
    sent = [decode(message.body, message.headers) for message in parts.sent]
    assert sorted((each.lane, each.sequence) for each in sent if isinstance(each, ImportChunk)) == [(0, 1), (1, 0)]
    await deliver(parts)
    await it_completed(parts, job)


async def test_a_pause_beside_a_chunk_lets_it_finish_and_starts_no_more(parts: Parts) -> None:
    job = await at_work(parts)

    async def pause() -> None:
        await parts.gateway.desk.pause(job)

    parts.work.working = once(pause)
    await deliver(parts)
    assert len(await parts.written(job)) == 2
    assert (await parts.read(job)).state is S.PAUSED
    await parts.gateway.desk.resume(job)
    await deliver(parts)
    await it_completed(parts, job)


class HeldLedger(Ledger):
    """A ledger that waits between reading the lanes of a job that is resumed and the commit."""

    go_on: asyncio.Event

    async def wake(self, session: Session, job_id: str) -> list[Lane]:
        """See `Ledger.wake`."""
        lanes = await super().wake(session, job_id)
        await self.go_on.wait()
        return lanes


async def test_a_resumption_beside_a_chunk_that_was_in_hand_all_the_while_loses_no_command(parts: Parts) -> None:
    job = await at_work(parts)
    holding, finish = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        holding.set()
        await finish.wait()

    parts.work.working = once(hold)
    chunk = asyncio.create_task(parts.chunk(job, 0, 0))
    await holding.wait()
    await parts.gateway.desk.pause(job)
    await deliver(parts)
    ledger = HeldLedger(parts.platform.mongo, parts.clock)
    ledger.go_on = asyncio.Event()
    resumption = asyncio.create_task(replace(parts.gateway.desk, ledger=ledger).resume(job))
    for _ in range(20):
        await parts.database.command("ping")
    finish.set()
    await chunk
    await deliver(parts)
    assert not resumption.done(), "what the chunk sent has been dropped"
    ledger.go_on.set()
    await resumption
    await deliver(parts)
    await it_completed(parts, job)


async def test_the_last_chunk_in_hand_completes_a_job_that_is_paused_meanwhile(parts: Parts) -> None:
    job = await at_work(parts)
    first, last = await parts.run_to_last_chunks(job)
    await parts.chunk(job, *first)

    async def pause() -> None:
        await parts.gateway.desk.pause(job)

    parts.work.working = once(pause)
    await parts.chunk(job, *last)
    await it_completed(parts, job)


async def test_a_lane_left_open_behind_its_last_chunk_is_closed_after_the_resumption(parts: Parts) -> None:
    job = await at_work(parts)
    lanes = await parts.ledger.of_job(job.id)
    await parts.run_to_last_chunks(job)
    await parts.gateway.desk.pause(job)
    for lane in lanes:
        written = {"sequence": lane.chunks}
        await parts.database["lanes"].update_one({"job": job.id, "lane": lane.number}, {"$set": written})
    parts.sent.clear()
    await parts.gateway.desk.resume(job)
    await deliver(parts)
    assert (await parts.read(job)).state is S.COMPLETED


async def test_a_paused_job_that_is_cancelled_ends_by_commands_of_its_own(parts: Parts) -> None:
    job = await at_work(parts)
    await parts.chunk(job, 0, 0)
    await parts.gateway.desk.pause(job)
    await deliver(parts)
    assert (await parts.gateway.desk.cancel(job)).state is S.CANCELLING
    await deliver(parts)
    ended = await parts.read(job)
    assert (ended.state, len(await parts.written(job))) == (S.CANCELLED, 2)
    assert ended.counts is not None
    assert ended.counts.created == 2
    assert await parts.gateway.quota.used(job.account) == 0


async def test_a_paused_job_that_is_deleted_stops_and_is_due_to_be_forgotten(parts: Parts) -> None:
    job = await at_work(parts)
    await parts.gateway.desk.pause(job)
    await deliver(parts)
    await parts.gateway.desk.forget(job)
    await deliver(parts)
    assert [due.id for due in await parts.gateway.jobs.expired(parts.clock.now(), 10)] == [job.id]


async def test_pause_resume_and_cancel_at_once_come_to_one_end(parts: Parts) -> None:
    job = await at_work(parts)
    desk = parts.gateway.desk
    work = [desk.pause(job), desk.cancel(job), desk.resume(job), parts.chunk(job, 0, 0), desk.pause(job), parts.chunk(job, 1, 0)]
    answers = await asyncio.gather(*work, return_exceptions=True)
    assert all(not isinstance(each, BaseException) or isinstance(each, Problem) for each in answers), answers
    await deliver(parts)
    ended = await parts.read(job)
    assert ended.state is S.CANCELLED
    assert ended.counts is not None
    assert ended.counts.rows == len(await parts.written(job))
    assert await parts.gateway.quota.used(job.account) == 0


async def test_pausing_twice_and_resuming_twice_is_fine(parts: Parts) -> None:
    job = await at_work(parts)
    desk = parts.gateway.desk
    assert (await desk.resume(job)).rev == job.rev, "it is at work"
    assert {(await desk.pause(job)).state for _ in range(2)} == {S.PAUSED}
    assert {(await desk.resume(job)).state for _ in range(2)} == {S.PROCESSING}
    await deliver(parts)
    await it_completed(parts, job)


async def test_the_rescuer_leaves_lanes_of_paused_jobs_alone_and_is_patient_no_longer_than_usual_afterwards(parts: Parts) -> None:
    job = await at_work(parts)
    await parts.gateway.desk.pause(job)
    await deliver(parts)
    rescue = Rescue(parts.gateway.jobs, parts.ledger, parts.platform.outbox, parts.clock, 60.0)
    for _ in range(6):
        parts.clock.move(hours=2)
        assert await rescue.sweep() == 0
    await parts.gateway.desk.resume(job)
    parts.sent.clear()
    parts.clock.move(seconds=61)
    assert await rescue.sweep() == 2
    await deliver(parts)
    await it_completed(parts, job)


async def test_a_paused_job_keeps_its_place(parts: Parts) -> None:
    await parts.limit(running_jobs=1)
    job = await at_work(parts)
    second = await parts.job()
    await parts.gateway.desk.pause(job)
    await parts.release.sweep()
    assert (await parts.read(second)).state is S.WAITING


@pytest.mark.parametrize("act", ["pause", "resume"])
async def test_a_job_that_is_not_at_work_can_be_neither_paused_nor_resumed(parts: Parts, act: str) -> None:
    queued, ended = await parts.job(), await parts.job()
    await parts.run_out(ended)
    for job in (queued, ended):
        with pytest.raises(Problem, match="not_pausable" if act == "pause" else "not_resumable") as refusal:
            await getattr(parts.gateway.desk, act)(job)
        assert refusal.value.status == 409
        assert str((await parts.read(job)).state) in refusal.value.detail
