"""From a delivery to its settlement, in named steps: read, handle, settle. What happened to a message is a value.

Nothing is acknowledged before its effect is in the database or a copy of it is confirmed in another queue.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from pymongo.errors import ConnectionFailure, ExecutionTimeout

from shared.contract.codec import UnreadableMessage, decode
from shared.contract.envelope import ATTEMPT, attribute
from shared.contract.messages import Message
from shared.contract.topology import dead_queue, retry_queue
from shared.delivery.outcome import Done, GiveUp, Retry, Settlement, after_failure, before_handling
from shared.platform.broker.port import Broker, BrokerUnavailable, HeaderValue, Incoming, Outgoing
from shared.platform.clock import Clock
from shared.platform.mongo import DatabaseUnavailable
from shared.platform.observe import MESSAGE_SECONDS, MESSAGES, working_on

log = structlog.get_logger(__name__)

Handle = Callable[[Any], Awaitable[None]]
Table = Mapping[type[Message], Handle]
GiveUpHandle = Callable[[Any, str], Awaitable[None]]
"""Told of a message that is given up, with the reason, before the message goes to the dead queue."""

OUTAGES = (DatabaseUnavailable, BrokerUnavailable, ConnectionFailure, ExecutionTimeout, ConnectionError)
PAUSE_SECONDS = 1.0


class Consumer:
    """Settles the deliveries of one queue by a table from message to method."""

    def __init__(
        self, broker: Broker, clock: Clock, queue: str, handlers: Table, give_up: Mapping[type[Message], GiveUpHandle]
    ) -> None:
        self._broker = broker
        self._clock = clock
        self._queue = queue
        self._handlers = handlers
        self._give_up = give_up

    async def receive(self, incoming: Incoming) -> bool:
        """True when the message is settled; False gives it back to its queue."""
        try:
            message = decode(incoming.body, incoming.headers)
        except UnreadableMessage as error:
            return await self._settle(incoming, None, GiveUp(str(error), 1))
        started = self._clock.monotonic()
        with working_on(attribute(incoming.headers, "traceparent"), job=message.job_id, account=message.account):
            settlement = before_handling(incoming.redeliveries) or await self._handle(message, incoming)
            settled = await self._settle(incoming, message, settlement)
        MESSAGE_SECONDS.labels(self._queue, message.TYPE).observe(self._clock.monotonic() - started)
        return settled

    async def _handle(self, message: Message, incoming: Incoming) -> Settlement:
        attempt = _attempt(incoming)
        handler = self._handlers.get(type(message))
        if handler is None:
            return GiveUp(f"{message.wire_type()} is not for this service", attempt)
        try:
            await handler(message)
        except Exception as error:
            outage = isinstance(error, OUTAGES)
            log.warning("message.failed", type=message.TYPE, attempt=attempt, outage=outage, exc_info=not outage)
            return after_failure(f"{type(error).__name__}: {error}"[:500], attempt, outage=outage)
        return Done()

    async def _settle(self, incoming: Incoming, message: Message | None, settlement: Settlement) -> bool:
        kind = message.TYPE if message else "unreadable"
        MESSAGES.labels(self._queue, kind, type(settlement).__name__.lower()).inc()
        try:
            if isinstance(settlement, Retry):
                await self._retry(incoming, settlement)
            elif isinstance(settlement, GiveUp):
                await self._bury(incoming, message, settlement)
        except Exception:
            log.exception("message.not_settled", type=kind)
            await self._clock.sleep(PAUSE_SECONDS)
            return False
        return True

    async def _retry(self, incoming: Incoming, retry: Retry) -> None:
        queue = retry_queue(self._queue, retry.delay_seconds)
        await self._broker.publish(_copy(incoming, queue, {ATTEMPT: retry.attempt, "muster-reason": retry.reason}))

    async def _bury(self, incoming: Incoming, message: Message | None, end: GiveUp) -> None:
        log.error("message.given_up", type=message.TYPE if message else "unreadable", attempts=end.attempts, reason=end.reason)
        if message is not None and type(message) in self._give_up:
            await self._give_up[type(message)](message, end.reason)
        about: dict[str, HeaderValue] = {
            "muster-reason": end.reason,
            "muster-queue": self._queue,
            "muster-attempts": end.attempts,
            "muster-given-up-at": self._clock.now().isoformat(),
        }
        await self._broker.publish(_copy(incoming, dead_queue(self._queue), about))


def _copy(incoming: Incoming, queue: str, about: Mapping[str, HeaderValue]) -> Outgoing:
    own = {name: value for name, value in incoming.headers.items() if not name.startswith("x-")}
    return Outgoing("", queue, incoming.body, {**own, **about})


def _attempt(incoming: Incoming) -> int:
    value = incoming.headers.get(ATTEMPT, 1)
    return max(value, 1) if isinstance(value, int) else 1
