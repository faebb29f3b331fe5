"""RabbitMQ through aio-pika: the only module that knows the library.

What the library raises becomes `BrokerUnavailable`; what it loses (link, channel, consumer) is built again from nothing, topology
included. Supervision is ours and not its "robust" classes: one loop, `Kept`, whose every step is visible and bounded.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import aio_pika
import structlog
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractExchange, AbstractIncomingMessage
from aio_pika.connection import make_url
from aio_pika.exceptions import CONNECTION_EXCEPTIONS, ChannelPreconditionFailed, PublishError

from shared.contract.topology import Queue, Topology
from shared.platform.broker.inhand import InHand
from shared.platform.broker.kept import CLOSE_SECONDS, WATCH_SECONDS, Kept, bounded
from shared.platform.broker.port import BrokerUnavailable, Handler, Incoming, Outgoing, Subscription, Unroutable

SETTLE_SECONDS = 5.0
NO_LIMIT = 1_000_000
"""RabbitMQ 4 gives every quorum queue a delivery limit of 20 unless it has its own, and then drops messages."""
KEPT_HEADERS = frozenset({"x-first-death-queue", "x-first-death-reason"})

log = structlog.get_logger(__name__)


class RabbitBroker:
    """A `Broker`. Two connections, because a broker that blocks publishers would not read acknowledgements either."""

    def __init__(
        self,
        url: str,
        topology: Topology,
        *,
        name: str,
        new_id: Callable[[], str],
        publish_timeout_seconds: float = 5.0,
        heartbeat_seconds: int = 10,
        watch_seconds: float = WATCH_SECONDS,
    ) -> None:
        self._topology = topology
        self._new_id = new_id
        self._publish_timeout_seconds = publish_timeout_seconds
        self._watch_seconds = watch_seconds
        self._publisher = _Publisher(url, f"{name}.publish", heartbeat_seconds, topology)
        self._consumer = _Link(url, f"{name}.consume", heartbeat_seconds)
        self._subscriptions: set[_RabbitSubscription] = set()

    async def start(self) -> None:
        """See `Broker.start`."""
        self._publisher.keep()
        self._consumer.keep()
        await self._publisher.live.wait()
        await self._consumer.live.wait()

    async def publish(self, message: Outgoing) -> None:
        """See `Broker.publish`. While the link is known to be down it fails at once."""
        # A message id of its own for every attempt: the library finds returned messages by it.
        wire = aio_pika.Message(
            message.body,
            headers=dict(message.headers),
            content_type=str(message.headers.get("content-type", "")) or None,
            message_id=self._new_id(),
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )
        async with _library(self._publish_timeout_seconds):
            exchange = await self._publisher.exchange(message.exchange)
            try:
                await exchange.publish(wire, message.routing_key, mandatory=message.must_route)
            except PublishError as returned:
                raise Unroutable(f"no queue for {message.exchange!r} {message.routing_key!r}") from returned

    async def consume(self, queue: str, prefetch: int, handler: Handler) -> Subscription:
        """See `Broker.consume`."""
        subscription = _RabbitSubscription(self._consumer, self._topology, queue, prefetch, handler, self._watch_seconds)
        subscription.on_end = self._subscriptions.discard
        self._subscriptions.add(subscription)
        subscription.keep()
        try:
            await subscription.live.wait()
        except asyncio.CancelledError:
            await subscription.drain(0)
            raise
        return subscription

    def is_ready(self) -> bool:
        """See `Broker.is_ready`."""
        parts: tuple[Kept, ...] = (self._publisher, self._consumer, *self._subscriptions)
        return all(part.live.is_set() for part in parts)

    async def close(self) -> None:
        """See `Broker.close`."""
        await asyncio.gather(*(subscription.drain(0) for subscription in tuple(self._subscriptions)))
        await asyncio.gather(self._consumer.end(), self._publisher.end())


@asynccontextmanager
async def _library(limit_seconds: float) -> AsyncIterator[None]:
    """Bounds a piece of library use and turns whatever it raises into `BrokerUnavailable`."""
    try:
        async with bounded(limit_seconds):
            yield
    except CONNECTION_EXCEPTIONS as error:
        raise BrokerUnavailable(f"{type(error).__name__}: {error}") from error


class _Link(Kept):
    """One connection."""

    def __init__(self, url: str, name: str, heartbeat_seconds: int) -> None:
        super().__init__(name)
        self._url = url
        self._heartbeat_seconds = heartbeat_seconds
        self._connection: AbstractConnection | None = None

    async def channel(self, on_close: Callable[..., None], *, confirms: bool = False) -> AbstractChannel:
        """A new channel, open. Raises while the link is down."""
        if self._connection is None or self._lost.is_set():
            raise BrokerUnavailable("the link is down")
        channel = self._connection.channel(publisher_confirms=confirms, on_return_raises=confirms)
        channel.close_callbacks.add(on_close)
        await channel.initialize()
        return channel

    async def _open(self) -> None:
        properties: dict[str, Any] = {"connection_name": self._name}
        url = make_url(self._url, heartbeat=self._heartbeat_seconds)
        # Not `connect`: of one that could not be opened it leaves an object whose end, whenever it comes, starts a task.
        self._connection = connection = aio_pika.Connection(url, client_properties=properties)
        await connection.connect()
        connection.close_callbacks.add(self._loss())
        if connection.transport is None or connection.transport.connection.is_closed:
            raise BrokerUnavailable("closed as soon as it was open")

    async def _shut(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                await connection.close()
            finally:
                await connection.close()  # by now without a transport: it only counts as closed from here on


class _Publisher(_Link):
    """The connection for publishing, with its channel. Declares the topology before it is live."""

    def __init__(self, url: str, name: str, heartbeat_seconds: int, topology: Topology) -> None:
        super().__init__(url, name, heartbeat_seconds)
        self._topology = topology
        self._channel: AbstractChannel | None = None
        self._exchanges: dict[str, AbstractExchange] = {}

    async def exchange(self, name: str) -> AbstractExchange:
        """The exchange on the channel in use. Kept, because one object per message would never be freed."""
        if self._channel is None or not self.live.is_set():
            raise BrokerUnavailable("the link is down")
        if name not in self._exchanges:
            self._exchanges[name] = await self._channel.get_exchange(name, ensure=False)
        return self._exchanges[name]

    async def _open(self) -> None:
        await super()._open()
        await _declare(self, self._topology)
        # A channel can die alone, of a missing exchange for example. The whole link is made anew: one way back is enough.
        self._channel = await self.channel(self._loss(), confirms=True)
        self._exchanges = {"": self._channel.default_exchange}


class _RabbitSubscription(Kept):
    """A `Subscription` with its own channel, so that nothing another consumer does can close it."""

    def __init__(self, link: _Link, topology: Topology, queue: str, prefetch: int, handler: Handler, watch_seconds: float) -> None:
        super().__init__(f"{queue}.consumer", watch_seconds)
        self.on_end: Callable[[_RabbitSubscription], None] = lambda _: None
        self._link = link
        self._topology = topology
        self._queue = queue
        self._prefetch = prefetch
        self._in_hand = InHand(queue, prefetch, handler)
        self._channel: AbstractChannel | None = None
        self._cancel: Callable[[], Awaitable[object]] | None = None

    async def stop(self) -> None:
        """See `Subscription.stop`. What the broker sends until it knows is given back."""
        self._in_hand.stop()
        await self.leave()
        cancel, self._cancel = self._cancel, None
        if cancel is not None:
            with suppress(BrokerUnavailable):
                async with _library(CLOSE_SECONDS):
                    await cancel()

    async def drain(self, timeout_seconds: float) -> bool:
        """See `Subscription.drain`. Closing the channel gives back whatever could not be settled."""
        await self.stop()
        finished = await self._in_hand.drain(timeout_seconds)
        await self._close()
        self.on_end(self)
        return finished

    async def _open(self) -> None:
        await self._link.live.wait()
        await _declare(self._link, self._topology)
        lose = self._loss()
        self._channel = await self._link.channel(lose)
        await self._channel.set_qos(prefetch_count=self._prefetch)
        (await self._channel.get_underlay_channel()).on_consumer_cancel_callbacks.add(lose)
        queue = await self._channel.get_queue(self._queue, ensure=False)
        self._cancel = partial(queue.cancel, await queue.consume(self._receive))

    async def _shut(self) -> None:
        self._cancel = None
        channel, self._channel = self._channel, None
        if channel is not None:
            await channel.close()

    async def _looks_alive(self) -> bool:
        try:
            async with _library(SETTLE_SECONDS):
                consumers = await _declare(self._link, self._topology)
        except BrokerUnavailable as error:
            log.warning("broker.check_failed", name=self._name, error=str(error))
            return False
        return consumers.get(self._queue, 0) > 0

    async def _receive(self, message: AbstractIncomingMessage) -> None:
        self._in_hand.begin(_incoming(self._queue, message), partial(self._settle, message))

    async def _settle(self, message: AbstractIncomingMessage, settled: bool) -> None:
        try:
            async with _library(SETTLE_SECONDS):
                # Reject and not nack: newer brokers count only the former towards the delivery limit.
                await (message.ack() if settled else message.reject(requeue=True))
        except BrokerUnavailable as error:
            log.warning("broker.settle_failed", queue=self._queue, settled=settled, error=str(error))


async def _declare(link: _Link, topology: Topology) -> dict[str, int]:
    """Makes what does not exist yet. Returns how many consumers each queue has.

    What exists with other arguments is left as it is: refusing to work would stop the old processes of a rolling upgrade.
    """
    consumers: dict[str, int] = {}
    channel = await link.channel(_ignore)
    for exchange in topology.exchanges:
        await channel.declare_exchange(exchange.name, aio_pika.ExchangeType.TOPIC, durable=True)
    for queue in topology.queues:
        try:
            declared = await channel.declare_queue(queue.name, durable=True, arguments=_arguments(queue))
        except ChannelPreconditionFailed as error:
            log.error("broker.queue.differs", queue=queue.name, error=str(error))
            channel = await link.channel(_ignore)
            continue
        consumers[queue.name] = declared.declaration_result.consumer_count or 0
        for binding in queue.bindings:
            await declared.bind(binding.exchange, binding.key)
    await channel.close()
    return consumers


def _arguments(queue: Queue) -> dict[str, Any]:
    arguments: dict[str, Any] = {"x-queue-type": "quorum", "x-delivery-limit": queue.delivery_limit or NO_LIMIT}
    if queue.ttl_seconds is not None:
        arguments["x-message-ttl"] = int(queue.ttl_seconds * 1000)
    if queue.dead_letter_to is not None:
        arguments |= {"x-dead-letter-exchange": "", "x-dead-letter-routing-key": queue.dead_letter_to}
        # Without both of these a message can be lost on its way between the two queues.
        arguments |= {"x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}
    return arguments


def _incoming(queue: str, message: AbstractIncomingMessage) -> Incoming:
    count = message.headers.get("x-delivery-count")
    headers = {
        name: value
        for name, value in message.headers.items()
        if isinstance(value, str | int | bool) and (not name.startswith("x-") or name in KEPT_HEADERS)
    }
    return Incoming(queue, message.body, headers, count if isinstance(count, int) else 0)


def _ignore(*_: object) -> None:
    """For channels whose end matters to nobody."""
