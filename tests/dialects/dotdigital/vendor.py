"""A plain HTTP client of both APIs, with what most tests ask of it: to make things, to import, to wait for the end."""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx

from tests.support.system import System


@dataclass(frozen=True)
class Vendor:
    """One account of a running Muster, through `/v2` and `/contacts/v3`; `muster` is the same account through `/v1`."""

    muster: System

    @property
    def client(self) -> httpx.AsyncClient:
        """With a key for everything."""
        return self.muster.client

    async def book(self, name: str = "") -> int:
        """A new address book; its id."""
        response = await self.client.post("/v1/lists", json={"name": name or f"L {uuid4().hex[:8]}"})
        assert response.status_code == 201, response.text
        return int(response.json()["id"])

    async def field(self, name: str, kind: str = "text") -> None:
        """A new custom field."""
        response = await self.client.post("/v1/fields", json={"name": name, "type": kind})
        assert response.status_code == 201, response.text

    async def contact(self, **members: Any) -> int:
        """A new contact with an e-mail and these native members; its id."""
        response = await self.client.post("/v1/contacts", json={"email": f"{uuid4().hex[:12]}@example.org", **members})
        assert response.status_code == 201, response.text
        return int(response.json()["id"])

    async def native(self, contact_id: int) -> dict[str, Any]:
        """A contact as the native API shows it, deleted or not."""
        response = await self.client.get(f"/v1/contacts/{contact_id}", params={"deleted": True})
        assert response.status_code == 200, response.text
        return dict(response.json())

    async def person(self, email: str) -> dict[str, Any]:
        """The contact with this e-mail as the native API shows it."""
        response = await self.client.get("/v1/contacts", params={"email": email})
        (found,) = response.json()["items"]
        return dict(found)

    async def send_file(
        self, content: bytes | str, name: str = "people.csv", *, book: int | None = None, merge: str = "", part: str = "file"
    ) -> httpx.Response:
        """A file as multipart."""
        data = content.encode() if isinstance(content, str) else content
        return await self.client.post(import_path(book, merge), files={part: (name, data, "application/octet-stream")})

    async def send_json(
        self, content: bytes | str, name: str = "people.csv", *, book: int | None = None, merge: str = ""
    ) -> httpx.Response:
        """A file in base64, as PHP writes it: with a backslash before each slash."""
        data = base64.b64encode(content.encode() if isinstance(content, str) else content).decode()
        body = json.dumps({"fileName": name, "data": data}).replace("/", "\\/")
        return await self.client.post(import_path(book, merge), content=body, headers={"Content-Type": "application/json"})

    async def status(self, import_id: str) -> str:
        """The word of v2 for how the import is doing."""
        response = await self.client.get(f"/v2/contacts/import/{import_id}")
        assert response.status_code == 200, response.text
        assert response.json()["id"] == import_id
        return str(response.json()["status"])

    async def ended(self, response: httpx.Response, seconds: float = 30) -> tuple[str, str]:
        """The id of an import that was accepted, and the word for its end."""
        assert response.status_code == 202, response.text
        accepted: Mapping[str, Any] = response.json()
        import_id = str(accepted.get("id") or accepted["importId"])
        async with asyncio.timeout(seconds):
            while (status := await self.status(import_id)) == "NotFinished":
                await asyncio.sleep(0.02)
        return import_id, status

    async def imported(self, content: bytes | str, name: str = "people.csv", *, as_json: bool = False, **where: Any) -> str:
        """Send a file and wait until it is finished; its id."""
        send = self.send_json if as_json else self.send_file
        import_id, status = await self.ended(await send(content, name, **where))
        assert status == "Finished"
        return import_id

    async def report(self, import_id: str) -> dict[str, int]:
        """The figures that are not 0."""
        response = await self.client.get(f"/v2/contacts/import/{import_id}/report")
        assert response.status_code == 200, response.text
        return {name: count for name, count in response.json().items() if count}

    async def fault_lines(self, import_id: str) -> list[str]:
        """The lines of the fault report, its headings first, told apart as Magento's extension does."""
        response = await self.client.get(f"/v2/contacts/import/{import_id}/report-faults")
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "text/plain; charset=utf-8"
        assert response.text.endswith("\n")
        return response.text[:-1].split("\n")

    async def faults(self, import_id: str) -> list[tuple[str, str]]:
        """Reason and e-mail of each fault, as Magento's extension reads them: split at commas, quotes or not."""
        lines = (line.split(",") for line in (await self.fault_lines(import_id))[1:])
        return [(cells[0], cells[1]) for cells in lines]


def import_path(book: int | None = None, merge: str = "") -> str:
    """Where a file goes."""
    start = "/v2/contacts/import" if book is None else f"/v2/address-books/{book}/contacts/import"
    return f"{start}/with-merge-option/{merge}" if merge else start


def message(response: httpx.Response, status: int) -> str:
    """What an error of v2 says."""
    assert response.status_code == status, response.text
    assert list(response.json()) == ["message"]
    return str(response.json()["message"])


def error(response: httpx.Response, status: int) -> tuple[str, str]:
    """Code and description of an error of v3."""
    assert response.status_code == status, response.text
    body = response.json()
    assert set(body) <= {"errorCode", "description", "details"}
    return body["errorCode"], body["description"]
