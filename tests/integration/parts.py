"""The engine without its services: a test calls every step itself and may hold one at a named moment."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec
from pydantic import SecretStr

from services.gateway import app as gateway_app
from services.gateway.context import Gateway
from services.gateway.jobs import NewJob
from services.gateway.settings import GatewaySettings
from services.status.release import Release
from shared.accounts.settings import KeySettings
from shared.accounts.store import Account
from shared.contract.commands import ImportChunk, StartImport
from shared.contract.topology import TOPOLOGY
from shared.contract.values import Kind, Outcome
from shared.delivery.outbox import Outbox, Unit
from shared.host import Platform
from shared.jobs.chunks import Chunks
from shared.jobs.closing import Closing
from shared.jobs.ending import Ending
from shared.jobs.job import Job
from shared.jobs.lanes import Limits, PlannedRow
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan
from shared.jobs.stages import Stages
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Outgoing
from shared.platform.mongo import Mongo
from shared.platform.settings import MongoDriver, PlatformSettings
from tests.support.clock import MovableClock
from tests.support.mongo import drop_database

OPEN_JOBS = 50
KEYS = KeySettings(key_pepper=SecretStr("a pepper for tests"))

Moment = Callable[[], Awaitable[object]]


async def nothing() -> None:
    """A moment at which nothing happens."""


@dataclass
class Scratch:
    """Work that writes one document a row. `planned` and `working` are awaited at those moments, inside the transaction."""

    mongo: Mongo
    rows: int = 8
    keys: int = 8
    planned: Moment = nothing
    working: Moment = nothing
    finished: Moment | None = None
    """Where there is one, the job leaves something behind, and this is awaited while that is made."""
    finishings: int = 0
    reserve: Callable[[Unit, Job], Awaitable[None]] | None = None
    """Asked for room in the transaction that begins the job."""

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """See `Work.plan`."""
        lines = range(1, self.rows + 1)
        await sink.add([PlannedRow(line, f"key {line % self.keys}", msgspec.msgpack.encode([line])) for line in lines])
        await self.planned()
        return Plan({"columns": []}, reserve=self.reserve)

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """See `Work.work`."""
        await self.working()
        written = [{"job": job.id, "line": line} for (line,) in rows]
        await self.mongo.database["scratch"].insert_many(written, session=unit.session)
        return [RowOutcome(line, Outcome.CREATED, line) for (line,) in rows]

    def leaves_something(self, job: Job) -> bool:
        """See `Work.leaves_something`."""
        return self.finished is not None

    async def finish(self, job: Job) -> Mapping[str, Any]:
        """See `Work.finish`."""
        self.finishings += 1
        if self.finished is not None:
            await self.finished()
        return {"finishings": self.finishings, "written": await self.mongo.database["scratch"].count_documents({"job": job.id})}


@dataclass
class Parts:
    """The engine in pieces, and one account."""

    platform: Platform
    clock: MovableClock
    gateway: Gateway
    account: Account
    work: Scratch
    stages: Stages
    ledger: Ledger
    chunks: Chunks
    release: Release
    broker: MemoryBroker
    sent: list[Outgoing] = field(default_factory=list)

    @property
    def database(self) -> Any:
        """For looking behind the stores."""
        return self.platform.mongo.database

    async def job(self, **request: Any) -> Job:
        """A job that was accepted, and whose command is out."""
        accepted = await self.gateway.desk.accept(self.account, NewJob(Kind.IMPORT, {}, **request))
        await self.platform.outbox.settle()
        return accepted.job

    async def limit(self, **limits: int | None) -> None:
        """Give the account limits of its own."""
        for name, value in limits.items():
            await self.gateway.accounts.set_limit(self.account.number, name, value)
        found = await self.gateway.accounts.read(self.account.number)
        assert found is not None
        self.account = found

    async def read(self, job: Job) -> Job:
        """The job as it stands."""
        found = await self.gateway.jobs.read(job.id)
        assert found is not None
        return found

    async def start(self, job: Job) -> None:
        """What the start command does."""
        await self.stages.start(StartImport(job_id=job.id, account=job.account))

    async def chunk(self, job: Job, lane: int, sequence: int) -> None:
        """What a chunk command does."""
        await self.stages.chunk(ImportChunk(job_id=job.id, account=job.account, lane=lane, sequence=sequence))

    async def begun(self, **request: Any) -> Job:
        """A job whose lanes are open."""
        job = await self.job(**request)
        await self.start(job)
        return await self.read(job)

    async def run_out(self, job: Job) -> Job:
        """The job after every chunk that is left."""
        while not (current := await self.read(job)).state.is_end:
            lanes = [lane for lane in await self.ledger.of_job(job.id) if lane.is_open]
            for lane in lanes:
                await self.chunk(job, lane.number, lane.sequence)
            if not lanes:
                await self.start(job)
        return current

    async def run_to_last_chunks(self, job: Job) -> list[tuple[int, int]]:
        """Work all but the last chunk of every lane; gives lane and sequence of those that are left."""
        for lane in await self.ledger.of_job(job.id):
            for sequence in range(lane.chunks - 1):
                await self.chunk(job, lane.number, sequence)
        return [(lane.number, lane.sequence) for lane in await self.ledger.of_job(job.id)]

    async def written(self, job: Job) -> list[int]:
        """The lines whose documents were written, each as often as it was."""
        return sorted([document["line"] async for document in self.database["scratch"].find({"job": job.id})])

    def events(self, job: Job, type_prefix: str) -> list[str]:
        """Ids of the messages of this job whose type begins so, as published."""
        return [
            str(message.headers["cloudEvents:id"])
            for message in self.sent
            if message.headers["cloudEvents:subject"] == job.id
            and str(message.headers["cloudEvents:type"]).startswith(f"muster.{type_prefix}")
        ]

    def ends(self, job: Job) -> list[str]:
        """Ids of its end events."""
        return [each for state in ("completed", "failed", "cancelled") for each in self.events(job, f"job.{state}")]


def together(number: int) -> Moment:
    """A moment at which the first `number` callers wait for each other; later ones pass."""
    barrier, seen = asyncio.Barrier(number), 0

    async def meet() -> None:
        nonlocal seen
        seen += 1
        if seen <= number:
            async with asyncio.timeout(20):
                await barrier.wait()

    return meet


def once(action: Moment) -> Moment:
    """A moment at which the first caller does something, and later ones pass."""
    done = False

    async def act() -> None:
        nonlocal done
        if not done:
            done = True
            await action()

    return act


@asynccontextmanager
async def open_database(mongo_url: str, driver: MongoDriver) -> AsyncIterator[Mongo]:
    """A database of one's own, with collections and indexes; gone afterwards."""
    settings = PlatformSettings(
        mongo_url=SecretStr(mongo_url), mongo_database=f"parts_{uuid.uuid4().hex[:12]}", mongo_driver=driver, mongo_pool_size=50
    )
    clock = MovableClock()
    mongo = Mongo(settings, clock)
    outbox = Outbox(mongo, MemoryBroker(TOPOLOGY, clock.sleep), clock, "test")
    gateway = _gateway(Platform(settings, clock, mongo, MemoryBroker(TOPOLOGY, clock.sleep), outbox))
    for store in (*gateway_app.stores(gateway), Ledger(mongo, clock), outbox):
        await store.prepare()
    for name in ("scratch", "chunks", "views"):
        await mongo.database.create_collection(name)
    try:
        yield mongo
    finally:
        await mongo.close()
        await drop_database(mongo_url, settings.mongo_database)


async def open_parts(mongo: Mongo) -> Parts:
    """The engine on an emptied database, with lanes of two rows a chunk. To be closed with its broker."""
    for name in await mongo.database.list_collection_names():
        await mongo.database[name].delete_many({})
    clock = MovableClock()
    sent: list[Outgoing] = []

    def tap(message: Outgoing) -> tuple[Outgoing]:
        sent.append(message)
        return (message,)

    broker = MemoryBroker(TOPOLOGY, clock.sleep, tap)
    outbox = Outbox(mongo, broker, clock, "test")
    platform = Platform(PlatformSettings(), clock, mongo, broker, outbox)
    gateway = _gateway(platform)
    await broker.start()
    ledger, chunks, work = Ledger(mongo, clock), Chunks(mongo), Scratch(mongo)
    account = await gateway.accounts.create("test")
    await gateway.quota.open_account(account.number)
    ending = Ending(gateway.jobs, ledger, gateway.quota, clock)
    limits = Limits(chunk_rows=2, single_lane_rows=4, lanes=2)
    closing = Closing(work, gateway.jobs, ledger, ending, outbox, clock)
    stages = Stages(work, gateway.jobs, ledger, chunks, gateway.outcomes, closing, outbox, clock, limits)
    release = Release(gateway.jobs, gateway.quota, gateway.accounts, ending, outbox, clock, gateway.limits)
    return Parts(platform, clock, gateway, account, work, stages, ledger, chunks, release, broker, sent)


def _gateway(platform: Platform) -> Gateway:
    return gateway_app.open_gateway(platform, GatewaySettings(open_jobs=OPEN_JOBS), KEYS)
