"""What tests of imports ask a client of the vendor's API: to send a file or a form, to wait for its end, to look at a contact."""

from typing import Any

import httpx

from tests.dialects.constant_contact.vendor import Vendor

FILE = "/v3/activities/contacts_file_import"
JSON = "/v3/activities/contacts_json_import"


async def send(vendor: Vendor, content: bytes | str, *, name: str = "people.csv", **parts: str) -> httpx.Response:
    """A form with this file and these small parts behind it."""
    data = content.encode() if isinstance(content, str) else content
    return await vendor.client.post(FILE, files={"file": (name, data, "text/csv")}, data=parts)


async def imported(vendor: Vendor, content: bytes | str, list_id: str, **parts: str) -> dict[str, Any]:
    """The activity of a file import at its end."""
    response = await send(vendor, content, list_ids=list_id, **parts)
    assert response.status_code == 201, response.text
    ended = await vendor.ended(response.json()["activity_id"])
    assert ended["state"] == "completed", ended
    return ended


async def person(vendor: Vendor, **named: str) -> dict[str, Any]:
    """The one contact with this e-mail or mobile, as the native API shows it."""
    response = await vendor.client.get("/v1/contacts", params={**named, "deleted": True})
    (found,) = response.json()["items"]
    return dict(found)


def form(*parts: tuple[str, str | None, bytes]) -> dict[str, Any]:
    """The body and the heading of a form with these parts in this order: name, file name, bytes."""
    lines = b""
    for name, file_name, data in parts:
        named = f'; filename="{file_name}"\r\nContent-Type: text/csv' if file_name is not None else ""
        lines += f'--edge\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode() + data + b"\r\n"
    return {"content": lines + b"--edge--\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=edge"}}
