"""What a test arranges and looks up behind the back of the client, through `/v1`: whether the client's words did what they say."""

from uuid import uuid4

from shared.accounts.keys import Scope
from tests.dialects.constant_contact.vendor import Vendor


async def lists_of(vendor: Vendor, contact_id: str) -> list[str]:
    """The ids of the lists that a contact is on."""
    return [each["uuid"] for each in (await vendor.native(contact_id))["lists"]]


async def tags_of(vendor: Vendor, contact_id: str) -> list[str]:
    """The names of a contact's tags."""
    return list((await vendor.native(contact_id))["tags"])


async def tag(vendor: Vendor) -> tuple[str, str]:
    """A new tag: its id and its name."""
    name = f"T {uuid4().hex[:8]}"
    return await vendor.tag(name), name


async def field(vendor: Vendor, name: str, kind: str = "text") -> str:
    """A new custom field; its id."""
    response = await vendor.client.post("/v1/fields", json={"name": name, "type": kind})
    assert response.status_code == 201, response.text
    return str(response.json()["uuid"])


async def contact_by_email(vendor: Vendor, email: str) -> dict[str, object]:
    """The one contact with this address, as the native API shows it."""
    response = await vendor.client.get("/v1/contacts", params={"email": email})
    assert response.status_code == 200, response.text
    (contact,) = response.json()["items"]
    return dict(contact)


async def key_for(vendor: Vendor, *scopes: Scope) -> str:
    """A key of the same account that may do no more than this."""
    _, key = await vendor.muster.gateway.keys.create(vendor.muster.account.number, name="narrow", scopes=scopes)
    return key
