"""A plain HTTP client of the API, with what most tests ask of it: to make contacts, to send jobs and wait for their end."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.support.system import System

CONTACTS = "/api/contacts"


@dataclass(frozen=True)
class Vendor:
    """One account of a running Muster, through `/api`; `muster` is the same account through `/v1`."""

    muster: System

    @property
    def client(self) -> httpx.AsyncClient:
        """With a key for everything."""
        return self.muster.client

    async def make(self, /, **members: Any) -> dict[str, Any]:
        """A contact, with an address of its own where none is given."""
        response = await self.client.post(f"{CONTACTS}/new", json={"email": address(), **members})
        assert response.status_code == 201, response.text
        return dict(response.json()["contact"])

    async def read(self, contact_id: int) -> dict[str, Any]:
        """The contact with this id."""
        response = await self.client.get(f"{CONTACTS}/{contact_id}")
        assert response.status_code == 200, response.text
        return dict(response.json()["contact"])

    async def edit(self, contact_id: int, /, method: str = "PATCH", **members: Any) -> dict[str, Any]:
        """The contact after an edit that succeeds."""
        response = await self.client.request(method, f"{CONTACTS}/{contact_id}/edit", json=members)
        assert response.status_code == 200, response.text
        return dict(response.json()["contact"])

    async def native(self, contact_id: int) -> dict[str, Any]:
        """A contact as the native API shows it, deleted or not."""
        response = await self.client.get(f"/v1/contacts/{contact_id}", params={"deleted": True})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def job(self, contacts: Any, method: str = "POST") -> str:
        """The id of a bulk job that is accepted: POST makes contacts, PUT and PATCH edit them."""
        path = f"{CONTACTS}/bulk/{'new' if method == 'POST' else 'edit'}"
        response = await self.client.request(method, path, json=contacts)
        assert response.status_code == 202, response.text
        assert list(response.json()) == ["id"]
        return str(response.json()["id"])

    async def status(self, job_id: str) -> str:
        """The word for how the job is doing."""
        response = await self.client.get(f"{CONTACTS}/job/{job_id}")
        assert response.status_code == 200, response.text
        assert list(response.json()) == ["status"]
        return str(response.json()["status"])

    async def completed(self, job_id: str, seconds: float = 30) -> str:
        """The job, once it is completed."""
        async with asyncio.timeout(seconds):
            while await self.status(job_id) != "completed":
                await asyncio.sleep(0.02)
        return job_id

    async def pages(self, job_id: str) -> list[list[dict[str, Any]]]:
        """The pages of what became of the contacts, as a client follows them."""
        path: str | None = f"{CONTACTS}/job/{job_id}?details=1"
        pages = []
        while path is not None:
            response = await self.client.get(path)
            assert response.status_code == 200, response.text
            details = response.json()["details"]
            pages.append(list(details["contacts"]))
            path = details.get("next-page")
        return pages

    async def items(self, contacts: Any, method: str = "POST") -> list[dict[str, Any]]:
        """What became of the contacts of a job that is sent and ends."""
        job_id = await self.completed(await self.job(contacts, method))
        return [item for page in await self.pages(job_id) for item in page]


def address() -> str:
    """An e-mail address that nobody has."""
    return f"{uuid4().hex[:12]}@example.org"


def values(contact: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are set, by alias, but for its id and for points that nobody gave."""
    return {alias: value for alias, value in contact["fields"]["all"].items() if alias != "id" and value not in (None, 0)}


def error(response: httpx.Response, status: int) -> dict[str, Any]:
    """The one error of an answer."""
    assert response.status_code == status, response.text
    assert list(response.json()) == ["errors"]
    (found,) = response.json()["errors"]
    assert set(found) == {"code", "message", "details", "type"}
    assert found["code"] == status
    return dict(found)
