"""The arrows between states: those that lead somewhere, and a test for each that must not."""

from itertools import product

import pytest

from shared.contract.values import ENDS, JobState
from shared.jobs.lifecycle import ARROWS, END_OF, OPEN, STOPPING, after_cancel, after_pause, after_resumption, may_move

S = JobState
ALLOWED = {
    (S.WAITING, S.QUEUED),
    (S.WAITING, S.CANCELLED),
    (S.WAITING, S.FAILED),
    (S.QUEUED, S.PLANNING),
    (S.QUEUED, S.CANCELLED),
    (S.QUEUED, S.FAILED),
    (S.PLANNING, S.PLANNING),
    (S.PLANNING, S.PROCESSING),
    (S.PLANNING, S.CANCELLING),
    (S.PLANNING, S.FAILED),
    (S.PROCESSING, S.PAUSED),
    (S.PROCESSING, S.CANCELLING),
    (S.PROCESSING, S.FAILING),
    (S.PROCESSING, S.COMPLETED),
    (S.PAUSED, S.PROCESSING),
    (S.PAUSED, S.CANCELLING),
    (S.PAUSED, S.FAILING),
    (S.PAUSED, S.COMPLETED),
    (S.CANCELLING, S.CANCELLED),
    (S.FAILING, S.FAILED),
}
FORBIDDEN = sorted(set(product(S, S)) - ALLOWED)
named = pytest.mark.parametrize("old, new", FORBIDDEN, ids=str)
every_state = pytest.mark.parametrize("state", S, ids=str)


@named
def test_an_arrow_that_is_not_allowed_leads_nowhere(old: JobState, new: JobState) -> None:
    assert not may_move(old, new)


@pytest.mark.parametrize("old, new", sorted(ALLOWED), ids=str)
def test_an_arrow_that_is_allowed_leads_on(old: JobState, new: JobState) -> None:
    assert may_move(old, new)


@every_state
def test_every_state_has_arrows_or_is_an_end(state: JobState) -> None:
    assert bool(ARROWS[state]) != state.is_end
    assert (state in OPEN) != state.is_end


@every_state
def test_an_end_can_be_reached_from_every_state_that_is_none(state: JobState) -> None:
    reached, frontier = {state}, {state}
    while frontier:
        frontier = {new for old in frontier for new in ARROWS[old]} - reached
        reached |= frontier
    assert reached & ENDS


@pytest.mark.parametrize("state", END_OF, ids=str)
def test_what_a_job_becomes_with_its_last_lane_is_where_an_arrow_leads(state: JobState) -> None:
    assert END_OF[state].is_end
    assert may_move(state, END_OF[state])


@every_state
def test_a_cancel_follows_an_arrow_or_changes_nothing(state: JobState) -> None:
    new = after_cancel(state)
    assert new is None or new is state or may_move(state, new)


@every_state
def test_only_jobs_that_completed_or_failed_cannot_be_cancelled(state: JobState) -> None:
    assert (after_cancel(state) is None) == (state in (S.COMPLETED, S.FAILED))


@every_state
def test_a_pause_and_a_resumption_follow_an_arrow_or_change_nothing(state: JobState) -> None:
    for new in (after_pause(state), after_resumption(state)):
        assert new is None or new is state or may_move(state, new)


@every_state
def test_only_jobs_at_work_are_paused_and_resumed(state: JobState) -> None:
    at_work = state in (S.PROCESSING, S.PAUSED)
    assert after_pause(state) is (S.PAUSED if at_work else None)
    assert after_resumption(state) is (S.PROCESSING if at_work else None)


def test_a_job_that_stops_can_only_end() -> None:
    for state in STOPPING:
        assert ARROWS[state] == {END_OF[state]}
