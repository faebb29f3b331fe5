"""Dates in paths: since when a list goes back."""

from datetime import datetime

from services.gateway.dialects.dotdigital.v2.errors import invalid
from shared.contacts.values import ValueProblem
from shared.contacts.values.dates import normalise_datetime


def since(date: str) -> datetime:
    """The moment in UTC: an ISO date, which is its midnight, or a date with a time, of which UTC is meant where it has no offset.

    Raises Problem 400 ERROR_PARAMETER_INVALID.
    """
    try:
        return normalise_datetime(date.strip())
    except ValueProblem:
        raise invalid("The date is none. Write it as YYYY-MM-DD or as YYYY-MM-DDTHH:MM:SSZ.") from None
