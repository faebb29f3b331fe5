"""A link to a broker that is not there: it can be left at any moment, and leaves nothing behind."""

import asyncio
import gc
import socket

import aio_pika

from shared.contract.topology import TOPOLOGY
from shared.platform.broker.rabbit import RabbitBroker

CLOSE_SECONDS = 20


async def fail_to_start() -> None:
    tries = asyncio.Semaphore(0)

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()
        tries.release()

    server = await asyncio.start_server(refuse, "127.0.0.1", 0, family=socket.AF_INET)
    port = server.sockets[0].getsockname()[1]
    broker = RabbitBroker(f"amqp://127.0.0.1:{port}", TOPOLOGY, name="test", new_id=lambda: "id")
    starting = asyncio.create_task(broker.start())
    for _ in range(4):
        await tries.acquire()
    starting.cancel()
    await asyncio.wait({starting})
    async with asyncio.timeout(CLOSE_SECONDS):
        await broker.close()
    server.close()
    await server.wait_closed()


def connections() -> list[aio_pika.Connection]:
    # By type: `isinstance` would ask weak proxies, whose objects may be gone.
    return [each for each in gc.get_objects() if type(each) is aio_pika.Connection]


async def test_a_broker_is_closed_while_its_link_is_being_opened() -> None:
    await fail_to_start()


async def test_a_link_that_could_not_be_opened_counts_as_closed() -> None:
    gc.disable()
    try:
        others = connections()
        await fail_to_start()
        left = [each for each in connections() if not any(each is other for other in others)]
        assert left
        # Of one that does not, the end starts a task, in whatever loop there is by then.
        assert all(connection.is_closed for connection in left)
    finally:
        gc.enable()
