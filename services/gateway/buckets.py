"""How many requests an account may send: one bucket an account, filled at a steady rate up to its brim. Pure: time comes in.

Each gateway process has buckets of its own, so with N of them behind a balancer an account has up to N times the rate.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

MOST = 10_000
"""Buckets kept at once. Beyond it the one unused for longest is forgotten, which its account would find full."""
POLICY = "requests"
"""The name of the policy in the headers."""
_ROUNDING = 1e-9
"""What sums of fractions may lack: a request at the very moment that an answer named is granted."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What is allowed: so many requests a second in the long run, and `burst` of them at once after a pause."""

    per_second: float
    burst: int

    @classmethod
    def of(cls, per_second: float, burst_seconds: float) -> "Rate":
        """A rate whose burst is what `burst_seconds` bring, one request at least."""
        return cls(per_second, max(1, round(per_second * burst_seconds)))

    @property
    def fill_seconds(self) -> float:
        """Time in which an empty bucket becomes full."""
        return self.burst / self.per_second


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one request, and what the account has left."""

    rate: Rate
    is_granted: bool
    remaining: int
    reset_seconds: int
    """Whole seconds, at least 1, after which more is left than now; on a refusal, after which the request may come again."""

    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit` of draft-ietf-httpapi-ratelimit-headers-11, and the three of its version 06.

        The quota is the burst and its window the time to fill it: who never sends more in such a time is never refused.
        """
        window = math.ceil(self.rate.fill_seconds)
        return {
            "RateLimit-Policy": f'"{POLICY}";q={self.rate.burst};w={window}',
            "RateLimit": f'"{POLICY}";r={self.remaining};t={self.reset_seconds}',
            "RateLimit-Limit": str(self.rate.burst),
            "RateLimit-Remaining": str(self.remaining),
            "RateLimit-Reset": str(self.reset_seconds),
        }


Spelling = Callable[[Answer, datetime], dict[str, str]]
"""The headers in which an API says what an account has left, at this moment."""


@dataclass(slots=True)
class _Bucket:
    level: float
    at: float
    rate: Rate


@dataclass(slots=True)
class Buckets:
    """The buckets of one process."""

    most: int = MOST
    _kept: OrderedDict[int, _Bucket] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return len(self._kept)

    def take(self, account: int, rate: Rate, now: float) -> Answer:
        """Take one request out of the account's bucket at `now`, in seconds of a clock that never goes back.

        A refused request takes nothing. A new rate holds from the next request on.
        """
        bucket = self._kept.pop(account, None) or _Bucket(rate.burst, now, rate)
        level = min(rate.burst, bucket.level + max(0.0, now - bucket.at) * rate.per_second)
        is_granted = level >= 1 - _ROUNDING
        left = max(0.0, level - 1) if is_granted else level
        self._kept[account] = _Bucket(left, now, rate)
        self._forget(now)
        remaining = math.floor(left + _ROUNDING)
        return Answer(rate, is_granted, remaining, max(1, math.ceil((remaining + 1 - left) / rate.per_second)))

    def _forget(self, now: float) -> None:
        """Drop those unused for longest that are full again or too many: a full bucket is as good as none."""
        while self._kept:
            account, oldest = next(iter(self._kept.items()))
            missing = oldest.rate.burst - oldest.level
            if len(self._kept) <= self.most and now - oldest.at < missing / oldest.rate.per_second:
                return
            del self._kept[account]
