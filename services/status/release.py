"""Letting waiting jobs go: when every predecessor is completed, and never otherwise."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.contract.commands import START_COMMANDS
from shared.contract.values import JobState
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.ending import Ending
from shared.jobs.job import Job, Problem
from shared.jobs.store import Jobs


def verdict(job: Job, predecessors: Sequence[Job | None]) -> JobState:
    """What a waiting job becomes: still waiting, queued, or failed because something it waits for did not complete."""
    if any(found is None or found.state in (JobState.FAILED, JobState.CANCELLED) for found in predecessors):
        return JobState.FAILED
    if all(found is not None and found.state is JobState.COMPLETED for found in predecessors):
        return JobState.QUEUED
    return job.state


@dataclass(frozen=True, slots=True)
class Release:
    """Releases waiting jobs, on the end of a predecessor or by a sweep."""

    jobs: Jobs
    ending: Ending
    outbox: Outbox

    async def after(self, job_id: str) -> None:
        """Look at every job that waits for this one."""
        for job in await self.jobs.waiting_for(job_id):
            await self.consider(job.id)

    async def sweep(self) -> None:
        """Look at every waiting job: events can be lost."""
        async for job in self.jobs.in_states(JobState.WAITING):
            await self.consider(job.id)

    async def consider(self, job_id: str) -> None:
        """Release the job, fail it, or leave it waiting."""

        async def decide(unit: Unit) -> None:
            job = await self.jobs.read(job_id, unit.session)
            if job is None or job.state is not JobState.WAITING:
                return
            predecessors = [await self.jobs.read(before, unit.session) for before in job.after]
            state = verdict(job, predecessors)
            if state is JobState.QUEUED and await self.jobs.move(unit.session, job, state):
                unit.send(START_COMMANDS[job.kind](job_id=job.id, account=job.account))
            elif state is JobState.FAILED:
                await self.ending.end(unit, job, state, _why(job, predecessors))

        await self.outbox.transaction(decide)


def _why(job: Job, predecessors: Sequence[Job | None]) -> Problem:
    for job_id, found in zip(job.after, predecessors, strict=True):
        if found is None or found.state in (JobState.FAILED, JobState.CANCELLED):
            state = found.state if found else "deleted"
            return Problem("predecessor_failed", f"This job waits for job {job_id}, which is {state}. Submit both again.")
    return Problem("predecessor_failed", "A job that this one waits for did not complete.")
