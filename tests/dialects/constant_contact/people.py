"""What the tests of contacts ask of the vendor's API."""

from typing import Any
from uuid import uuid4

import httpx

from tests.dialects.constant_contact.vendor import Vendor

ALL_PARTS = "custom_fields,list_memberships,taggings,notes,phone_numbers,street_addresses,sms_channel"


def address() -> str:
    """An e-mail address that nobody has."""
    return f"{uuid4().hex[:12]}@example.org"


async def make(vendor: Vendor, **members: Any) -> dict[str, Any]:
    """A contact made through this API, with an address of its own where none is given."""
    body = {"email_address": {"address": address()}, "create_source": "Account", **members}
    response = await vendor.client.post("/v3/contacts", json=body)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def put(vendor: Vendor, contact_id: str, /, **members: Any) -> httpx.Response:
    """The answer to a PUT by the account."""
    return await vendor.client.put(f"/v3/contacts/{contact_id}", json={"update_source": "Account", **members})


async def changed(vendor: Vendor, contact_id: str, /, **members: Any) -> dict[str, Any]:
    """The contact after a PUT that was taken."""
    response = await put(vendor, contact_id, **members)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def get(vendor: Vendor, contact_id: str, include: str = ALL_PARTS) -> dict[str, Any]:
    """The contact with these parts."""
    response = await vendor.client.get(f"/v3/contacts/{contact_id}", params={"include": include} if include else {})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def found(vendor: Vendor, **query: Any) -> list[str]:
    """Ids of the contacts of one page, in its order."""
    response = await vendor.client.get("/v3/contacts", params=query)
    assert response.status_code == 200, response.text
    return [each["contact_id"] for each in response.json()["contacts"]]


async def sign_up(vendor: Vendor, lists: list[str], **members: Any) -> httpx.Response:
    """The answer to a form that somebody filled in."""
    return await vendor.client.post("/v3/contacts/sign_up_form", json={"list_memberships": lists, **members})


async def field(vendor: Vendor, name: str, kind: str = "text", **members: Any) -> str:
    """A new custom field; its id."""
    response = await vendor.client.post("/v1/fields", json={"name": name, "type": kind, **members})
    assert response.status_code == 201, response.text
    return str(response.json()["uuid"])
