"""The audit itself: it is silent about a good run, and names each planted violation."""

import uuid
from collections.abc import AsyncIterator, Callable
from copy import deepcopy
from typing import Any

import pytest

from services.importer.settings import ImporterSettings
from tests.support.invariants import Books, audit, read_books, violations_in
from tests.support.people import Model, differences, sheet
from tests.support.system import platform_for, system

SHEET = sheet(7, 60, keys=40)
LINES = [row.line for row in SHEET.rows]


@pytest.fixture(scope="module")
async def good(mongo_url: str) -> AsyncIterator[tuple[Books, str, list[dict[str, Any]]]]:
    """The books of a job of several lanes that went well, its id, and the contacts."""
    settings = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4)
    async with system(platform_for(mongo_url, f"audit-{uuid.uuid4().hex[:12]}"), importer_settings=settings) as muster:
        job = await muster.imported(SHEET.csv())
        assert await audit(muster.database, muster.client, lines={job["id"]: LINES}) == []
        yield await read_books(muster.database, muster.client), job["id"], await muster.contacts()


Plant = Callable[[Any, str], object]
"""Breaks the books; is given them and the id of the job."""


def _reopen(books: Any, job: str) -> None:
    books.jobs[job]["state"] = "processing"


def _count_one_more(books: Any, job: str) -> None:
    books.jobs[job]["counts"]["created"] += 1


def _lose_a_chunk(books: Any, job: str) -> None:
    books.outcomes[job].pop()


def _repeat_a_chunk(books: Any, job: str) -> None:
    books.outcomes[job].append(books.outcomes[job][0])


def _open_a_lane(books: Any, job: str) -> None:
    books.lanes[job][0]["open"] = True


def _move_a_lane(books: Any, job: str) -> None:
    books.lanes[job][0]["sequence"] -= 1


def _miscount_a_lane(books: Any, job: str) -> None:
    books.lanes[job][0]["rows_done"] += 1


def _age_the_view(books: Any, job: str) -> None:
    books.views[job]["lanes"].popitem()


def _leak_a_place(books: Any, job: str) -> None:
    books.usage[books.jobs[job]["account"]]["open_jobs"] += 1


def _leak_a_place_to_run(books: Any, job: str) -> None:
    books.usage[books.jobs[job]["account"]]["running"] += 1


def _keep_a_message(books: Any, job: str) -> None:
    books.outbox = 1


def _keep_a_chunk(books: Any, job: str) -> None:
    books.chunks[job] = 1


def _keep_an_upload(books: Any, job: str) -> None:
    books.files[0]["metadata"]["state"] = "open"


def _forget_only_the_job(books: Any, job: str) -> None:
    del books.jobs[job]


def _say_something_else(books: Any, job: str) -> None:
    books.answers[job]["counts"]["updated"] += 1


def _store_a_contact_twice(books: Any, job: str) -> None:
    books.repeated_emails.append("ana@example.org of account 1")


PLANTED: dict[Plant, str] = {
    _reopen: "has not ended",
    _count_one_more: "does not count what its lanes count",
    _lose_a_chunk: "lines have no outcome",
    _repeat_a_chunk: "lines have two outcomes",
    _open_a_lane: "is open",
    _move_a_lane: "chunks, with",
    _miscount_a_lane: "rows done and counts",
    _age_the_view: "the view of lane",
    _leak_a_place: "counts 1 open_jobs and has 0",
    _leak_a_place_to_run: "counts 1 running and has 0",
    _keep_a_message: "left in the outbox",
    _keep_a_chunk: "1 chunks are left",
    _keep_an_upload: "is open",
    _forget_only_the_job: "it is gone",
    _say_something_else: "the API counts",
    _store_a_contact_twice: "exists twice",
}


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
async def test_the_audit_names_each_planted_violation(good: tuple[Books, str, list[dict[str, Any]]], plant: Plant) -> None:
    books, job_id, _ = good
    assert list(violations_in(books, {job_id: LINES})) == []
    broken = deepcopy(books)
    plant(broken, job_id)
    assert [wrong for wrong in violations_in(broken, {job_id: LINES}) if PLANTED[plant] in wrong]


def test_the_model_agrees_with_a_good_run_and_names_a_contact_that_differs(good: tuple[Books, str, list[dict[str, Any]]]) -> None:
    books, job_id, contacts = good
    model = Model()
    assert model.apply(SHEET.rows) == books.rows_of(job_id)
    assert list(differences(contacts, model.contacts)) == []
    changed = [{**contacts[0], "first_name": "Eve"}, *contacts[2:], contacts[2]]
    said = " ".join(differences(changed, model.contacts))
    assert all(words in said for words in ("and not", "is missing", "exists twice"))
