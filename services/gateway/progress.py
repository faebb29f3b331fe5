"""How far a job is, out of its document and its view: while it runs the view's figures count, at its end the ledger's. Pure."""

from shared.contract.values import Counts, JobState
from shared.jobs.job import Job
from shared.jobs.progress import View


def counts_of(job: Job, view: View | None) -> Counts:
    """Rows by outcome, as far as is known."""
    return job.counts or (view.counts if view else Counts())


def rows_total_of(job: Job, view: View | None) -> int | None:
    """Rows that the job has; None before it has been planned."""
    return job.rows_total if job.rows_total is not None else view.rows_total if view else None


def percent_of(job: Job, view: View | None) -> float:
    """Share of the rows that have an outcome, 0 to 100 with one decimal; 100 only where the job is completed."""
    if job.state is JobState.COMPLETED:
        return 100.0
    total = rows_total_of(job, view)
    return min(99.9, round(100.0 * counts_of(job, view).rows / total, 1)) if total else 0.0
