"""Places to run and the line for them: exact whatever happens at once, the oldest first, and nobody jumps the line."""

import asyncio
from collections.abc import Awaitable
from dataclasses import replace
from datetime import timedelta

import pytest

from services.gateway.app import open_gateway
from services.gateway.jobs import Accepted, JobDesk, NewJob
from services.gateway.problems import Problem
from services.gateway.settings import GatewaySettings
from services.status.release import Release
from shared.contract.codec import decode
from shared.contract.commands import StartImport
from shared.contract.values import JobState, Kind
from shared.jobs.job import Job
from shared.platform.turns import Turns
from tests.integration.parts import KEYS, OPEN_JOBS, Parts
from tests.support.invariants import read_books, violations_in

S = JobState


def others(parts: Parts, number: int) -> list[Release]:
    """As many status services on one database."""
    return [replace(parts.release, turns=Turns()) for _ in range(number)]


def desks(parts: Parts, number: int) -> list[JobDesk]:
    """As many gateways on one database."""
    return [open_gateway(parts.platform, GatewaySettings(open_jobs=OPEN_JOBS), KEYS).desk for _ in range(number)]


async def in_line(parts: Parts, number: int) -> list[Job]:
    """So many jobs of an account that runs one at once: the first may run, the others stand in line."""
    await parts.limit(running_jobs=1)
    return [await parts.job() for _ in range(number)]


async def states(parts: Parts, jobs: list[Job]) -> list[JobState]:
    """Their states now."""
    return [(await parts.read(job)).state for job in jobs]


async def end(parts: Parts, job: Job) -> None:
    """The job runs and completes; nobody hears of it."""
    await parts.run_out(job)


async def figures(parts: Parts) -> dict[str, int]:
    """What the account counts, which is what its jobs add up to."""
    books = await read_books(parts.database)
    assert [wrong for wrong in violations_in(books, {}) if wrong.startswith("account")] == []
    return {name: number for name, number in books.usage[parts.account.number].items() if number}


def started(parts: Parts) -> list[str]:
    """Jobs whose start commands went out, in that order."""
    sent = [decode(message.body, message.headers) for message in parts.sent]
    return [message.job_id for message in sent if isinstance(message, StartImport)]


async def test_a_job_beyond_the_limit_stands_in_line_and_starts_when_one_ends(parts: Parts) -> None:
    first, second, third = await in_line(parts, 3)
    assert await states(parts, [first, second, third]) == [S.QUEUED, S.WAITING, S.WAITING]
    assert await figures(parts) == {"open_jobs": 3, "active_imports": 3, "running": 1, "in_line": 2}
    for done, following in ((first, second), (second, third)):
        await parts.release.next_of(parts.account.number)
        assert (await parts.read(following)).state is S.WAITING, "the place is not free yet"
        await end(parts, done)
        await parts.release.next_of(parts.account.number)
        assert (await parts.read(following)).state is S.QUEUED
    await end(parts, third)
    assert started(parts) == [first.id, second.id, third.id]
    assert await figures(parts) == {}


async def test_two_hundred_at_once_fill_the_places_and_the_line_to_the_limit_and_all_come_back(parts: Parts) -> None:
    await parts.limit(running_jobs=7)
    gates = desks(parts, 4)
    asked = [gates[turn % 4].accept(parts.account, NewJob(Kind.IMPORT, {})) for turn in range(200)]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    accepted = [answer.job for answer in answers if isinstance(answer, Accepted)]
    assert len(accepted) == OPEN_JOBS
    assert sum(job.state is S.QUEUED for job in accepted) == 7
    assert await figures(parts) == {"open_jobs": 50, "active_imports": 50, "running": 7, "in_line": 43}
    cancels = [gates[turn % 4].cancel(job) for turn, job in enumerate(accepted)]
    await asyncio.gather(*cancels, *(release.next_of(parts.account.number) for release in others(parts, 4)))
    assert set(await states(parts, accepted)) == {S.CANCELLED}
    assert await figures(parts) == {}


async def test_imports_have_a_limit_of_their_own_that_other_kinds_do_not_use_up(parts: Parts) -> None:
    await parts.limit(active_imports=2)
    for _ in range(3):
        await parts.gateway.desk.accept(parts.account, NewJob(Kind.EXPORT, {}))
    answers = await asyncio.gather(*(parts.job() for _ in range(10)), return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, Problem)]
    assert {(problem.status, problem.code, problem.extra["limit"]) for problem in refused} == {(429, "too_many_imports", 2)}
    assert len(refused) == 8
    assert await figures(parts) == {"open_jobs": 5, "active_imports": 2, "running": 5}


async def test_two_ends_at_the_same_moment_start_the_two_oldest_in_line(parts: Parts) -> None:
    await parts.limit(running_jobs=2)
    jobs = [await parts.job() for _ in range(6)]
    await end(parts, jobs[0])
    await end(parts, jobs[1])
    await asyncio.gather(*(release.next_of(parts.account.number) for release in others(parts, 5)))
    assert await states(parts, jobs[2:]) == [S.QUEUED, S.QUEUED, S.WAITING, S.WAITING]
    assert sorted(started(parts)) == sorted(job.id for job in jobs[:4])
    assert await figures(parts) == {"open_jobs": 4, "active_imports": 4, "running": 2, "in_line": 2}


async def test_a_new_job_does_not_take_the_place_just_freed_while_older_ones_stand_in_line(parts: Parts) -> None:
    first, second = await in_line(parts, 2)
    await end(parts, first)
    third = await parts.job()
    assert await states(parts, [second, third]) == [S.WAITING, S.WAITING]
    await parts.release.next_of(parts.account.number)
    assert await states(parts, [second, third]) == [S.QUEUED, S.WAITING]


@pytest.mark.parametrize("turn", range(5))
async def test_an_end_and_acceptances_at_once_neither_lose_a_place_nor_jump_the_line(parts: Parts, turn: int) -> None:
    first, second = await in_line(parts, 2)
    await end(parts, first)
    work: list[Awaitable[object]] = [desk.accept(parts.account, NewJob(Kind.IMPORT, {})) for desk in desks(parts, 4)]
    await asyncio.gather(*work[:turn], *(release.next_of(parts.account.number) for release in others(parts, 2)), *work[turn:])
    assert (await parts.read(second)).state is S.QUEUED
    assert started(parts) == [first.id, second.id]
    assert await figures(parts) == {"open_jobs": 5, "active_imports": 5, "running": 1, "in_line": 4}


async def test_a_job_cancelled_in_line_is_cancelled_at_once_and_gives_its_place_in_line_back(parts: Parts) -> None:
    first, second, third = await in_line(parts, 3)
    assert (await parts.gateway.desk.cancel(second)).state is S.CANCELLED
    assert await figures(parts) == {"open_jobs": 2, "active_imports": 2, "running": 1, "in_line": 1}
    await end(parts, first)
    await parts.release.next_of(parts.account.number)
    assert (await parts.read(third)).state is S.QUEUED


@pytest.mark.parametrize("ahead", [True, False])
async def test_release_and_cancel_of_the_same_job_at_once_leave_one_winner_and_no_place_behind(parts: Parts, ahead: bool) -> None:
    first, second, third = await in_line(parts, 3)
    await end(parts, first)
    work: list[Awaitable[object]] = [parts.gateway.desk.cancel(second)]
    work.insert(0 if ahead else 1, parts.release.next_of(parts.account.number))
    await asyncio.gather(*work)
    assert (await parts.read(second)).state is S.CANCELLED
    assert len(parts.ends(second)) == 1
    await parts.release.next_of(parts.account.number)
    assert (await parts.read(third)).state is S.QUEUED
    assert await figures(parts) == {"open_jobs": 1, "active_imports": 1, "running": 1}


async def test_a_job_that_waited_for_another_takes_one_place_however_often_it_is_looked_at(parts: Parts) -> None:
    first = await parts.job()
    follower = await parts.job(after=(first.id,))
    assert await figures(parts) == {"open_jobs": 2, "active_imports": 2, "running": 1}
    await end(parts, first)
    await asyncio.gather(*(release.after(first.id) for release in others(parts, 5)))
    assert (await parts.read(follower)).state is S.QUEUED
    assert started(parts) == [first.id, follower.id]
    assert await figures(parts) == {"open_jobs": 1, "active_imports": 1, "running": 1}


async def test_a_job_that_waited_for_another_joins_the_line_once_and_by_its_age(parts: Parts) -> None:
    first = await parts.job()
    follower = await parts.job(after=(first.id,))
    await parts.limit(running_jobs=1)
    second = await parts.job()
    third = await parts.job()
    await end(parts, first)
    await asyncio.gather(*(release.after(first.id) for release in others(parts, 5)))
    assert await states(parts, [follower, second, third]) == [S.WAITING] * 3, "others were in line before"
    assert await figures(parts) == {"open_jobs": 3, "active_imports": 3, "in_line": 3}
    await parts.release.next_of(parts.account.number)
    assert await states(parts, [follower, second, third]) == [S.QUEUED, S.WAITING, S.WAITING], "it is the oldest"


async def test_a_job_in_line_does_not_ask_again_for_predecessors_that_were_forgotten_meanwhile(parts: Parts) -> None:
    first = await parts.job()
    await parts.limit(running_jobs=1)
    follower = await parts.job(after=(first.id,))
    second = await parts.job()
    await end(parts, first)
    await parts.release.after(first.id)
    assert await parts.gateway.desk.forget(first) is None
    await parts.release.sweep()
    assert await states(parts, [follower, second]) == [S.QUEUED, S.WAITING]


async def test_a_raised_limit_is_noticed_by_the_sweep_and_a_lowered_one_starts_nobody(parts: Parts) -> None:
    jobs = await in_line(parts, 5)
    await parts.limit(running_jobs=3)
    await parts.release.sweep()
    assert await states(parts, jobs) == [S.QUEUED] * 3 + [S.WAITING] * 2
    await parts.limit(running_jobs=2)
    await end(parts, jobs[0])
    await parts.release.sweep()
    assert await states(parts, jobs[3:]) == [S.WAITING] * 2
    await end(parts, jobs[1])
    await parts.release.sweep()
    assert await states(parts, jobs[3:]) == [S.QUEUED, S.WAITING]


async def test_the_sweep_lets_accounts_go_by_turns_however_long_the_line_of_one_is(parts: Parts) -> None:
    jobs = await in_line(parts, 5)
    other = await parts.gateway.accounts.create("other")
    await parts.gateway.accounts.set_limit(other.number, "running_jobs", 0)
    blocked = await parts.gateway.accounts.read(other.number)
    assert blocked is not None
    theirs = [(await parts.gateway.desk.accept(blocked, NewJob(Kind.IMPORT, {}))).job for _ in range(2)]
    for number in (parts.account.number, other.number):
        await parts.gateway.accounts.set_limit(number, "running_jobs", 10)
    parts.sent.clear()
    await parts.release.sweep()
    assert started(parts) == [jobs[1].id, theirs[0].id, jobs[2].id, theirs[1].id, jobs[3].id, jobs[4].id]


async def test_a_job_with_a_start_in_the_future_takes_a_place_then_and_not_before(parts: Parts) -> None:
    at = parts.clock.now() + timedelta(days=40)
    before = await parts.job()
    await end(parts, before)
    job = await parts.job(run_at=at, after=(before.id,))
    assert (job.state, job.run_at) == (S.WAITING, at)
    assert await figures(parts) == {"open_jobs": 1, "active_imports": 1}
    parts.clock.move(days=39)
    assert await parts.gateway.desk.forget(await parts.read(before)) is None, "its retention was over"
    await parts.release.sweep()
    assert (await parts.read(job)).state is S.WAITING
    parts.clock.move(days=1)
    await asyncio.gather(*(release.sweep() for release in others(parts, 3)))
    assert (await parts.read(job)).state is S.QUEUED
    assert started(parts).count(job.id) == 1
    assert await figures(parts) == {"open_jobs": 1, "active_imports": 1, "running": 1}


async def test_a_job_whose_predecessor_completes_before_its_time_remembers_that(parts: Parts) -> None:
    before = await parts.job()
    job = await parts.job(run_at=parts.clock.now() + timedelta(days=1), after=(before.id,))
    await end(parts, before)
    await parts.release.sweep()
    assert await parts.gateway.desk.forget(await parts.read(before)) is None
    parts.clock.move(days=1)
    await parts.release.sweep()
    assert (await parts.read(job)).state is S.QUEUED


async def test_a_job_that_waits_for_its_time_is_cancelled_at_once(parts: Parts) -> None:
    job = await parts.job(run_at=parts.clock.now() + timedelta(days=1))
    assert (await parts.gateway.desk.cancel(job)).state is S.CANCELLED
    assert await figures(parts) == {}


async def test_jobs_of_an_earlier_release_give_back_what_they_took_and_no_more(parts: Parts) -> None:
    running, before = await parts.job(), await parts.job()
    waiting = await parts.job(after=(before.id,))
    fields = {"holds": "", "place": "", "is_cleared": ""}
    await parts.database["jobs"].update_many({}, {"$unset": fields})
    await parts.database["usage"].replace_one({"_id": parts.account.number}, {"open_jobs": 3})
    new = await parts.job()
    await end(parts, await parts.read(new))
    await end(parts, running)
    await end(parts, before)
    await parts.release.after(before.id)
    assert (await parts.read(waiting)).state is S.QUEUED
    await end(parts, waiting)
    assert await figures(parts) == {}


async def test_an_account_whose_figures_were_never_opened_can_be_used(parts: Parts) -> None:
    await parts.database["usage"].delete_many({})
    await asyncio.gather(*(parts.job() for _ in range(5)))
    assert await figures(parts) == {"open_jobs": 5, "active_imports": 5, "running": 5}
