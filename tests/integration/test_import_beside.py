"""An import beside what takes its contacts or its lists away between its plan and its chunks."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.deleting import Deleting
from services.importer import app as importer_app
from services.importer.settings import ImporterSettings
from shared.accounts.keys import Key
from shared.contract.commands import StartImport
from shared.contract.identity import pack
from shared.contract.values import Kind
from shared.delivery.outbox import Unit
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan
from shared.jobs.stages import Stages
from tests.integration.lists_parts import Dying, Lists, open_lists
from tests.integration.parts import Moment, Parts, nothing, once, together
from tests.support.changes import emails

LIMIT = 10
SETTINGS = ImporterSettings(chunk_rows=2, single_lane_rows=4, lanes=2)


@dataclass
class Meeting(Dying):
    """Work that awaits something behind its plan, and when the snapshot of a chunk is taken and nothing of it is read yet."""

    planned: Moment = nothing
    working: Moment = nothing

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """See `Work.plan`."""
        plan = await self.own.plan(job, sink)
        await self.planned()
        return plan

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """See `Work.work`."""
        await self.working()
        return await self.own.work(unit, job, lane, sequence, rows)


@pytest.fixture
async def lists(parts: Parts) -> Lists:
    """The lists service; and the importer in the place of the engine's own work."""
    opened = await open_lists(parts)
    service = importer_app.build(parts.platform, SETTINGS)
    parts.stages = service.handlers[StartImport].__self__  # type: ignore[attr-defined]
    return opened


def meeting(stages: Stages, *, planned: Moment = nothing, working: Moment = nothing) -> Stages:
    """These stages, with a moment behind the plan or in every chunk."""
    return replace(stages, work=Meeting(stages.work, nothing, planned, working))


async def begun(muster: Lists, addresses: Sequence[str], **options: Any) -> Job:
    """An import of these addresses, whose lanes are open."""
    job = await muster.job(Kind.IMPORT, options, emails(list(addresses)))
    await muster.parts.start(job)
    return await muster.parts.read(job)


async def erase(lists: Lists, numbers: Sequence[int]) -> None:
    """Take contacts out, whoever did it."""
    contacts = lists.parts.gateway.contacts.of_account(lists.parts.account.number)
    await lists.parts.platform.mongo.transaction(lambda session: contacts.erase_all(session, numbers))


async def others(lists: Lists, count: int) -> None:
    """So many more contacts, made when there was room for them."""
    account = lists.parts.account.number
    await lists.parts.database["contacts"].insert_many([{"_id": pack(account, 500 + n), "account": account} for n in range(count)])


async def total(lists: Lists) -> int:
    """All contacts of the account."""
    return await lists.parts.gateway.contacts.of_account(lists.parts.account.number).total()


def addresses(numbers: Sequence[int]) -> list[str]:
    """The addresses of contacts with these numbers."""
    return [f"c{number}@example.org" for number in numbers]


async def test_contacts_erased_before_their_chunk_are_created_again_only_where_there_is_room(lists: Lists) -> None:
    await lists.parts.limit(contacts=LIMIT)
    known = await lists.contacts(LIMIT)
    job = await begun(lists, [*addresses(known), *addresses(known)])
    assert job.reserved == 0
    await erase(lists, known)
    await others(lists, 7)
    ended = await lists.parts.run_out(job)
    assert await total(lists) == LIMIT
    assert ended.counts is not None
    assert ended.counts.created == 3
    refused = [row for row in await lists.rows(job) if row.code == "contact_limit"]
    assert len(refused) == ended.counts.rejected == 2 * LIMIT - 6
    assert all(row.cells and "@" in row.cells[0] for row in refused)
    assert await lists.parts.gateway.reservations.free(None, job.account, LIMIT) == 0


async def test_what_was_reserved_is_created_whatever_else_is_refused(lists: Lists) -> None:
    await lists.parts.limit(contacts=LIMIT)
    known = await lists.contacts(5)
    job = await begun(lists, addresses(range(1, 11)))
    assert (job.reserved, sum(job.plan["shares"]), len(job.plan["shares"])) == (5, 5, 2)
    await erase(lists, known)
    await others(lists, 5)
    ended = await lists.parts.run_out(job)
    assert await total(lists) == LIMIT
    assert ended.counts is not None
    assert (ended.counts.created, ended.counts.rejected) == (5, 5)


async def test_two_lanes_that_go_beyond_at_once_share_the_room_that_there_is(lists: Lists) -> None:
    await lists.parts.limit(contacts=LIMIT)
    known = await lists.contacts(LIMIT)
    job = await begun(lists, addresses(known))
    await erase(lists, known)
    await others(lists, LIMIT - 1)
    lists.parts.stages = meeting(lists.parts.stages, working=together(2))
    await asyncio.gather(*(lists.parts.chunk(job, lane, 0) for lane in (0, 1)))
    assert await total(lists) == LIMIT
    assert (await lists.parts.read(job)).reserved == 1


async def test_a_job_of_one_chunk_goes_by_its_reservation_too(lists: Lists) -> None:
    await lists.parts.limit(contacts=2)
    known = await lists.contacts(2)

    async def replace_one() -> None:
        await erase(lists, known)
        await others(lists, 1)

    lists.parts.stages = meeting(lists.parts.stages, planned=once(replace_one))
    job = await begun(lists, addresses(known))
    assert job.counts is not None
    assert (job.counts.created, job.counts.rejected, await total(lists)) == (1, 1, 2)


async def delete(lists: Lists, what: str, number: int) -> None:
    """Delete a list or a tag as the API does."""
    parts = lists.parts
    who = parts.gateway.tenant(parts.account, Key("k", parts.account.number, "test", frozenset(), parts.clock.now()))
    assert await Deleting(parts.platform.mongo, parts.clock, parts.gateway.erasures).delete(who, what, number)


async def that_have(lists: Lists, what: str) -> int:
    """How many contacts are on a list, or have a tag."""
    return int(await lists.parts.database["contacts"].count_documents({f"{what}.0": {"$exists": True}}))


async def test_an_import_puts_nobody_on_a_list_that_is_gone_nor_gives_a_tag_that_is(lists: Lists) -> None:
    news, shop = await lists.a_list("News"), await lists.a_list("Shop")
    job = await begun(lists, addresses(range(1, 11)), lists=[news, shop], tags=["vip"])
    await lists.parts.chunk(job, 0, 0)
    for what, number in (("lists", news), ("lists", shop), ("tags", job.plan["tags"][0])):
        await delete(lists, what, number)
    ended = await lists.parts.run_out(job)
    assert ended.counts is not None
    assert (ended.counts.created, dict(ended.counts.codes)) == (10, {"list_gone": 8})
    assert [row.cells for row in await lists.rows(job)] == [None] * 10
    assert (await that_have(lists, "lists"), await that_have(lists, "tags")) == (0, 0)


async def test_a_tag_that_is_gone_is_said_where_no_list_is(lists: Lists) -> None:
    job = await begun(lists, addresses(range(1, 7)), tags=["vip"])
    await delete(lists, "tags", job.plan["tags"][0])
    ended = await lists.parts.run_out(job)
    assert ended.counts is not None
    assert (ended.counts.created, dict(ended.counts.codes)) == (6, {"tag_gone": 6})


@pytest.mark.parametrize("what", ["lists", "tags"])
async def test_a_change_gives_nothing_that_is_gone(lists: Lists, what: str) -> None:
    await lists.contacts(6)
    news = await lists.a_list("News")
    kind, names = (Kind.LIST_CHANGE, [news]) if what == "lists" else (Kind.TAG_CHANGE, ["vip"])
    job = await lists.job(kind, {"action": "add", what: names, "source": {"all": True}})
    await lists.start(job)
    await delete(lists, what, (await lists.parts.read(job)).plan["numbers"][0])
    ended = await lists.run_out(job)
    assert ended.counts is not None
    assert (dict(ended.counts.codes), await that_have(lists, what)) == ({f"{what[:-1]}_gone": 6}, 0)


@pytest.mark.parametrize("what", ["lists", "tags"])
async def test_what_a_chunk_gave_whose_snapshot_was_from_before_the_deletion_is_taken_off_later(lists: Lists, what: str) -> None:
    news = await lists.a_list("News")
    job = await begun(lists, addresses(range(1, 7)), **{what: [news] if what == "lists" else ["vip"]})
    number = news if what == "lists" else job.plan["tags"][0]
    lists.parts.stages = meeting(lists.parts.stages, working=once(lambda: delete(lists, what, number)))
    await lists.parts.run_out(job)
    given = await that_have(lists, what)
    assert given > 0
    await lists.clean_up.sweep()
    assert await that_have(lists, what) == given, "it is not yet time"
    await lists.parts.database["erasures"].update_many({}, {"$set": {"again_at": datetime(2020, 1, 1, tzinfo=UTC)}})
    await lists.clean_up.sweep()
    assert await that_have(lists, what) == 0
    assert await lists.parts.database["erasures"].count_documents({}) == 0


async def test_what_a_deletion_that_was_killed_left_is_taken_off_by_the_sweep_twice(lists: Lists) -> None:
    await lists.contacts(3, tags=[7])
    parts = lists.parts
    note = parts.gateway.erasures.note_definitions
    await parts.platform.mongo.transaction(lambda session: note(session, "a request", parts.account.number, "tags", [7]))
    for _ in range(2):
        await lists.clean_up.sweep()
        assert await that_have(lists, "tags") == 0
    assert await parts.database["erasures"].count_documents({"again_at": {"$exists": True}}) == 1
