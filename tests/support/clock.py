"""A clock whose time a test may move. Waiting stays real: `monotonic` and `sleep` are the machine's own."""

from datetime import datetime, timedelta

from shared.platform.clock import SystemClock


class MovableClock(SystemClock):
    """The machine's clock, put forward as far as the test says."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """See `Clock.now`."""
        return super().now() + self._ahead

    def move(self, **distance: float) -> None:
        """Let time pass at once: `clock.move(hours=25)`."""
        self._ahead += timedelta(**distance)
