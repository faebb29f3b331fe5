"""One running Muster for the tests of every dialect, and an account of its own for each test."""

import uuid
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from services.gateway.app import web_app
from tests.e2e.conftest import open_tenant
from tests.support.system import System, platform_for, system


@pytest.fixture(scope="package")
async def shared_muster(mongo_url: str) -> AsyncIterator[System]:
    """One Muster for every test that needs no more than an account of its own."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")) as whole:
        yield whole


@pytest.fixture(scope="package")
def shared_app(shared_muster: System) -> FastAPI:
    """Its gateway, made once."""
    return web_app(shared_muster.gateway)


@pytest.fixture
async def tenant(shared_muster: System, shared_app: FastAPI) -> AsyncIterator[System]:
    """The shared Muster as a new account sees it."""
    async with open_tenant(shared_muster, shared_app) as seen:
        yield seen
