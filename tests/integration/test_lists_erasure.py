"""Erasing leaves no trace, wherever it is stopped and whatever else is going on."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from shared.contract.values import JobState, Kind
from shared.jobs.job import Job
from shared.jobs.outcomes import Holds, Outcomes
from tests.integration.lists_parts import Lists, open_lists
from tests.integration.parts import Parts, once
from tests.support.changes import emails
from tests.support.everywhere import holding

ANN = "c1@example.org"
ERASE = {"mode": "erase", "source": {"ids": [1, 2]}}


@pytest.fixture
async def lists(parts: Parts) -> Lists:
    """The service and an account with six contacts."""
    opened = await open_lists(parts)
    await opened.contacts(6)
    return opened


async def earlier(lists: Lists) -> Job:
    """A change that ended before, whose file named contacts 1 to 3 and somebody unknown who has the address of none."""
    file = emails([ANN, "c2@example.org", "c3@example.org", f"Ann <{ANN}>", "broken"])
    return await lists.done(Kind.TAG_CHANGE, {"action": "add", "tags": ["x"], "name": f"about {ANN}"}, file)


async def erasures(lists: Lists) -> int:
    """How much of what was erased is still remembered."""
    return int(await lists.parts.database["erasures"].count_documents({}))


async def test_outcomes_and_payloads_of_earlier_jobs_lose_the_contact_and_keep_the_rest(lists: Lists) -> None:
    before = await earlier(lists)
    assert await holding(lists.parts.database, ANN)
    job = await lists.done(Kind.DELETION, ERASE)
    assert job.state is JobState.COMPLETED
    assert await holding(lists.parts.database, ANN) == []
    assert await holding(lists.parts.database, "c2@example.org") == []
    rows = await lists.rows(before)
    assert [(row.line, str(row.outcome), row.contact, row.code) for row in rows] == [
        (2, "updated", None, None),
        (3, "updated", None, None),
        (4, "updated", 3, None),
        (5, "rejected", None, "email_invalid"),
        (6, "rejected", None, "email_invalid"),
    ]
    assert [row.cells for row in rows if row.line >= 5] == [None, ["broken"]]
    after = await lists.parts.read(before)
    assert after.counts == before.counts
    assert after.payload is not None
    assert after.payload.erased_at is not None
    assert await erasures(lists) == 0
    assert all(row.contact is None and row.cells is None for row in await lists.rows(job))


async def test_a_payload_without_the_contact_stays(lists: Lists) -> None:
    other = await lists.done(Kind.TAG_CHANGE, {"action": "add", "tags": ["x"]}, emails(["c4@example.org"]))
    await lists.done(Kind.DELETION, ERASE)
    stays = await lists.parts.read(other)
    assert stays.payload is not None
    assert stays.payload.erased_at is None
    assert await lists.parts.database["payloads.files"].count_documents({"_id": stays.payload.file_id}) == 1
    assert [row.contact for row in await lists.rows(other)] == [4]


async def test_the_file_that_told_whom_to_erase_goes_too(lists: Lists) -> None:
    file = emails([ANN, "c2@example.org", ANN, "never@example.org", "not an address", "c4@example.org", "c5@example.org", ANN])
    job = await lists.done(Kind.DELETION, {"mode": "erase", "exclude": {"ids": [4]}}, file)
    rows = [(row.line, str(row.outcome), row.code) for row in await lists.rows(job)]
    assert rows == [
        (2, "updated", None),
        (3, "updated", None),
        (4, "skipped", "already_deleted"),
        (5, "rejected", "contact_not_found"),
        (6, "rejected", "email_invalid"),
        (7, "skipped", "excluded"),
        (8, "updated", None),
        (9, "skipped", "already_deleted"),
    ]
    for gone in (ANN, "c5@example.org", "never@example.org", "not an address"):
        assert await holding(lists.parts.database, gone) == []
    assert await lists.stored(4) is not None


async def test_an_erasure_that_a_crash_interrupted_is_finished_by_the_next_command(lists: Lists) -> None:
    async def die() -> None:
        raise LookupError("of our own")

    await earlier(lists)
    job = await lists.job(Kind.DELETION, ERASE)
    alive = lists.stages
    lists.finishing(die)
    with pytest.raises(LookupError):
        await lists.start(job)
    assert await lists.stored(1) is None
    assert (await lists.parts.read(job)).state is JobState.PROCESSING
    assert await erasures(lists) == 1
    assert await holding(lists.parts.database, ANN)
    lists.stages = alive
    ended = await lists.run_out(job)
    assert ended.state is JobState.COMPLETED
    assert await holding(lists.parts.database, ANN) == []
    assert await erasures(lists) == 0


async def test_an_erasure_that_was_cancelled_half_way_is_finished_by_the_sweep(lists: Lists) -> None:
    async def cancel() -> None:
        await lists.parts.gateway.desk.cancel(await lists.parts.read(job))

    await earlier(lists)
    job = await lists.job(Kind.DELETION, ERASE)
    lists.finishing(once(cancel))
    await lists.start(job)
    assert (await lists.parts.read(job)).state is JobState.CANCELLED
    await lists.clean_up.sweep()
    assert await holding(lists.parts.database, ANN) == []
    assert await erasures(lists) == 0
    assert await lists.clean_up.sweep() == 0


async def test_a_job_that_is_still_running_loses_its_traces_when_it_has_ended(lists: Lists) -> None:
    running = await lists.job(Kind.TAG_CHANGE, {"action": "add", "tags": ["x"]}, emails([f"c{n}@example.org" for n in range(1, 7)]))
    await lists.start(running)
    await lists.chunk(running, 0, 0)
    job = await lists.done(Kind.DELETION, ERASE)
    assert job.state is JobState.COMPLETED
    assert job.result["waits_for"] == [running.id]
    await lists.clean_up.sweep()
    assert await erasures(lists) == 1
    await lists.run_out(running)
    await asyncio.gather(lists.clean_up.sweep(), lists.clean_up.sweep())
    assert await holding(lists.parts.database, ANN) == []
    assert await erasures(lists) == 0
    assert sorted(row.contact for row in await lists.rows(running) if row.contact is not None) == [3, 4, 5, 6]


async def test_the_payload_of_a_job_that_failed_is_deleted_for_nobody_knows_whom_it_names(lists: Lists) -> None:
    failed = await lists.done(Kind.DELETION, {}, b"Name,Town\n" + ANN.encode() + b",Rome\n")
    assert failed.state is JobState.FAILED
    await lists.done(Kind.DELETION, ERASE)
    assert await holding(lists.parts.database, ANN) == []


async def test_two_erasures_at_once_do_not_bring_back_what_the_other_removed(lists: Lists) -> None:
    await earlier(lists)
    jobs = [await lists.job(Kind.DELETION, {"mode": "erase", "source": {"ids": [number]}}) for number in (1, 2, 3)]
    await asyncio.gather(*(lists.run_out(job) for job in jobs))
    await lists.clean_up.sweep()
    for number in (1, 2, 3):
        assert await holding(lists.parts.database, f"c{number}@example.org") == []
    assert await erasures(lists) == 0


async def test_another_account_keeps_its_outcomes(lists: Lists) -> None:
    other = await earlier(lists)
    await lists.parts.database["jobs"].update_one({"_id": other.id}, {"$set": {"account": 999}})
    await lists.done(Kind.DELETION, ERASE)
    assert await holding(lists.parts.database, ANN) == ["chunks", "jobs", "outcomes", "payloads.chunks"]


@dataclass
class Counted:
    """Outcomes that count how often somebody looks through those of a job."""

    outcomes: Outcomes
    passes: list[str] = field(default_factory=list)

    async def mention(self, job_id: str, contacts: set[int], holds: Holds) -> bool:
        """See `Outcomes.mention`."""
        self.passes.append(job_id)
        return await self.outcomes.mention(job_id, contacts, holds)

    async def scrub(self, job_id: str, contacts: set[int], holds: Holds) -> None:
        """See `Outcomes.scrub`."""
        await self.outcomes.scrub(job_id, contacts, holds)


async def erase_singly(lists: Lists, numbers: list[int]) -> list[str]:
    """Erase each contact by a request of its own; their owners."""
    parts = lists.parts
    contacts, note = parts.gateway.contacts.of_account(parts.account.number), parts.gateway.erasures.note_contacts
    owners = [f"request {number}" for number in numbers]
    for owner, number in zip(owners, numbers, strict=True):
        stored = await lists.stored(number)
        assert stored is not None
        await parts.platform.mongo.transaction(lambda s, o=owner, c=stored: note(s, o, parts.account.number, [c]))  # type: ignore[misc]
        await parts.platform.mongo.transaction(lambda s, n=number: contacts.erase_all(s, [n]))  # type: ignore[misc]
    return owners


async def test_contacts_erased_one_by_one_take_one_pass_together_and_one_more_for_a_job_that_was_open(lists: Lists) -> None:
    done = await earlier(lists)
    running = await lists.job(Kind.TAG_CHANGE, {"action": "add", "tags": ["x"]}, emails([f"c{n}@example.org" for n in range(1, 7)]))
    await lists.start(running)
    await lists.chunk(running, 0, 0)
    await erase_singly(lists, [1, 2, 3])
    counted = Counted(lists.clean_up.outcomes)
    clean_up = replace(lists.clean_up, outcomes=counted)  # type: ignore[arg-type]
    await clean_up.sweep()
    assert counted.passes == [done.id]
    await lists.run_out(running)
    await clean_up.sweep()
    assert counted.passes == [done.id, running.id]
    assert await erasures(lists) == 0
    for number in (1, 2, 3):
        assert await holding(lists.parts.database, f"c{number}@example.org") == []


async def test_what_one_sweep_is_at_work_on_is_left_alone_by_others_for_as_long_as_its_claim_lasts(lists: Lists) -> None:
    await earlier(lists)
    owners = await erase_singly(lists, [1, 2, 3])
    doors = lists.parts.gateway.erasures
    await doors.claim("another process", owners, 600)
    await lists.clean_up.sweep()
    assert await erasures(lists) == 3
    assert await holding(lists.parts.database, ANN)
    await doors.unclaim("another process")
    await doors.claim("a process that was killed", owners, 0)
    await lists.clean_up.sweep()
    assert await erasures(lists) == 0
    assert "outcomes" not in await holding(lists.parts.database, ANN)
