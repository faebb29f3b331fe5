"""A workbook's cells as text, as a CSV of the same workbook would best write them: nothing here is rounded for its looks.

A date is `2026-01-31`, a moment `2026-01-31T09:30:00`, true and false are words, an error such as #N/A is empty."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

_MOST_DIGITS = 10**15
_LARGEST_WHOLE = 2**63
_REPR_OF_15_DIGITS = 17  # characters that fifteen digits can take, with point and sign


class Cells:
    """Writes cells. Counts the numbers that have lost digits before they came here."""

    def __init__(self) -> None:
        self.long_numbers = 0
        self._of: dict[type, Callable[[Any], str]] = {
            str: str,
            float: self._number,
            int: self._number,
            bool: lambda cell: "true" if cell else "false",
            date: date.isoformat,
            datetime: _moment,
            time: _time,
            timedelta: _duration,
        }

    def texts(self, row: list[Any]) -> list[str]:
        """One text for each cell."""
        of = self._of
        return [cell if cell.__class__ is str else of[cell.__class__](cell) for cell in row]

    def _number(self, value: float) -> str:
        """Whole numbers without a point and never with an exponent: phone numbers and ids are kept so.

        Excel stores and shows 15 digits; what a float has beyond them is the dust of a calculation.
        """
        if abs(value) < _LARGEST_WHOLE and value == int(value):
            self.long_numbers += abs(value) >= _MOST_DIGITS
            return str(int(value))
        text = repr(value)
        return repr(float(f"{value:.15g}")) if len(text) > _REPR_OF_15_DIGITS else text


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _time(moment: time) -> str:
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def _duration(length: timedelta) -> str:
    """Hours, minutes and seconds; of them there may be more than a day has."""
    seconds = abs(round(length.total_seconds()))
    sign = "-" if length < timedelta() else ""
    return f"{sign}{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
