"""What follows a failure: a pure decision."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contract.topology import DELIVERY_LIMIT, RETRY_DELAYS_SECONDS
from shared.delivery.outcome import ATTEMPTS, OUTAGE_DELAY_SECONDS, REDELIVERIES, GiveUp, Retry, after_failure, before_handling


@given(st.integers(1, 10**6), st.text())
def test_an_outage_is_never_the_messages_fault(attempt: int, reason: str) -> None:
    assert after_failure(reason, attempt, outage=True) == Retry(OUTAGE_DELAY_SECONDS, attempt, reason)


@pytest.mark.parametrize("attempt", range(1, ATTEMPTS))
def test_every_further_attempt_waits_longer(attempt: int) -> None:
    settlement = after_failure("why", attempt, outage=False)
    assert settlement == Retry(RETRY_DELAYS_SECONDS[attempt - 1], attempt + 1, "why")


@pytest.mark.parametrize("attempt", [ATTEMPTS, ATTEMPTS + 1, 10**6])
def test_the_last_attempt_is_given_up_with_its_reason(attempt: int) -> None:
    assert after_failure("why", attempt, outage=False) == GiveUp("why", attempt)


@given(st.integers(1, 10**6), st.booleans())
def test_a_message_waits_only_where_a_retry_queue_exists(attempt: int, outage: bool) -> None:
    settlement = after_failure("why", attempt, outage=outage)
    assert isinstance(settlement, GiveUp) or settlement.delay_seconds in RETRY_DELAYS_SECONDS


@given(st.integers(0, 10**6))
def test_a_message_that_kills_its_process_is_given_up_before_the_broker_does_it(redeliveries: int) -> None:
    settlement = before_handling(redeliveries)
    assert (settlement is not None) == (redeliveries >= REDELIVERIES)
    assert REDELIVERIES < DELIVERY_LIMIT
