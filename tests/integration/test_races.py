"""Where snapshot isolation bites: each question that two transactions could answer differently, with the overlap forced."""

import asyncio
from datetime import UTC, datetime

from shared.accounts.counters import Counters
from shared.contract.values import JobState
from shared.jobs.job import Job
from shared.platform.mongo import Session
from tests.integration.parts import Parts, once, together


async def test_last_lane_of_two_that_end_at_the_same_moment_exactly_one_closes_the_job(parts: Parts) -> None:
    job = await parts.begun()
    left = await parts.run_to_last_chunks(job)
    assert len(left) == 2
    parts.work.working = together(2)
    await asyncio.gather(*(parts.chunk(job, *last) for last in left))
    ended = await parts.read(job)
    assert (ended.state, ended.open_lanes) == (JobState.COMPLETED, 0)
    assert ended.counts is not None
    assert ended.counts.created == 8
    await it_ended_once(parts, job)
    assert await parts.written(job) == list(range(1, 9))


async def test_a_chunk_that_two_workers_hold_at_once_writes_its_rows_once(parts: Parts) -> None:
    job = await parts.begun()
    holding, go_on = asyncio.Event(), asyncio.Event()

    async def hold() -> None:
        holding.set()
        await go_on.wait()

    parts.work.working = once(hold)
    first = asyncio.create_task(parts.chunk(job, 0, 0))
    await holding.wait()
    second = asyncio.create_task(parts.chunk(job, 0, 0))
    for _ in range(5):
        await parts.database.command("ping")
    go_on.set()
    await asyncio.gather(first, second)
    await parts.run_out(job)
    assert await parts.written(job) == list(range(1, 9))


async def test_cancel_beside_a_chunk_lets_it_finish_and_nothing_is_written_after_it(parts: Parts) -> None:
    job = await parts.begun()
    states: list[JobState] = []

    async def cancel() -> None:
        states.append((await parts.gateway.desk.cancel(job)).state)

    parts.work.working = once(cancel)
    await parts.chunk(job, 0, 0)
    assert states == [JobState.CANCELLING]
    at_cancel = await parts.written(job)
    ended = await parts.run_out(job)
    assert ended.state is JobState.CANCELLED
    assert await parts.written(job) == at_cancel
    assert ended.counts is not None
    assert ended.counts.rows == len(at_cancel) == 2
    await it_ended_once(parts, job)


async def test_cancel_beside_the_last_chunk_ends_the_job_cancelled_with_counts_that_are_true(parts: Parts) -> None:
    job = await parts.begun()
    first, last = await parts.run_to_last_chunks(job)
    await parts.chunk(job, *first)

    async def cancel() -> None:
        await parts.gateway.desk.cancel(job)

    parts.work.working = once(cancel)
    await parts.chunk(job, *last)
    ended = await parts.read(job)
    assert ended.state is JobState.CANCELLED
    assert ended.counts is not None
    assert ended.counts.rows == len(await parts.written(job)) == 8
    await it_ended_once(parts, job)


async def test_a_chunk_command_after_the_cancel_writes_nothing_and_closes_its_lane(parts: Parts) -> None:
    job = await parts.begun()
    await parts.gateway.desk.cancel(job)
    await asyncio.gather(parts.chunk(job, 0, 0), parts.chunk(job, 1, 0), parts.chunk(job, 0, 0))
    assert (await parts.read(job)).state is JobState.CANCELLED
    assert await parts.written(job) == []
    await it_ended_once(parts, job)


async def test_cancel_while_planning_is_closed_by_the_planner(parts: Parts) -> None:
    job = await parts.job()

    async def cancel() -> None:
        assert (await parts.gateway.desk.cancel(job)).state is JobState.CANCELLING

    parts.work.planned = once(cancel)
    await parts.start(job)
    assert (await parts.read(job)).state is JobState.CANCELLED
    assert await parts.database["chunks"].count_documents({}) == 0
    await it_ended_once(parts, job)


async def test_cancel_while_planning_is_closed_by_a_start_command_that_is_sent_again(parts: Parts) -> None:
    job = await parts.job()

    async def cancel() -> None:
        await parts.gateway.desk.cancel(job)
        await parts.start(job)
        assert (await parts.read(job)).state is JobState.CANCELLED

    parts.work.planned = once(cancel)
    await parts.start(job)
    assert await parts.written(job) == []
    await it_ended_once(parts, job)


async def test_a_job_deleted_while_it_is_planned_leaves_no_chunks_behind(parts: Parts) -> None:
    job = await parts.job()

    async def delete() -> None:
        await parts.gateway.desk.forget(job)
        await parts.start(job)
        assert await parts.gateway.desk.forget(await parts.read(job)) is None

    parts.work.planned = once(delete)
    await parts.start(job)
    for name in ("jobs", "lanes", "chunks", "outcomes", "views", "scratch"):
        assert await parts.database[name].count_documents({}) == 0, name


async def test_of_two_planners_one_begins_and_only_its_chunks_are_worked(parts: Parts) -> None:
    job = await parts.job()
    parts.work.planned = together(2)
    first = asyncio.create_task(parts.start(job))
    async with asyncio.timeout(20):
        while (await parts.read(job)).state is not JobState.PLANNING:
            await asyncio.sleep(0)
    lapsed = {"claim.until": datetime(2020, 1, 1, tzinfo=UTC)}
    await parts.database["jobs"].update_one({"_id": job.id}, {"$set": lapsed})
    await asyncio.gather(first, parts.start(job))
    assert (await parts.read(job)).state is JobState.PROCESSING
    assert len(parts.events(job, "job.processing")) == 1
    await parts.run_out(job)
    assert await parts.written(job) == list(range(1, 9))
    await it_ended_once(parts, job)


async def test_of_two_start_commands_at_once_one_plans(parts: Parts) -> None:
    job = await parts.job()
    await asyncio.gather(*(parts.start(job) for _ in range(5)))
    assert len(parts.events(job, "job.processing")) == 1
    assert (await parts.run_out(job)).state is JobState.COMPLETED
    assert await parts.written(job) == list(range(1, 9))


async def test_ids_come_from_outside_so_that_two_chunks_never_meet_on_the_counter(parts: Parts) -> None:
    job = await parts.begun()
    meet, attempts = together(2), 0
    numbers: list[int] = []

    async def number() -> None:
        nonlocal attempts
        attempts += 1
        await meet()
        numbers.extend(await Counters(parts.platform.mongo).take(job.account, "contact", 2))

    parts.work.working = number
    await asyncio.gather(parts.chunk(job, 0, 0), parts.chunk(job, 1, 0))
    assert attempts == 2, "one of the transactions met a conflict"
    assert len(set(numbers)) == 4


async def test_a_predecessor_that_ends_while_its_follower_is_accepted_never_leaves_it_waiting(parts: Parts) -> None:
    job = await parts.begun()
    first, last = await parts.run_to_last_chunks(job)
    await parts.chunk(job, *first)
    followers: list[Job] = []

    async def follow() -> None:
        followers.append(await parts.job(after=(job.id,)))

    parts.work.working = once(follow)
    await parts.chunk(job, *last)
    assert followers[0].state is JobState.WAITING
    await parts.release.after(job.id)
    assert (await parts.read(followers[0])).state is JobState.QUEUED
    assert len(parts.events(followers[0], "import.start")) == 1


async def test_an_acceptance_that_read_before_its_predecessor_ended_reads_again(parts: Parts) -> None:
    job = await parts.begun()
    seen: list[JobState] = []

    async def end() -> None:
        await parts.run_out(job)

    meanwhile = once(end)

    async def accept(session: Session) -> None:
        await parts.gateway.desk.idempotency.find(session, job.account, "fixes the snapshot")
        await meanwhile()
        before = await parts.gateway.jobs.note_follower(session, job.account, job.id)
        assert before is not None
        seen.append(before.state)

    await parts.platform.mongo.transaction(accept)
    assert seen == [JobState.COMPLETED]


async def it_ended_once(parts: Parts, job: Job) -> None:
    """One end event, and the place in the quota is free again."""
    assert len(parts.ends(job)) == 1
    assert await parts.gateway.quota.used(parts.account.number) == 0
