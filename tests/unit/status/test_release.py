"""What becomes of a job that waits."""

from dataclasses import replace
from itertools import product

import pytest

from services.status.release import verdict
from shared.contract.values import JobState
from shared.jobs.job import Job
from tests.unit.jobs.test_job_body import JOB

S = JobState
WAITING = replace(JOB, state=S.WAITING)
BROKEN = (S.FAILED, S.CANCELLED, None)


def found(state: JobState | None) -> Job | None:
    """A predecessor in this state; None is one that was deleted."""
    return replace(JOB, state=state) if state else None


@pytest.mark.parametrize("states", list(product((*S, None), repeat=2)), ids=lambda states: "-".join(str(each) for each in states))
def test_a_job_goes_when_all_before_it_completed_and_fails_when_one_cannot(states: tuple[JobState | None, ...]) -> None:
    said = verdict(WAITING, [found(state) for state in states])
    if any(state in BROKEN for state in states):
        assert said is S.FAILED
    elif all(state is S.COMPLETED for state in states):
        assert said is S.QUEUED
    else:
        assert said is S.WAITING


def test_a_job_that_waits_for_nothing_goes_at_once() -> None:
    assert verdict(WAITING, []) is S.QUEUED
