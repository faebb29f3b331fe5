"""From a delivery to its settlement, on the in-process broker with its waiting times made short."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from shared.contract.codec import encode
from shared.contract.commands import ImportChunk, StartImport
from shared.contract.envelope import ATTEMPT, Envelope
from shared.contract.messages import Message
from shared.contract.topology import COMMANDS, IMPORTER, TOPOLOGY, dead_queue
from shared.delivery.consumer import Consumer
from shared.delivery.outcome import ATTEMPTS, REDELIVERIES
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import BrokerUnavailable, HeaderValue, Incoming, Outgoing
from shared.platform.clock import SystemClock
from tests.support.brokers import BUDGET_SECONDS, Seen

MESSAGE = StartImport(job_id="a job", account=1)
HURRY = 5_000


class HurriedClock(SystemClock):
    """Waits a five-thousandth of what it is asked to."""

    async def sleep(self, seconds: float) -> None:
        """See `Clock.sleep`."""
        await asyncio.sleep(seconds / HURRY)


class Bench:
    """A consumer, what its handler was told, and what its give-up hook was told."""

    def __init__(self, broker: MemoryBroker, clock: SystemClock) -> None:
        self.broker = broker
        self.handled: list[Message] = []
        self.given_up: list[str] = []
        self.fail: Callable[[int], Exception | None] = lambda _: None
        self.fail_hook: Callable[[int], Exception | None] = lambda _: None
        self.hook_calls = 0
        self.consumer = Consumer(broker, clock, IMPORTER, {StartImport: self.handle}, {StartImport: self.give_up})

    async def handle(self, message: StartImport) -> None:
        """The handler."""
        self.handled.append(message)
        if error := self.fail(len(self.handled)):
            raise error

    async def give_up(self, message: StartImport, reason: str) -> None:
        """The hook."""
        self.hook_calls += 1
        if error := self.fail_hook(self.hook_calls):
            raise error
        self.given_up.append(reason)

    async def publish(self, message: Message, *, body: bytes | None = None) -> None:
        """A message as the outbox sends it."""
        clock = SystemClock()
        headers = Envelope("id", "/muster/test", clock.now(), "", message).headers()
        await self.broker.publish(Outgoing(COMMANDS, "import.start", encode(message) if body is None else body, headers))

    async def empty(self) -> None:
        """Wait until nothing is on its way any more."""
        async with asyncio.timeout(BUDGET_SECONDS):
            while any(self.broker.depth(queue.name) for queue in TOPOLOGY.queues if not queue.name.endswith(".dead")):
                await asyncio.sleep(0.002)

    async def buried(self) -> Incoming:
        """The one message in the dead queue."""
        async with asyncio.timeout(BUDGET_SECONDS):
            while not self.broker.depth(dead_queue(IMPORTER)):
                await asyncio.sleep(0.002)
        await self.empty()
        assert self.broker.depth(dead_queue(IMPORTER)) == 1
        seen = Seen()
        await self.broker.consume(dead_queue(IMPORTER), 1, seen)
        return (await seen.count(1))[0]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    """A consumer at work."""
    clock = HurriedClock()
    broker = MemoryBroker(TOPOLOGY, clock.sleep)
    await broker.start()
    made = Bench(broker, clock)
    await broker.consume(IMPORTER, 1, made.consumer.receive)
    yield made
    await broker.close()


async def test_a_message_that_is_handled_is_gone(bench: Bench) -> None:
    await bench.publish(MESSAGE)
    await bench.empty()
    assert bench.handled == [MESSAGE]
    assert bench.broker.depth(dead_queue(IMPORTER)) == 0


async def test_a_handler_that_fails_once_is_tried_again(bench: Bench) -> None:
    bench.fail = lambda turn: LookupError("a race") if turn == 1 else None
    await bench.publish(MESSAGE)
    async with asyncio.timeout(BUDGET_SECONDS):
        while len(bench.handled) < 2:
            await asyncio.sleep(0.002)
    await bench.empty()
    assert bench.given_up == []


async def test_after_the_last_attempt_the_job_is_told_and_the_dead_message_says_why(bench: Bench) -> None:
    bench.fail = lambda _: LookupError("always")
    await bench.publish(MESSAGE)
    dead = await bench.buried()
    assert len(bench.handled) == ATTEMPTS
    assert bench.given_up == ["LookupError: always"]
    assert dead.headers["muster-reason"] == "LookupError: always"
    assert dead.headers["muster-queue"] == IMPORTER
    assert dead.headers["muster-attempts"] == ATTEMPTS
    assert dead.headers["cloudEvents:id"] == "id"
    assert dead.body == encode(MESSAGE)


async def test_an_outage_is_waited_out_without_counting(bench: Bench) -> None:
    turns = 3 * ATTEMPTS
    bench.fail = lambda turn: BrokerUnavailable("away") if turn < turns else None
    await bench.publish(MESSAGE)
    async with asyncio.timeout(BUDGET_SECONDS):
        while len(bench.handled) < turns:
            await asyncio.sleep(0.002)
    await bench.empty()
    assert bench.given_up == []
    assert bench.broker.depth(dead_queue(IMPORTER)) == 0


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"job_id": 1, "account": "x"}'])
async def test_a_message_that_cannot_be_read_is_buried_with_the_reason(bench: Bench, body: bytes) -> None:
    await bench.publish(MESSAGE, body=body)
    dead = await bench.buried()
    assert str(dead.headers["muster-reason"]).startswith("muster.import.start.v1 does not fit its schema")
    assert (bench.handled, bench.given_up) == ([], [])


async def test_a_message_for_another_service_is_buried_and_not_handled(bench: Bench) -> None:
    await bench.publish(ImportChunk(job_id="a job", account=1, lane=0, sequence=0))
    assert "is not for this service" in str((await bench.buried()).headers["muster-reason"])


async def test_a_message_of_an_unknown_type_is_buried(bench: Bench) -> None:
    await bench.broker.publish(Outgoing("", IMPORTER, b"{}", {"cloudEvents:type": "muster.import.start.v2"}))
    assert "unknown message type" in str((await bench.buried()).headers["muster-reason"])


async def test_a_message_whose_job_could_not_be_told_is_not_buried_before_it_was(bench: Bench) -> None:
    bench.fail = lambda _: LookupError("always")
    bench.fail_hook = lambda turn: BrokerUnavailable("away") if turn < 4 else None
    await bench.publish(MESSAGE)
    await bench.buried()
    assert bench.given_up == ["LookupError: always"]
    assert bench.hook_calls == 4


async def test_a_message_that_took_its_process_down_again_and_again_is_given_up_unhandled(bench: Bench) -> None:
    envelope = Envelope("id", "/muster/test", SystemClock().now(), "", MESSAGE)
    assert await bench.consumer.receive(Incoming(IMPORTER, encode(MESSAGE), envelope.headers(), REDELIVERIES))
    assert bench.handled == []
    assert len(bench.given_up) == 1
    assert (await bench.buried()).headers["muster-attempts"] == REDELIVERIES


@pytest.mark.parametrize("attempt", [0, -5, True, "three"])
async def test_a_count_of_attempts_that_makes_no_sense_is_a_first_attempt(bench: Bench, attempt: HeaderValue) -> None:
    bench.fail = lambda _: LookupError("always")
    envelope = Envelope("id", "/muster/test", SystemClock().now(), "", MESSAGE)
    assert await bench.consumer.receive(Incoming(IMPORTER, encode(MESSAGE), {**envelope.headers(), ATTEMPT: attempt}, 0))
    await bench.buried()
    assert len(bench.handled) == ATTEMPTS


async def test_a_retry_keeps_the_identity_of_the_message_and_counts_itself(bench: Bench) -> None:
    seen: list[Incoming] = []
    bench.fail = lambda _: LookupError("always")
    envelope = Envelope("id", "/muster/test", SystemClock().now(), "trace", MESSAGE)
    headers: dict[str, HeaderValue] = {**envelope.headers(), ATTEMPT: 2, "x-first-death-queue": "somewhere"}
    assert await bench.consumer.receive(Incoming(IMPORTER, encode(MESSAGE), headers, 0))
    seen.append(await bench.buried())
    assert len(bench.handled) == ATTEMPTS - 1
    assert seen[0].headers["cloudEvents:traceparent"] == "trace"
