"""What the tests of v2's contacts ask of the vendor's API."""

from typing import Any
from uuid import uuid4

from tests.dialects.dotdigital.vendor import Vendor

CONTACTS = "/v2/contacts"
BOUNCED = {"email": {"status": "suppressed", "reason": "Hard bounced"}}
"""Channels of a contact whose mailbox is gone, as the native API takes them."""


def address() -> str:
    """An e-mail address that nobody has."""
    return f"{uuid4().hex[:12]}@example.org"


async def make(vendor: Vendor, /, **members: Any) -> dict[str, Any]:
    """A contact made through v2, with an address of its own where none is given."""
    response = await vendor.client.post(CONTACTS, json={"email": address(), **members})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def read(vendor: Vendor, name: int | str, status: int = 200) -> dict[str, Any]:
    """The contact with this id or e-mail, or the error."""
    response = await vendor.client.get(f"{CONTACTS}/{name}")
    assert response.status_code == status, response.text
    return dict(response.json())


async def leave(vendor: Vendor, email: str) -> dict[str, Any]:
    """The suppression of an address that unsubscribed from the account."""
    response = await vendor.client.post(f"{CONTACTS}/unsubscribe", json={"email": email})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def listed(vendor: Vendor, path: str = "", **query: Any) -> list[dict[str, Any]]:
    """A page of a list."""
    response = await vendor.client.get(f"{CONTACTS}{path}", params=query)
    assert response.status_code == 200, response.text
    return list(response.json())


def values(contact: dict[str, Any]) -> dict[str, Any]:
    """The data fields that are set."""
    return {each["key"]: each["value"] for each in contact["dataFields"] if each["value"] is not None}


def data(**fields: Any) -> list[dict[str, Any]]:
    """Data fields as a body has them."""
    return [{"key": name, "value": value} for name, value in fields.items()]
