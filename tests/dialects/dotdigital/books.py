"""What the tests of address books ask of the vendor's API: who is on one, and taking contacts off it by a job."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.dialects.dotdigital.vendor import Vendor

TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat(timespec="seconds").replace("+00:00", "Z")


def path(book: int, rest: str = "") -> str:
    """Of the contacts of a book."""
    return f"/v2/address-books/{book}/contacts{rest}"


async def members(vendor: Vendor, book: int, rest: str = "", **query: Any) -> list[int]:
    """The ids of a page of contacts on a book."""
    response = await vendor.client.get(path(book, rest), params=query)
    assert response.status_code == 200, response.text
    return [contact["id"] for contact in response.json()]


async def memberships(vendor: Vendor, person: int) -> dict[int, str]:
    """How a contact stands on each of its books."""
    return {each["id"]: each["status"] for each in (await vendor.native(person))["lists"]}


async def removed(vendor: Vendor, book: int, rest: str, body: Any = None) -> str:
    """Let contacts be taken off by a job; the word for its end."""
    response = await vendor.client.post(path(book, rest), json=body)
    assert response.status_code == 202, response.text
    assert response.json() == {"id": response.json()["id"], "status": "Started"}
    async with asyncio.timeout(30):
        while (found := await deletion(vendor, response.json()["id"])) == "Started":
            await asyncio.sleep(0.02)
    return found


async def deletion(vendor: Vendor, removal_id: str) -> str:
    """The word for how a removal is doing."""
    response = await vendor.client.get(f"/v2/contacts/deletion/{removal_id}")
    assert response.status_code == 200, response.text
    assert response.json()["id"] == removal_id
    return str(response.json()["status"])
