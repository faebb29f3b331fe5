"""What tests of contact fields ask of the API."""

from typing import Any

from tests.dialects.acquia.vendor import Vendor, error

PATH = "/api/fields/contact"
LABELLED = [{"label": "Small", "value": "s"}, {"label": "Large", "value": "l"}]


async def made(vendor: Vendor, **members: Any) -> dict[str, Any]:
    """A new field."""
    response = await vendor.client.post(f"{PATH}/new", json=members)
    assert response.status_code == 201, response.text
    return dict(response.json()["field"])


async def refused(vendor: Vendor, /, **members: Any) -> dict[str, Any]:
    """The error of a field that is not made."""
    return error(await vendor.client.post(f"{PATH}/new", json=members), 400)


async def page(vendor: Vendor, **query: Any) -> dict[str, Any]:
    """A page of the fields."""
    response = await vendor.client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def aliases(vendor: Vendor, **query: Any) -> list[str]:
    """The aliases on a page of the fields."""
    return [field["alias"] for field in (await page(vendor, **query))["fields"]]


async def native(vendor: Vendor) -> list[dict[str, Any]]:
    """The account's own fields as the native API lists them."""
    return list((await vendor.client.get("/v1/fields")).json()["items"])
