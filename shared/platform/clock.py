"""Time, identity and chance as inputs: the only module that asks the machine for any of them.

Wall-clock time is for people and for expiry; no decision compares the clocks of two hosts more finely than seconds.
"""

import asyncio
import os
import random
import secrets
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where time and new identities come from."""

    def now(self) -> datetime:
        """The time in UTC, aware, in whole milliseconds: what MongoDB keeps."""

    def monotonic(self) -> float:
        """Seconds that never go backwards."""

    async def sleep(self, seconds: float) -> None:
        """Return after that many seconds."""

    def new_id(self) -> str:
        """A UUIDv7 in text form: unique, and later ones sort after earlier ones by the millisecond."""

    def token_bytes(self, length: int) -> bytes:
        """Bytes that nobody can guess."""

    def jitter(self, seconds: float) -> float:
        """A chance duration between nothing and `seconds`, to keep many processes out of step."""


def uuid7_text(unix_ms: int, random_bits: int) -> str:
    """RFC 9562 version 7: 48 bits of Unix milliseconds and 74 bits of chance."""
    high = (unix_ms & (1 << 48) - 1) << 16 | 0x7000 | (random_bits >> 62) & 0xFFF
    low = 0b10 << 62 | random_bits & (1 << 62) - 1
    digits = f"{high << 64 | low:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


class SystemClock:
    """The machine's own clock and entropy."""

    def now(self) -> datetime:
        """See `Clock.now`."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await asyncio.sleep(seconds)

    def new_id(self) -> str:
        """See `Clock.new_id`."""
        return uuid7_text(time.time_ns() // 1_000_000, int.from_bytes(os.urandom(10), "big"))

    def token_bytes(self, length: int) -> bytes:
        """See `Clock.token_bytes`."""
        return secrets.token_bytes(length)

    def jitter(self, seconds: float) -> float:
        """See `Clock.jitter`."""
        return random.uniform(0, seconds)
