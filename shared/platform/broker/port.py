"""What the rest of Muster knows of a message broker. Delivery is at least once; a confirm is not a delivery."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

HeaderValue = str | int | bool


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message on its way to the broker. The exchange `""` delivers straight to the queue named by `routing_key`."""

    exchange: str
    routing_key: str
    body: bytes
    headers: Mapping[str, HeaderValue] = field(default_factory=dict)
    must_route: bool = True
    """True: being routed to no queue is an error (`Unroutable`). False: it is fine, nobody has subscribed."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it came from `queue`. `redeliveries` counts earlier deliveries that ended without a settlement."""

    queue: str
    body: bytes
    headers: Mapping[str, HeaderValue]
    redeliveries: int


class BrokerUnavailable(Exception):
    """The broker did not answer in time or the link is down. Whether a message was taken is unknown: publish it again."""


class Unroutable(Exception):
    """No queue is bound for this message. The topology was not declared, or the routing key is wrong."""


Handler = Callable[[Incoming], Awaitable[bool]]
"""Returns True when the message is settled for good (acknowledge), False to give it back to its queue at once."""


class Subscription(Protocol):
    """A running consumer."""

    async def stop(self) -> None:
        """Take no new message. Returns at once; handlers in hand go on and their answers still settle their messages."""

    async def drain(self, timeout_seconds: float) -> bool:
        """Wait for the handlers in hand. After the timeout cancel them and give their messages back; False if any had to be."""


class Broker(Protocol):
    """One engine. Objects are made in `app.py`; nothing is connected before `start`."""

    async def start(self) -> None:
        """Connect (retrying for as long as it takes) and declare the topology."""

    async def publish(self, message: Outgoing) -> None:
        """Return once the broker has confirmed that it keeps the message. Raises BrokerUnavailable or Unroutable.

        Many publishes may be under way at once. Bounded by a time limit, also while the link is down or blocked.
        """

    async def consume(self, queue: str, prefetch: int, handler: Handler) -> Subscription:
        """Deliver messages of `queue` to `handler`, at most `prefetch` at a time, for as long as the subscription lives.

        The consumer comes back by itself after the link, the channel or the consumer was lost. A handler that raises gives its
        message back. A settlement that the broker did not get means that the message comes again.
        """

    def is_ready(self) -> bool:
        """True while connected and every consumer exists at the broker."""

    async def close(self) -> None:
        """Close the links. Messages in hand go back to their queues."""
