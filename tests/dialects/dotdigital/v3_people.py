"""What the tests of v3's contacts ask of it."""

from typing import Any
from uuid import uuid4

import httpx

from tests.dialects.dotdigital.vendor import Vendor

PATH = "/contacts/v3"


def address() -> str:
    """An e-mail address that nobody has."""
    return f"{uuid4().hex[:12]}@example.org"


def mobile() -> str:
    """A mobile number that nobody has, as v3 writes it."""
    return f"4479{uuid4().int % 10**8:08}"


async def make(vendor: Vendor, email: str = "", **members: Any) -> dict[str, Any]:
    """A contact made through v3, with an address of its own where none is given."""
    response = await vendor.client.post(PATH, json={"identifiers": {"email": email or address()}, **members})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def get(vendor: Vendor, identifier: str, value: object, **query: str) -> dict[str, Any]:
    """The contact that v3 finds by this identifier."""
    response = await vendor.client.get(f"{PATH}/{identifier}/{value}", params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def merge(vendor: Vendor, identifier: str, value: object, option: str = "", /, **members: Any) -> httpx.Response:
    """The answer to a PATCH."""
    query = {"merge-option": option} if option else {}
    return await vendor.client.patch(f"{PATH}/{identifier}/{value}", params=query, json=members)


async def merged(vendor: Vendor, identifier: str, value: object, option: str = "", /, **members: Any) -> dict[str, Any]:
    """The contact after a PATCH that changed it."""
    response = await merge(vendor, identifier, value, option, **members)
    assert response.status_code == 200, response.text
    return dict(response.json())
