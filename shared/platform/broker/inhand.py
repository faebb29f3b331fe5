"""The messages that one subscription has in hand, for both engines.

Every message begun here is settled exactly once: True when the handler said so, False in every other case. The handlers run in
tasks of our own, so that a library which loses its link cannot cancel them.
"""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from shared.platform.broker.port import Handler, Incoming

Settle = Callable[[bool], Awaitable[None]]
"""Acknowledges (True) or gives back (False). Must not raise: what cannot be settled comes again."""

CANCEL_SECONDS = 5.0
"""How long a handler that was cancelled may take to let go before it is left behind."""

log = structlog.get_logger(__name__)


class InHand:
    """Runs `handler` for at most `slots` messages at a time; further ones wait for a slot."""

    def __init__(self, queue: str, slots: int, handler: Handler) -> None:
        self._queue = queue
        self._handler = handler
        # After a lost link the old handlers still run while the broker delivers anew: the prefetch alone does not bound them.
        self._slots = asyncio.Semaphore(slots)
        self._tasks: set[asyncio.Task[None]] = set()
        self._stopped = False

    def begin(self, message: Incoming, settle: Settle) -> None:
        """Start the handler and return at once. After `stop` the message is given back."""
        task = asyncio.create_task(self._run(message, settle), name=f"{self._queue}.handler")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Begin no further handler. Those that run go on."""
        self._stopped = True

    async def drain(self, timeout_seconds: float) -> bool:
        """Wait for the handlers, cancel those left after the timeout. False if any had to be cancelled."""
        self.stop()
        late = await self._wait(timeout_seconds)
        for task in late:
            task.cancel()
        if late:
            log.warning("broker.handlers.cancelled", queue=self._queue, count=len(late))
            stuck = await self._wait(CANCEL_SECONDS)
            if stuck:
                log.error("broker.handlers.stuck", queue=self._queue, count=len(stuck))
        return not late

    async def _wait(self, seconds: float) -> set[asyncio.Task[None]]:
        if not self._tasks:
            return set()
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        return late

    async def _run(self, message: Incoming, settle: Settle) -> None:
        settled = False
        try:
            async with self._slots:
                settled = not self._stopped and await self._handler(message)
        except asyncio.CancelledError:
            await settle(False)
            if _was_cancelled():
                raise
            # A library ended its own future this way inside the handler (aiormq does for a stuck link): nobody cancelled us.
            log.warning("broker.handler.cancelled_from_inside", queue=self._queue)
        except Exception:
            log.exception("broker.handler.raised", queue=self._queue, redeliveries=message.redeliveries)
            await settle(False)
        else:
            await settle(settled)


def _was_cancelled() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0
