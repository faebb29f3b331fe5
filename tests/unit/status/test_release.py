"""What becomes of a job that waits."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from services.status.release import is_cleared, verdict
from shared.contract.values import JobState
from shared.jobs.job import Job
from tests.unit.jobs.test_job_body import JOB, NOW

S = JobState
WAITING = replace(JOB, state=S.WAITING)
BROKEN = (S.FAILED, S.CANCELLED, None)


def found(state: JobState | None) -> Job | None:
    """A predecessor in this state; None is one that was deleted."""
    return replace(JOB, state=state) if state else None


@pytest.mark.parametrize("states", list(product((*S, None), repeat=2)), ids=lambda states: "-".join(str(each) for each in states))
def test_a_job_goes_when_all_before_it_completed_and_fails_when_one_cannot(states: tuple[JobState | None, ...]) -> None:
    said = verdict(WAITING, [found(state) for state in states], NOW)
    if any(state in BROKEN for state in states):
        assert said is S.FAILED
    elif all(state is S.COMPLETED for state in states):
        assert said is S.QUEUED
    else:
        assert said is S.WAITING


def test_a_job_that_waits_for_nothing_goes_at_once() -> None:
    assert verdict(WAITING, [], NOW) is S.QUEUED


def test_a_job_goes_the_moment_its_time_has_come_and_not_before() -> None:
    job = replace(WAITING, run_at=NOW)
    early = timedelta(milliseconds=1)
    assert [verdict(job, [], at) for at in (NOW - early, NOW, NOW + early)] == [S.WAITING, S.QUEUED, S.QUEUED]


def test_a_job_whose_time_has_come_still_waits_for_those_before_it() -> None:
    job = replace(WAITING, run_at=NOW)
    assert verdict(job, [found(S.PROCESSING)], NOW) is S.WAITING
    assert verdict(job, [found(S.COMPLETED)], NOW) is S.QUEUED


def test_a_job_fails_with_those_before_it_without_waiting_for_its_time() -> None:
    assert verdict(replace(WAITING, run_at=NOW + timedelta(days=9)), [found(S.FAILED)], NOW) is S.FAILED


def test_jobs_that_completed_may_be_forgotten_while_the_job_waits_for_its_time() -> None:
    job = replace(WAITING, run_at=NOW + timedelta(days=30))
    assert is_cleared(job, [found(S.COMPLETED)])
    later = replace(job, is_cleared=True)
    assert verdict(later, [None], NOW) is S.WAITING
    assert verdict(later, [None], NOW + timedelta(days=30)) is S.QUEUED
