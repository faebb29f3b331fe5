"""The engine in pieces, once with each driver."""

from collections.abc import AsyncIterator

import pytest

from shared.platform.settings import MongoDriver
from tests.integration.parts import Parts, open_parts


@pytest.fixture(params=list(MongoDriver))
async def parts(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[Parts]:
    """The engine on a database of its own."""
    async with open_parts(mongo_url, request.param) as opened:
        yield opened
