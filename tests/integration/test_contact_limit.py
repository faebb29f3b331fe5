"""Room for contacts where several ask at once: whoever counts, writes, so that no two give the same room away."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import pytest

from shared.contract.identity import pack
from shared.contract.values import JobState
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, JobRefused
from shared.jobs.reservations import SET_ASIDE, ContactLimit
from shared.platform.mongo import Session
from tests.integration.parts import Moment, Parts, nothing, together

LIMIT = 10
NUMBERS = itertools.count(1)
Ask = Callable[[Session], Awaitable[None]]


async def in_a_transaction(parts: Parts, ask: Ask, meet: Moment = nothing) -> None:
    """Ask for room in a transaction that has its snapshot before the meeting, and asks after it."""

    async def attempt(session: Session) -> None:
        await parts.database["jobs"].find_one({}, session=session)
        await meet()
        await ask(session)

    await parts.platform.mongo.transaction(attempt)


def reserving(parts: Parts, job: Job, wanted: int, limit: int = LIMIT) -> Ask:
    """A job asks for room."""

    async def ask(session: Session) -> None:
        await parts.gateway.reservations.reserve(session, job, limit, wanted)

    return ask


def adding_one(parts: Parts, limit: int = LIMIT) -> Ask:
    """Somebody adds one contact where there is room."""

    async def ask(session: Session) -> None:
        await parts.gateway.reservations.take_one(session, parts.account.number, limit)
        contact = {"_id": pack(parts.account.number, next(NUMBERS)), "account": parts.account.number}
        await parts.database["contacts"].insert_one(contact, session=session)

    return ask


def adding_some(parts: Parts, wanted: int, granted: dict[int, int], limit: int = LIMIT) -> Ask:
    """Somebody adds several contacts, as many of them as there is room for, and notes how many under a number of its own."""
    number = len(granted)
    granted[number] = 0

    async def ask(session: Session) -> None:
        account = parts.account.number
        granted[number] = await parts.gateway.reservations.take_some(session, account, limit, wanted)
        contacts = [{"_id": pack(account, next(NUMBERS)), "account": account} for _ in range(granted[number])]
        if contacts:
            await parts.database["contacts"].insert_many(contacts, session=session)

    return ask


async def all_at_once(parts: Parts, *asks: Ask) -> list[bool]:
    """Which of them were granted, when all had the same snapshot to count in."""
    meet = together(len(asks))
    answers = await asyncio.gather(*(in_a_transaction(parts, ask, meet) for ask in asks), return_exceptions=True)
    assert all(answer is None or isinstance(answer, ContactLimit) for answer in answers), answers
    return [answer is None for answer in answers]


async def free(parts: Parts, limit: int = LIMIT) -> int:
    """The room left."""
    return await parts.gateway.reservations.free(None, parts.account.number, limit)


async def begun(parts: Parts, reserved: int) -> Job:
    """A job of eight rows at work, with a reservation."""
    job = await parts.begun()
    await in_a_transaction(parts, reserving(parts, job, reserved))
    return job


async def test_of_two_jobs_that_count_the_same_room_at_once_one_is_refused(parts: Parts) -> None:
    jobs = [await begun(parts, 0), await begun(parts, 0)]
    granted = await all_at_once(parts, *(reserving(parts, job, 6) for job in jobs))
    assert sorted(granted) == [False, True]
    assert await free(parts) == LIMIT - 6


@pytest.mark.parametrize("room", [1, 3, 10])
async def test_single_contacts_at_once_fill_the_room_and_not_one_more(parts: Parts, room: int) -> None:
    granted = await all_at_once(parts, *(adding_one(parts, room) for _ in range(12)))
    assert sum(granted) == room
    assert await free(parts, room) == 0
    assert await parts.gateway.contacts.of_account(parts.account.number).total() == room


async def test_whoever_adds_several_gets_as_many_as_there_is_room_for(parts: Parts) -> None:
    granted: dict[int, int] = {}
    for wanted in (0, 7, 2, 5, 1):
        await in_a_transaction(parts, adding_some(parts, wanted, granted))
    assert list(granted.values()) == [0, 7, 2, 1, 0]
    with pytest.raises(ContactLimit):
        await in_a_transaction(parts, adding_one(parts))
    assert await free(parts) == 0


async def test_several_are_added_in_what_jobs_have_left_and_none_in_an_account_with_too_many(parts: Parts) -> None:
    granted: dict[int, int] = {}
    await begun(parts, 8)
    await in_a_transaction(parts, adding_some(parts, 5, granted))
    await in_a_transaction(parts, adding_some(parts, 5, granted, limit=1))
    assert list(granted.values()) == [2, 0]


@pytest.mark.parametrize("wanted", [1, 2, 4])
async def test_of_several_who_add_contacts_at_once_all_together_get_the_room_and_not_one_more(parts: Parts, wanted: int) -> None:
    granted: dict[int, int] = {}
    some = [adding_some(parts, wanted, granted) for _ in range(6)]
    singles = await all_at_once(parts, *some, *(adding_one(parts) for _ in range(6)))
    assert sum(granted.values()) + sum(singles[6:]) == LIMIT
    assert await parts.gateway.contacts.of_account(parts.account.number).total() == LIMIT


@pytest.mark.parametrize("wanted", [10, SET_ASIDE - 1, SET_ASIDE + 50])
async def test_what_is_left_of_those_set_aside_goes_to_single_contacts_and_never_beyond_the_limit(
    parts: Parts, wanted: int
) -> None:
    granted: dict[int, int] = {}
    limit = wanted + 3
    await in_a_transaction(parts, adding_some(parts, wanted, granted, limit))
    singles = await all_at_once(parts, *(adding_one(parts, limit) for _ in range(5)))
    assert (granted, sum(singles), await free(parts, limit)) == ({0: wanted}, 3, 0)


async def test_a_job_and_single_contacts_at_once_never_come_to_more_than_the_limit(parts: Parts) -> None:
    job = await begun(parts, 0)
    job_is_in, *singles = await all_at_once(parts, reserving(parts, job, 8), *(adding_one(parts) for _ in range(4)))
    assert await free(parts) == LIMIT - 8 * job_is_in - sum(singles)
    assert (job_is_in, sum(singles)) in ((True, 2), (False, 4))


async def test_a_job_takes_back_what_was_set_aside_for_single_contacts(parts: Parts) -> None:
    job, limit = await begun(parts, 0), SET_ASIDE + 10
    await in_a_transaction(parts, adding_one(parts, limit))
    await in_a_transaction(parts, reserving(parts, job, 8, limit))
    await in_a_transaction(parts, adding_one(parts, limit))
    assert await free(parts, limit) == limit - 10
    with pytest.raises(ContactLimit):
        await in_a_transaction(parts, reserving(parts, await begun(parts, 0), limit - 9, limit))


async def test_what_was_set_aside_under_another_limit_is_void(parts: Parts) -> None:
    await in_a_transaction(parts, adding_one(parts, LIMIT))
    with pytest.raises(ContactLimit):
        await in_a_transaction(parts, adding_one(parts, 1))


async def test_a_reservation_shrinks_by_what_is_created_and_is_void_at_the_end(parts: Parts) -> None:
    job = await begun(parts, 5)
    assert await free(parts) == 5
    await parts.chunk(job, 0, 0)
    assert await free(parts) == 7, "two rows were created; this test writes no contacts for them"
    await parts.run_out(job)
    assert await free(parts) == LIMIT


async def test_a_job_that_began_before_there_was_a_limit_may_create_all_its_rows(parts: Parts) -> None:
    job = await parts.begun()
    assert await free(parts) == LIMIT - 8
    await parts.chunk(job, 0, 0)
    assert await free(parts) == LIMIT - 6


@pytest.mark.parametrize("rows", [2, 8])
async def test_a_job_refused_room_in_the_transaction_that_begins_it_writes_nothing(parts: Parts, rows: int) -> None:
    async def refuse(unit: Unit, job: Job) -> None:
        raise JobRefused("contact_limit", "No room.")

    parts.work.rows, parts.work.reserve = rows, refuse
    job = await parts.begun()
    assert (job.state, job.error and job.error.code) == (JobState.FAILED, "contact_limit")
    for name in ("scratch", "lanes", "outcomes"):
        assert await parts.database[name].count_documents({}) == 0, name
    assert await parts.gateway.quota.used(parts.account.number) == 0


async def test_two_jobs_that_go_beyond_their_reservations_at_once_share_the_room(parts: Parts) -> None:
    jobs = [await begun(parts, 0), await begun(parts, 0)]
    granted: dict[str, int] = {}

    def asking_for_more(job: Job) -> Ask:
        async def ask(session: Session) -> None:
            granted[job.id] = await parts.gateway.reservations.take_more(session, job, LIMIT, 6)

        return ask

    assert await all_at_once(parts, *(asking_for_more(job) for job in jobs)) == [True, True]
    assert sorted(granted.values()) == [4, 6]
    assert await free(parts) == 0
