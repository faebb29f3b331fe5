"""One fleet for all chaos tests, on servers of its own; each test has an account of its own. A failure shows the logs."""

import asyncio
import random
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest

from tests.support.fleet import Fleet, Tenant
from tests.support.people import Sheet, sheet
from tests.support.private_mongo import PrivateMongo, private_mongo
from tests.support.rabbit import RabbitNode

FAILED = pytest.StashKey[bool]()


@dataclass(frozen=True)
class Size:
    """How much of it: short for every run, or full. `freezes` counts those of an importer and the deaths of the database."""

    rows: int
    kills: int
    freezes: int
    shared_rows: int
    seconds: float


@pytest.fixture
def size(is_full: bool) -> Size:
    """The size of this run."""
    return Size(200_000, 10, 5, 200_000, 600) if is_full else Size(20_000, 3, 1, 30_000, 120)


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """Seeded; a failure shows the seed, and `--seed` repeats it."""
    seed = request.config.getoption("--seed")
    chosen = random.SystemRandom().randrange(10**6) if seed is None else int(seed)
    print(f"seed {chosen}")
    return random.Random(chosen)


@pytest.fixture
def contacts_file(size: Size, chance: random.Random) -> Sheet:
    """The file of this run: one row in four names a contact that an earlier row has named."""
    return sheet(chance.randrange(10**6), size.rows, keys=size.rows * 2)


@pytest.fixture(scope="session")
async def chaos_mongo(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[PrivateMongo]:
    """A MongoDB to be killed."""
    async with private_mongo(tmp_path_factory.mktemp("chaos-mongo")) as node:
        yield node


@pytest.fixture(scope="session")
def chaos_rabbit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RabbitNode]:
    """A RabbitMQ to be killed and wiped."""
    node = RabbitNode(tmp_path_factory.mktemp("chaos-rabbit"))
    node.start()
    yield node
    node.close()


@pytest.fixture(scope="session")
async def _fleet(
    chaos_rabbit: RabbitNode, chaos_mongo: PrivateMongo, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Fleet]:
    folder = tmp_path_factory.mktemp("fleet")
    fleet = Fleet(folder, chaos_rabbit.url, chaos_mongo.url, f"chaos-{uuid.uuid4().hex[:12]}")
    # A consumer killed soon after its quorum queue was declared leaves RabbitMQ 3.10 unable to give that queue to another one
    # until the node is restarted: so the queues are there before anybody is killed.
    await fleet.run("gateway", "importer", "exporter", "lists", "status")
    await fleet.run()
    await asyncio.to_thread(chaos_rabbit.restart)
    yield fleet
    await fleet.close()


@pytest.fixture
async def fleet(_fleet: Fleet, request: pytest.FixtureRequest) -> AsyncIterator[Fleet]:
    """A gateway, an importer and a status service that are ready."""
    await _fleet.run("gateway", "importer", "status")
    yield _fleet
    if request.node.stash.get(FAILED, False):
        print(_fleet.report())


@pytest.fixture
async def tenant(fleet: Fleet) -> AsyncIterator[Tenant]:
    """An account of the test's own."""
    async with fleet.tenant(f"tenant-{uuid.uuid4().hex[:8]}") as tenant:
        yield tenant


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Note a failure, for the fixture that shows the logs."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed  # type: ignore[attr-defined]
    return report
