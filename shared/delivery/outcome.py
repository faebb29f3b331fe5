"""What to do with a message after its handler has run: a pure decision.

Trouble of the world outside (database or broker away) is never the message's fault: it waits and comes again, without limit.
Anything else is tried a few times, in case it was a race, and is then given up as an outcome of its own.
"""

from dataclasses import dataclass

from shared.contract.topology import RETRY_DELAYS_SECONDS

ATTEMPTS = 5
"""Deliveries in which the handler may fail before the message is given up."""
REDELIVERIES = 15
"""Deliveries that may end without any settlement (the process died each time) before the message is given up."""
OUTAGE_DELAY_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Done:
    """Handled: acknowledge."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Wait in the retry queue of this delay, then come again as attempt `attempt`."""

    delay_seconds: int
    attempt: int
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Tell the job, then keep the message in the dead queue."""

    reason: str
    attempts: int


Settlement = Done | Retry | GiveUp


def after_failure(reason: str, attempt: int, *, outage: bool) -> Retry | GiveUp:
    """What follows when attempt number `attempt` (from 1) failed."""
    if outage:
        return Retry(OUTAGE_DELAY_SECONDS, attempt, reason)
    if attempt >= ATTEMPTS:
        return GiveUp(reason, attempt)
    return Retry(RETRY_DELAYS_SECONDS[min(attempt, len(RETRY_DELAYS_SECONDS)) - 1], attempt + 1, reason)


def before_handling(redeliveries: int) -> GiveUp | None:
    """A message that took its process down again and again is given up before it does so once more."""
    if redeliveries < REDELIVERIES:
        return None
    return GiveUp("the process died each time it had this message in hand", redeliveries)
