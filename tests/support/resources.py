"""The gateway with nothing but accounts, contacts, lists, tags and fields, on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
from fastapi import FastAPI

from services.gateway import auth, problems
from services.gateway.context import Gateway
from services.gateway.native import account, contacts, fields, lists, tags
from shared.platform.clock import Clock
from tests.support.system import System, platform_for, system

RESOURCES = (account, contacts, fields, lists, tags)


def resource_app(gateway: Gateway) -> FastAPI:
    """The application, as `services.gateway.app` makes it but for jobs and limits."""
    app = FastAPI(title="Muster", version="1.0.0")
    problems.install(app)
    auth.install(app, gateway)
    for resource in RESOURCES:
        app.include_router(resource.routes(gateway), prefix="/v1")
    return app


def client_of(app: FastAPI, key: str | None = None, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A client at an address, with a key or without one. A failure of the application fails the test."""
    transport = httpx.ASGITransport(app, client=(address, 1))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return httpx.AsyncClient(transport=transport, base_url="http://muster.test", headers=headers, timeout=60)


@asynccontextmanager
async def resources(mongo_url: str, clock: Clock | None = None) -> AsyncIterator[System]:
    """A gateway, an account and a client with a key for everything; all gone afterwards."""
    platform = platform_for(mongo_url, f"resources-{uuid4().hex}", clock=clock)
    async with system(platform, services=()) as whole, client_of(resource_app(whole.gateway), whole.key) as client:
        whole.client = client
        yield whole
