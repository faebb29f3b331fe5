"""A plain HTTP client of the vendor's API, with what most tests ask it: to make things, to submit, to wait for the end."""

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.contract.identity import Thing, to_uuid
from tests.support.system import System

ENDS = ("completed", "cancelled", "failed", "timed_out")


@dataclass(frozen=True)
class Vendor:
    """One account of a running Muster, through `/v3`; `muster` is the same account through `/v1`."""

    muster: System

    @property
    def client(self) -> httpx.AsyncClient:
        """With a key for everything."""
        return self.muster.client

    def uuid(self, thing: Thing, number: int) -> str:
        """The id by which this API names something of the account."""
        return str(to_uuid(self.muster.account.uuid_base, thing, number))

    async def list(self, name: str = "") -> str:
        """A new list; its id."""
        response = await self.client.post("/v1/lists", json={"name": name or f"L {uuid4().hex[:8]}"})
        assert response.status_code == 201, response.text
        return str(response.json()["uuid"])

    async def tag(self, name: str = "") -> str:
        """A new tag; its id."""
        response = await self.client.post("/v1/tags", json={"name": name or f"T {uuid4().hex[:8]}"})
        assert response.status_code == 201, response.text
        return str(response.json()["uuid"])

    async def contact(self, **members: Any) -> str:
        """A new contact with an e-mail and these native members; its id."""
        response = await self.client.post("/v1/contacts", json={"email": f"{uuid4().hex[:12]}@example.org", **members})
        assert response.status_code == 201, response.text
        return str(response.json()["uuid"])

    async def native(self, contact_id: str) -> dict[str, Any]:
        """A contact as the native API shows it, deleted or not."""
        response = await self.client.get(f"/v1/contacts/{UUID(contact_id)}", params={"deleted": True})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def submit(self, operation: str, **body: Any) -> dict[str, Any]:
        """A bulk request; its activity as it was answered."""
        response = await self.client.post(f"/v3/activities/{operation}", json=body)
        assert response.status_code == 201, response.text
        return dict(response.json())

    async def activity(self, activity_id: str) -> dict[str, Any]:
        """The activity as it stands."""
        response = await self.client.get(f"/v3/activities/{activity_id}")
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def ended(self, activity_id: str, seconds: float = 30) -> dict[str, Any]:
        """The activity at its end."""
        async with asyncio.timeout(seconds):
            while (activity := await self.activity(activity_id))["state"] not in ENDS:
                await asyncio.sleep(0.02)
        return activity

    async def done(self, operation: str, **body: Any) -> dict[str, Any]:
        """Submit, wait, and see that it was completed."""
        activity = await self.ended((await self.submit(operation, **body))["activity_id"])
        assert activity["state"] == "completed", activity
        return activity


def errors(response: httpx.Response, status: int, key: str) -> list[str]:
    """The messages of an answer in the shape of a list, all with this key."""
    assert response.status_code == status, response.text
    body = response.json()
    assert isinstance(body, list), body
    assert body, response.text
    assert {frozenset(entry) for entry in body} == {frozenset({"error_key", "error_message"})}, body
    assert {entry["error_key"] for entry in body} == {key}, body
    return [entry["error_message"] for entry in body]
