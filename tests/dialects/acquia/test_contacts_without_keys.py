"""Contacts that have no e-mail, nor any other key: made, changed and kept by whoever knows their id."""

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, values

pytestmark = pytest.mark.mongo


async def test_a_contact_without_an_email_takes_points_tags_and_an_opt_out(vendor: Vendor) -> None:
    made = await vendor.client.post(f"{CONTACTS}/new", json={"firstname": "Nobody"})
    assert made.status_code == 201, made.text
    here = f"{CONTACTS}/{made.json()['contact']['id']}"
    for path in ("points/plus/3", "dnc/email/add", "dnc/email/remove"):
        assert (await vendor.client.post(f"{here}/{path}")).status_code == 200, path
    contact = await vendor.edit(made.json()["contact"]["id"], tags=["seen"])
    assert (values(contact), contact["points"]) == ({"firstname": "Nobody", "points": 3}, 3)
    assert [tag["tag"] for tag in contact["tags"]] == ["seen"]


async def test_the_native_api_changes_one_that_has_no_key_and_takes_the_last_key_from_nobody(vendor: Vendor) -> None:
    made = await vendor.client.post(f"{CONTACTS}/new", json={"firstname": "Nobody"})
    keyless = f"/v1/contacts/{made.json()['contact']['id']}"
    changed = await vendor.client.patch(keyless, json={"last_name": "Known"})
    assert (changed.status_code, changed.json()["last_name"]) == (200, "Known")
    keyed = await vendor.make()
    refused = await vendor.client.patch(f"/v1/contacts/{keyed['id']}", json={"email": None})
    assert (refused.status_code, refused.json()["code"]) == (422, "key_missing")
