"""Writing the chunks of a plan while its claim is kept alive, in memory bounded by a few chunks."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from shared.delivery.outbox import Unit
from shared.jobs.chunks import Chunks
from shared.jobs.job import Job, Problem
from shared.jobs.lanes import Chunk, Cutter, Limits, PlannedRow
from shared.platform.clock import Clock

CLAIM_SECONDS = 10.0
"""So long a job waits for another planner after its own was killed. A claim that lapses too early costs work and nothing else."""
RENEW_SECONDS = 2.0
MOST_TAKEOVERS = 10
"""Planners that may die of a payload before its job is given up."""
WRITE_TOGETHER = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """What planning found out: facts that `work` needs, and what people should know."""

    facts: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    reserve: Callable[[Unit, Job], Awaitable[None]] | None = None
    """Called in the transaction that begins the job, before anything of it is written. Raises JobRefused."""


class ClaimLost(Exception):
    """Another planner has taken over, or somebody cancelled: stop quietly."""


class ChunkSink:
    """Takes rows in order and writes full chunks. The chunk of a job that has only one is never written."""

    def __init__(self, chunks: Chunks, job_id: str, planner: int, limits: Limits, renew: Callable[[], Awaitable[bool]]) -> None:
        self._chunks = chunks
        self._job_id = job_id
        self._planner = planner
        self._cutter = Cutter(limits)
        self._renew = renew
        self._full: list[Chunk] = []
        self.lost = False
        self.watch: Callable[[Sequence[PlannedRow]], Awaitable[None]] | None = None
        """Who wants to see every row on its way, too."""

    @property
    def rows(self) -> int:
        """Rows taken so far."""
        return self._cutter.rows

    @property
    def chunks_by_lane(self) -> list[int]:
        """Chunks in each lane, after `finish`."""
        return self._cutter.chunks_by_lane

    def keep_order(self, expected_rows: int) -> None:
        """See `Cutter.keep_order`. To be called before any row is added."""
        self._cutter.keep_order(expected_rows)

    async def add(self, rows: Sequence[PlannedRow]) -> None:
        """Take the next rows of the job. Raises ClaimLost."""
        if self.watch is not None:
            await self.watch(rows)
        for row in rows:
            self._full.extend(self._cutter.add(row))
        if len(self._full) >= WRITE_TOGETHER:
            await self._write()

    async def finish(self) -> Chunk | None:
        """Write what is left. A job that fits one chunk gets it back unwritten."""
        self._full.extend(self._cutter.finish())
        if sum(self.chunks_by_lane) == 1:
            return self._full[0]
        await self._write()
        return None

    async def confirm(self) -> None:
        """Return if the job is still this planner's to plan: ask before changing anything but chunks. Raises ClaimLost."""
        self.lost = self.lost or not await self._renew()
        if self.lost:
            raise ClaimLost

    async def _write(self) -> None:
        if self.lost:
            raise ClaimLost
        full, self._full = self._full, []
        if full:
            await self._chunks.write(self._job_id, self._planner, full)


@asynccontextmanager
async def claim_kept(clock: Clock, sink: ChunkSink) -> AsyncIterator[None]:
    """Renew the claim for as long as the block runs; the sink refuses rows once it is lost."""

    async def renew() -> None:
        with suppress(ClaimLost):
            while True:
                await clock.sleep(RENEW_SECONDS)
                await sink.confirm()

    keeper = asyncio.create_task(renew())
    try:
        yield
    finally:
        keeper.cancel()
        with suppress(asyncio.CancelledError):
            await keeper
