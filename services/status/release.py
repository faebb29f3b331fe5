"""Letting waiting jobs go: when all before them completed, their time has come, and their account has a place for one more.

Places of an account are given to the oldest in its line, and never to a job that came later.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from shared.accounts.limits import Limit, limit_of
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Accounts
from shared.contract.commands import START_COMMANDS
from shared.contract.values import JobState
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.ending import Ending
from shared.jobs.job import Job, Problem
from shared.jobs.quota import Figure, Quota
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.turns import Turns

Predecessors = Sequence[Job | None]
"""Those that the job still waits for, as `pending` has them; None for one that was deleted before it completed."""


def is_cleared(job: Job, predecessors: Predecessors) -> bool:
    """True when all that the job waits for have completed. Once noted, they may be forgotten."""
    return job.is_cleared or all(found is not None and found.state is JobState.COMPLETED for found in predecessors)


def verdict(job: Job, predecessors: Predecessors, now: datetime) -> JobState:
    """What a waiting job becomes: still waiting, queued as soon as there is a place, or failed with something it waits for."""
    if is_cleared(job, predecessors):
        return JobState.QUEUED if job.run_at is None or job.run_at <= now else job.state
    if any(found is None or found.state in (JobState.FAILED, JobState.CANCELLED) for found in predecessors):
        return JobState.FAILED
    return job.state


@dataclass(frozen=True, slots=True)
class Release:
    """Releases waiting jobs, on the end of another job or by a sweep."""

    jobs: Jobs
    quota: Quota
    accounts: Accounts
    ending: Ending
    outbox: Outbox
    clock: Clock
    defaults: LimitSettings
    turns: Turns = field(default_factory=Turns)

    async def after(self, job_id: str) -> None:
        """Look at every job that waits for this one."""
        for job in await self.jobs.waiting_for(job_id):
            await self.consider(job.id)

    async def next_of(self, account: int) -> None:
        """Start the oldest in the account's line, as many as there are places."""
        async with self.turns.of(account):
            while await self._start_next(account):
                pass

    async def sweep(self) -> None:
        """Look at every waiting job, accounts by turns: events can be lost, limits be raised, and time passes."""
        seen = dict.fromkeys(await self.jobs.accounts_waiting(), "")
        while seen:
            for account, last in list(seen.items()):
                started = await self._start_next(account)
                job = await self.jobs.next_waiting(account, last, self.clock.now())
                if job is not None:
                    seen[account] = job.id
                    await self.consider(job.id)
                elif not started:
                    del seen[account]

    async def consider(self, job_id: str) -> None:
        """Release the job, let it stand in line, fail it, or leave it waiting."""

        async def decide(unit: Unit) -> None:
            job = await self.jobs.read(job_id, unit.session)
            if job is None or job.state is not JobState.WAITING or job.place is not None:
                return
            predecessors = [] if job.is_cleared else [await self.jobs.read(before, unit.session) for before in job.pending]
            state = verdict(job, predecessors, self.clock.now())
            if state is JobState.QUEUED:
                await self._place(unit, job)
            elif state is JobState.FAILED:
                await self.ending.end(unit, job, state, _why(job, predecessors))
            elif not job.is_cleared:
                await self._note_completed(unit, job, predecessors)

        await self.outbox.transaction(decide)

    async def _note_completed(self, unit: Unit, job: Job, predecessors: Predecessors) -> None:
        """Their own ends do it too. This is for those that an earlier release ended."""
        known = zip(job.pending, predecessors, strict=True)
        left = [before for before, found in known if found is None or found.state is not JobState.COMPLETED]
        if not left or len(left) < len(job.pending):
            await self.jobs.note(unit.session, job, pending=left, is_cleared=not left)

    async def _place(self, unit: Unit, job: Job) -> None:
        place = await self.quota.place(unit.session, job.account, await self._most_running(job.account))
        if place is Figure.RUNNING:
            await self._start(unit, job)
        else:
            await self.jobs.note(unit.session, job, is_cleared=True, place=str(place))

    async def _start_next(self, account: int) -> bool:
        """Start the oldest in line. False where there is none, or no place."""
        if not (await self.quota.usage(account))[Figure.IN_LINE]:
            return False
        most = await self._most_running(account)

        async def start(unit: Unit) -> bool:
            job = await self.jobs.first_in_line(unit.session, account)
            if job is None or not await self.quota.next_in_line(unit.session, account, most):
                return False
            await self._start(unit, job)
            return True

        return await self.outbox.transaction(start)

    async def _start(self, unit: Unit, job: Job) -> None:
        await self.jobs.move(unit.session, job, JobState.QUEUED, is_cleared=True, place=str(Figure.RUNNING))
        unit.send(START_COMMANDS[job.kind](job_id=job.id, account=job.account))

    async def _most_running(self, account: int) -> int:
        found = await self.accounts.read(account)
        return limit_of(found, Limit.RUNNING_JOBS, self.defaults.running_jobs) if found else self.defaults.running_jobs


def _why(job: Job, predecessors: Predecessors) -> Problem:
    for job_id, found in zip(job.pending, predecessors, strict=True):
        if found is None or found.state in (JobState.FAILED, JobState.CANCELLED):
            state = found.state if found else "deleted"
            return Problem("predecessor_failed", f"This job waits for job {job_id}, which is {state}. Submit both again.")
    return Problem("predecessor_failed", "A job that this one waits for did not complete.")
