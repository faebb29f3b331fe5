"""Which seeds run: a few in every run, many with `--full`, one with `--seed`. And the database they run on."""

from collections.abc import AsyncIterator

import pytest

from tests.support.private_mongo import private_mongo


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> range:
    """The seeds of this run."""
    chosen: int | None = request.config.getoption("--seed")
    if chosen is not None:
        return range(chosen, chosen + 1)
    return range(200) if request.config.getoption("--full") else range(8)


@pytest.fixture(scope="session")
async def simulated_mongo_url(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[str]:
    """A MongoDB of the simulation's own: it kills clients in the middle of transactions."""
    async with private_mongo(tmp_path_factory.mktemp("simulated-mongo")) as node:
        yield node.url
