"""RabbitMQ's behaviour in one process, for the embedded mode and the simulation. Messages do not survive the process.

Deterministic: order depends on nothing but the order of calls and on when `clock_sleep` returns.
"""

import asyncio
import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field, replace

import structlog

from shared.contract.topology import Queue, Topology
from shared.platform.broker.inhand import InHand
from shared.platform.broker.port import BrokerUnavailable, Handler, Incoming, Outgoing, Subscription, Unroutable

Tap = Callable[[Outgoing], Iterable[Outgoing]]
"""What a simulation lets through: nothing (the message dies after its confirm), the message, or several. See `MemoryBroker`."""

log = structlog.get_logger(__name__)


def matches(pattern: str, key: str) -> bool:
    """AMQP topic matching: `*` stands for one word, `#` for any number of words, none included."""
    words = [{"*": r"\.[^.]*", "#": r"(?:\.[^.]*)*"}.get(word, re.escape(f".{word}")) for word in pattern.split(".")]
    return re.fullmatch("".join(words), f".{key}" if key else "") is not None


@dataclass(eq=False, slots=True)
class _Queue:
    definition: Queue
    ready: deque[Incoming] = field(default_factory=deque)
    consumers: deque["_MemorySubscription"] = field(default_factory=deque)
    unsettled: int = 0


class MemoryBroker:
    """A `Broker` whose queues are lists. `tap` sees every routable message before it is stored and may drop or repeat it."""

    def __init__(self, topology: Topology, clock_sleep: Callable[[float], Awaitable[None]], tap: Tap | None = None) -> None:
        self._exchanges = {exchange.name for exchange in topology.exchanges}
        self._queues = {queue.name: _Queue(queue) for queue in topology.queues}
        self._sleep = clock_sleep
        self._tap: Tap = tap or (lambda message: (message,))
        self._waiting: set[asyncio.Task[None]] = set()
        self._started = False

    async def start(self) -> None:
        """See `Broker.start`."""
        self._started = True

    async def publish(self, message: Outgoing) -> None:
        """See `Broker.publish`. Gives other tasks a turn, as a network would."""
        await self._sleep(0)
        if not self._started:
            raise BrokerUnavailable("the in-process broker is not started")
        if not self._targets(message):
            if message.must_route:
                raise Unroutable(f"no queue for {message.exchange!r} {message.routing_key!r}")
            return
        for copy in self._tap(message):
            for queue in self._targets(copy):
                self._store(queue, Incoming(queue.definition.name, copy.body, dict(copy.headers), 0))

    async def consume(self, queue: str, prefetch: int, handler: Handler) -> Subscription:
        """See `Broker.consume`."""
        if not self._started:
            raise BrokerUnavailable("the in-process broker is not started")
        subscription = _MemorySubscription(self, self._queues[queue], prefetch, handler)
        self._queues[queue].consumers.append(subscription)
        self._pump(self._queues[queue])
        return subscription

    def is_ready(self) -> bool:
        """See `Broker.is_ready`."""
        return self._started

    def depth(self, queue: str) -> int:
        """How many messages the queue holds, those in hand included."""
        return len(self._queues[queue].ready) + self._queues[queue].unsettled

    async def close(self) -> None:
        """See `Broker.close`. What waits in an expiring queue stays there."""
        self._started = False
        for subscription in [each for queue in self._queues.values() for each in queue.consumers]:
            await subscription.drain(0)
        for task in tuple(self._waiting):
            task.cancel()
        await asyncio.gather(*self._waiting, return_exceptions=True)

    def _targets(self, message: Outgoing) -> list[_Queue]:
        if message.exchange == "":
            return [self._queues[message.routing_key]] if message.routing_key in self._queues else []
        if message.exchange not in self._exchanges:
            raise BrokerUnavailable(f"no exchange {message.exchange!r}")
        return [queue for queue in self._queues.values() if _is_bound(queue.definition, message)]

    def _store(self, queue: _Queue, message: Incoming) -> None:
        queue.ready.append(message)
        if queue.definition.ttl_seconds is not None:
            task = asyncio.create_task(self._expire(queue, message, queue.definition.ttl_seconds))
            self._waiting.add(task)
            task.add_done_callback(self._waiting.discard)
        self._pump(queue)

    async def _expire(self, queue: _Queue, message: Incoming, ttl_seconds: float) -> None:
        await self._sleep(ttl_seconds)
        for index, each in enumerate(queue.ready):
            if each is message:
                del queue.ready[index]
                self._dead_letter(queue, message, "expired")
                return

    def _dead_letter(self, queue: _Queue, message: Incoming, reason: str) -> None:
        target = self._queues.get(queue.definition.dead_letter_to or "")
        if target is None:
            log.error("broker.message.dropped", queue=queue.definition.name, reason=reason)
            return
        first = {"x-first-death-queue": queue.definition.name, "x-first-death-reason": reason}
        self._store(target, replace(message, queue=target.definition.name, headers=first | dict(message.headers), redeliveries=0))

    def _pump(self, queue: _Queue) -> None:
        while queue.ready and (consumer := next((each for each in queue.consumers if each.has_room()), None)):
            queue.consumers.remove(consumer)  # the consumers take turns
            queue.consumers.append(consumer)
            queue.unsettled += 1
            consumer.deliver(queue.ready.popleft())

    def settle(self, queue: _Queue, message: Incoming, settled: bool) -> None:
        """For subscriptions: the message is done with, comes again, or has come too often."""
        queue.unsettled -= 1
        again = replace(message, redeliveries=message.redeliveries + 1)
        limit = queue.definition.delivery_limit
        if not settled and limit is not None and again.redeliveries > limit:
            self._dead_letter(queue, message, "delivery_limit")
        elif not settled:
            queue.ready.appendleft(again)
        self._pump(queue)


class _MemorySubscription:
    """A `Subscription` at a `_Queue`."""

    def __init__(self, broker: MemoryBroker, queue: _Queue, prefetch: int, handler: Handler) -> None:
        self._broker = broker
        self._queue = queue
        self._prefetch = prefetch
        self._unsettled = 0
        self._in_hand = InHand(queue.definition.name, prefetch, handler)

    def has_room(self) -> bool:
        """True while the prefetch allows another message."""
        return self._unsettled < self._prefetch

    def deliver(self, message: Incoming) -> None:
        """Hand the message to the handler."""

        async def settle(settled: bool) -> None:
            self._unsettled -= 1
            self._broker.settle(self._queue, message, settled)

        self._unsettled += 1
        self._in_hand.begin(message, settle)

    async def stop(self) -> None:
        """See `Subscription.stop`."""
        self._in_hand.stop()
        if self in self._queue.consumers:
            self._queue.consumers.remove(self)

    async def drain(self, timeout_seconds: float) -> bool:
        """See `Subscription.drain`."""
        await self.stop()
        return await self._in_hand.drain(timeout_seconds)


def _is_bound(queue: Queue, message: Outgoing) -> bool:
    return any(each.exchange == message.exchange and matches(each.key, message.routing_key) for each in queue.bindings)
