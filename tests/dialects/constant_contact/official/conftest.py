"""Both clients of the vendor's, started once, each test with an account of its own on a gateway that listens on a real port."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from tests.dialects.constant_contact.official.client import LANGUAGES, Client, running
from tests.support.command_line import served
from tests.support.system import System


@pytest.fixture(scope="package")
async def url(shared_app: FastAPI) -> AsyncIterator[str]:
    """Where the gateway listens."""
    async with served(shared_app) as address:
        yield address


@pytest.fixture(scope="package", params=LANGUAGES)
async def process(request: pytest.FixtureRequest) -> AsyncIterator[Client]:
    """Each client in its turn."""
    async with running(request.param) as client:
        yield client


@pytest.fixture
def official(process: Client, url: str, tenant: System) -> Client:
    """The client with a key of the test's account."""
    return process.of(url, tenant.key)
