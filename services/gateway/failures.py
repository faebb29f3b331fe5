"""Counts failed log-ins by address and by key id within a minute, in memory and bounded. Each process counts for itself."""

from services.gateway.problems import Problem
from shared.accounts.briefly import Briefly
from shared.platform.clock import Clock

WINDOW_SECONDS = 60.0
PER_ADDRESS = 30
PER_KEY = 10


class Failures:
    """Says when it is enough. The window begins with the first failure."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: Briefly[str, tuple[float, list[int]]] = Briefly(clock, WINDOW_SECONDS)

    def count(self, address: str, key_id: str | None) -> None:
        """Count a failure. Raises Problem 429 when there were too many before it."""
        self.refuse_more(address, key_id)
        for name, _ in _limits(address, key_id):
            entry = self._counts.get(name)
            if entry is None:
                self._counts.put(name, entry := (self._clock.monotonic(), [0]))
            entry[1][0] += 1

    def refuse_more(self, address: str, key_id: str | None) -> None:
        """Raise Problem 429 when there were too many failures from this address or with this key id."""
        for name, limit in _limits(address, key_id):
            entry = self._counts.get(name)
            if entry is not None and entry[1][0] >= limit:
                seconds = max(1, int(entry[0] + WINDOW_SECONDS - self._clock.monotonic()) + 1)
                what = f"Too many requests with a key that is not valid. Mend the key, then try again in {seconds} s."
                raise Problem(429, "too_many_failures", what, headers={"Retry-After": str(seconds)})


def _limits(address: str, key_id: str | None) -> list[tuple[str, int]]:
    return [(f"address {address}", PER_ADDRESS), *([(f"key {key_id}", PER_KEY)] if key_id else [])]
