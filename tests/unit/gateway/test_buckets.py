"""Token buckets under a moved clock: never more than the rate allows, never a refusal that the answer did not announce."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.buckets import Buckets, Rate

ACCOUNT, OTHER = 7, 8
TWO = Rate.of(2, 3)

rates = st.builds(Rate, per_second=st.floats(0.05, 500), burst=st.integers(1, 50))
pauses = st.lists(st.floats(0, 5), min_size=1, max_size=80)


def test_a_new_account_has_the_whole_burst_and_then_waits() -> None:
    buckets = Buckets()
    answers = [buckets.take(ACCOUNT, TWO, 100.0) for _ in range(7)]
    assert [answer.remaining for answer in answers] == [5, 4, 3, 2, 1, 0, 0]
    assert [answer.is_granted for answer in answers] == [True] * 6 + [False]
    assert answers[-1].reset_seconds == 1


def test_a_bucket_fills_with_the_time_and_not_over_its_brim() -> None:
    buckets = Buckets()
    for _ in range(6):
        buckets.take(ACCOUNT, TWO, 0.0)
    assert [buckets.take(ACCOUNT, TWO, 0.9).is_granted for _ in range(2)] == [True, False]
    assert buckets.take(ACCOUNT, TWO, 1_000.0).remaining == 5


def test_accounts_do_not_share_a_bucket() -> None:
    buckets, one = Buckets(), Rate(1, 1)
    assert [buckets.take(account, one, 0.0).is_granted for account in (ACCOUNT, ACCOUNT, OTHER)] == [True, False, True]


def test_the_headers_are_those_of_both_drafts() -> None:
    answer = Buckets().take(ACCOUNT, Rate.of(0.5, 20), 0.0)
    assert answer.headers() == {
        "RateLimit-Policy": '"requests";q=10;w=20',
        "RateLimit": '"requests";r=9;t=2',
        "RateLimit-Limit": "10",
        "RateLimit-Remaining": "9",
        "RateLimit-Reset": "2",
    }


def test_a_new_rate_holds_from_the_next_request_on() -> None:
    buckets = Buckets()
    assert buckets.take(ACCOUNT, Rate(10, 100), 0.0).remaining == 99
    assert [buckets.take(ACCOUNT, Rate(1, 2), 0.0).remaining for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(("per_second", "seconds", "burst"), [(0.1, 1, 1), (3, 10, 30), (2, 0.5, 1)])
def test_a_burst_is_what_its_seconds_bring_and_one_at_least(per_second: float, seconds: float, burst: int) -> None:
    assert Rate.of(per_second, seconds).burst == burst


def test_idle_accounts_are_forgotten_once_their_buckets_are_full() -> None:
    buckets = Buckets()
    for account in range(100):
        buckets.take(account, TWO, 0.0)
    assert len(buckets) == 100
    buckets.take(ACCOUNT, TWO, 0.6)
    assert len(buckets) == 1


def test_no_more_buckets_are_kept_than_allowed_and_the_longest_idle_goes_first() -> None:
    buckets = Buckets(most=3)
    answers = [buckets.take(account, Rate(0.01, 1), float(moment)) for moment, account in enumerate([1, 2, 1, 3, 4, 1, 2])]
    assert len(buckets) == 3
    assert [answer.is_granted for answer in answers] == [True, True, False, True, True, False, True]


@given(rates, pauses)
def test_in_no_span_of_time_more_is_granted_than_the_burst_and_the_rate_allow(rate: Rate, between: list[float]) -> None:
    buckets, now, granted = Buckets(), 0.0, []
    for pause in between:
        now += pause
        if buckets.take(ACCOUNT, rate, now).is_granted:
            granted.append(now)
    for first, since in enumerate(granted):
        for count, until in enumerate(granted[first:], start=1):
            assert count <= rate.burst + (until - since) * rate.per_second + 1e-6


@given(rates, pauses)
def test_who_comes_back_when_the_refusal_said_is_granted(rate: Rate, between: list[float]) -> None:
    buckets, now = Buckets(), 0.0
    for pause in between:
        now += pause
        answer = buckets.take(ACCOUNT, rate, now)
        if not answer.is_granted:
            assert answer.remaining == 0
            now += answer.reset_seconds
            assert buckets.take(ACCOUNT, rate, now).is_granted


@given(rates, pauses)
def test_what_an_answer_says_is_left_is_granted_at_once(rate: Rate, between: list[float]) -> None:
    buckets, now = Buckets(), 0.0
    for pause in between:
        now += pause
        left = buckets.take(ACCOUNT, rate, now).remaining
    assert [buckets.take(ACCOUNT, rate, now).is_granted for _ in range(left + 1)] == [True] * left + [False]
