"""The lists service in pieces: a test calls every step itself. Chunks of two rows, two lanes from the fifth row on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from services.gateway.jobs import NewJob
from services.lists import app as lists_app
from services.lists.clean_up import CleanUp
from services.lists.settings import ListsSettings
from shared.contract.commands import ChangeChunk, StartChange
from shared.contract.identity import pack
from shared.contract.values import Kind
from shared.delivery.outbox import Unit
from shared.host import Service
from shared.jobs.job import Job, Payload
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan
from shared.jobs.stages import Stages
from shared.jobs.work import Work
from tests.integration.parts import Moment, Parts

SETTINGS = ListsSettings(chunk_rows=2, single_lane_rows=4, lanes=2)


@dataclass
class Dying:
    """Work that meets its end just before it finishes."""

    own: Work
    finishing: Moment

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """See `Work.plan`."""
        return await self.own.plan(job, sink)

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """See `Work.work`."""
        return await self.own.work(unit, job, lane, sequence, rows)

    def leaves_something(self, job: Job) -> bool:
        """See `Work.leaves_something`."""
        return self.own.leaves_something(job)

    async def finish(self, job: Job) -> Mapping[str, Any]:
        """See `Work.finish`."""
        await self.finishing()
        return await self.own.finish(job)


@dataclass
class Lists:
    """The lists service, and the account's contacts."""

    parts: Parts
    service: Service
    stages: Stages
    clean_up: CleanUp

    async def contacts(self, count: int, **facts: Any) -> list[int]:
        """Put this many contacts there; their numbers."""
        account, now = self.parts.account.number, self.parts.clock.now()
        documents = [
            {
                "_id": pack(account, number),
                "account": account,
                "email": f"C{number}@example.org",
                "email_key": f"c{number}@example.org",
                "created_at": now,
                "updated_at": now,
                "created_via": "test",
                **facts,
            }
            for number in range(1, count + 1)
        ]
        await self.parts.database["contacts"].insert_many(documents)
        return list(range(1, count + 1))

    async def stored(self, number: int) -> dict[str, Any] | None:
        """The contact of this number as it is stored."""
        return await self.parts.gateway.contacts.of_account(self.parts.account.number).read(number)

    async def a_list(self, name: str) -> int:
        """The number of a new list."""
        return (await self.parts.gateway.lists.of_account(self.parts.account.number).create(name)).number

    async def job(self, kind: Kind, options: Mapping[str, Any], content: bytes | None = None, name: str = "who.csv") -> Job:
        """An accepted job."""
        payload = None
        if content is not None:
            async with self.parts.gateway.files.upload(self.parts.account.number, name, limit_bytes=1_000_000) as upload:
                await upload.write(content)
                file = await upload.finish()
            payload = Payload(file.file_id, name, file.bytes, file.sha256, "text/csv")
        accepted = await self.parts.gateway.desk.accept(self.parts.account, NewJob(kind, options, payload=payload))
        return accepted.job

    async def start(self, job: Job) -> None:
        """What the start command does."""
        await self.stages.start(StartChange(job_id=job.id, account=job.account))

    async def chunk(self, job: Job, lane: int, sequence: int) -> None:
        """What a chunk command does."""
        await self.stages.chunk(ChangeChunk(job_id=job.id, account=job.account, lane=lane, sequence=sequence))

    async def run_out(self, job: Job) -> Job:
        """The job after everything that is left of it."""
        while not (current := await self.parts.read(job)).state.is_end:
            lanes = [lane for lane in await self.parts.ledger.of_job(job.id) if lane.is_open]
            for lane in lanes:
                await self.chunk(job, lane.number, lane.sequence)
            if not lanes:
                await self.start(job)
        return current

    async def done(self, kind: Kind, options: Mapping[str, Any], content: bytes | None = None, name: str = "who.csv") -> Job:
        """A job at its end."""
        return await self.run_out(await self.job(kind, options, content, name))

    async def rows(self, job: Job) -> list[RowOutcome]:
        """What became of every row, in order."""
        lanes = [lane.number for lane in await self.parts.ledger.of_job(job.id)]
        return [row async for row in self.parts.gateway.outcomes.read(job.id, lanes)]

    def finishing(self, moment: Moment) -> None:
        """Await this before anything is finished."""
        dying = Dying(self.stages.work, moment)
        closing = replace(self.stages.closing, work=dying)
        self.stages = replace(self.stages, closing=closing)


async def open_lists(parts: Parts) -> Lists:
    """The lists service on these parts."""
    service = lists_app.build(parts.platform, SETTINGS)
    for store in service.stores:
        await store.prepare()
    stages = service.handlers[StartChange].__self__  # type: ignore[attr-defined]
    clean_up = service.duties[0].run.__self__  # type: ignore[attr-defined]
    return Lists(parts, service, stages, clean_up)
