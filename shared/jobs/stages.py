"""Plan, work and close, as message handlers: everything about running a job that is the same for every kind of work.

A working service brings three methods (`Work`); this module brings the transactions, the ledger and the messages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from shared.contract.commands import CHUNK_COMMANDS, StartJob, WorkChunk
from shared.contract.events import ChunkFinished, CountsBody, JobProcessing
from shared.contract.values import Counts, JobState, Kind
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.chunks import Chunks, decode_rows
from shared.jobs.closing import Closing, Result
from shared.jobs.job import Job, JobRefused, Problem
from shared.jobs.lanes import Chunk, Limits
from shared.jobs.ledger import Ledger
from shared.jobs.lifecycle import STOPPING
from shared.jobs.outcomes import Outcomes, count
from shared.jobs.planning import CLAIM_SECONDS, MOST_TAKEOVERS, ChunkSink, ClaimLost, Plan, claim_kept
from shared.jobs.progress import Lane
from shared.jobs.store import Jobs
from shared.jobs.work import Work
from shared.platform.clock import Clock
from shared.platform.observe import ROWS


@dataclass(frozen=True, slots=True)
class Stages:
    """The handlers of a working service's two commands."""

    work: Work
    jobs: Jobs
    ledger: Ledger
    chunks: Chunks
    outcomes: Outcomes
    closing: Closing
    outbox: Outbox
    clock: Clock
    limits: Limits

    async def start(self, command: StartJob) -> None:
        """Plan a queued job; close one that was cancelled before it had lanes. Anything else has been done already."""
        owner = self.clock.new_id()
        job = await self.jobs.claim(command.job_id, owner, CLAIM_SECONDS, asdict(self.limits))
        if job is None:
            await self.closing.without_lanes(command.job_id)
            return
        if job.takeovers > MOST_TAKEOVERS:
            reason = (
                f"{job.takeovers} workers died or fell silent while they planned the job. Its payload may be what they cannot read."
            )
            await self._refuse(job.id, owner, Problem("planning_failed", reason))
            return
        sink = ChunkSink(
            self.chunks, job.id, job.takeovers, Limits(**job.limits), lambda: self.jobs.renew(job.id, owner, CLAIM_SECONDS)
        )
        try:
            async with claim_kept(self.clock, sink):
                plan = await self.work.plan(job, sink)
                only_chunk = await sink.finish()
            await self._begin(job, owner, plan, sink, only_chunk)
        except JobRefused as refusal:
            await self._refuse(job.id, owner, refusal.problem, refusal.facts)
        except ClaimLost:
            await self._leave(job.id)
        except BaseException:
            await self.jobs.unclaim(job.id, owner)
            await self._forget_chunks_of_ended(job.id)
            raise

    async def chunk(self, command: WorkChunk) -> None:
        """Work the chunk if the lane is there, close the lane if the job is stopping, do nothing if the command is late."""
        job = await self.jobs.read(command.job_id)
        if job is None or job.state.is_end or job.state is JobState.PAUSED:
            return
        lane = await self.ledger.read(job.id, command.lane)
        if lane is None or not lane.is_open:
            return
        if job.state in STOPPING or lane.sequence == lane.chunks:
            await self.closing.lane(job.id, command.lane)
            return
        if lane.sequence != command.sequence:
            return
        rows = await self.chunks.read(job.id, job.takeovers, command.lane, command.sequence)
        if rows is None:
            raise LookupError(f"chunk {command.sequence} of lane {command.lane} is missing")
        worked = await self.outbox.transaction(lambda unit: self._work_chunk(unit, job, command, rows))
        if worked is not None and worked.sequence == worked.chunks:
            await self.closing.lane(job.id, command.lane)

    async def give_up_start(self, command: StartJob, reason: str) -> None:
        """Fail a job that cannot be planned. One that another delivery of the command has planned is left alone."""
        await self.closing.fail(command.job_id, None, Problem("planning_failed", f"The job could not be planned: {reason}"))

    async def give_up_chunk(self, command: WorkChunk, reason: str) -> None:
        """Fail a job one of whose chunks cannot be worked; its other lanes stop at their next one. A late command fails nothing."""
        await self.closing.fail(command.job_id, command, Problem("chunk_failed", f"A chunk could not be worked: {reason}"))

    async def _begin(self, job: Job, owner: str, plan: Plan, sink: ChunkSink, only_chunk: Chunk | None) -> None:
        lanes = sum(1 for chunks in sink.chunks_by_lane if chunks)
        rows = decode_rows(only_chunk.body) if only_chunk else []
        facts = {**plan.facts, "lanes": len(sink.chunks_by_lane)}

        async def begin(unit: Unit, *, result: Result | None) -> bool:
            begun = await self.jobs.begin(unit.session, job.id, owner, facts, plan.problems, sink.rows, lanes)
            if begun is None:
                return False
            if plan.reserve is not None:
                await plan.reserve(unit, begun)
            numbers = await self.ledger.open(unit.session, job.id, job.account, sink.chunks_by_lane)
            if not lanes:
                await self.closing.job_in(unit, begun, result)
            elif only_chunk:
                await self._work_only_chunk(unit, begun, only_chunk.lane, rows)
            else:
                unit.send(_processing(begun, lanes, self.clock))
                unit.send(*(self._command(job, lane, 0) for lane in numbers))
            return True

        if not await self.closing.finishing(begin):
            await self._leave(job.id)
        elif only_chunk and self.work.leaves_something(job):
            await self.closing.lane(job.id, only_chunk.lane)

    async def _work_only_chunk(self, unit: Unit, job: Job, number: int, rows: Sequence[Any]) -> None:
        lane = await self.ledger.take(unit.session, job.id, number, 0)
        if lane is not None:
            await self._write(unit, job, lane, rows)
            if not self.work.leaves_something(job):
                await self.closing.lane_in(unit, job.id, number)

    async def _work_chunk(self, unit: Unit, job: Job, command: WorkChunk, rows: Sequence[Any]) -> Lane | None:
        """Work the chunk. The last one of a lane leaves it open: closing writes the job, on which all ending lanes would meet,
        and the loser would have to do its chunk again. A lane that a crash leaves so is closed by the rescuer's command.
        """
        lane = await self.ledger.take(unit.session, job.id, command.lane, command.sequence)
        if lane is None:
            return None
        recorded = await self._write(unit, job, lane, rows)
        unit.send(_finished(job, recorded, self.clock))
        if recorded.sequence < recorded.chunks:
            unit.send(self._command(job, recorded.number, recorded.sequence))
        return recorded

    async def _write(self, unit: Unit, job: Job, lane: Lane, rows: Sequence[Any]) -> Lane:
        outcomes = await self.work.work(unit, job, lane.number, lane.sequence - 1, rows)
        counts = count(outcomes)
        await self.outcomes.write(unit.session, job.id, job.account, lane.number, lane.sequence - 1, outcomes, counts)
        unit.after_commit(partial(_measure, job.kind, counts))
        return await self.ledger.record(unit.session, lane, counts)

    async def _refuse(self, job_id: str, owner: str, problem: Problem, facts: Mapping[str, Any] | None = None) -> None:
        await self.closing.refuse(job_id, owner, problem, facts)
        await self._leave(job_id)

    async def _leave(self, job_id: str) -> None:
        """Let go of a job that this planner did not begin: another one has it, or it ends here."""
        await self.closing.without_lanes(job_id)
        await self._forget_chunks_of_ended(job_id)

    async def _forget_chunks_of_ended(self, job_id: str) -> None:
        """A planner may have written chunks after the job had ended, and been forgotten: nobody else would look for them."""
        job = await self.jobs.read(job_id)
        if job is None or job.state.is_end:
            await self.chunks.forget(job_id)

    def _command(self, job: Job, lane: int, sequence: int) -> WorkChunk:
        return CHUNK_COMMANDS[job.kind](job_id=job.id, account=job.account, lane=lane, sequence=sequence)


def _processing(job: Job, lanes: int, clock: Clock) -> JobProcessing:
    return JobProcessing(
        job_id=job.id, account=job.account, kind=job.kind, rev=job.rev, at=clock.now(), rows_total=job.rows_total or 0, lanes=lanes
    )


def _finished(job: Job, lane: Lane, clock: Clock) -> ChunkFinished:
    return ChunkFinished(
        job_id=job.id,
        account=job.account,
        kind=job.kind,
        lane=lane.number,
        sequence=lane.sequence,
        rows_done=lane.rows_done,
        counts=CountsBody(**lane.counts.as_document()),
        at=clock.now(),
    )


def _measure(kind: Kind, counts: Counts) -> None:
    for outcome in ("created", "updated", "unchanged", "skipped", "rejected"):
        ROWS.labels(kind, outcome).inc(getattr(counts, outcome))
