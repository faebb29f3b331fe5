"""How a job ends, whoever ends it: one winner moves it, gives back what it holds and announces it, in one transaction."""

from collections.abc import Mapping
from typing import Any

from shared.contract.events import CountsBody, JobCancelled, JobCompleted, JobEnded, JobFailed
from shared.contract.values import Counts, JobState
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, Problem
from shared.jobs.ledger import Ledger
from shared.jobs.quota import Quota
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.observe import JOBS

EVENTS: dict[JobState, type[JobEnded]] = {
    JobState.COMPLETED: JobCompleted,
    JobState.FAILED: JobFailed,
    JobState.CANCELLED: JobCancelled,
}
"""What tells of each end."""


class Ending:
    """Ends jobs."""

    def __init__(self, jobs: Jobs, ledger: Ledger, quota: Quota, clock: Clock) -> None:
        self._jobs = jobs
        self._ledger = ledger
        self._quota = quota
        self._clock = clock

    async def end(
        self, unit: Unit, job: Job, state: JobState, error: Problem | None = None, facts: Mapping[str, Any] | None = None
    ) -> Job | None:
        """End the job in `state` if it has not moved meanwhile; None if it has. Its counts are the sum of its lanes'.

        `facts` join its plan.
        """
        counts = await self._ledger.totals(unit.session, job.id)
        kept = {"plan": {**job.plan, **facts}} if facts else {}
        ended = await self._jobs.end(unit.session, job, state, counts, error or job.error, **kept)
        if ended is None:
            return None
        if state is JobState.COMPLETED:
            await self._jobs.note_completed(unit.session, ended.id)
        number = await self._quota.give_back(unit.session, ended.account, ended.held)
        await self._jobs.number_end(unit.session, ended.id, number)
        unit.send(announcement(ended))
        unit.after_commit(JOBS.labels(job.kind, state).inc)
        return ended


def announcement(ended: Job) -> JobEnded:
    """The event of an ended job: the same each time it is made, so that the broker and the API tell of one event."""
    return EVENTS[ended.state](
        job_id=ended.id,
        account=ended.account,
        kind=ended.kind,
        rev=ended.rev,
        at=ended.ended_at or ended.created_at,
        rows_total=ended.rows_total,
        counts=CountsBody(**(ended.counts or Counts()).as_document()),
        error_code=ended.error.code if ended.error else None,
    )
