"""Custom fields that are called owner, stage or ip_address and are something else: they are fields like any other."""

from typing import Any

import pytest

from tests.dialects.acquia.listed import condition, names
from tests.dialects.acquia.vendor import CONTACTS, Vendor, address
from tests.dialects.acquia.ways_in import WayIn, in_every_way, sent

pytestmark = pytest.mark.mongo


async def made_natively(vendor: Vendor, name: str, type: str = "text") -> None:
    response = await vendor.client.post("/v1/fields", json={"name": name, "type": type})
    assert response.status_code == 201, response.text


def beside(contact: dict[str, Any]) -> tuple[Any, ...]:
    return contact["owner"], contact["stage"], contact["ipAddresses"]


@in_every_way
async def test_they_are_written_by_their_alias_and_shown_among_the_fields(vendor: Vendor, send: WayIn) -> None:
    for name in ("Owner", "stage"):
        await made_natively(vendor, name)
    await made_natively(vendor, "ip_address", "url")
    said = {"owner": "Bo Birch", "stage": "won", "ip_address": "https://example.org/", "ipAddress": "192.0.2.1"}
    made = await sent(send, vendor, {"email": address(), **said})
    assert made.status == 201
    contact = await vendor.read(made.id or 0)
    assert {alias: contact["fields"]["all"][alias] for alias in said if alias != "ipAddress"} == {
        alias: value for alias, value in said.items() if alias != "ipAddress"
    }
    assert beside(contact) == (None, None, [])
    cleared = await vendor.edit(contact["id"], "PUT", email=contact["fields"]["all"]["email"])
    assert (cleared["fields"]["all"]["owner"], cleared["fields"]["all"]["stage"]) == (None, None)


async def test_contacts_are_found_by_them_and_nobody_has_an_owner(vendor: Vendor) -> None:
    await made_natively(vendor, "Owner")
    await vendor.make(firstname="Ana", owner="Bo Birch")
    await vendor.make(firstname="Cy")
    assert await names(vendor, condition("owner", "like", "bo%")) == ["Ana"]
    assert await names(vendor, {"search": "is:unowned"}) == ["Ana", "Cy"]
    listed = (await vendor.client.get(f"{CONTACTS}/list/fields")).json().values()
    assert [(field["label"], field["type"]) for field in listed if field["alias"] == "owner"] == [("Owner", "text")]


async def test_an_owner_that_is_one_is_a_field_to_nobody(vendor: Vendor) -> None:
    await vendor.make(firstname="Ana", owner=7)
    await vendor.make(firstname="Cy")
    assert await names(vendor, {"search": "is:unowned"}) == ["Cy"]
    listed = (await vendor.client.get(f"{CONTACTS}/list/fields")).json().values()
    assert "owner" not in [field["alias"] for field in listed]
