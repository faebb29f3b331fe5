"""How a job ends, whoever ends it: one winner moves it, frees its place and announces it, all in one transaction."""

from datetime import datetime

from shared.contract.events import CountsBody, JobCancelled, JobCompleted, JobEnded, JobFailed
from shared.contract.values import Counts, JobState
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, Problem
from shared.jobs.ledger import Ledger
from shared.jobs.quota import Quota
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.observe import JOBS

_EVENTS: dict[JobState, type[JobEnded]] = {
    JobState.COMPLETED: JobCompleted,
    JobState.FAILED: JobFailed,
    JobState.CANCELLED: JobCancelled,
}


class Ending:
    """Ends jobs."""

    def __init__(self, jobs: Jobs, ledger: Ledger, quota: Quota, clock: Clock) -> None:
        self._jobs = jobs
        self._ledger = ledger
        self._quota = quota
        self._clock = clock

    async def end(self, unit: Unit, job: Job, state: JobState, error: Problem | None = None) -> Job | None:
        """End the job in `state` if it has not moved meanwhile; None if it has. Its counts are the sum of its lanes'."""
        counts = await self._ledger.totals(unit.session, job.id)
        ended = await self._jobs.end(unit.session, job, state, counts, error or job.error)
        if ended is None:
            return None
        await self._quota.free(unit.session, job.account)
        unit.send(_announcement(ended, counts, ended.ended_at or self._clock.now()))
        unit.after_commit(JOBS.labels(job.kind, state).inc)
        return ended


def _announcement(job: Job, counts: Counts, at: datetime) -> JobEnded:
    return _EVENTS[job.state](
        job_id=job.id,
        account=job.account,
        kind=job.kind,
        rev=job.rev,
        at=at,
        rows_total=job.rows_total,
        counts=CountsBody(**counts.as_document()),
        error_code=job.error.code if job.error else None,
    )
