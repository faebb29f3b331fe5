"""A job as clients see it: its document and its view in one answer. Pure."""

from datetime import datetime
from typing import Any

from services.gateway.job_file import FACTS, file_of
from services.gateway.progress import counts_of, percent_of, rows_total_of
from shared.contract.values import Counts, JobState
from shared.jobs.job import Job
from shared.jobs.progress import View

_PHASES = {JobState.PLANNING: "planning", JobState.PROCESSING: "writing", JobState.PAUSED: "paused"}


def job_body(job: Job, view: View | None, now: datetime) -> dict[str, Any]:
    """The JSON of a job. The state is the job's own; while it runs the figures are the view's, at its end they are the ledger's."""
    counts = counts_of(job, view)
    body: dict[str, Any] = {
        "id": job.id,
        "kind": str(job.kind),
        "state": str(job.state),
        "name": job.name,
        "created_at": moment(job.created_at),
        "run_at": moment(job.run_at),
        "started_at": moment(job.started_at),
        "ended_at": moment(job.ended_at),
        "expires_at": moment(job.expires_at),
        "progress": _progress(job, view, counts, now),
        "counts": {name: getattr(counts, name) for name in ("created", "updated", "unchanged", "skipped", "rejected")},
        "codes": dict(sorted(counts.codes.items())),
        "problems": [problem.as_document() for problem in job.problems],
        "payload": None,
        "file": _file(job),
        "error": job.error.as_document() if job.error else None,
        "after": list(job.after),
        "links": _links(job, counts),
    }
    if job.payload is not None:
        body["payload"] = {"name": job.payload.name, "bytes": job.payload.bytes, "sha256": job.payload.sha256}
    return body


def moment(at: datetime | None) -> str | None:
    """A time as ISO 8601 in UTC with milliseconds."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _file(job: Job) -> dict[str, Any] | None:
    file = file_of(job)
    return {name: getattr(file, name) for name in FACTS} if file else None


def _progress(job: Job, view: View | None, counts: Counts, now: datetime) -> dict[str, Any]:
    total = rows_total_of(job, view)
    done = counts.rows
    rate = _rate(job, view, done, now)
    left = total - done if total is not None else None
    return {
        "percent": percent_of(job, view),
        "rows_total": total,
        "rows_done": done,
        "rows_per_second": round(rate, 1) if rate else None,
        "eta_seconds": round(left / rate, 1) if left and rate and not job.state.is_end else None,
        "phase": _PHASES.get(job.state, str(job.state)),
    }


def _rate(job: Job, view: View | None, done: int, now: datetime) -> float | None:
    start = (view.processing_at if view else None) or job.started_at
    end = job.ended_at or now
    seconds = (end - start).total_seconds() if start else 0.0
    return done / seconds if done and seconds > 0 else None


def _links(job: Job, counts: Counts) -> dict[str, str]:
    here = f"/v1/jobs/{job.id}"
    links = {"self": here, "rows": f"{here}/rows"}
    if counts.rejected:
        links["rejected"] = f"{here}/rejected.csv"
    if job.state is JobState.COMPLETED and file_of(job):
        links["file"] = f"{here}/file"
    if not job.state.is_end:
        links["cancel"] = f"{here}/cancel"
    if job.state is JobState.PROCESSING:
        links["pause"] = f"{here}/pause"
    if job.state is JobState.PAUSED:
        links["resume"] = f"{here}/resume"
    return links
