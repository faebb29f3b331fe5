"""The engine in pieces, once with each driver."""

from collections.abc import AsyncIterator

import pytest

from shared.platform.mongo import Mongo
from shared.platform.settings import MongoDriver
from tests.integration.parts import Parts, open_database, open_parts


@pytest.fixture(scope="session", params=list(MongoDriver))
async def engine_database(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[Mongo]:
    """A database with every index, for one driver."""
    async with open_database(mongo_url, request.param) as mongo:
        yield mongo


@pytest.fixture
async def parts(engine_database: Mongo) -> AsyncIterator[Parts]:
    """The engine, with nothing in its database."""
    opened = await open_parts(engine_database)
    yield opened
    await opened.broker.close()
