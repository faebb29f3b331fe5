"""The laws of the simulation: silent about a good run of every kind of job, and each names what breaks it."""

import uuid
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import msgspec
import pytest

from services.importer.settings import ImporterSettings
from shared.contract.identity import pack, unpack
from tests.simulation import laws
from tests.simulation.orders import ERASE, LIST, TAG, Sent
from tests.support.invariants import Books, read_books, unpacked
from tests.support.people import sheet
from tests.support.system import System, platform_for, system

EVERYBODY = {"source": {"all": True}}
SCRIPT: tuple[tuple[str, dict[str, Any]], ...] = (
    ("list-changes", {"action": "add", "lists": [LIST], **EVERYBODY}),
    ("tag-changes", {"action": "add", "tags": [TAG], **EVERYBODY}),
    ("deletions", {"source": {"emails": ["c1@example.org", "c2@example.org"]}}),
    ("restorations", {"source": {"emails": ["c1@example.org"]}}),
    ("exports", {"select": {"all": True}, "fields": ["id", "email"], "format": "csv"}),
    ("deletions", {"source": {"emails": ["c0@example.org"]}, **ERASE}),
    ("exports", {"select": {"all": True}, "fields": ["id", "email"], "format": "json"}),
)


@dataclass
class Run:
    """What is stored after some jobs, one after the other."""

    muster: System
    books: Books
    contacts: list[Any]
    sent: list[Sent]

    def violations(self) -> list[str]:
        """What the laws say."""
        return list(laws.violations(self.books, self.contacts, self.sent, laws.ledger_of(self.books, self.sent)))

    def rewrite(self, job: int, change: Callable[[list[Any]], object]) -> None:
        """Change the rows in the first outcome document of a job."""
        chunk = self.books.outcomes[self.sent[job].id][0]
        rows = unpacked(chunk)
        change(rows)
        self.books.outcomes[self.sent[job].id][0] = {**chunk, "body": msgspec.msgpack.encode(rows)}


@pytest.fixture(scope="module")
async def good(mongo_url: str) -> AsyncIterator[Run]:
    """Everything that a seed may ask for, in good order."""
    content = sheet(3, 60, keys=12, prefix="c")
    importer = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4)
    async with system(platform_for(mongo_url, f"laws-{uuid.uuid4().hex[:12]}"), importer_settings=importer) as muster:
        for path, name in (("lists", LIST), ("tags", TAG)):
            await muster.client.post(f"/v1/{path}", json={"name": name})
        sent = [Sent((await muster.imported(content.csv()))["id"], "imports", sheet=content)]
        for path, body in SCRIPT:
            sent.append(Sent((await muster.done(path, **body))["id"], path, body))
        yield Run(muster, await read_books(muster.database), await muster.contacts(), sent)


@pytest.fixture
def run(good: Run) -> Run:
    """A copy that a test may break."""
    return Run(good.muster, deepcopy(good.books), deepcopy(good.contacts), good.sent)


async def wrong_files(run: Run) -> list[str | None]:
    """What is wrong with the file of each export."""
    rows = laws.ledger_of(run.books, run.sent).rows
    exports = [job for job in run.sent if job.path == "exports"]
    return [await laws.wrong_file(run.muster.client, job, run.books.jobs[job.id], rows[job.id]) for job in exports]


async def test_the_laws_hold_for_a_good_run(run: Run) -> None:
    assert run.violations() == []
    assert await wrong_files(run) == [None, None]
    assert laws.ledger_of(run.books, run.sent).erased == 1


def _bring_back_the_erased(run: Run) -> None:
    run.contacts.append({**run.contacts[0], "_id": pack(run.muster.account.number, 99), "email_key": "c0@example.org"})


def _lose_a_contact(run: Run) -> None:
    run.contacts.pop()


def _take_one_off_the_list(run: Run) -> None:
    del run.contacts[0]["lists"]


def _take_a_tag_off(run: Run) -> None:
    del run.contacts[0]["tags"]


def _delete_one_more(run: Run) -> None:
    run.contacts[0]["deleted_at"] = run.contacts[0]["created_at"]


def _keep_a_trace(run: Run) -> None:
    run.rewrite(7, lambda rows: rows[0].__setitem__(2, 99))


def _count_an_erasure_twice(run: Run) -> None:
    run.rewrite(6, lambda rows: rows.append([2, "u", None]))


def _write_a_line_twice(run: Run) -> None:
    run.rewrite(7, lambda rows: rows.append(rows[0]))


def _leave_one_out(run: Run) -> None:
    here = unpack(next(each for each in run.contacts if each["email_key"] not in ("c1@example.org", "c2@example.org"))["_id"])
    run.rewrite(7, lambda rows: rows.remove(next(row for row in rows if row[2] == here)))


def _change_a_value(run: Run) -> None:
    run.contacts[0]["first_name"] = "Eve"


PLANTED: dict[Callable[[Run], None], str] = {
    _bring_back_the_erased: "nobody created them",
    _lose_a_contact: "nobody created them",
    _take_one_off_the_list: "has lists None",
    _take_a_tag_off: "has tags None",
    _delete_one_more: "has deleted_at",
    _keep_a_trace: "who have been erased",
    _count_an_erasure_twice: "2 rows erased a contact, and 1 rows",
    _write_a_line_twice: "a line has two outcomes",
    _leave_one_out: "was there before it and is not in it",
    _change_a_value: "which is none of",
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_the_laws_name_each_planted_violation(run: Run, plant: Callable[[Run], None]) -> None:
    plant(run)
    assert [wrong for wrong in run.violations() if PLANTED[plant] in wrong]


async def test_a_file_that_holds_others_than_its_outcomes_name_is_found(run: Run) -> None:
    run.rewrite(7, lambda rows: rows[0].__setitem__(1, "s"))
    _, found = await wrong_files(run)
    assert found is not None
    assert "its file holds" in found


async def test_a_file_with_an_erased_contact_that_can_still_be_read_is_found(run: Run) -> None:
    run.books.jobs[run.sent[7].id]["result"]["erased_at"] = run.books.jobs[run.sent[7].id]["ended_at"]
    _, found = await wrong_files(run)
    assert found is not None
    assert "is still there" in found
