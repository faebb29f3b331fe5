"""One seed: a few jobs on the same contacts, sent, chained and cancelled by chance while the world falls apart; then an audit."""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from services.importer import app as importer_app
from services.importer.settings import ImporterSettings
from services.status import app as status_app
from services.status.settings import StatusSettings
from shared.delivery import outbox
from shared.jobs import planning, stages
from tests.simulation.world import Faults, Life, Trouble, Undying
from tests.support.invariants import ENDS, audit, read_books
from tests.support.people import FIELDS, Applied, Sheet, possible_values, sheet
from tests.support.system import System, platform_for, system

IMPORTER = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4)
STATUS = StatusSettings(
    rescue_after_seconds=0.4,
    rescue_sweep_seconds=0.1,
    release_sweep_seconds=0.1,
    catch_up_seconds=0.1,
    retention_sweep_seconds=0.5,
)
SWEEP_SECONDS = 0.1
BUDGET_SECONDS = 30.0
"""Time that the jobs have after the last fault. Only a failure uses it up."""


@dataclass
class Sent:
    """A job as the client knows it."""

    id: str
    sheet: Sheet
    after: tuple[str, ...] = ()
    is_cancelled: bool = False
    is_forgotten: bool = False


@dataclass
class Result:
    """What a seed came to."""

    seed: int
    violations: list[str]
    faults: Faults
    deaths: int
    seconds: float
    states: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        figures = f"{self.deaths} deaths, {dict(self.faults.seen)}, {sorted(self.states.values())}, {self.seconds:.1f} s"
        return "\n  ".join([f"seed {self.seed}: {figures}", *self.violations])


class Hurry:
    """The engine's long patience, made short for as long as the simulation runs."""

    def __init__(self, patch: Any) -> None:
        patch.setattr(stages, "CLAIM_SECONDS", 1.0)
        patch.setattr(planning, "CLAIM_SECONDS", 1.0)
        patch.setattr(planning, "RENEW_SECONDS", 0.2)
        patch.setattr(outbox, "GRACE", outbox.GRACE / 40)


async def run_seed(mongo_url: str, seed: int, *, faults: Faults | None = None, budget_seconds: float = BUDGET_SECONDS) -> Result:
    """Run one seed and audit it."""
    started, faults = time.monotonic(), faults or Faults.drawn(seed)
    trouble = Trouble(faults)
    platform = platform_for(mongo_url, f"simulation-{uuid.uuid4().hex[:12]}", trouble.broker, relay_sweep_seconds=SWEEP_SECONDS)
    async with system(platform, services=()) as muster, _lives(muster, trouble, faults) as lives:
        sent = await _submit(muster, random.Random(seed), faults)
        faults.end()
        await trouble.settle()
        violations = [wrong async for wrong in _verdict(muster, sent, budget_seconds)]
        states = {job["_id"]: job["state"] async for job in muster.database["jobs"].find()}
    return Result(seed, violations, faults, sum(each.deaths for each in lives), time.monotonic() - started, states)


@asynccontextmanager
async def _lives(muster: System, trouble: Trouble, faults: Faults) -> AsyncIterator[list[Undying]]:
    settings, clock = muster.platform.settings, muster.platform.clock
    builds = {
        "importer-1": partial(importer_app.build, settings=IMPORTER),
        "importer-2": partial(importer_app.build, settings=IMPORTER),
        "status": partial(status_app.build, settings=STATUS),
    }
    lives = [Undying(partial(Life, name, build, trouble.broker, settings, clock, faults), faults) for name, build in builds.items()]
    tasks = [asyncio.create_task(each.live()) for each in lives]
    try:
        yield lives
    finally:
        await asyncio.gather(*(each.end(task) for each, task in zip(lives, tasks, strict=True)))


async def _submit(muster: System, chance: random.Random, faults: Faults) -> list[Sent]:
    """Three to six jobs, one after the other, with pauses in which the world goes on."""
    sent: list[Sent] = []
    for number in range(chance.randint(3, 6)):
        rows = chance.choice((0, 3, 9, 30, 60, 90))
        content = sheet(chance.randrange(10**6), rows, keys=12, prefix="c")
        known = [each for each in sent if not each.is_forgotten]
        after = tuple(each.id for each in chance.sample(known, min(len(known), 2)) if chance.random() < 0.4)
        query = {"after": ",".join(after)} if after else {}
        job = await muster.submit(content.csv(), name=f"job {number}", **query)
        sent.append(Sent(job["id"], content, after))
        await asyncio.sleep(chance.uniform(0, faults.pause_seconds))
        if chance.random() < 0.3:
            await _cancel(muster, chance.choice(sent))
        if chance.random() < 0.08:
            await _forget(muster, chance.choice(sent))
    return sent


async def _cancel(muster: System, job: Sent) -> None:
    answer = await muster.client.post(f"/v1/jobs/{job.id}/cancel")
    if answer.status_code not in (404, 409):
        assert answer.status_code in (200, 202), answer.text
        job.is_cancelled = answer.json()["state"] in ("cancelling", "cancelled")


async def _forget(muster: System, job: Sent) -> None:
    answer = await muster.client.delete(f"/v1/jobs/{job.id}")
    assert answer.status_code in (200, 202, 204, 404), answer.text
    job.is_forgotten = True


async def _all_forgotten(muster: System, sent: list[Sent], seconds: float) -> AsyncIterator[str]:
    ids = [job.id for job in sent if job.is_forgotten]

    async def are_gone() -> bool:
        return bool(await muster.database["jobs"].count_documents({"_id": {"$in": ids}}) == 0)

    try:
        await muster.until(are_gone, seconds)
    except TimeoutError:
        yield f"somebody asked to forget {ids}, and one of them is still there"


async def _verdict(muster: System, sent: list[Sent], budget_seconds: float) -> AsyncIterator[str]:
    async for wrong in _all_forgotten(muster, sent, budget_seconds):
        yield wrong
    lines = {job.id: [row.line for row in job.sheet.rows] for job in sent}
    for wrong in await audit(muster.database, muster.client, lines=lines, seconds=budget_seconds):
        yield wrong
    books = await read_books(muster.database)
    states = {job_id: job["state"] for job_id, job in books.jobs.items()}
    if any(job.is_forgotten for job in sent):
        return  # what it wrote before is known to nobody any more
    for job in sent:
        for wrong in _wrong_end(job, states, len(books.rows_of(job.id))):
            yield f"job {job.id}: {wrong}"
    if any(state not in ENDS for state in states.values()):
        return
    outcomes = {job.id: dict(books.rows_of(job.id)) for job in sent}
    contacts = await muster.contacts()
    created = sum(outcome == "created" for rows in outcomes.values() for outcome in rows.values())
    if created != len(contacts):
        yield f"{created} rows created a contact and there are {len(contacts)}"
    for wrong in _wrong_contacts(contacts, _history(sent, outcomes)):
        yield wrong


def _wrong_end(job: Sent, states: dict[str, str], rows: int) -> Iterator[str]:
    state, failed = states[job.id], [before for before in job.after if states[before] in ("failed", "cancelled")]
    if job.is_cancelled:
        wanted = "cancelled"
    elif failed:
        wanted = "failed"
    else:
        wanted = "completed"
    if state != wanted and state in ENDS:
        yield f"is {state} and should be {wanted}"
    if failed and rows:
        yield f"waited for {failed[0]}, which did not complete, and has {rows} outcomes"


def _history(sent: list[Sent], outcomes: dict[str, dict[int, str]]) -> list[Applied]:
    before: dict[str, frozenset[str]] = {}
    for job in sent:
        before[job.id] = frozenset(job.after).union(*(before[each] for each in job.after))
    applied = {
        job.id: tuple(row for row in job.sheet.rows if outcomes[job.id].get(row.line, "rejected") != "rejected") for job in sent
    }
    return [Applied(job.id, applied[job.id], before[job.id]) for job in sent]


def _wrong_contacts(contacts: list[dict[str, Any]], history: list[Applied]) -> Iterator[str]:
    possible = possible_values(history)
    stored = {contact["email_key"]: contact for contact in contacts}
    if stored.keys() != possible.keys():
        yield f"contacts {sorted(stored.keys() ^ possible.keys())} are there and should not be, or the other way round"
    for key, fields in possible.items():
        for name in FIELDS:
            value = stored.get(key, {}).get(name)
            allowed = fields.get(name, {None})
            if value not in allowed:
                yield f"contact {key} has {name} {value!r}, which is none of {sorted(map(str, allowed))}"
