"""Events on a real RabbitMQ: each is as the AsyncAPI document says, and a service of its own hears, misses and repeats none."""

import asyncio
import os
import signal
import sys
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import aio_pika
import pytest
from aio_pika.abc import AbstractIncomingMessage

from services.gateway.app import web_app
from services.importer.settings import ImporterSettings
from shared.contract.topology import EVENTS, TOPOLOGY
from shared.platform.broker.rabbit import RabbitBroker
from shared.platform.clock import SystemClock
from shared.web import WebApp, port_of, serve
from tests.e2e.payloads import people
from tests.support.asyncapi import Described
from tests.support.processes import ROOT
from tests.support.rabbit import RabbitNode, die_with_parent
from tests.support.system import System, platform_for, system

pytestmark = [pytest.mark.rabbit, pytest.mark.mongo]

WAIT_SECONDS = 30
QUEUE = "a-service-of-its-own"


@pytest.fixture(scope="module")
async def amqp(rabbit: RabbitNode) -> AsyncIterator[str]:
    """A virtual host of the module's own: its connections can be closed without harm to others."""
    host = f"events-{uuid.uuid4().hex[:8]}"
    await rabbit.ctl("add_vhost", host)
    await rabbit.ctl("set_permissions", "-p", host, "guest", ".*", ".*", ".*")
    yield f"{rabbit.url}{host}"
    await rabbit.ctl("delete_vhost", host)


@pytest.fixture(scope="module")
async def live(amqp: str, mongo_url: str) -> AsyncIterator[System]:
    """A whole Muster on the real broker."""
    clock = SystemClock()
    broker = RabbitBroker(amqp, TOPOLOGY, name="muster-test", new_id=clock.new_id)
    platform = platform_for(mongo_url, f"events-{uuid.uuid4().hex[:12]}", broker)
    async with system(platform, importer_settings=ImporterSettings(chunk_rows=100, single_lane_rows=300)) as whole:
        yield whole


@dataclass
class Captured:
    """Everything that reached a queue bound to `#`."""

    channel: aio_pika.abc.AbstractChannel
    messages: list[AbstractIncomingMessage] = field(default_factory=list)

    def of_type(self, name: str) -> list[AbstractIncomingMessage]:
        return [message for message in self.messages if message.headers["cloudEvents:type"] == f"muster.{name}.v1"]

    async def until(self, name: str, job_id: str) -> AbstractIncomingMessage:
        """The event of this type about the job, once it is there."""
        async with asyncio.timeout(WAIT_SECONDS):
            while True:
                for message in self.of_type(name):
                    if message.headers["cloudEvents:subject"] == job_id:
                        return message
                await asyncio.sleep(0.02)

    async def publish_again(self, message: AbstractIncomingMessage) -> None:
        """What a relay does that did not see the broker's confirmation."""
        exchange = await self.channel.get_exchange(EVENTS, ensure=False)
        again = aio_pika.Message(message.body, headers=dict(message.headers))
        await exchange.publish(again, message.routing_key or "")


@asynccontextmanager
async def capture(amqp: str) -> AsyncIterator[Captured]:
    """Capture from now on."""
    async with await aio_pika.connect(amqp) as connection, connection.channel() as channel:
        captured = Captured(channel)
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind(EVENTS, "#")

        async def keep(message: AbstractIncomingMessage) -> None:
            captured.messages.append(message)

        await queue.consume(keep, no_ack=True)
        yield captured


@dataclass
class Subscriber:
    """The example as a child process, with the lines that it has printed."""

    process: Process
    lines: list[str] = field(default_factory=list)

    async def line(self, word: str) -> str:
        """The first line with this word, once it is printed."""
        assert self.process.stdout is not None
        async with asyncio.timeout(WAIT_SECONDS):
            while not (found := [line for line in self.lines if word in line]):
                read = (await self.process.stdout.readline()).decode()
                assert read, f"it ended, and said {self.lines}"
                self.lines.append(read)
        return found[0]

    async def stop(self) -> list[str]:
        """SIGTERM; every line it printed. It must end well and at once."""
        self.process.send_signal(signal.SIGTERM)
        output, errors = await asyncio.wait_for(self.process.communicate(), WAIT_SECONDS)
        assert self.process.returncode == 0, errors
        return [*self.lines, *output.decode().splitlines()]


@asynccontextmanager
async def subscriber(amqp: str, state: Path, *arguments: str, **environment: str) -> AsyncIterator[Subscriber]:
    """The example, listening."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "examples" / "subscriber.py"), "--queue", QUEUE, "--state", str(state), *arguments),
        env={**os.environ, "MUSTER_AMQP_URL": amqp, **environment},
        stdout=PIPE,
        stderr=PIPE,
        preexec_fn=die_with_parent,
    )
    started = Subscriber(process)
    try:
        await started.line("listening")
        yield started
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_every_message_on_the_exchange_is_as_the_document_says(live: System, amqp: str) -> None:
    described = Described((await live.client.get("/asyncapi.json")).json())
    async with capture(amqp) as captured:
        completed = await live.imported(people(1_000, bad_every=50))
        failed = await live.imported(people(10, bad_every=2), quality_gate=0.1)
        stopped = await live.submit(people(20_000))
        await live.client.post(f"/v1/jobs/{stopped['id']}/cancel")
        for name, job in (("job.completed", completed), ("job.failed", failed), ("job.cancelled", stopped)):
            await captured.until(name, job["id"])
        for name in ("job.processing", "chunk.finished"):
            await captured.until(name, completed["id"])
    complaints = {
        str(message.headers["cloudEvents:type"]): found
        for message in captured.messages
        if (found := described.complaints(message.routing_key or "", message.headers, message.body))
    }
    assert complaints == {}
    assert len(captured.of_type("chunk.finished")) >= 10
    feed = (await live.client.get("/v1/events")).json()["items"]
    on_the_wire = [message for name in ("completed", "failed", "cancelled") for message in captured.of_type(f"job.{name}")]
    assert {event["id"] for event in feed} == {message.headers["cloudEvents:id"] for message in on_the_wire}


async def test_a_service_of_its_own_prints_each_end_once_over_repetitions_and_restarts(
    live: System, amqp: str, tmp_path: Path
) -> None:
    state = tmp_path / "state.db"
    async with subscriber(amqp, state) as service, capture(amqp) as captured:
        first = await live.imported(people(5, bad_every=5))
        said = await service.line(first["id"])
        assert said.startswith("job.completed.import ")
        assert '"rejected": 1' in said
        await captured.publish_again(await captured.until("job.completed", first["id"]))
        second = await live.imported(people(3))
        await service.line(second["id"])
        before = await service.stop()
    away = await live.imported(people(2))
    async with subscriber(amqp, state) as service:
        await service.line(away["id"])
        after = await service.stop()
    for job in (first, second, away):
        assert len([line for line in [*before, *after] if job["id"] in line]) == 1


async def test_a_service_that_loses_its_connection_comes_back(live: System, amqp: str, rabbit: RabbitNode, tmp_path: Path) -> None:
    async with subscriber(amqp, tmp_path / "state.db") as service:
        await rabbit.ctl("close_all_connections", "--vhost", urlsplit(amqp).path.removeprefix("/"), "a test")
        job = await live.imported(people(1))
        await service.line(job["id"])
        assert len([line for line in await service.stop() if "listening" in line]) == 2


async def test_a_service_reads_from_the_feed_what_the_broker_has_lost(live: System, amqp: str, tmp_path: Path) -> None:
    server, serving = await serve(WebApp(web_app(live.gateway), "127.0.0.1", 0))
    state, reach = tmp_path / "state.db", {"MUSTER_URL": f"http://127.0.0.1:{port_of(server)}", "MUSTER_KEY": live.key}
    keys = ("--key", "job.completed.#", "--key", "job.failed.#")
    try:
        async with subscriber(amqp, state, *keys, **reach) as service:
            heard = await live.imported(people(1))
            await service.line(heard["id"])
            before = await service.stop()
        async with capture(amqp) as captured:
            await captured.channel.queue_delete(QUEUE)
        missed = await live.imported(people(4, bad_every=2), quality_gate=0.1)
        async with subscriber(amqp, state, *keys, **reach) as service:
            assert (await service.line(missed["id"])).startswith("job.failed.import ")
            after = await service.stop()
    finally:
        server.should_exit = True
        await serving
    assert [len([line for line in [*before, *after] if job["id"] in line]) for job in (heard, missed)] == [1, 1]
