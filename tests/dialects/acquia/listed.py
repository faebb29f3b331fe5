"""Lists of contacts as the tests ask for them."""

from typing import Any

import httpx

from tests.dialects.acquia.vendor import CONTACTS, Vendor

Query = dict[str, Any] | list[tuple[str, Any]]


async def asked(vendor: Vendor, query: Query | None = None) -> httpx.Response:
    """The answer, whatever it is."""
    return await vendor.client.get(CONTACTS, params=query)


async def listed(vendor: Vendor, query: Query | None = None) -> tuple[int, list[dict[str, Any]]]:
    """The total, and the contacts of the page in their order."""
    response = await asked(vendor, query)
    assert response.status_code == 200, response.text
    body = response.json()
    assert list(body) == ["total", "contacts"]
    assert isinstance(body["total"], str)
    assert isinstance(body["contacts"], dict)
    assert [str(contact["id"]) for contact in body["contacts"].values()] == list(body["contacts"])
    return int(body["total"]), list(body["contacts"].values())


async def names(vendor: Vendor, query: Query | None = None) -> list[str]:
    """First names of the contacts of a page that has all of them, in order."""
    total, found = await listed(vendor, query)
    assert total == len(found)
    return [contact["fields"]["all"]["firstname"] for contact in found]


def condition(col: str, expr: str, val: Any = None) -> list[tuple[str, Any]]:
    """A query with one condition; a list is sent as one."""
    said = [("where[0][col]", col), ("where[0][expr]", expr)]
    if isinstance(val, list):
        return [*said, *(("where[0][val][]", each) for each in val)]
    return said if val is None else [*said, ("where[0][val]", val)]


async def people(vendor: Vendor, *members: dict[str, Any]) -> list[int]:
    """Contacts, made in one request; their ids."""
    response = await vendor.client.post(f"{CONTACTS}/batch/new", json=list(members))
    assert response.status_code == 201, response.text
    assert set(response.json()["statusCodes"]) == {201}, response.text
    return [int(contact["id"]) for contact in response.json()["contacts"]]
