"""Each client with the credentials of the test's account, at a gateway that listens on a real port."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.dialects.acquia.clients.client import ENVIRONMENT, Client, running
from tests.dialects.acquia.clients.command import Command
from tests.dialects.clients.environment import environment
from tests.support.command_line import served
from tests.support.system import System


@pytest.fixture(scope="package")
async def url(shared_app: FastAPI) -> AsyncIterator[str]:
    """Where the gateway listens."""
    async with served(shared_app) as address:
        yield address


@pytest.fixture(scope="package")
async def python_process() -> AsyncIterator[Client]:
    """`mautic`, started once."""
    async with running("drive.py") as client:
        yield client


@pytest.fixture(scope="package")
async def node_process() -> AsyncIterator[Client]:
    """`node-mautic`, started once."""
    async with running("drive.js") as client:
        yield client


@pytest.fixture
def python(python_process: Client, url: str, tenant: System) -> Client:
    """`mautic` with the user name and password of the test's account."""
    return python_process.of(url, tenant.key)


@pytest.fixture
def node(node_process: Client, url: str, tenant: System) -> Client:
    """`node-mautic` with them."""
    return node_process.of(url, tenant.key)


@pytest.fixture
async def command(url: str, tenant: System, tmp_path: Path) -> Command:
    """`mautic-cli` with them."""
    place = await asyncio.to_thread(environment, ENVIRONMENT)
    return Command(place, tmp_path, {"MAUTIC_BASE_URL": url, "MAUTIC_USERNAME": "api", "MAUTIC_PASSWORD": tenant.key})
