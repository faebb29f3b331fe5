"""Segments as the tests make and read them."""

from typing import Any

from tests.dialects.acquia.vendor import Vendor

PATH = "/api/segments"


async def made(vendor: Vendor, /, **members: Any) -> dict[str, Any]:
    """A new segment."""
    response = await vendor.client.post(f"{PATH}/new", json=members)
    assert response.status_code == 201, response.text
    assert response.headers["location"] == f"{PATH}/{response.json()['list']['id']}"
    return dict(response.json()["list"])


async def native_list(vendor: Vendor, name: str, **members: Any) -> int:
    """The number of a list that is made over the native API."""
    response = await vendor.client.post("/v1/lists", json={"name": name, **members})
    assert response.status_code == 201, response.text
    return int(response.json()["id"])


async def page(vendor: Vendor, **query: Any) -> tuple[int, list[int]]:
    """The total and the ids of one page, in order."""
    response = await vendor.client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    body = response.json()
    assert set(body) == {"total", "lists"}
    assert body["lists"] == [] or isinstance(body["lists"], dict)
    return body["total"], [int(key) for key in body["lists"]]
