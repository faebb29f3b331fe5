"""Which rows of a payload come again under the same match key, in memory bounded by eight bytes a key of a row.

A first pass keeps a 64-bit hash of every key; a second keeps the keys themselves, but only of those whose hash came twice.
So the answer is exact, whatever the hashes do. Pure.
"""

from array import array
from collections.abc import Iterable
from itertools import pairwise

from services.importer.name_hash import name_hash
from shared.contract.options import Duplicates


class KeyHashes:
    """The first pass."""

    def __init__(self) -> None:
        self._hashes = array("Q")

    def add(self, keys: Iterable[str]) -> None:
        """Take the keys of the next rows; rows without one are left out."""
        self._hashes.extend(name_hash(key) for key in keys if key)

    def repeated(self) -> "Repeated":
        """The hashes that came more than once."""
        ordered = sorted(self._hashes)
        return Repeated({former for former, later in pairwise(ordered) if former == later})


class Repeated:
    """The second pass, and then the answer."""

    def __init__(self, hashes: set[int]) -> None:
        self._hashes = hashes
        self._first: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._whose: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def may_repeat(self, key: str) -> bool:
        """False for keys that surely came only once."""
        return bool(key) and name_hash(key) in self._hashes

    def add(self, key: str, line: int, beside: str = "") -> None:
        """Take the key of the next row, in file order, and another that it has beside it: a row with that alone is its equal."""
        if self.may_repeat(beside) and beside not in self._whose:
            self._whose[beside] = key
            if beside in self._first:
                self._take(key, self._first.pop(beside))
                self._take(key, self._last.pop(beside))
        if self.may_repeat(key) or self.may_repeat(beside):
            self._take(self._whose.get(key, key), line)

    def winner(self, key: str, rule: Duplicates) -> int | None:
        """The line that keeps the key under the rule, or None where every row may have it."""
        if rule is Duplicates.MERGE:
            return None
        return (self._last if rule is Duplicates.LAST else self._first).get(self._whose.get(key, key))

    def _take(self, key: str, line: int) -> None:
        self._first[key] = min(line, self._first.get(key, line))
        self._last[key] = max(line, self._last.get(key, line))
