"""Moments that a request names: in UTC, which is also what one without an offset is taken for."""

from datetime import UTC, datetime

from services.gateway.problems import Problem


def in_utc(moment: datetime | None, field: str, code: str = "invalid_request") -> datetime | None:
    """The moment in UTC. Raises Problem 422 with this code for one that no calendar has."""
    try:
        return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except OverflowError:
        raise Problem(422, code, f"{field} is out of range. Write a moment of our age.", field=field) from None
