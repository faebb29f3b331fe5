"""One gateway whose time can be moved, and for each test a client at an address of its own."""

from collections.abc import AsyncIterator
from itertools import count
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from services.gateway.app import web_app
from tests.dialects.constant_contact.tokens.client import App, plain, registered
from tests.support.clock import MovableClock
from tests.support.system import System, platform_for, system

ADDRESSES = count(1)


@pytest.fixture(scope="package")
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A gateway whose time can be moved."""
    async with system(platform_for(mongo_url, f"tokens-{uuid4().hex[:12]}", clock=MovableClock()), services=()) as whole:
        yield whole


@pytest.fixture
def clock(muster: System) -> MovableClock:
    """Its clock."""
    assert isinstance(muster.platform.clock, MovableClock)
    return muster.platform.clock


@pytest.fixture(scope="package")
def gateway_app(muster: System) -> FastAPI:
    """The gateway, made once."""
    return web_app(muster.gateway)


@pytest.fixture
async def http(gateway_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Plain HTTP from an address whose failures nobody has counted yet."""
    number = next(ADDRESSES)
    async with plain(gateway_app, f"10.1.{number // 256}.{number % 256}") as client:
        yield client


@pytest.fixture
async def app(muster: System, http: httpx.AsyncClient) -> App:
    """A client of the account."""
    return await registered(muster, http)
