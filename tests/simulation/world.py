"""The simulated world: a broker that loses, doubles and delays, and services that die between any two steps and come again.

A death leaves nothing behind to clean up: the service's database client is closed first, so whatever its cancelled code still
tries comes to nothing, and the messages in its hand go back to their queues.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from shared.contract.topology import TOPOLOGY
from shared.delivery.outbox import Outbox
from shared.host import Platform, Running, Service
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import BrokerUnavailable, Handler, Incoming, Outgoing, Subscription
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo
from shared.platform.settings import PlatformSettings

LATE = "simulation-late"
HURRY = 20.0
"""So much faster the retry queues of the simulated broker run."""
Builder = Callable[[Platform], Service]


@dataclass
class Faults:
    """How bad it is. All chance comes from the seed; `end` makes the world well again."""

    chance: random.Random
    drop: float = 0.0
    double: float = 0.0
    delay: float = 0.0
    die: float = 0.0
    pause_seconds: float = 0.4
    lost: str | None = None
    """Every message whose routing key begins so is lost, for as long as the world lasts."""
    seen: Counter[str] = field(default_factory=Counter)

    @classmethod
    def drawn(cls, seed: int) -> "Faults":
        """Rates that are themselves drawn: some seeds are calm in one way and wild in another."""
        chance = random.Random(seed)
        drop, double, delay = (chance.choice((0.0, 0.05, 0.15, 0.3)) for _ in range(3))
        return cls(chance, drop, double, delay, chance.choice((0.0, 0.01, 0.03)))

    def strikes(self, name: str) -> bool:
        """True when this fault happens now."""
        happens: bool = self.chance.random() < getattr(self, name)
        self.seen[name] += happens
        return happens

    def end(self) -> None:
        """No fault from here on."""
        self.drop = self.double = self.delay = self.die = 0.0


class Trouble:
    """The tap of the broker."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._late: set[asyncio.Task[None]] = set()
        self.broker = MemoryBroker(TOPOLOGY, lambda seconds: asyncio.sleep(seconds / HURRY), self)

    def __call__(self, message: Outgoing) -> Iterable[Outgoing]:
        """What becomes of a confirmed message."""
        if LATE in message.headers:
            return (message,)
        if self._faults.lost is not None and message.routing_key.startswith(self._faults.lost):
            return ()
        if self._faults.strikes("drop"):
            return ()
        copies = [message, message] if self._faults.strikes("double") else [message]
        return [copy for copy in copies if not (self._faults.strikes("delay") and self._send_later(copy))]

    def _send_later(self, message: Outgoing) -> bool:
        task = asyncio.create_task(self._send(replace(message, headers={**message.headers, LATE: True})))
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        return True

    async def _send(self, message: Outgoing) -> None:
        await asyncio.sleep(self._faults.chance.uniform(0, self._faults.pause_seconds))
        with suppress(BrokerUnavailable):
            await self.broker.publish(message)

    async def settle(self) -> None:
        """Wait for what is still on its way."""
        await asyncio.gather(*self._late)


class Life:
    """One life of one service: the broker as it sees it, its own database client, and its end."""

    def __init__(
        self, name: str, build: Builder, broker: MemoryBroker, settings: PlatformSettings, clock: Clock, faults: Faults
    ) -> None:
        self.ended = asyncio.Event()
        self._broker = broker
        self._faults = faults
        self._mongo = Mongo(settings, clock)
        platform = Platform(settings, clock, self._mongo, self, Outbox(self._mongo, self, clock, name))
        self._running = Running(build(platform), platform)
        self._subscriptions: list[Subscription] = []

    async def start(self) -> None:
        """Begin to live: a `Broker` is started already; a service is."""
        await self._running.start()

    async def publish(self, message: Outgoing) -> None:
        """See `Broker.publish`. The service may die before the broker has the message, or before it knows."""
        self._point()
        await self._broker.publish(message)
        self._point()

    async def consume(self, queue: str, prefetch: int, handler: Handler) -> Subscription:
        """See `Broker.consume`. The service may die with the message in hand, or after its work and before it is settled."""

        async def mortal(incoming: Incoming) -> bool:
            work = asyncio.ensure_future(self._handle(handler, incoming))
            dying = asyncio.ensure_future(self.ended.wait())
            await asyncio.wait({work, dying}, return_when=asyncio.FIRST_COMPLETED)
            dying.cancel()
            if self.ended.is_set():
                work.cancel()
                work.add_done_callback(_look_away)
                return False
            return work.result()

        subscription = await self._broker.consume(queue, prefetch, mortal)
        self._subscriptions.append(subscription)
        return subscription

    def is_ready(self) -> bool:
        """See `Broker.is_ready`."""
        return not self.ended.is_set()

    async def close(self) -> None:
        """See `Broker.close`: the broker is not this service's to close."""

    async def die(self) -> None:
        """End at once, in the middle of whatever it does."""
        self.ended.set()
        with suppress(Exception):
            await self._mongo.close()
        for subscription in self._subscriptions:
            await subscription.drain(1)
        left = set(self._running._tasks)
        while left:
            for task in left:
                task.cancel()  # again and again: the closed client may raise something else on the way out
            _, left = await asyncio.wait(left, timeout=0.05)

    async def stop(self) -> None:
        """End in good order."""
        await self._running.stop()
        self.ended.set()
        await self._mongo.close()

    async def _handle(self, handler: Handler, incoming: Incoming) -> bool:
        self._point()
        settled = await handler(incoming)
        self._point()
        return settled

    def _point(self) -> None:
        """A moment between two steps."""
        if self.ended.is_set() or self._faults.strikes("die"):
            self.ended.set()
            raise BrokerUnavailable("this service is dead")


class Undying:
    """A service that is started anew whenever it has died, and killed now and then in the middle of a step."""

    def __init__(self, birth: Callable[[], Life], faults: Faults) -> None:
        self._birth = birth
        self._faults = faults
        self._over = False
        self.deaths = 0

    async def live(self) -> None:
        """Lives, until `end`."""
        while True:
            self._life = life = self._birth()
            await life.start()
            if self._is_over():
                break
            with suppress(TimeoutError):
                async with asyncio.timeout(self._span()):
                    await life.ended.wait()
            if self._is_over():
                break
            self.deaths += 1
            await life.die()
        await life.stop()

    def _is_over(self) -> bool:
        return self._over

    def _span(self) -> float | None:
        return self._faults.chance.uniform(0.02, 2.0) if self._faults.die else None

    async def end(self, task: "asyncio.Task[None]") -> None:
        """No further life."""
        self._over = True
        self._life.ended.set()
        await task


def _look_away(work: "asyncio.Future[bool]") -> None:
    """What a dead service raised interests nobody."""
    if not work.cancelled():
        work.exception()
