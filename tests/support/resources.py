"""The gateway with nothing but accounts, contacts, lists, tags and fields, on a database of its own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
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


def address() -> str:
    """An e-mail address that nobody has."""
    return f"{uuid4().hex[:12]}@example.org"


async def made(api: System, **members: Any) -> dict[str, Any]:
    """A new contact with an e-mail and these members, as it was answered."""
    response = await api.client.post("/v1/contacts", json={"email": address(), **members})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def changed(api: System, contact: dict[str, Any], **members: Any) -> dict[str, Any]:
    """The contact after a patch."""
    response = await api.client.patch(f"/v1/contacts/{contact['id']}", json=members)
    assert response.status_code == 200, response.text
    return dict(response.json())


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document that the answer has to be."""
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    return dict(response.json())
