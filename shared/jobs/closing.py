"""Closing lanes and jobs: the last lane ends the job, in one transaction, once what the job leaves behind has been made."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog

from shared.contract.commands import WorkChunk
from shared.contract.values import JobState
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.ending import Ending
from shared.jobs.job import Job, Problem
from shared.jobs.ledger import Ledger
from shared.jobs.lifecycle import END_OF, STOPPING
from shared.jobs.store import Jobs
from shared.jobs.work import Work
from shared.platform.clock import Clock

log = structlog.get_logger(__name__)

Result = Mapping[str, Any]
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)
TOUCH_SECONDS = 5.0
FINISH_SECONDS = 1_200.0
"""So long may the making of what a job leaves behind take. It has hung by then, and is tried again like a chunk that fails."""


class Closer(Protocol[T_co]):
    """What ends jobs within a transaction; with `result` once it has been made."""

    def __call__(self, unit: Unit, *, result: Result | None) -> Awaitable[T_co]:
        """Run once for each attempt of the transaction. Raises Unfinished where it needs the result."""


class Unfinished(Exception):
    """The transaction would complete a job that has yet to make what it leaves behind."""

    def __init__(self, job: Job) -> None:
        super().__init__(job.id)
        self.job = job


@dataclass(frozen=True, slots=True)
class Closing:
    """Closes what one working service works."""

    work: Work
    jobs: Jobs
    ledger: Ledger
    ending: Ending
    outbox: Outbox
    clock: Clock

    async def lane(self, job_id: str, lane: int) -> None:
        """Close a lane, and with the last one the job. Closing it again changes nothing."""
        async with self._touched(job_id, lane):
            await self.finishing(partial(self.lane_in, job_id=job_id, lane=lane))

    async def finishing(self, close: Closer[T]) -> T:
        """Run a transaction that may complete a job: a second time, with what the job leaves behind, where it asks for that."""
        result: Result | None = None
        while True:
            try:
                return await self.outbox.transaction(partial(close, result=result))
            except Unfinished as unfinished:
                async with asyncio.timeout(FINISH_SECONDS):
                    result = await self.work.finish(unfinished.job)

    async def lane_in(self, unit: Unit, job_id: str, lane: int, result: Result | None = None) -> None:
        """Close a lane within the caller's transaction. Raises Unfinished."""
        if await self.ledger.close(unit.session, job_id, lane):
            job = await self.jobs.close_lane(unit.session, job_id)
            if job is not None and job.open_lanes == 0:
                await self.job_in(unit, job, result)

    async def job_in(self, unit: Unit, job: Job, result: Result | None = None) -> None:
        """End a job without open lanes within the caller's transaction. Raises Unfinished."""
        ends = job
        if END_OF[job.state] is JobState.COMPLETED and self.work.leaves_something(job):
            if result is None:
                raise Unfinished(job)
            ends = await self.jobs.keep_result(unit.session, job.id, result) or job
        await self.ending.end(unit, ends, END_OF[job.state])

    async def without_lanes(self, job_id: str) -> None:
        """End a job that was told to stop before it had lanes."""

        async def close(unit: Unit) -> None:
            job = await self.jobs.read(job_id, unit.session)
            if job is not None and job.state in STOPPING and job.open_lanes == 0:
                await self.job_in(unit, job)

        await self.outbox.transaction(close)

    async def refuse(self, job_id: str, owner: str, problem: Problem, facts: Mapping[str, Any] | None = None) -> None:
        """Fail a job whose planning found that it cannot be done, unless another planner has it by now; its plan keeps `facts`."""
        log.info("job.refused", code=problem.code)

        async def refuse(unit: Unit) -> None:
            job = await self.jobs.read(job_id, unit.session)
            if job is not None and job.state is JobState.PLANNING and await self.jobs.owns(unit.session, job_id, owner):
                await self.ending.end(unit, job, JobState.FAILED, problem, facts)

        await self.outbox.transaction(refuse)

    async def fail(self, job_id: str, at: WorkChunk | None, problem: Problem) -> None:
        """Fail a job one of whose commands was given up. A late command fails nothing."""

        async def fail(unit: Unit) -> None:
            job = await self.jobs.read(job_id, unit.session)
            if job is None or job.state.is_end or (at is not None and not await self._is_due(unit, at)):
                return
            if job.state in (JobState.QUEUED, JobState.PLANNING):
                await self.ending.end(unit, job, JobState.FAILED, problem)
                return
            if at is None:
                return
            if job.state in (JobState.PROCESSING, JobState.PAUSED):
                await self.jobs.move(unit.session, job, JobState.FAILING, error=problem.as_document())
            await self.lane_in(unit, job_id, at.lane)

        await self.outbox.transaction(fail)

    async def _is_due(self, unit: Unit, command: WorkChunk) -> bool:
        lane = await self.ledger.read(command.job_id, command.lane, unit.session)
        return lane is not None and lane.is_open and lane.sequence == command.sequence

    @asynccontextmanager
    async def _touched(self, job_id: str, lane: int) -> AsyncIterator[None]:
        """Keep the rescuer from the lane for as long as the block runs: what a job leaves behind may take minutes to make."""

        async def touch() -> None:
            while True:
                await self.clock.sleep(TOUCH_SECONDS)
                await self.ledger.touch(job_id, lane)

        keeper = asyncio.create_task(touch())
        try:
            yield
        finally:
            keeper.cancel()
            with suppress(asyncio.CancelledError):
                await keeper
