"""Exchanges and queues as one table. Every service declares the whole table at start, so the order of starting does not matter.

Each working queue has a retry ladder (one expiring queue per delay that dead-letters back to it) and a dead queue.
One queue per delay, never one queue with mixed expiries: RabbitMQ expires a message only at the head of its queue.
"""

from collections.abc import Iterator
from dataclasses import dataclass

COMMANDS = "muster.commands"
EVENTS = "muster.events"

RETRY_DELAYS_SECONDS = (1, 5, 30, 120)
DELIVERY_LIMIT = 30
"""Broker-side redeliveries before the broker itself moves a message to the dead queue. Higher than any limit of ours."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A durable topic exchange."""

    name: str


@dataclass(frozen=True, slots=True)
class Binding:
    """Messages published to `exchange` whose routing key matches `key` (AMQP topic syntax) reach the queue."""

    exchange: str
    key: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A durable quorum queue. Expired messages go to `dead_letter_to`, and so do those redelivered beyond `delivery_limit`."""

    name: str
    bindings: tuple[Binding, ...] = ()
    ttl_seconds: float | None = None
    dead_letter_to: str | None = None
    delivery_limit: int | None = None


@dataclass(frozen=True, slots=True)
class Topology:
    """What must exist at the broker before anything is published."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]


def retry_queue(queue: str, delay_seconds: int) -> str:
    """Name of the queue in which a message waits `delay_seconds` before it returns to `queue`."""
    return f"{queue}.retry.{delay_seconds}s"


def dead_queue(queue: str) -> str:
    """Name of the queue that keeps the messages `queue` gave up on."""
    return f"{queue}.dead"


def working_queue(name: str, *bindings: Binding) -> Iterator[Queue]:
    """A queue that a service consumes, with its dead queue and its retry ladder."""
    yield Queue(dead_queue(name))
    yield Queue(name, bindings, dead_letter_to=dead_queue(name), delivery_limit=DELIVERY_LIMIT)
    for delay in RETRY_DELAYS_SECONDS:
        yield Queue(retry_queue(name, delay), ttl_seconds=delay, dead_letter_to=name)


IMPORTER = "muster.importer"
EXPORTER = "muster.exporter"
LISTS = "muster.lists"
STATUS = "muster.status"

TOPOLOGY = Topology(
    exchanges=(Exchange(COMMANDS), Exchange(EVENTS)),
    queues=(
        *working_queue(IMPORTER, Binding(COMMANDS, "import.#")),
        *working_queue(EXPORTER, Binding(COMMANDS, "export.#")),
        *working_queue(LISTS, Binding(COMMANDS, "change.#")),
        *working_queue(STATUS, Binding(EVENTS, "job.#"), Binding(EVENTS, "chunk.finished.#")),
    ),
)
