"""A small memory for a short time: at most so many entries, each for at most so many seconds. Pure but for the clock given."""

from typing import Generic, TypeVar

from shared.platform.clock import Clock

K = TypeVar("K")
V = TypeVar("V")

MOST = 10_000
"""Entries kept; beyond it the oldest goes."""


class Briefly(Generic[K, V]):
    """Values by key, each forgotten `seconds` after it was put in."""

    def __init__(self, clock: Clock, seconds: float, most: int = MOST) -> None:
        self._clock = clock
        self._seconds = seconds
        self._most = most
        self._entries: dict[K, tuple[float, V]] = {}

    def __contains__(self, key: K) -> bool:
        entry = self._entries.get(key)
        if entry is not None and self._clock.monotonic() >= entry[0]:
            del self._entries[key]
            return False
        return entry is not None

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: K) -> V | None:
        """The value, or None where there is none any more."""
        return self._entries[key][1] if key in self else None

    def put(self, key: K, value: V) -> None:
        """Keep a value from now on."""
        self._entries.pop(key, None)
        self._entries[key] = (self._clock.monotonic() + self._seconds, value)
        if len(self._entries) > self._most:
            del self._entries[next(iter(self._entries))]

    def drop(self, key: K) -> None:
        """Forget it at once."""
        self._entries.pop(key, None)
