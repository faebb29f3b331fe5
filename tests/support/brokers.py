"""A small topology of a test's own, and a consumer that notes what it saw."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import aio_pika

from shared.contract.topology import Binding, Exchange, Queue, Topology
from shared.platform.broker.port import Broker, Incoming, Outgoing

BUDGET_SECONDS = 20.0
"""How long a test waits for a moment that must come. Generous: it is only ever used up by a failure."""


@dataclass(frozen=True)
class Names:
    """A working queue with its dead queue and one delay queue, behind an exchange of its own."""

    exchange: str
    work: str
    dead: str
    later: str
    other: str

    @classmethod
    def fresh(cls) -> "Names":
        """Names that no other test has."""
        suffix = uuid.uuid4().hex[:8]
        return cls(*(f"{part}.{suffix}" for part in ("exchange", "work", "dead", "later", "other")))

    def topology(self, *, delivery_limit: int | None = None, delay_seconds: float = 1.0) -> Topology:
        """The table for these names. `work` takes `job.#`, `other` takes `job.*.end`."""
        return Topology(
            (Exchange(self.exchange),),
            (
                Queue(self.dead),
                Queue(self.work, (Binding(self.exchange, "job.#"),), dead_letter_to=self.dead, delivery_limit=delivery_limit),
                Queue(self.later, ttl_seconds=delay_seconds, dead_letter_to=self.work),
                Queue(self.other, (Binding(self.exchange, "job.*.end"),)),
            ),
        )

    def event(self, key: str, body: bytes = b"{}", *, must_route: bool = True) -> Outgoing:
        """A message to the exchange."""
        return Outgoing(self.exchange, key, body, {"id": body.decode(), "attempt": 1, "last": False}, must_route)

    async def remove(self, url: str) -> None:
        """Leave nothing at the broker."""
        async with await aio_pika.connect(url) as connection, connection.channel() as channel:
            for queue in (self.later, self.work, self.other, self.dead):
                await channel.queue_delete(queue)
            await channel.exchange_delete(self.exchange)


def to_queue(queue: str, body: bytes = b"{}") -> Outgoing:
    """A message straight to a queue."""
    return Outgoing("", queue, body)


@dataclass
class Seen:
    """A handler that notes every message and answers with `answer`."""

    answer: Callable[[Incoming], Awaitable[bool]] | None = None
    messages: list[Incoming] = field(default_factory=list)
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self, message: Incoming) -> bool:
        """The handler."""
        self.messages.append(message)
        self._more.set()
        return True if self.answer is None else await self.answer(message)

    @property
    def bodies(self) -> list[bytes]:
        """What came, in order."""
        return [message.body for message in self.messages]

    async def until(self, condition: Callable[["Seen"], bool]) -> "Seen":
        """Wait until what was seen fulfils the condition."""
        async with asyncio.timeout(BUDGET_SECONDS):
            while not condition(self):
                self._more.clear()
                await self._more.wait()
        return self

    async def count(self, number: int) -> list[Incoming]:
        """Wait for that many messages."""
        return (await self.until(lambda seen: len(seen.messages) >= number)).messages


async def publish_until_taken(broker: Broker, message: Outgoing) -> None:
    """What the relay does: once more, until it is confirmed."""
    async with asyncio.timeout(BUDGET_SECONDS * 2):
        while True:
            try:
                return await broker.publish(message)
            except Exception:
                await asyncio.sleep(0.05)
