"""A fresh Muster for each test, or a fresh account in one that the tests share."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from services.administration import Administration
from services.gateway.app import web_app
from shared.accounts.keys import Scope
from tests.support.system import System, platform_for, system


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """Every service, on the in-process broker."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")) as whole:
        yield whole


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


@asynccontextmanager
async def open_tenant(whole: System, app: FastAPI) -> AsyncIterator[System]:
    """A new account of a running Muster, with a key and a client of its own."""
    gateway = whole.gateway
    office = Administration(gateway.accounts, gateway.keys, gateway.quota, whole.platform.clock)
    account = await office.open_account("another")
    _, key = await gateway.keys.create(account.number, name="test", scopes=frozenset(Scope))
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://muster.test", headers=headers, timeout=60) as client:
        yield replace(whole, account=account, key=key, client=client)
