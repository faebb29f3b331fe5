"""When a job starts, how long it is kept, and whose limits hold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from services.gateway.problems import Problem
from services.gateway.settings import GatewaySettings
from services.gateway.terms import FARTHEST, most_of, quota_problem, retention_of, start_of
from shared.accounts.limits import LEAST, MEANINGS, Limit, checked_limit, limit_of
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Account
from shared.jobs.quota import Figure, Most, QuotaExceeded

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
SETTINGS = GatewaySettings(open_jobs=7, active_imports=6, retention_days=10, most_retention_days=90)
DEFAULTS = LimitSettings(running_jobs=5)
ACCOUNT = Account(1, "a", 0, NOW)


def with_limits(**limits: float) -> Account:
    """An account with limits of its own."""
    return replace(ACCOUNT, limits=limits)


@pytest.mark.parametrize(
    "run_at",
    [None, NOW, NOW - MOMENT, datetime.min.replace(tzinfo=UTC), datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))],
    ids=str,
)
def test_a_moment_that_is_over_means_at_once(run_at: datetime | None) -> None:
    assert start_of(run_at, NOW) is None


def test_a_moment_without_an_offset_is_in_utc_and_others_are_turned_into_it() -> None:
    at = datetime(2026, 3, 4, 6, tzinfo=UTC)
    assert start_of(at.replace(tzinfo=None), NOW) == at
    east = start_of(datetime(2026, 3, 4, 8, tzinfo=timezone(timedelta(hours=2))), NOW)
    assert east == at
    assert east.utcoffset() == timedelta(0)


def test_a_start_may_be_so_far_ahead_and_not_a_moment_more() -> None:
    assert start_of(NOW + FARTHEST, NOW) == NOW + FARTHEST
    for far in (NOW + FARTHEST + MOMENT, datetime(9999, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=-12)))):
        with pytest.raises(Problem, match="option_invalid") as refusal:
            start_of(far, NOW)
        assert (refusal.value.status, refusal.value.field) == (422, "run_at")


def test_a_job_is_kept_as_long_as_it_asks_up_to_the_limit_of_its_account() -> None:
    assert retention_of(None, ACCOUNT, SETTINGS) == timedelta(days=10)
    assert retention_of(0.5, ACCOUNT, SETTINGS) == timedelta(hours=12)
    assert retention_of(90, ACCOUNT, SETTINGS) == timedelta(days=90)
    assert retention_of(400, with_limits(retention_days=400), SETTINGS) == timedelta(days=400)
    assert retention_of(None, with_limits(retention_days=3), SETTINGS) == timedelta(days=3)
    for days, account in ((90.1, ACCOUNT), (4, with_limits(retention_days=3)), (float("inf"), ACCOUNT)):
        with pytest.raises(Problem, match="option_invalid") as refusal:
            retention_of(days, account, SETTINGS)
        assert (refusal.value.status, refusal.value.field) == (422, "retention_days")


def test_an_account_has_its_own_limits_and_the_defaults_for_the_rest() -> None:
    assert most_of(ACCOUNT, SETTINGS, DEFAULTS) == Most(7, 6, 5)
    assert most_of(with_limits(active_imports=2, running_jobs=1), SETTINGS, DEFAULTS) == Most(7, 2, 1)
    assert limit_of(with_limits(open_jobs=0), Limit.OPEN_JOBS, 7) == 0


@pytest.mark.parametrize("figure, code", [(Figure.OPEN_JOBS, "too_many_jobs"), (Figure.ACTIVE_IMPORTS, "too_many_imports")])
def test_a_full_account_is_told_which_limit_it_met_and_when_to_try_again(figure: Figure, code: str) -> None:
    problem = quota_problem(QuotaExceeded(figure, 3))
    assert (problem.status, problem.code, problem.extra["limit"]) == (429, code, 3)
    assert int(problem.headers["Retry-After"]) > 0


@pytest.mark.parametrize("limit", Limit, ids=str)
def test_every_limit_has_a_meaning_and_a_smallest_value(limit: Limit) -> None:
    assert MEANINGS[limit]
    least = LEAST.get(limit, 0)
    assert checked_limit(str(limit), least) is checked_limit(str(limit), None) is limit
    with pytest.raises(ValueError, match=str(limit)):
        checked_limit(str(limit), least - 1)


def test_a_share_that_is_more_than_everything_is_refused() -> None:
    assert checked_limit("watchdog_percent", 100) is Limit.WATCHDOG_PERCENT
    with pytest.raises(ValueError, match="from 0 to 100"):
        checked_limit("watchdog_percent", 101)


def test_a_limit_that_nobody_knows_is_refused_with_the_names_of_the_others() -> None:
    with pytest.raises(ValueError, match="running_jobs"):
        checked_limit("contracts", 5)
