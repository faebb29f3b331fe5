"""What every engine of the broker port must do. Ran against RabbitMQ and against the in-process broker."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Broker, BrokerUnavailable, Incoming, Outgoing, Unroutable
from shared.platform.broker.rabbit import RabbitBroker
from shared.platform.clock import SystemClock
from tests.support.brokers import BUDGET_SECONDS, Names, Seen, publish_until_taken, to_queue

CLOCK = SystemClock()
Make = Callable[..., Awaitable[Broker]]


@pytest.fixture
def names() -> Names:
    return Names.fresh()


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.rabbit)])
async def make(request: pytest.FixtureRequest, names: Names) -> AsyncIterator[Make]:
    """Makes a started broker with the test's own queues."""
    url: str | None = request.getfixturevalue("amqp_url") if request.param == "rabbit" else None
    brokers: list[Broker] = []

    async def start(**options: float) -> Broker:
        topology = names.topology(**options)  # type: ignore[arg-type]
        broker: Broker = MemoryBroker(topology, CLOCK.sleep)
        if url:
            broker = RabbitBroker(url, topology, name="contract", new_id=CLOCK.new_id)
        brokers.append(broker)
        await broker.start()
        return broker

    yield start
    for broker in brokers:
        await broker.close()
    if url:
        await names.remove(url)


async def test_a_published_message_arrives_with_its_body_and_headers(make: Make, names: Names) -> None:
    broker, seen = await make(), Seen()
    await broker.consume(names.work, 1, seen)
    await broker.publish(Outgoing(names.exchange, "job.done", b"body", {"text": "ä", "number": 7, "yes": True}))
    (message,) = await seen.count(1)
    assert message == Incoming(names.work, b"body", {"text": "ä", "number": 7, "yes": True}, 0)


async def test_a_settled_message_does_not_come_again(make: Make, names: Names) -> None:
    broker, first, second = await make(), Seen(), Seen()
    subscription = await broker.consume(names.work, 1, first)
    await broker.publish(to_queue(names.work, b"one"))
    await first.count(1)
    assert await subscription.drain(BUDGET_SECONDS)
    await broker.publish(to_queue(names.work, b"two"))
    await broker.consume(names.work, 1, second)
    assert [message.body for message in await second.count(1)] == [b"two"]


async def test_a_message_that_was_not_settled_comes_again_and_says_how_often(make: Make, names: Names) -> None:
    async def third_time(message: Incoming) -> bool:
        return message.redeliveries == 2

    broker, seen = await make(), Seen(third_time)
    subscription = await broker.consume(names.work, 1, seen)
    await broker.publish(to_queue(names.work))
    assert [message.redeliveries for message in await seen.count(3)] == [0, 1, 2]
    assert await subscription.drain(BUDGET_SECONDS)


@pytest.mark.parametrize("error", [ValueError("broken"), asyncio.CancelledError()], ids=["error", "cancelled from inside"])
async def test_a_handler_that_raises_gives_its_message_back(make: Make, names: Names, error: BaseException) -> None:
    async def raise_once(message: Incoming) -> bool:
        if message.redeliveries == 0:
            raise error
        return True

    broker, seen = await make(), Seen(raise_once)
    await broker.consume(names.work, 1, seen)
    await broker.publish(to_queue(names.work))
    assert [message.redeliveries for message in await seen.count(2)] == [0, 1]


async def test_a_message_for_no_queue_is_an_error_when_it_must_be_routed(make: Make, names: Names) -> None:
    broker = await make()
    with pytest.raises(Unroutable):
        await broker.publish(names.event("nobody.listens"))
    with pytest.raises(Unroutable):
        await broker.publish(to_queue("no-such-queue"))


async def test_a_message_for_no_queue_is_fine_when_nobody_need_listen(make: Make, names: Names) -> None:
    broker = await make()
    await broker.publish(names.event("nobody.listens", must_route=False))


async def test_a_missing_exchange_is_an_error_and_the_broker_works_on(make: Make, names: Names) -> None:
    broker, seen = await make(), Seen()
    await broker.consume(names.work, 1, seen)
    with pytest.raises(BrokerUnavailable):
        await broker.publish(Outgoing("no-such-exchange", "key", b""))
    await publish_until_taken(broker, to_queue(names.work))
    await seen.count(1)


async def test_topic_bindings_decide_which_queues_get_a_copy(make: Make, names: Names) -> None:
    broker, work, other = await make(), Seen(), Seen()
    await broker.consume(names.work, 10, work)
    await broker.consume(names.other, 10, other)
    for key in ("job", "job.csv.end", "job.csv.begin", "job.csv.end.late", "job.end"):
        await broker.publish(names.event(key, key.encode()))
    await broker.publish(to_queue(names.other, b"last"))
    await other.until(lambda seen: b"last" in seen.bodies)
    assert sorted(other.bodies) == [b"job.csv.end", b"last"]
    await work.count(5)
    assert len(work.bodies) == 5


async def test_a_delayed_message_returns_to_its_queue_and_not_before_its_time(make: Make, names: Names) -> None:
    broker, seen = await make(delay_seconds=1.0), Seen()
    await broker.consume(names.work, 1, seen)
    start = CLOCK.monotonic()
    await broker.publish(Outgoing("", names.later, b"later", {"attempt": 2}))
    (message,) = await seen.count(1)
    assert CLOCK.monotonic() - start >= 0.95
    assert (message.queue, message.headers["attempt"], message.redeliveries) == (names.work, 2, 0)
    assert message.headers["x-first-death-reason"] == "expired"


async def test_a_message_given_back_too_often_goes_to_the_dead_queue(make: Make, names: Names) -> None:
    async def never(message: Incoming) -> bool:
        return False

    broker, work, dead = await make(delivery_limit=3), Seen(never), Seen()
    await broker.consume(names.work, 1, work)
    await broker.consume(names.dead, 1, dead)
    await broker.publish(names.event("job.poison", b"poison"))
    (message,) = await dead.count(1)
    assert [each.redeliveries for each in work.messages] == [0, 1, 2, 3]
    assert (message.body, message.redeliveries) == (b"poison", 0)
    assert message.headers["x-first-death-queue"] == names.work
    assert message.headers["x-first-death-reason"] == "delivery_limit"


async def test_no_more_handlers_run_at_once_than_the_prefetch_allows(make: Make, names: Names) -> None:
    running, most = 0, 0

    async def work(message: Incoming) -> bool:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        return True

    broker, seen = await make(), Seen(work)
    subscription = await broker.consume(names.work, 4, seen)
    await asyncio.gather(*(broker.publish(to_queue(names.work)) for _ in range(40)))
    await seen.count(40)
    assert await subscription.drain(BUDGET_SECONDS)
    assert most == 4


async def test_a_stopped_subscription_finishes_what_it_has_and_leaves_the_rest(make: Make, names: Names) -> None:
    release = asyncio.Event()

    async def wait(message: Incoming) -> bool:
        await release.wait()
        return True

    broker, first, second = await make(), Seen(wait), Seen()
    subscription = await broker.consume(names.work, 1, first)
    await broker.publish(to_queue(names.work, b"one"))
    await broker.publish(to_queue(names.work, b"two"))
    await first.count(1)
    await subscription.stop()
    await broker.publish(to_queue(names.work, b"three"))
    release.set()
    assert await subscription.drain(BUDGET_SECONDS)
    assert first.bodies == [b"one"]
    await broker.consume(names.work, 2, second)
    await second.count(2)
    assert sorted(second.bodies) == [b"three", b"two"]


async def test_a_drain_that_takes_too_long_cancels_and_gives_the_message_back(make: Make, names: Names) -> None:
    cancelled = asyncio.Event()

    async def hang(message: Incoming) -> bool:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()
        return True

    broker, first, second = await make(), Seen(hang), Seen()
    subscription = await broker.consume(names.work, 1, first)
    await broker.publish(to_queue(names.work, b"one"))
    await first.count(1)
    assert not await subscription.drain(0.05)
    assert cancelled.is_set()
    await broker.consume(names.work, 1, second)
    assert [message.redeliveries for message in await second.count(1)] == [1]


async def test_two_consumers_of_a_queue_share_its_messages(make: Make, names: Names) -> None:
    release = asyncio.Event()

    async def wait(message: Incoming) -> bool:
        await release.wait()
        return True

    broker, one, two = await make(), Seen(wait), Seen(wait)
    await broker.consume(names.work, 1, one)
    await broker.consume(names.work, 1, two)
    await broker.publish(to_queue(names.work, b"a"))
    await broker.publish(to_queue(names.work, b"b"))
    await one.count(1)
    await two.count(1)
    release.set()
    assert sorted(one.bodies + two.bodies) == [b"a", b"b"]


async def test_a_thousand_publishes_at_once_are_each_answered_truthfully(make: Make, names: Names) -> None:
    broker, seen = await make(), Seen()
    keys = ["nobody.listens" if number % 10 == 0 else "job.some" for number in range(1000)]
    answers = await asyncio.gather(
        *(broker.publish(names.event(key, str(number).encode())) for number, key in enumerate(keys)), return_exceptions=True
    )
    assert [type(answer) for answer in answers] == [Unroutable if number % 10 == 0 else type(None) for number in range(1000)]
    await broker.consume(names.work, 100, seen)
    await seen.count(900)
    assert sorted(int(body) for body in seen.bodies) == [number for number in range(1000) if number % 10]


async def test_after_close_nothing_is_published_and_nothing_is_ready(make: Make, names: Names) -> None:
    broker = await make()
    assert broker.is_ready()
    await broker.close()
    assert not broker.is_ready()
    with pytest.raises(BrokerUnavailable):
        await broker.publish(to_queue(names.work))


async def test_closing_gives_back_what_is_in_hand(make: Make, names: Names) -> None:
    async def hang(message: Incoming) -> bool:
        await asyncio.Event().wait()
        return True

    broker, seen, again = await make(), Seen(hang), Seen()
    await broker.consume(names.work, 1, seen)
    await broker.publish(to_queue(names.work))
    await seen.count(1)
    await broker.close()
    await broker.start()
    await broker.consume(names.work, 1, again)
    assert [message.redeliveries for message in await again.count(1)] == [1]
