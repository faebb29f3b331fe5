"""What RabbitBroker does when the link, the node, its disk or a queue goes away. Each test has a node, or a table, of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aio_pika
import pytest

from shared.contract.topology import Queue, Topology
from shared.platform.broker.port import BrokerUnavailable, Incoming
from shared.platform.broker.rabbit import RabbitBroker
from shared.platform.clock import SystemClock
from tests.support.brokers import BUDGET_SECONDS, Names, Seen, publish_until_taken, to_queue
from tests.support.rabbit import RabbitNode

pytestmark = [pytest.mark.rabbit]
CLOCK = SystemClock()


@asynccontextmanager
async def connected(url: str, topology: Topology, **options: float) -> AsyncIterator[RabbitBroker]:
    broker = RabbitBroker(url, topology, name="reconnect", new_id=CLOCK.new_id, **options)  # type: ignore[arg-type]
    await broker.start()
    try:
        yield broker
    finally:
        await broker.close()


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(BUDGET_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def held_back(release: asyncio.Event) -> Callable[[Incoming], Awaitable[bool]]:
    async def handler(message: Incoming) -> bool:
        await release.wait()
        return True

    return handler


async def test_after_the_broker_closed_every_connection_work_goes_on_and_nothing_in_hand_is_lost(rabbit: RabbitNode) -> None:
    names, release = Names.fresh(), asyncio.Event()
    seen = Seen(held_back(release))
    # A private virtual host, so that closing "all" connections disturbs nobody else on the shared node.
    host = names.work
    await rabbit.ctl("add_vhost", host)
    await rabbit.ctl("set_permissions", "-p", host, "guest", ".*", ".*", ".*")
    async with connected(rabbit.url + host, names.topology()) as broker:
        await broker.consume(names.work, 2, seen)
        await broker.publish(to_queue(names.work, b"in hand"))
        await seen.count(1)
        await rabbit.ctl("close_all_connections", "-p", host, "test")
        await publish_until_taken(broker, to_queue(names.work, b"afterwards"))
        release.set()
        await seen.until(lambda seen: sorted(seen.bodies) == [b"afterwards", b"in hand", b"in hand"])
        assert max(message.redeliveries for message in seen.messages if message.body == b"in hand") == 1
        await until(broker.is_ready)
    await rabbit.ctl("delete_vhost", host)


async def test_a_restarted_a_killed_and_a_wiped_node_are_survived_in_turn(private_rabbit: Callable[[], RabbitNode]) -> None:
    node = await asyncio.to_thread(private_rabbit)
    names, seen, kept = Names.fresh(), Seen(), Seen()
    async with connected(node.url, names.topology()) as broker:
        await broker.consume(names.work, 2, seen)

        # In good order first: RabbitMQ 3.10 may not survive kill -9 within a second or two of a queue's first declaration.
        await asyncio.to_thread(node.restart)
        await publish_until_taken(broker, to_queue(names.work, b"after restart"))
        await seen.until(lambda seen: b"after restart" in seen.bodies)

        await publish_until_taken(broker, to_queue(names.other, b"kept on disk"))
        await asyncio.to_thread(node.kill)
        await refused_in_time(broker, names)
        await until(lambda: not broker.is_ready())
        await asyncio.to_thread(node.start)
        await publish_until_taken(broker, to_queue(names.work, b"after kill"))
        await seen.until(lambda seen: b"after kill" in seen.bodies)
        await broker.consume(names.other, 1, kept)
        await kept.until(lambda kept: b"kept on disk" in kept.bodies)

        await asyncio.to_thread(node.wipe)
        await asyncio.to_thread(node.start)
        await publish_until_taken(broker, names.event("job.wiped", b"after wipe"))
        await seen.until(lambda seen: b"after wipe" in seen.bodies)
        await until(broker.is_ready)


async def refused_in_time(broker: RabbitBroker, names: Names) -> None:
    start = CLOCK.monotonic()
    with pytest.raises(BrokerUnavailable):
        await broker.publish(to_queue(names.work))
    assert CLOCK.monotonic() - start < 6


async def test_a_start_without_a_broker_waits_until_there_is_one(private_rabbit: Callable[[], RabbitNode]) -> None:
    node = await asyncio.to_thread(private_rabbit)
    await asyncio.to_thread(node.kill)
    names = Names.fresh()
    broker = RabbitBroker(node.url, names.topology(), name="early", new_id=CLOCK.new_id)
    starting = asyncio.create_task(broker.start())
    await refused_in_time(broker, names)
    assert not starting.done()
    await asyncio.to_thread(node.start)
    await asyncio.wait_for(starting, BUDGET_SECONDS)
    await broker.publish(to_queue(names.work))
    await broker.close()


async def test_while_memory_is_short_a_publish_fails_in_time_and_acknowledgements_still_work(
    private_rabbit: Callable[[], RabbitNode],
) -> None:
    node = await asyncio.to_thread(private_rabbit)
    names, release = Names.fresh(), asyncio.Event()
    seen, late = Seen(held_back(release)), Seen()
    async with connected(node.url, names.topology(), publish_timeout_seconds=1.0) as broker:
        subscription = await broker.consume(names.work, 1, seen)
        await broker.publish(to_queue(names.work, b"in hand"))
        await seen.count(1)
        await node.ctl("set_vm_memory_high_watermark", "0.00001")
        await refused_in_time(broker, names)
        release.set()
        assert await subscription.drain(BUDGET_SECONDS)
        unsettled = dict(line.split() for line in (await node.ctl("list_queues", "name", "messages_unacknowledged")).splitlines())
        assert unsettled[names.work] == "0"
        await node.ctl("set_vm_memory_high_watermark", "0.4")
        await publish_until_taken(broker, to_queue(names.work, b"afterwards"))
        await broker.consume(names.work, 1, late)
        # The refused one may come as well: out of time means unknown, not "not published".
        await late.until(lambda late: b"afterwards" in late.bodies)


async def test_a_queue_deleted_under_its_consumer_is_declared_and_consumed_again(amqp_url: str) -> None:
    names, seen = Names.fresh(), Seen()
    async with connected(amqp_url, names.topology()) as broker:
        await broker.consume(names.work, 1, seen)
        await delete(amqp_url, names.work)
        await publish_until_taken(broker, names.event("job.again", b"again"))
        assert [message.body for message in await seen.count(1)] == [b"again"]
    await names.remove(amqp_url)


async def test_a_consumer_that_vanished_without_a_word_is_noticed_and_rebuilt(amqp_url: str) -> None:
    names, seen = Names.fresh(), Seen()
    async with connected(amqp_url, names.topology(), watch_seconds=0.1) as broker:
        subscription = await broker.consume(names.work, 1, seen)
        # Behind the back of the subscription, as a lost frame or a bug in the library would do it.
        await subscription._cancel()  # type: ignore[attr-defined]
        await broker.publish(to_queue(names.work, b"found"))
        assert [message.body for message in await seen.count(1)] == [b"found"]
    await names.remove(amqp_url)


async def test_a_delay_queue_that_was_deleted_comes_back_by_itself(amqp_url: str) -> None:
    names, seen = Names.fresh(), Seen()
    async with connected(amqp_url, names.topology(delay_seconds=0.1), watch_seconds=0.1) as broker:
        await broker.consume(names.work, 1, seen)
        await delete(amqp_url, names.later)
        await publish_until_taken(broker, to_queue(names.later, b"later"))
        assert [message.body for message in await seen.count(1)] == [b"later"]
    await names.remove(amqp_url)


async def test_a_queue_that_exists_with_other_arguments_is_used_as_it_is(amqp_url: str) -> None:
    names, seen = Names.fresh(), Seen()
    older = names.topology(delivery_limit=3)
    async with connected(amqp_url, older), connected(amqp_url, names.topology(delivery_limit=30)) as broker:
        await broker.consume(names.work, 1, seen)
        await broker.publish(to_queue(names.work))
        await seen.count(1)
    await names.remove(amqp_url)


async def test_handlers_never_exceed_the_prefetch_even_after_a_reconnect(amqp_url: str) -> None:
    names, release = Names.fresh(), asyncio.Event()
    seen = Seen(held_back(release))
    async with connected(amqp_url, names.topology()) as broker:
        await broker.consume(names.work, 1, seen)
        await broker.publish(to_queue(names.work))
        await seen.count(1)
        await broker._consumer._connection.transport.connection.close()  # type: ignore[union-attr]
        await until(lambda: not broker.is_ready())
        await until(broker.is_ready)
        assert len(seen.messages) == 1
        release.set()
        assert [message.redeliveries for message in await seen.count(2)] == [0, 1]
    await names.remove(amqp_url)


async def test_work_that_outlives_its_link_is_not_cancelled(amqp_url: str) -> None:
    names, release, finished = Names.fresh(), asyncio.Event(), asyncio.Event()

    async def long(message: Incoming) -> bool:
        await release.wait()
        finished.set()
        return True

    seen = Seen(long)
    async with connected(amqp_url, names.topology()) as broker:
        await broker.consume(names.work, 1, seen)
        await broker.publish(to_queue(names.work))
        await seen.count(1)
        await broker._consumer._connection.transport.connection.close()  # type: ignore[union-attr]
        await until(lambda: not broker.is_ready())
        release.set()
        await asyncio.wait_for(finished.wait(), BUDGET_SECONDS)
        await seen.count(2)
    await names.remove(amqp_url)


def test_every_queue_is_a_quorum_queue_that_cannot_lose_what_it_moves_on() -> None:
    from shared.platform.broker.rabbit import _arguments

    arguments = _arguments(Queue("later", ttl_seconds=1.5, dead_letter_to="work"))
    assert arguments["x-queue-type"] == "quorum"
    assert arguments["x-message-ttl"] == 1500
    assert (arguments["x-dead-letter-exchange"], arguments["x-dead-letter-routing-key"]) == ("", "work")
    assert (arguments["x-dead-letter-strategy"], arguments["x-overflow"]) == ("at-least-once", "reject-publish")


async def delete(url: str, queue: str) -> None:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        await channel.queue_delete(queue)
