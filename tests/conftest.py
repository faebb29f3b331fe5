"""Servers for every test that asks for one. Nothing is started for tests that do not."""

import signal
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import servers
from tests.support.rabbit import RabbitNode

pytest_plugins = ("tests.support.options",)


def pytest_configure(config: pytest.Config) -> None:
    """The commanding process opens the run; workers of pytest-xdist join it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # What runs in the background of a shell is deaf to it, and so would be every process that a test starts.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if not hasattr(config, "workerinput"):
        servers.begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whatever the run started ends with it."""
    if not hasattr(config, "workerinput"):
        servers.end_run()


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """No name of a test is made of packed bytes: they hold the second in which they were packed, so two processes disagree."""
    return argname if isinstance(val, bytes) and not val.isascii() else None


def pytest_report_header() -> str:
    """Say what the tests would talk to."""
    return f"servers: RabbitMQ from {servers.source('amqp')}, MongoDB from {servers.source('mongo')}; started when first needed"


@pytest.fixture(scope="session")
def amqp_url() -> str:
    """A RabbitMQ shared by the whole run: use names of your own, never stop it."""
    return servers.server("amqp")


@pytest.fixture(scope="session")
def mongo_url() -> str:
    """A MongoDB replica set shared by the whole run: use a database of your own."""
    return servers.server("mongo")


@pytest.fixture(scope="session")
def rabbit() -> RabbitNode:
    """The run's local node, for looking at it with `rabbitmqctl`. Shared: to stop or wipe one, take `private_rabbit`."""
    return RabbitNode.attached(servers.server("rabbit-node"))


@pytest.fixture(scope="module")
def private_amqp_url() -> Iterator[str]:
    """A virtual host of one's own, because the names of the topology are the same everywhere."""
    if servers.source("amqp") != "local":
        yield servers.server("amqp")
        return
    node, host = RabbitNode.attached(servers.server("rabbit-node")), f"muster-{uuid.uuid4().hex[:8]}"
    node.rabbitmqctl("add_vhost", host)
    node.rabbitmqctl("set_permissions", "-p", host, "guest", ".*", ".*", ".*")
    yield f"{node.url}{host}"
    node.rabbitmqctl("delete_vhost", host)


@pytest.fixture
def private_rabbit(tmp_path: Path) -> Iterator[Callable[[], RabbitNode]]:
    """Makes nodes of the test's own, started, to be stopped, killed and wiped at will."""
    nodes: list[RabbitNode] = []

    def make() -> RabbitNode:
        nodes.append(RabbitNode(tmp_path / f"rabbit-{len(nodes)}"))
        nodes[-1].start()
        return nodes[-1]

    yield make
    for node in nodes:
        node.close()
