"""What must hold once everything has come to rest: one audit over the database and the API, a list of violations, empty when good.

It reads the documents as they are stored and shares no code with what wrote them.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import msgspec

ENDS = {"completed", "failed", "cancelled"}
FIGURES = ("open_jobs", "active_imports", "running", "in_line")
OUTCOMES = {"c": "created", "u": "updated", "n": "unchanged", "s": "skipped", "r": "rejected"}
REST_SECONDS = 30.0
Document = Mapping[str, Any]


@dataclass
class Books:
    """Everything that is stored, read once."""

    jobs: dict[str, Document]
    lanes: dict[str, list[Document]]
    outcomes: dict[str, list[Document]]
    views: dict[str, Document]
    chunks: Counter[str]
    usage: dict[int, Counter[str]]
    outbox: int
    files: list[Document]
    repeated_emails: list[str]
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)

    def rows_of(self, job_id: str) -> list[tuple[int, str]]:
        """Line and outcome of every row of a job, by line."""
        return sorted((row[0], OUTCOMES[row[1]]) for chunk in self.outcomes[job_id] for row in unpacked(chunk))


async def read_books(database: Any, client: httpx.AsyncClient | None = None, account: int | None = None) -> Books:
    """Read everything; with a client also what the API says of every job, of those of `account` where it is given."""
    jobs = {job["_id"]: job async for job in database["jobs"].find()}
    books = Books(
        jobs=jobs,
        lanes=await _by_job(database["lanes"].find().sort("_id", 1), jobs),
        outcomes=await _by_job(database["outcomes"].find().sort("_id", 1), jobs),
        views={view["_id"]: view async for view in database["views"].find()},
        chunks=Counter([_job_of(chunk) async for chunk in database["chunks"].find({}, {"_id": 1})]),
        usage={each["_id"]: Counter({name: each.get(name, 0) for name in FIGURES}) async for each in database["usage"].find()},
        outbox=await database["outbox"].count_documents({}),
        files=[each async for each in database["payloads.files"].find()],
        repeated_emails=await _repeated(database["contacts"]),
    )
    for job_id, job in jobs.items():
        if client is not None and account in (None, job["account"]):
            books.answers[job_id] = (await client.get(f"/v1/jobs/{job_id}")).json()
    return books


async def audit(
    database: Any,
    client: httpx.AsyncClient | None = None,
    *,
    account: int | None = None,
    lines: Mapping[str, list[int]] | None = None,
    seconds: float = REST_SECONDS,
) -> list[str]:
    """Violations that are still there when the time is up; nothing as soon as there is none.

    `lines` are those of each job's payload; `account` is the one that the client may see.
    """
    deadline = time.monotonic() + seconds
    while True:
        violations = list(violations_in(await read_books(database, client, account), lines or {}))
        if not violations or time.monotonic() > deadline:
            return violations
        await asyncio.sleep(0.1)


def violations_in(books: Books, lines: Mapping[str, list[int]]) -> Iterator[str]:
    """Everything that is wrong, one sentence each."""
    for job_id, job in books.jobs.items():
        yield from (f"job {job_id}: {wrong}" for wrong in _job(books, job))
        if job_id in lines:
            yield from (f"job {job_id}: {wrong}" for wrong in _lines(books, job, lines[job_id]))
        if job_id in books.answers:
            yield from (f"job {job_id}: {wrong}" for wrong in _answer(job, books.answers[job_id]))
    yield from _quota(books)
    yield from _left_over(books)


def _job(books: Books, job: Document) -> Iterator[str]:
    if job["state"] not in ENDS:
        yield f"has not ended, it is {job['state']}"
        return
    lanes, counts, total = books.lanes[job["_id"]], _figures(job["counts"]), job.get("rows_total")
    if job["state"] == "completed" and total != sum(counts.values()):
        yield f"has {total} rows and counts {counts}"
    if total is not None and sum(counts.values()) > total:
        yield f"has {total} rows and more outcomes: {counts}"
    if counts != _sum(lane["counts"] for lane in lanes):
        yield "does not count what its lanes count"
    by_row = Counter(outcome for _, outcome in books.rows_of(job["_id"]))
    if +by_row != +Counter(counts):
        yield f"counts {counts} and has the outcomes {dict(by_row)}"
    if job.get("open_lanes", 0):
        yield f"ended with {job['open_lanes']} open lanes"
    yield from _lanes(books, job, lanes)
    yield from _view(job, lanes, books.views.get(job["_id"]))


def _lanes(books: Books, job: Document, lanes: list[Document]) -> Iterator[str]:
    done = Counter(int(chunk["_id"].split(":")[1]) for chunk in books.outcomes[job["_id"]])
    for lane in lanes:
        name, wanted = f"lane {lane['lane']}", done[lane["lane"]]
        if lane["open"]:
            yield f"{name} is open"
        if lane["rows_done"] != sum(_figures(lane["counts"]).values()):
            yield f"{name} has {lane['rows_done']} rows done and counts {lane['counts']}"
        if job["state"] == "completed" and not lane["sequence"] == lane["chunks"] == wanted:
            yield f"{name} stands at {lane['sequence']} of {lane['chunks']} chunks, with {wanted} kept"
        if lane["sequence"] - wanted not in (0, 1):
            yield f"{name} stands at {lane['sequence']}, with {wanted} chunks kept"


def _view(job: Document, lanes: list[Document], view: Document | None) -> Iterator[str]:
    """A job that was one chunk, or none, may be without a view: its own document says all."""
    if sum(lane["chunks"] for lane in lanes) <= 1:
        return
    seen = view["lanes"] if view else {}
    for lane in lanes:
        known = seen.get(str(lane["lane"]))
        if lane["rows_done"] and (known is None or known["rows_done"] != lane["rows_done"] or known["counts"] != lane["counts"]):
            yield f"the view of lane {lane['lane']} is {known} and not {lane['rows_done']} rows, {lane['counts']}"
    if view and view["rows_total"] != job["rows_total"]:
        yield f"the view knows of {view['rows_total']} rows and not of {job['rows_total']}"


def _lines(books: Books, job: Document, wanted: list[int]) -> Iterator[str]:
    found = [line for line, _ in books.rows_of(job["_id"])]
    twice = [line for line, times in Counter(found).items() if times > 1]
    if twice:
        yield f"{len(twice)} lines have two outcomes, line {twice[0]} for example"
    foreign = set(found) - set(wanted)
    if foreign:
        yield f"{len(foreign)} outcomes are of lines that the payload does not have, line {min(foreign)} for example"
    missing = set(wanted) - set(found)
    if job["state"] == "completed" and missing:
        yield f"{len(missing)} lines have no outcome, line {min(missing)} for example"


def _answer(job: Document, answer: Mapping[str, Any]) -> Iterator[str]:
    if answer.get("state") != job["state"]:
        yield f"the API says {answer.get('state')} and the database {job['state']}"
    elif job["state"] in ENDS:
        if answer["counts"] != _figures(job["counts"]):
            yield f"the API counts {answer['counts']}"
        if answer["progress"]["rows_done"] != sum(_figures(job["counts"]).values()):
            yield f"the API says {answer['progress']}"


def _quota(books: Books) -> Iterator[str]:
    wanted: dict[int, Counter[str]] = {account: Counter() for account in books.usage}
    for job in books.jobs.values():
        wanted.setdefault(job["account"], Counter()).update(_figures_held(job))
    for account, figures in wanted.items():
        found = books.usage.get(account, Counter())
        for name in FIGURES:
            if found[name] != figures[name]:
                yield f"account {account} counts {found[name]} {name} and has {figures[name]}"


def _figures_held(job: Document) -> Iterator[str]:
    """What a job that was accepted by this release counts for."""
    if job["state"] in ENDS:
        return
    yield "open_jobs"
    if job["kind"] == "import":
        yield "active_imports"
    if job["state"] != "waiting":
        yield "running"
    elif job.get("place"):
        yield "in_line"


def _left_over(books: Books) -> Iterator[str]:
    if books.outbox:
        yield f"{books.outbox} messages are left in the outbox"
    for job_id, number in books.chunks.items():
        job = books.jobs.get(job_id)
        if job is None or job["state"] in ENDS:
            yield f"job {job_id}: {number} chunks are left of it"
    for kind, owners in (("views", books.views), ("lanes", books.lanes), ("outcomes", books.outcomes)):
        yield from (f"job {job_id}: its {kind} are left and it is gone" for job_id in owners if job_id not in books.jobs)
    for stored in books.files:
        facts = stored["metadata"]
        if facts["state"] != "taken":
            yield f"file {stored['_id']} is {facts['state']}"
        elif facts["job_id"] not in books.jobs:
            yield f"file {stored['_id']} is left of job {facts['job_id']}"
    yield from (f"contact {email} exists twice" for email in books.repeated_emails)


def unpacked(chunk: Document) -> list[Any]:
    """The rows in an outcome document."""
    rows: list[Any] = msgspec.msgpack.decode(chunk["body"])
    return rows


def _job_of(document: Document) -> str:
    return str(document["_id"]).split(":")[0]


async def _by_job(cursor: AsyncIterator[Document], jobs: Mapping[str, Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {job_id: [] for job_id in jobs}
    async for document in cursor:
        found.setdefault(_job_of(document), []).append(document)
    return found


async def _repeated(contacts: Any) -> list[str]:
    keys = Counter(
        [
            (each["account"], each["email_key"])
            async for each in contacts.find({"email_key": {"$exists": True}}, {"account": 1, "email_key": 1})
        ]
    )
    return [f"{email} of account {account}" for (account, email), times in keys.items() if times > 1]


def _figures(counts: Document) -> dict[str, int]:
    return {name: int(counts[name]) for name in OUTCOMES.values()}


def _sum(all_counts: Iterator[Document]) -> dict[str, int]:
    total: Counter[str] = Counter(dict.fromkeys(OUTCOMES.values(), 0))
    for counts in all_counts:
        total.update(_figures(counts))
    return dict(total)
