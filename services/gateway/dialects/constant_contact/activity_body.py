"""A job as an activity of this API. Pure.

What kind of job an activity was is no member of it: clients know by the counters, which are those of the vendor for each kind.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.gateway.job_file import file_of
from services.gateway.named_contacts import FILE_NAME
from services.gateway.progress import counts_of, percent_of, rows_total_of
from shared.contacts.present import time_text
from shared.contract.values import Counts, JobState, Kind
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome
from shared.jobs.progress import View

STATES: dict[str, tuple[JobState, ...]] = {
    "initialized": (JobState.WAITING, JobState.QUEUED),
    "processing": (JobState.PLANNING, JobState.PROCESSING, JobState.PAUSED, JobState.CANCELLING, JobState.FAILING),
    "completed": (JobState.COMPLETED,),
    "cancelled": (JobState.CANCELLED,),
    "failed": (JobState.FAILED,),
    "timed_out": (),
}
"""The states of this API, and those of jobs that they stand for. A job that got stuck is `timed_out`; see `state_of`."""
STUCK = frozenset({"planning_failed", "chunk_failed"})
"""Errors of jobs that were tried again and again, until nobody tried any more."""
CORRECTABLE = frozenset(
    {
        "email_invalid",
        "date_invalid",
        "number_invalid",
        "out_of_range",
        "email_or_mobile_missing",
        "email_missing",
        "mobile_missing",
    }
)
"""Codes of rows that a person could mend: the e-mail, a birthday or an anniversary (or another date or number), or no way to
reach the contact."""
BARRED = "not_resubscribed"
_UNKNOWN_CONTACT = frozenset({"number_invalid", "contact_not_found"})
"""Codes of rows that name a contact by an id that finds none."""
_WITHOUT_HEADER = ("json", "ndjson", "parquet")
_PLAIN_NAMES = (".json", ".ndjson", ".jsonl", ".parquet")
_STATE_OF = {native: state for state, natives in STATES.items() for native in natives}


def state_of(job: Job) -> str:
    """The state of an activity."""
    if job.state is JobState.FAILED and job.error and job.error.code in STUCK:
        return "timed_out"
    return _STATE_OF[job.state]


def activity(job: Job, view: View | None = None, row_errors: Sequence[str] = ()) -> dict[str, Any]:
    """The JSON of an activity. `row_errors` are what is said of single rows."""
    counts = counts_of(job, view)
    moments = [job.created_at, job.started_at, view.last_at if view else None, job.ended_at]
    body: dict[str, Any] = {
        "activity_id": job.id,
        "state": state_of(job),
        "created_at": time_text(job.created_at),
        "updated_at": time_text(max(moment for moment in moments if moment is not None)),
    }
    if job.started_at is not None:
        body["started_at"] = time_text(job.started_at)
    if job.ended_at is not None:
        body["completed_at"] = time_text(job.ended_at)
    if job.kind is Kind.IMPORT and job.payload is not None:
        body["source_file_name"] = job.payload.name
    body["percent_done"] = int(percent_of(job, view))
    body["activity_errors"] = [*_job_errors(job), *row_errors]
    status = _STATUSES[_kind_of(job)](job, counts, rows_total_of(job, view) or 0)
    if status is not None:
        body["status"] = status
    return body | {"_links": _links(job, counts)}


def row_error(job: Job, row: RowOutcome) -> str:
    """What is said of one rejected row: by its line, or by its place in the `contact_ids` of the request."""
    what = row.message or row.code or "rejected"
    if job.payload is None or job.payload.name != FILE_NAME or job.options.get("match") != "id":
        return f"Line {row.line}: {what}"
    member = "contact_ids" if job.kind is Kind.DELETION else "source.contact_ids"
    is_unknown = row.code in _UNKNOWN_CONTACT
    return f"{member}.{row.line - 1}: {'there is no contact with this id in this account' if is_unknown else what}"


def _job_errors(job: Job) -> list[str]:
    """What is said of the job as a whole: why it failed, and what it left out."""
    return [each.message for each in (*((job.error,) if job.error else ()), *job.problems)]


def _links(job: Job, counts: Counts) -> dict[str, Any]:
    links = {"self": {"href": f"/v3/activities/{job.id}"}}
    if job.state is JobState.COMPLETED and file_of(job):
        links["results"] = {"href": f"/v3/contact_exports/{job.id}"}
    if counts.rejected:
        links["rejected"] = {"href": f"/v1/jobs/{job.id}/rejected.csv"}
    return links


def _kind_of(job: Job) -> str:
    return f"{job.kind}:{job.options.get('what', 'contacts')}" if job.kind is Kind.DELETION else str(job.kind)


def _lists_in(options: Mapping[str, Any]) -> int:
    source = options.get("source") or {}
    return len(options.get("lists") or source.get("lists") or ())


def _of_import(job: Job, counts: Counts, total: int) -> dict[str, int]:
    correctable = sum(count for code, count in counts.codes.items() if code in CORRECTABLE)
    return {
        "items_total_count": total + (1 if total and _has_header(job) else 0),
        "person_count": total,
        "error_count": max(0, counts.rejected - correctable),
        "correctable_count": correctable,
        "cannot_add_to_list_count": counts.codes.get(BARRED, 0),
    }


def _has_header(job: Job) -> bool:
    """True where the first line of the payload counts, as it does at this vendor: it names the columns."""
    said, payload = job.options.get("format", "auto"), job.payload
    if said != "auto" or payload is None:
        return said not in _WITHOUT_HEADER
    return not (payload.name.lower().endswith(_PLAIN_NAMES) or payload.media_type in ("application/json", "application/x-ndjson"))


def _items(job: Job, counts: Counts, total: int) -> dict[str, int]:
    return {"items_total_count": total, "items_completed_count": counts.rows}


def _items_and_lists(job: Job, counts: Counts, total: int) -> dict[str, int]:
    return {**_items(job, counts, total), "list_count": _lists_in(job.options)}


def _lists_alone(job: Job, counts: Counts, total: int) -> dict[str, int]:
    return {"list_count": len(job.options.get("names", ()))}


def _nothing(job: Job, counts: Counts, total: int) -> None:
    return None


_STATUSES: dict[str, Callable[[Job, Counts, int], dict[str, int] | None]] = {
    "import": _of_import,
    "export": _items,
    "list_change": _items_and_lists,
    "tag_change": _items,
    "restoration": _items,
    "deletion:contacts": _items_and_lists,
    "deletion:lists": _lists_alone,
    "deletion:tags": _items,
    "deletion:fields": _nothing,
}
"""The counters of an activity, by the kind of its job."""
