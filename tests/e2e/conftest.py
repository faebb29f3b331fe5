"""A fresh Muster for each test."""

import uuid
from collections.abc import AsyncIterator

import pytest

from tests.support.system import System, platform_for, system


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """Every service, on the in-process broker."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")) as whole:
        yield whole
