"""Dates and moments: many ways to write them, one way to store each, and always a real day of the calendar."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import partial

from shared.contacts.values.problem import ValueProblem, shown

_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})").fullmatch
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})").fullmatch
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0{1,9})?)?Z?\Z")
_MOMENT = re.compile(
    r"(?P<day>[0-9./-]{8,10})"
    r"(?:[Tt ](?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,9}))?)?"
    r" ?(?:Z|z|UTC|GMT|(?P<sign>[+-])(?P<hours>[0-9]{2}):?(?P<minutes>[0-9]{2})?)?)?"
).fullmatch


def normalise_date(text: str, day_first: bool = False) -> str:
    """The day as `YYYY-MM-DD`, or `date_invalid`. Idempotent.

    Year first: `YYYY-M-D`, `YYYY/M/D`, `YYYY.M.D`. Year last: `M/D/YYYY` and `M-D-YYYY`, the month first as in the Constant
    Contact API unless `day_first`; `D.M.YYYY` always has the day first. One or two digits for month and day, four for
    the year. A midnight after the day, as spreadsheets write, is dropped; any other time is refused.
    """
    if len(text) == 10 and text[4] == text[7] == "-" and text.isascii():
        try:
            date.fromisoformat(text)
        except ValueError:
            raise _not_a_date(text) from None
        return text
    return _day(_MIDNIGHT.sub("", text), text, day_first).isoformat()


def normalise_datetime(text: str, day_first: bool = False) -> datetime:
    """The moment in UTC, cut to milliseconds, or `datetime_invalid`.

    ISO 8601 (`2026-11-21T09:00:00.120Z`, `+01:00`), the same with a blank for the T, and any day that `normalise_date`
    takes with or without a 24-hour time. Without an offset it is UTC; without a time it is midnight.
    """
    match = _MOMENT(text)
    if not match:
        raise _not_a_moment(text)
    try:
        day = _day(match["day"], text, day_first)
        hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
        milliseconds = int((match["part"] or "")[:3].ljust(3, "0"))
        moment = datetime(day.year, day.month, day.day, hour, minute, second, milliseconds * 1000, _zone(match))
        return moment.astimezone(UTC)
    except (ValueProblem, ValueError, OverflowError):
        raise _not_a_moment(text) from None


def date_from_text(day_first: bool) -> Callable[[str], str]:
    """`normalise_date` with its option fixed."""
    return partial(normalise_date, day_first=True) if day_first else normalise_date


def date_from_other(cell: object) -> str:
    """A spreadsheet's day: a `date`, or a `datetime` at midnight. Anything else is `type_invalid`."""
    if isinstance(cell, datetime):
        if cell.hour or cell.minute or cell.second or cell.microsecond:
            raise ValueProblem("date_invalid", f"{shown(cell)} has a time of day. Write the day only, as YYYY-MM-DD.")
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    raise ValueProblem("type_invalid", f"{shown(cell)} is not a date. Write it as text: YYYY-MM-DD.")


def datetime_from_other(cell: object) -> datetime:
    """A spreadsheet's moment: a `datetime` (UTC when naive) or a `date` (midnight UTC). Anything else is `type_invalid`."""
    if isinstance(cell, datetime):
        aware = cell if cell.tzinfo else cell.replace(tzinfo=UTC)
        return aware.astimezone(UTC).replace(microsecond=aware.microsecond // 1000 * 1000)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=UTC)
    raise ValueProblem("type_invalid", f"{shown(cell)} is not a date and time. Write it as text: YYYY-MM-DDTHH:MM:SSZ.")


def _day(day: str, written: str, day_first: bool) -> date:
    try:
        if match := _YEAR_FIRST(day):
            return date(int(match[1]), int(match[3]), int(match[4]))
        if match := _YEAR_LAST(day):
            first, last = int(match[1]), int(match[3])
            month, day_of_month = (last, first) if day_first or match[2] == "." else (first, last)
            return date(int(match[4]), month, day_of_month)
    except ValueError:
        pass
    raise _not_a_date(written)


def _zone(match: re.Match[str]) -> timezone:
    if not match["sign"]:
        return UTC
    offset = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
    return timezone(-offset if match["sign"] == "-" else offset)


def _not_a_date(text: str) -> ValueProblem:
    return ValueProblem("date_invalid", f"{shown(text)} is not a date. Write it as YYYY-MM-DD.")


def _not_a_moment(text: str) -> ValueProblem:
    return ValueProblem("datetime_invalid", f"{shown(text)} is not a date and time. Write it as YYYY-MM-DDTHH:MM:SSZ.")
