"""What a test arranges and looks up behind the back of a client, through `/v1`: whether the client's words did what they say."""

from typing import Any
from uuid import uuid4

from tests.support.system import System


async def native(muster: System, contact_id: int) -> dict[str, Any]:
    """A contact as the native API shows it, deleted or not."""
    response = await muster.client.get(f"/v1/contacts/{contact_id}", params={"deleted": True})
    assert response.status_code == 200, response.text
    return dict(response.json())


async def by_email(muster: System, email: str) -> dict[str, Any]:
    """The one contact with this address."""
    response = await muster.client.get("/v1/contacts", params={"email": email})
    (found,) = response.json()["items"]
    return dict(found)


async def person(muster: System, **members: Any) -> int:
    """A new contact with an e-mail and these native members; its id."""
    response = await muster.client.post("/v1/contacts", json={"email": f"{uuid4().hex[:12]}@example.org", **members})
    assert response.status_code == 201, response.text
    return int(response.json()["id"])


async def segment(muster: System, name: str = "") -> int:
    """A new list; its id."""
    response = await muster.client.post("/v1/lists", json={"name": name or f"L {uuid4().hex[:8]}"})
    assert response.status_code == 201, response.text
    return int(response.json()["id"])


async def members(muster: System, contact_id: int) -> list[int]:
    """The ids of the lists that a contact is on."""
    return [each["id"] for each in (await native(muster, contact_id))["lists"] if each["status"] == "subscribed"]
