"""Jobs in words for people. Pure."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

OUTCOMES = ("created", "updated", "unchanged", "skipped", "rejected")
ENDS = {"completed", "failed", "cancelled"}


def rows_text(job: dict[str, Any]) -> str:
    """`4,000 of 10,000 rows`, as far as it is known."""
    done, total = job["progress"]["rows_done"], job["progress"]["rows_total"]
    of_total = "" if total is None or done == total else f"{done:,} of "
    whole = done if total is None else total
    return f"{of_total}{whole:,} row{'' if whole == 1 else 's'}"


def pace_text(job: dict[str, Any]) -> str:
    """Rate and time left, as far as they are known."""
    rate, left = job["progress"]["rows_per_second"], job["progress"]["eta_seconds"]
    parts = [f"{rate:,.0f} rows/s"] if rate else []
    return ", ".join([*parts, f"{seconds_text(left)} left"] if left else parts)


def seconds_text(seconds: float) -> str:
    """A duration: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02} min"


def progress_line(job: dict[str, Any]) -> str:
    """Where a running job is, on one line."""
    head = _headline(job) if job["state"] == "waiting" else f"{job['kind']} {job['id']}: {job['state']}"
    if job["progress"]["rows_total"] is None:
        return head
    figures = [f"{job['progress']['percent']:.0f} %", rows_text(job), pace_text(job)]
    return ", ".join([head, *(figure for figure in figures if figure)])


def job_lines(job: dict[str, Any]) -> Iterator[str]:
    """Everything worth knowing about a job."""
    yield _headline(job)
    told = OUTCOMES if job["kind"] != "export" else ("skipped", "rejected")  # an export leaves every contact unchanged
    counts = [f"{job['counts'][name]:,} {name}" for name in told if job["counts"][name]]
    if counts:
        yield f"  {rows_text(job)}: {', '.join(counts)}"
    elif job["progress"]["rows_total"] is not None:
        yield f"  {rows_text(job)}"
    if job["codes"]:
        yield "  " + ", ".join(f"{times:,} {code}" for code, times in job["codes"].items())
    if job["error"]:
        yield f"  {job['error']['message']} [{job['error']['code']}]"
    for problem in job["problems"]:
        yield f"  note: {problem['message']} [{problem['code']}]"
    yield from _advice(job)


def _headline(job: dict[str, Any]) -> str:
    name = f" ({job['name']})" if job["name"] else ""
    head = f"{job['kind']} {job['id']}{name}: {job['state']}"
    if job["state"] in ENDS:
        took = _seconds_between(job["started_at"], job["ended_at"])
        return head if took is None else f"{head} in {seconds_text(took)}"
    if job["state"] == "waiting":
        waits = [f"for {other}" for other in job["after"]] + ([f"until {job['run_at']}"] if job.get("run_at") else [])
        return f"{head} {' and '.join(waits)}".rstrip()
    pace = pace_text(job)
    return f"{head}, {pace}" if pace else head


def _advice(job: dict[str, Any]) -> Iterator[str]:
    if job["counts"]["rejected"]:
        yield f"  The rejected rows: muster rejected {job['id']} -o rejected.csv"
    if job.get("file"):
        yield f"  The file: muster download {job['id']}"
    if job["state"] not in ENDS:
        yield f"  Follow it: muster job {job['id']} --watch"


def _seconds_between(start: str | None, end: str | None) -> float | None:
    return (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() if start and end else None
