"""The filters of a collection of v3, as a native selection. Pure.

A bound of time is an operator and a moment, as `gte::2026-01-01T00:00:00Z`; several of them must all hold. Moments are kept
to the millisecond, and are compared as they are shown.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from services.gateway.dialects.dotdigital.numbers import number_in
from services.gateway.dialects.dotdigital.v3.errors import detail, refused
from services.gateway.problems import Problem
from shared.contacts.selection import Selection

CREATED, MODIFIED, LIST, SEGMENT = "~created", "~modified", "~listId", "~segmentId"
Bounds = tuple[datetime | None, datetime | None]
"""From the first moment on, and before the second."""
_TICK = timedelta(milliseconds=1)
_DECODED_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:?[0-9]{2}$)")


def selection(query: Mapping[str, Sequence[str]]) -> Selection:
    """The contacts that fit all of it, deleted ones never. Raises Problem 400 contacts:invalidFilter."""
    for name in query:
        if name.startswith("~") and name not in (CREATED, MODIFIED, LIST, SEGMENT):
            raise bad_filter(name, f"There is no such filter. Use one of: {CREATED}, {MODIFIED}, {LIST}.")
    if query.get(SEGMENT):
        raise bad_filter(SEGMENT, f"Muster keeps no segments. Use {LIST}, or leave the filter out.")
    created, modified = bounds(CREATED, query.get(CREATED, ())), bounds(MODIFIED, query.get(MODIFIED, ()))
    return Selection(
        created_after=created[0],
        created_before=created[1],
        updated_after=modified[0],
        updated_before=modified[1],
        on_lists=tuple(_number(text) for text in query.get(LIST, ())[-1:]),
    )


def bounds(name: str, said: Iterable[str]) -> Bounds:
    """The moments between which all of these hold. Raises Problem 400 contacts:invalidFilter."""
    after: datetime | None = None
    before: datetime | None = None
    for text in said:
        operator, _, moment = text.partition("::")
        if operator not in _OPERATORS:
            known = ", ".join(_OPERATORS)
            raise bad_filter(name, f"Write an operator and a moment, as gte::2026-01-01T00:00:00Z. Operators: {known}.")
        try:
            lower, upper = _OPERATORS[operator](_moment(moment))
        except (ValueError, OverflowError):
            raise bad_filter(name, "The moment is not in ISO 8601. Write it as 2026-01-01T00:00:00Z.") from None
        after = max((bound for bound in (after, lower) if bound is not None), default=None)
        before = min((bound for bound in (before, upper) if bound is not None), default=None)
    return after, before


def bad_filter(name: str, what: str) -> Problem:
    """The refusal of a parameter of the collection."""
    return refused(400, "invalidFilter", f"The parameter {name[:40]} is not valid.", [detail(name[:40], what)])


def _moment(text: str) -> datetime:
    """In UTC, which is also what one without an offset is taken for. A plus that was not escaped came as a blank."""
    moment = datetime.fromisoformat(_DECODED_PLUS.sub("+", text.strip()))
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _from(moment: datetime) -> datetime:
    """The first moment that is kept and is not before this one."""
    earlier = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return earlier if earlier == moment else earlier + _TICK


def _beyond(moment: datetime) -> datetime:
    """The first moment that is kept and is after this one."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000) + _TICK


_OPERATORS: dict[str, Callable[[datetime], Bounds]] = {
    "gte": lambda moment: (_from(moment), None),
    "gt": lambda moment: (_beyond(moment), None),
    "lte": lambda moment: (None, _beyond(moment)),
    "lt": lambda moment: (None, _from(moment)),
    "eq": lambda moment: (_from(moment), _beyond(moment)),
}


def _number(text: str) -> int:
    number = number_in(text)
    if number is None:
        raise bad_filter(LIST, "It is no id of a list: send the whole number of one.")
    return number
