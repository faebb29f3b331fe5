"""Which seeds run: a few in every run, many with `--full`, one with `--seed`. And the database they run on."""

import logging
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from tests.support.private_mongo import private_mongo


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> range:
    """The seeds of this run."""
    chosen: int | None = request.config.getoption("--seed")
    if chosen is not None:
        return range(chosen, chosen + 1)
    return range(200) if request.config.getoption("--full") else range(6)


@pytest.fixture(autouse=True)
def quiet(request: pytest.FixtureRequest) -> Iterator[None]:
    """Nobody reads how hundreds of services die, and to print it takes longer than to die; of one chosen seed it is shown."""
    before = structlog.get_config()
    if request.config.getoption("--seed") is None:
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
async def simulated_mongo_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A MongoDB of the simulation's own: it kills clients in the middle of transactions."""
    async with private_mongo(tmp_path_factory.mktemp("simulated-mongo")) as node:
        yield node.url
