"""Imports over v3, begun and waited for."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.dialects.dotdigital.vendor import Vendor

PATH = "/contacts/v3/import"


def address() -> str:
    """One that nobody has."""
    return f"{uuid4().hex[:12]}@example.org"


def named(email: str | None = None, **members: Any) -> dict[str, Any]:
    """A contact that is found by its e-mail."""
    return {"matchIdentifier": "email", "identifiers": {"email": email or address()}, **members}


async def begun(vendor: Vendor, *contacts: Any, **members: Any) -> str:
    """Start an import; its id."""
    response = await vendor.client.put(PATH, json={"contacts": contacts, **members})
    assert response.status_code == 202, response.text
    return str(response.json()["importId"])


async def result(vendor: Vendor, import_id: str, seconds: float = 30) -> dict[str, Any]:
    """The result, once the import has ended."""
    async with asyncio.timeout(seconds):
        while True:
            response = await vendor.client.get(f"{PATH}/{import_id}")
            assert response.status_code == 200, response.text
            body: dict[str, Any] = response.json()
            if body["status"] != "NotFinished":
                return body
            assert set(body) == {"importId", "status"}
            await asyncio.sleep(0.02)
