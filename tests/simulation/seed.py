"""One seed: jobs of every kind on the same contacts, sent and meddled with by chance while the world falls apart; then an audit."""

import asyncio
import random
import sys
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from services.exporter import app as exporter_app
from services.exporter.settings import ExporterSettings
from services.importer import app as importer_app
from services.importer.settings import ImporterSettings
from services.lists import app as lists_app
from services.lists import clean_up
from services.lists.settings import ListsSettings
from services.status import app as status_app
from services.status.settings import StatusSettings
from shared.delivery import outbox
from shared.jobs import planning, stages
from tests.simulation import laws
from tests.simulation.orders import Client, Sent
from tests.simulation.world import Faults, Life, Trouble, Undying
from tests.support.invariants import ENDS, audit, read_books
from tests.support.system import System, platform_for, system

IMPORTER = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4)
EXPORTER = ExporterSettings(chunk_rows=2, single_lane_rows=5, lanes=3)
LISTS = ListsSettings(chunk_rows=2, single_lane_rows=5, lanes=3, clean_up_sweep_seconds=0.2)
STATUS = StatusSettings(
    rescue_after_seconds=0.4,
    rescue_sweep_seconds=0.1,
    release_sweep_seconds=0.1,
    catch_up_seconds=0.1,
    retention_sweep_seconds=0.5,
)
SWEEP_SECONDS = 0.1
BUDGET_SECONDS = 60.0
"""Time that the jobs have after the last fault: twice the rescuer's longest patience with a lane, which it doubles six times, from
0.4 s on. Only a failure uses it up."""


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
        patch.setattr(clean_up, "CLAIM_SECONDS", 1.0)
        patch.setattr(outbox, "GRACE", outbox.GRACE / 40)


async def run_seed(mongo_url: str, seed: int, *, faults: Faults | None = None, budget_seconds: float = BUDGET_SECONDS) -> Result:
    """Run one seed and audit it."""
    started, faults = time.monotonic(), faults or Faults.drawn(seed)
    trouble = Trouble(faults)
    platform = platform_for(mongo_url, f"simulation-{uuid.uuid4().hex[:12]}", trouble.broker, relay_sweep_seconds=SWEEP_SECONDS)
    async with system(platform, services=()) as muster, _lives(muster, trouble, faults) as lives:
        client = Client(muster, random.Random(seed), faults)
        await client.run()
        faults.end()
        await trouble.settle()
        violations = [wrong async for wrong in _verdict(muster, client, budget_seconds)]
        states = {job["_id"]: job["state"] async for job in muster.database["jobs"].find()}
    return Result(seed, violations, faults, sum(each.deaths for each in lives), time.monotonic() - started, states)


@asynccontextmanager
async def _lives(muster: System, trouble: Trouble, faults: Faults) -> AsyncIterator[list[Undying]]:
    settings, clock = muster.platform.settings, muster.platform.clock
    builds = {
        "importer-1": partial(importer_app.build, settings=IMPORTER),
        "importer-2": partial(importer_app.build, settings=IMPORTER),
        "exporter": partial(exporter_app.build, settings=EXPORTER),
        "lists-1": partial(lists_app.build, settings=LISTS),
        "lists-2": partial(lists_app.build, settings=LISTS),
        "status": partial(status_app.build, settings=STATUS),
    }
    lives = [Undying(partial(Life, name, build, trouble.broker, settings, clock, faults), faults) for name, build in builds.items()]
    tasks = [asyncio.create_task(each.live()) for each in lives]
    try:
        yield lives
    finally:
        await asyncio.gather(*(each.end(task) for each, task in zip(lives, tasks, strict=True)))


async def _verdict(muster: System, client: Client, budget_seconds: float) -> AsyncIterator[str]:
    for wrong in client.noticed:
        yield wrong
    sent = client.sent
    async for wrong in _unrest(muster, sent, budget_seconds):
        yield wrong
    books = await read_books(muster.database)
    states = {job_id: job["state"] for job_id, job in books.jobs.items()}
    if any(job.is_forgotten for job in sent):
        return  # what it wrote before is known to nobody any more
    ledger = laws.ledger_of(books, sent)
    for job in sent:
        for wrong in _wrong_end(job, states, len(ledger.rows[job.id])):
            yield f"job {job.id}: {wrong}"
    if any(state not in ENDS for state in states.values()):
        return
    for wrong in laws.violations(books, await muster.contacts(), sent, ledger):
        yield wrong
    for job in sent:
        if job.path == "exports" and states[job.id] == "completed":
            wrong_file = await laws.wrong_file(muster.client, job, books.jobs[job.id], ledger.rows[job.id])
            if wrong_file:
                yield f"job {job.id}: {wrong_file}"


async def _unrest(muster: System, sent: list[Sent], seconds: float) -> AsyncIterator[str]:
    """What has not come to rest, or not well. Each question is asked until it is answered well or the time is up."""
    forgotten = {"_id": {"$in": [job.id for job in sent if job.is_forgotten]}}
    async for wrong in _gone(muster, "jobs", forgotten, seconds):
        yield wrong
    lines = {job.id: [row.line for row in job.sheet.rows] for job in sent if job.path == "imports"}
    violations = await audit(muster.database, muster.client, lines=lines, seconds=seconds)
    if violations:
        for task in asyncio.all_tasks():
            task.print_stack(file=sys.stdout)  # who waits for what, where something has not ended
    for wrong in violations:
        yield wrong
    # Only now: while a job still runs, it may be one that has yet to erase somebody.
    async for wrong in _gone(muster, "erasures", {}, seconds):
        yield wrong


async def _gone(muster: System, collection: str, query: dict[str, Any], seconds: float) -> AsyncIterator[str]:
    """Jobs that somebody asked to forget, and the memory of whom erasures took out, go by themselves."""

    async def are_gone() -> bool:
        return bool(await muster.database[collection].count_documents(query) == 0)

    try:
        await muster.until(are_gone, seconds)
    except TimeoutError:
        yield f"in {collection} there is something left that should be gone: {query}"


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
