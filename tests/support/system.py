"""A whole Muster in the test's own process and loop: real services, a database of its own, either broker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import SecretStr

from services.administration import Administration
from services.exporter import app as exporter_app
from services.exporter.settings import ExporterSettings
from services.gateway import app as gateway_app
from services.gateway.context import Gateway
from services.gateway.settings import GatewaySettings
from services.importer import app as importer_app
from services.importer.settings import ImporterSettings
from services.lists import app as lists_app
from services.lists.settings import ListsSettings
from services.status import app as status_app
from services.status.settings import StatusSettings
from shared.accounts.keys import Scope
from shared.accounts.settings import KeySettings
from shared.accounts.store import Account
from shared.contract.topology import TOPOLOGY
from shared.contract.values import ENDS
from shared.delivery.outbox import Outbox
from shared.host import Platform, Running, Service
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Broker
from shared.platform.clock import Clock, SystemClock
from shared.platform.mongo import Mongo
from shared.platform.settings import PlatformSettings
from tests.support.mongo import drop_database

PEPPER = "a pepper for tests"
QUICK_STATUS = StatusSettings(rescue_after_seconds=1.0, rescue_sweep_seconds=0.2, release_sweep_seconds=0.2, catch_up_seconds=0.2)


@dataclass
class System:
    """A running Muster and a client that holds a key for everything."""

    platform: Platform
    gateway: Gateway
    account: Account
    key: str
    client: httpx.AsyncClient
    running: dict[str, Running] = field(default_factory=dict)

    @property
    def database(self) -> Any:
        """The database, for looking behind the API."""
        return self.platform.mongo.database

    async def submit(self, content: bytes, *, media_type: str = "text/csv", **query: Any) -> dict[str, Any]:
        """Import a raw payload; the job as the gateway answered it."""
        response = await self.client.post("/v1/imports", content=content, params=query, headers={"Content-Type": media_type})
        assert response.status_code == 202, response.text
        return dict(response.json())

    async def job(self, job_id: str) -> dict[str, Any]:
        """The job as a client sees it."""
        response = await self.client.get(f"/v1/jobs/{job_id}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def ended(self, job_id: str, seconds: float = 60) -> dict[str, Any]:
        """The job at its end."""
        async with asyncio.timeout(seconds):
            while (job := await self.job(job_id))["state"] not in ENDS:
                await asyncio.sleep(0.02)
        return job

    async def imported(self, content: bytes, **options: Any) -> dict[str, Any]:
        """Import a payload and wait for the end."""
        return await self.ended((await self.submit(content, **options))["id"])

    async def ask(self, path: str, **body: Any) -> dict[str, Any]:
        """Submit a job of another kind; the job as the gateway answered it."""
        response = await self.client.post(f"/v1/{path}", json=body)
        assert response.status_code == 202, response.text
        return dict(response.json())

    async def done(self, path: str, **body: Any) -> dict[str, Any]:
        """Submit a job of another kind and wait for its end."""
        return await self.ended((await self.ask(path, **body))["id"])

    async def exported(self, **body: Any) -> bytes:
        """The bytes of an export."""
        job = await self.done("exports", **body)
        assert job["state"] == "completed", job
        response = await self.client.get(f"/v1/jobs/{job['id']}/file", headers={"Accept-Encoding": "identity"})
        assert response.status_code == 200, response.text
        return response.content

    async def rows(self, job_id: str, **query: Any) -> list[dict[str, Any]]:
        """Every row of a job, through all pages."""
        rows: list[dict[str, Any]] = []
        cursor: str | None = None
        while True:
            params = {**query, "cursor": cursor} if cursor else query
            response = await self.client.get(f"/v1/jobs/{job_id}/rows", params=params)
            assert response.status_code == 200, response.text
            page = response.json()
            rows += page["items"]
            cursor = page.get("next_cursor")
            if cursor is None:
                return rows

    async def contacts(self) -> list[dict[str, Any]]:
        """Every stored contact of the account, straight from the database."""
        return [document async for document in self.gateway.contacts.of_account(self.account.number).all()]

    async def until(self, holds: Callable[[], Any], seconds: float = 30) -> Any:
        """Wait until an asynchronous question is answered with something true."""
        async with asyncio.timeout(seconds):
            while not (answer := await holds()):
                await asyncio.sleep(0.02)
        return answer

    async def start(self, name: str, service: Service) -> Running:
        """Start one more service."""
        self.running[name] = Running(service, self.platform)
        await self.running[name].start()
        return self.running[name]

    async def stop(self, name: str) -> None:
        """Stop one service, gracefully."""
        await self.running.pop(name).stop()


def platform_for(
    mongo_url: str, database: str, broker: Broker | None = None, clock: Clock | None = None, **settings: Any
) -> Platform:
    """The world outside, on a database of its own."""
    clock = clock or SystemClock()
    chosen = PlatformSettings(mongo_url=SecretStr(mongo_url), mongo_database=database, drain_seconds=5, **settings)
    mongo = Mongo(chosen, clock)
    used = broker or MemoryBroker(TOPOLOGY, clock.sleep)
    return Platform(chosen, clock, mongo, used, Outbox(mongo, used, clock, "test"))


@asynccontextmanager
async def system(
    platform: Platform,
    *,
    services: tuple[str, ...] = ("importer", "exporter", "lists", "status"),
    gateway_settings: GatewaySettings | None = None,
    importer_settings: ImporterSettings | None = None,
    exporter_settings: ExporterSettings | None = None,
    lists_settings: ListsSettings | None = None,
    status_settings: StatusSettings | None = None,
) -> AsyncIterator[System]:
    """A gateway and these services on this platform; everything of it is gone afterwards."""
    await platform.mongo.check()
    await platform.broker.start()
    gateway = gateway_app.open_gateway(platform, gateway_settings or GatewaySettings(), KeySettings(key_pepper=SecretStr(PEPPER)))
    office = Administration(gateway.accounts, gateway.keys, gateway.quota, platform.clock)
    account = await office.open_account("test")
    _, key = await gateway.keys.create(account.number, name="test", scopes=frozenset(Scope))
    transport = httpx.ASGITransport(gateway_app.web_app(gateway), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {key}"}
    builders: dict[str, Callable[[], Service]] = {
        "importer": lambda: importer_app.build(platform, importer_settings or ImporterSettings()),
        "exporter": lambda: exporter_app.build(platform, exporter_settings),
        "lists": lambda: lists_app.build(platform, lists_settings),
        "status": lambda: status_app.build(platform, status_settings or QUICK_STATUS),
    }
    async with httpx.AsyncClient(transport=transport, base_url="http://muster.test", headers=headers, timeout=60) as client:
        whole = System(platform, gateway, account, key, client)
        stores = gateway_app.stores(gateway)
        await whole.start("gateway", Service(name="gateway", stores=stores))
        for name in services:
            await whole.start(name, builders[name]())
        try:
            yield whole
        finally:
            await asyncio.gather(*(running.stop() for running in whole.running.values()))
            await platform.broker.close()
            await platform.mongo.close()
            await drop_database(platform.settings.mongo_url.get_secret_value(), platform.settings.mongo_database)
