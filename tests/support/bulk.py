"""A gateway that accepts bulk jobs which nobody works, with lists, tags, a field and contacts to name in them."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from services.gateway.settings import GatewaySettings
from shared.contract.identity import Thing, to_uuid
from tests.support.system import System, platform_for, system

SELECTION_BYTES = 300_000
CHANGES = ("/v1/list-changes", "/v1/tag-changes", "/v1/deletions", "/v1/restorations")


@dataclass
class Bulk:
    """The gateway, and the numbers of what its account has, by name."""

    muster: System
    lists: dict[str, int]
    tags: dict[str, int]
    fields: dict[str, int]
    contacts: list[int]

    async def post(self, path: str, body: Any = None, **parts: Any) -> httpx.Response:
        """Send options as JSON, or whatever `parts` are."""
        sent = parts if parts and body is None else {"json": body, **parts}
        return await self.muster.client.post(path, **sent)

    async def accepted(self, path: str, body: Any = None, **parts: Any) -> dict[str, Any]:
        """The stored document of the job that the request made."""
        response = await self.post(path, body, **parts)
        assert response.status_code == 202, response.text
        job = response.json()
        assert response.headers["location"] == job["links"]["self"] == f"/v1/jobs/{job['id']}"
        assert job["state"] == "queued"
        return dict(await self.muster.database["jobs"].find_one({"_id": job["id"]}))

    async def payload(self, document: dict[str, Any]) -> Any:
        """The JSON of the payload of a job."""
        blocks = self.muster.gateway.files.read(document["payload"]["file_id"])
        return json.loads(b"".join([block async for block in blocks]))

    async def left(self) -> tuple[int, int]:
        """How many jobs and stored files there are."""
        await self.muster.gateway.files.settle()
        database = self.muster.database
        return await database["jobs"].count_documents({}), await database["payloads.files"].count_documents({})

    def uuid_of(self, thing: Thing, number: int) -> str:
        """The UUID of something the account owns."""
        return str(to_uuid(self.muster.account.uuid_base, thing, number))


@asynccontextmanager
async def bulk(mongo_url: str, selection_bytes: int = SELECTION_BYTES) -> AsyncIterator[Bulk]:
    """All of it gone afterwards."""
    platform = platform_for(mongo_url, f"bulk-{uuid4().hex[:12]}")
    settings = GatewaySettings(selection_bytes=selection_bytes, open_jobs=100_000)
    async with system(platform, services=("status",), gateway_settings=settings) as whole:
        await whole.gateway.accounts.set_limit(whole.account.number, "running_jobs", 100_000)
        made: dict[str, dict[str, int]] = {"lists": {}, "tags": {}, "fields": {}}
        names = {"lists": ("News", "Offers", "2"), "tags": ("Trial", "VIP"), "fields": ("Plan", "Since")}
        for kind, each in names.items():
            for name in each:
                body = {"name": name, **({"type": "text" if name == "Plan" else "integer"} if kind == "fields" else {})}
                made[kind][name] = (await whole.client.post(f"/v1/{kind}", json=body)).json()["id"]
        await whole.client.post("/v1/account/identifiers", json={"name": "crm"})
        contacts = [
            (await whole.client.post("/v1/contacts", json={"email": f"{name}@example.org"})).json()["id"] for name in ("ana", "bo")
        ]
        yield Bulk(whole, **made, contacts=contacts)
