"""The JSON of a job: percentages that are true and never promise the end before it came."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.native.job_body import job_body
from services.gateway.native.job_schema import JobBody
from shared.contract.values import Counts, JobState, Kind
from shared.jobs.job import Job
from shared.jobs.progress import View

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
JOB = Job(
    id="a",
    account=1,
    kind=Kind.IMPORT,
    state=JobState.PROCESSING,
    rev=1,
    name=None,
    options={},
    payload=None,
    after=(),
    plan={},
    rows_total=None,
    open_lanes=0,
    takeovers=0,
    counts=None,
    problems=(),
    error=None,
    created_at=NOW,
    started_at=NOW,
    ended_at=None,
    expires_at=None,
)


@given(st.sampled_from(JobState), st.integers(0, 10**7), st.integers(0, 10**7), st.booleans())
def test_a_hundred_percent_is_said_of_completed_jobs_only(state: JobState, done: int, more: int, planned: bool) -> None:
    counts = Counts(created=done)
    job = replace(JOB, state=state, rows_total=done + more if planned else None, counts=counts if state.is_end else None)
    body = JobBody.model_validate(job_body(job, None, NOW + timedelta(seconds=5)))
    assert (body.progress.percent == 100.0) == (state is JobState.COMPLETED)
    assert 0 <= body.progress.percent <= 100


def test_a_job_without_a_view_reads_as_one_that_has_done_nothing() -> None:
    body = job_body(replace(JOB, state=JobState.QUEUED, started_at=None), None, NOW)
    assert (body["state"], body["progress"]["rows_done"], body["progress"]["percent"]) == ("queued", 0, 0.0)


def test_at_its_end_the_ledger_speaks_and_not_a_view_that_is_behind() -> None:
    job = replace(JOB, state=JobState.COMPLETED, rows_total=5, counts=Counts(created=5), ended_at=NOW + timedelta(seconds=2))
    body = job_body(job, View("a", 1, rows_total=5), NOW + timedelta(hours=1))
    assert body["progress"]["rows_done"] == body["counts"]["created"] == 5
    assert body["progress"]["rows_per_second"] == 2.5
    assert body["progress"]["eta_seconds"] is None
