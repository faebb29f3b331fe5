"""Parts of a file, and whether a client has it already: Range, If-Range and If-None-Match as RFC 9110 says. Pure.

What cannot be understood is as if it were not there: the whole file is a sound answer to any request for a part.
"""

import re
from dataclasses import dataclass

_ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})[ \t]*-[ \t]*(\d{0,18})[ \t]*", re.ASCII | re.IGNORECASE)
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


class RangeUnsatisfiable(Exception):
    """The part begins beyond the end of the file."""


@dataclass(frozen=True, slots=True)
class Part:
    """The bytes from `start` on, before `end`."""

    start: int
    end: int

    @property
    def bytes(self) -> int:
        """How many they are."""
        return self.end - self.start


def wanted_part(header: str | None, if_range: str | None, etag: str, total: int) -> Part | None:
    """The part that the headers ask for of a file of `total` bytes; None for the whole of it.

    Of several ranges in one request none is answered. Raises RangeUnsatisfiable.
    """
    if header is None or (if_range is not None and if_range.strip() != etag):
        return None
    found = _ONE_RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    first, last = found[1], found[2]
    if not first:
        if not int(last) or not total:
            raise RangeUnsatisfiable
        return Part(max(0, total - int(last)), total)
    if last and int(last) < int(first):
        return None
    if int(first) >= total:
        raise RangeUnsatisfiable
    return Part(int(first), min(int(last), total - 1) + 1 if last else total)


def is_known(if_none_match: str | None, etag: str) -> bool:
    """True where the client says that it has what this tag names. Weak tags are compared by what they name."""
    if if_none_match is None:
        return False
    if if_none_match.strip() == "*":
        return True
    return etag.removeprefix("W/") in _TAG.findall(if_none_match)


def takes_gzip(accept_encoding: str | None) -> bool:
    """True where the client names gzip, or everything, among what it takes, and does not refuse it."""
    weights: dict[str, float] = {}
    for part in (accept_encoding or "").lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = _weight(parameter)
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weight(parameter: str) -> float:
    name, _, value = parameter.partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
