"""One gateway on a real port for these tests, and a command line for each of them."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from tests.support.command_line import CommandLine, served
from tests.support.system import System


@pytest.fixture(scope="package")
async def address(shared_app: FastAPI) -> AsyncIterator[str]:
    """Where the shared Muster answers."""
    async with served(shared_app) as url:
        yield url


@pytest.fixture
def shell(tenant: System, address: str, tmp_path: Path) -> CommandLine:
    """`muster`, with the key of a new account."""
    return CommandLine(address, tenant.key, tmp_path)
