"""What must add up over all jobs of a seed, in whatever order the world let them happen. It shares no code with what it judges.

A row that says `updated` has turned something about one contact, so the rows of all jobs tell how each contact stands at the end.
"""

import csv
import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx

from shared.contract.identity import unpack
from tests.simulation.orders import Sent
from tests.support.invariants import OUTCOMES, Books, Document, unpacked
from tests.support.people import FIELDS, Applied, possible_values

TURNS = {("list-changes", "add"): 1, ("list-changes", "remove"): -1, ("tag-changes", "add"): 1, ("tag-changes", "remove"): -1}
TURNED = {"list-changes": "lists", "tag-changes": "tags"}


class Told(NamedTuple):
    """One row as its outcome tells of it."""

    line: int
    outcome: str
    contact: int | None
    code: str | None


@dataclass
class Ledger:
    """What the rows of all jobs say together."""

    rows: dict[str, list[Told]]
    creators: dict[int, str] = field(default_factory=dict)
    """The job that created each contact."""
    nameless: int = 0
    """Rows that created a contact of which every trace was removed."""
    erased: int = 0
    balance: dict[str, Counter[int]] = field(default_factory=lambda: {name: Counter() for name in ("lists", "tags", "deleted_at")})
    ever_deleted: set[int] = field(default_factory=set)


def ledger_of(books: Books, sent: Sequence[Sent]) -> Ledger:
    """The rows of every job, and what they come to."""
    ledger = Ledger({job.id: sorted(_told(books, job.id), key=lambda row: row.line) for job in sent})
    for job in sent:
        for row in ledger.rows[job.id]:
            _enter(ledger, job, row)
    return ledger


def violations(books: Books, contacts: Sequence[Document], sent: Sequence[Sent], ledger: Ledger) -> Iterator[str]:
    """Every law that does not hold, one sentence each."""
    numbers = {unpack(contact["_id"]): contact for contact in contacts}
    yield from _wrong_lives(ledger, set(numbers))
    for number, contact in numbers.items():
        for name, balance in ledger.balance.items():
            if balance[number] != (1 if contact.get(name) else 0):
                yield f"contact {number} has {name} {contact.get(name)}, and its rows come to {balance[number]}"
    for job in sent:
        stored, rows = books.jobs[job.id], ledger.rows[job.id]
        yield from (f"job {job.id}: {wrong}" for wrong in _wrong_lines(stored, rows))
        yield from (f"job {job.id}: {wrong}" for wrong in _left_out(books, job, rows, numbers, ledger))
    yield from _wrong_values(contacts, sent, ledger)


async def wrong_file(client: httpx.AsyncClient, job: Sent, stored: Document, rows: Sequence[Told]) -> str | None:
    """What is wrong with the file of a completed export: it holds those whom its outcomes call unchanged, once each, in order."""
    answer = await client.get(f"/v1/jobs/{job.id}/file", headers={"Accept-Encoding": "identity"})
    told = stored["result"]
    if "erased_at" in told:
        return None if answer.status_code in (404, 410) else f"its file is still there: {answer.status_code}"
    if answer.status_code != 200:
        return f"its file cannot be read: {answer.text}"
    if hashlib.sha256(answer.content).hexdigest() != told["sha256"] or len(answer.content) != told["bytes"]:
        return "its file is not what the manifest says"
    held = [int(each["id"]) for each in _objects(job.body["format"], answer.text)]
    wanted = [row.contact for row in rows if row.outcome == "unchanged"]
    return None if held == wanted and told["rows"] == len(held) else f"its file holds {held} and its outcomes name {wanted}"


def _objects(form: str, text: str) -> list[Mapping[str, Any]]:
    if form == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    if form == "ndjson":
        return [json.loads(line) for line in text.splitlines()]
    found: list[Mapping[str, Any]] = json.loads(text)["contacts"]
    return found


def _told(books: Books, job_id: str) -> Iterator[Told]:
    for chunk in books.outcomes[job_id]:
        for row in unpacked(chunk):
            yield Told(row[0], OUTCOMES[row[1]], row[2], row[3] if len(row) > 3 else None)


def _enter(ledger: Ledger, job: Sent, row: Told) -> None:
    if row.outcome == "created":
        ledger.nameless += row.contact is None
        ledger.creators.update({} if row.contact is None else {row.contact: job.id})
    if job.is_erasure:
        ledger.erased += row.outcome == "updated"
    elif row.contact is None:
        return
    elif row.code == "restored":
        ledger.balance["deleted_at"][row.contact] -= 1
    elif row.outcome == "updated" and job.path in TURNED:
        ledger.balance[TURNED[job.path]][row.contact] += TURNS[job.path, job.body["action"]]
    elif row.outcome == "updated" and job.path in ("deletions", "restorations"):
        ledger.balance["deleted_at"][row.contact] += 1 if job.path == "deletions" else -1
        ledger.ever_deleted.add(row.contact)


def _wrong_lives(ledger: Ledger, stored: set[int]) -> Iterator[str]:
    """Created once, erased once, and never mentioned again."""
    if ledger.creators.keys() != stored:
        yield f"contacts {sorted(ledger.creators.keys() ^ stored)} are stored and nobody created them, or the other way round"
    if ledger.nameless != ledger.erased:
        yield f"{ledger.erased} rows erased a contact, and {ledger.nameless} rows created one that has left no trace"
    for job_id, rows in ledger.rows.items():
        gone = {row.contact for row in rows if row.contact is not None} - stored
        if gone:
            yield f"job {job_id}: its outcomes name {sorted(gone)}, who have been erased"


def _wrong_lines(stored: Document, rows: Sequence[Told]) -> Iterator[str]:
    lines = [row.line for row in rows]
    if len(set(lines)) != len(lines):
        yield f"a line has two outcomes: {lines}"
    if stored["state"] == "completed" and len(lines) != stored["rows_total"]:
        yield f"{stored['rows_total']} rows have {len(lines)} outcomes"


def _left_out(books: Books, job: Sent, rows: Sequence[Told], numbers: Mapping[int, Document], ledger: Ledger) -> Iterator[str]:
    """Who was there before a job was sent, and throughout, is in it: an export has them in its file, an erasure leaves none."""
    stored, seen = books.jobs[job.id], {row.contact for row in rows if row.outcome in ("updated", "unchanged")}
    if stored["state"] != "completed" or job.path in ("imports", "restorations"):
        return
    for number, contact in numbers.items():
        creator = books.jobs[ledger.creators[number]] if number in ledger.creators else None
        was_there = creator is not None and creator.get("ended_at") is not None and creator["ended_at"] < stored["created_at"]
        if was_there and job.names(contact["email_key"]) and number not in ledger.ever_deleted and number not in seen:
            yield (
                f"contact {number} was there before it and is not in it"
                if not job.is_erasure
                else f"contact {number} is still there"
            )


def _wrong_values(contacts: Sequence[Document], sent: Sequence[Sent], ledger: Ledger) -> Iterator[str]:
    possible = possible_values(_history(sent, ledger))
    stored = {contact["email_key"]: contact for contact in contacts}
    missing = possible.keys() - stored.keys() if not ledger.erased else set[str]()
    if strange := missing | (stored.keys() - possible.keys()):
        yield f"contacts {sorted(strange)} are there and should not be, or the other way round"
    for key, contact in stored.items():
        for name in FIELDS:
            allowed: set[str | None] = {*possible.get(key, {}).get(name, {None}), *({None} if ledger.erased else ())}
            if contact.get(name) not in allowed:
                yield f"contact {key} has {name} {contact.get(name)!r}, which is none of {sorted(map(str, allowed))}"


def _history(sent: Sequence[Sent], ledger: Ledger) -> list[Applied]:
    before: dict[str, frozenset[str]] = {}
    for job in sent:
        before[job.id] = frozenset(job.after).union(*(before[each] for each in job.after))
    refused = {job.id: {row.line for row in ledger.rows[job.id] if row.outcome == "rejected"} for job in sent}
    done = {job.id: {row.line for row in ledger.rows[job.id]} - refused[job.id] for job in sent}
    return [Applied(job.id, tuple(row for row in job.sheet.rows if row.line in done[job.id]), before[job.id]) for job in sent]
