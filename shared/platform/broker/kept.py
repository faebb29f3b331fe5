"""Keeping something alive at the broker: a link, a channel, a consumer.

Opens it, watches it, and opens it again when it was lost, for ever. Every step is bounded in time, and nothing a library raises
can end the loop.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog
from tenacity import AsyncRetrying, RetryCallState, wait_random_exponential

from shared.platform.broker.port import BrokerUnavailable

OPEN_SECONDS = 30.0
"""Limit of one attempt to connect, to declare everything or to begin consuming."""
CLOSE_SECONDS = 3.0
WATCH_SECONDS = 15.0
STRIKES = 2
"""So many failed checks in a row before a consumer that looks healthy is rebuilt. One may be a leader election."""

log = structlog.get_logger(__name__)


@asynccontextmanager
async def bounded(limit_seconds: float) -> AsyncIterator[None]:
    """Bounds a piece of library use. A time-out, and a cancellation that nobody asked for, become `BrokerUnavailable`.

    One that was asked for passes, whatever the library makes of it.
    """
    task = asyncio.current_task()
    asked = task.cancelling() if task else 0
    try:
        async with asyncio.timeout(limit_seconds):
            yield
    except asyncio.CancelledError as error:
        # The library ends waiters of a stuck link with CancelledError. Only a request to cancel this task may pass.
        if task is None or task.cancelling() > asked:
            raise
        raise BrokerUnavailable("the link was given up") from error
    except Exception as error:
        # Cancelled while it connects, the library says that the server reset the connection.
        if task is not None and task.cancelling() > asked:
            raise asyncio.CancelledError from error
        if isinstance(error, TimeoutError):
            raise BrokerUnavailable(f"no answer within {limit_seconds} s") from error
        raise
    if task is not None and task.cancelling() > asked:
        raise asyncio.CancelledError


class Kept(ABC):
    """Something at the broker that is opened, watched, and opened again when it was lost, until `end`.

    Each opening has an event of its own for its loss, so that a late word about an old one cannot end the new one.
    """

    def __init__(self, name: str, watch_seconds: float = WATCH_SECONDS) -> None:
        self.live = asyncio.Event()
        self._name = name
        self._watch_seconds = watch_seconds
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @abstractmethod
    async def _open(self) -> None:
        """Make it, or raise. What was made gets `self._loss()` as the callback for its end."""

    @abstractmethod
    async def _shut(self) -> None:
        """Take away what `_open` made, also half of it."""

    async def _looks_alive(self) -> bool:
        return True

    def keep(self) -> None:
        """Begin; `live` is set while it exists."""
        self._task = asyncio.create_task(self._keep(), name=self._name)

    def _loss(self) -> Callable[..., None]:
        lost = self._lost

        def lose(*_: object) -> None:
            lost.set()
            if lost is self._lost:
                self.live.clear()

        return lose

    async def end(self) -> None:
        """Build no more, and close."""
        await self.leave()
        await self._close()

    async def leave(self) -> None:
        """Build no more, but leave what is open."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})

    async def _keep(self) -> None:
        while True:
            # For ever, and for any error: giving up would leave a process that looks well and does nothing.
            retrying = AsyncRetrying(wait=wait_random_exponential(multiplier=0.2, max=5), before_sleep=self._report)
            await retrying(self._reopen)
            log.info("broker.opened", name=self._name)
            await self._watch()
            log.warning("broker.lost", name=self._name)

    async def _reopen(self) -> None:
        await self._close()
        self._lost = asyncio.Event()
        async with bounded(OPEN_SECONDS):
            await self._open()
        if self._lost.is_set():
            raise BrokerUnavailable("lost while it was opened")
        self.live.set()

    async def _watch(self) -> None:
        strikes = 0
        while strikes < STRIKES:
            try:
                await asyncio.wait_for(self._lost.wait(), self._watch_seconds)
            except TimeoutError:
                strikes = 0 if await self._looks_alive() else strikes + 1
            else:
                break
        self.live.clear()

    async def _close(self) -> None:
        self.live.clear()
        try:
            async with bounded(CLOSE_SECONDS):
                await self._shut()
        except Exception as error:
            # Whatever could not be closed politely is dropped: the broker notices by itself.
            log.debug("broker.close_failed", name=self._name, error=repr(error))

    def _report(self, attempt: RetryCallState) -> None:
        error = attempt.outcome.exception() if attempt.outcome else None
        log.warning("broker.open_failed", name=self._name, attempt=attempt.attempt_number, error=repr(error))
