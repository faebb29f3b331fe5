"""What edits keep: a contact sent back as it was shown stays as it is, and so does all of which this API knows nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.dialects.acquia.vendor import Vendor
from tests.dialects.acquia.ways_in import WayIn, in_every_way, sent

pytestmark = pytest.mark.mongo

NATIVE: Mapping[str, Any] = {
    "email": "ana@example.org",
    "mobile": "+436601234567",
    "full_name": "Ana Maria Ash",
    "gender": "f",
    "birthday_month": 2,
    "birthday_day": 29,
    "anniversary": "2001-02-03",
    "source": "fair",
    "phones": [{"kind": "work", "number": "+4331612345"}, {"kind": "fax", "number": "+4331612346"}],
    "addresses": [{"kind": "home", "city": "Graz", "country": "Austria"}, {"kind": "work", "city": "Linz"}],
    "lists": ["news"],
    "tags": ["a"],
    "channels": {"sms": {"status": "subscribed"}},
}
"""Much of what the native API knows of a contact; of phones, addresses and names this one knows only some."""
TIMES = ("updated_at", "updated_via")


async def native(vendor: Vendor, contact_id: int) -> dict[str, Any]:
    """The contact as the native API shows it, but for when it was written."""
    return {name: value for name, value in (await vendor.native(contact_id)).items() if name not in TIMES}


async def made_natively(vendor: Vendor) -> int:
    """A contact of which this API knows a part."""
    assert (await vendor.client.post("/v1/lists", json={"name": "news"})).status_code == 201
    response = await vendor.client.post("/v1/contacts", json=dict(NATIVE))
    assert response.status_code == 201, response.text
    return int(response.json()["id"])


async def with_every_type(vendor: Vendor) -> dict[str, Any]:
    """A contact with values of every type."""
    for kind in ("text", "textarea", "number", "boolean", "date", "datetime", "url", "tel", "select", "multiselect"):
        properties = {"properties": {"list": "a|b|c"}} if "select" in kind else {}
        response = await vendor.client.post(
            "/api/fields/contact/new", json={"label": kind, "alias": f"f_{kind}", "type": kind, **properties}
        )
        assert response.status_code == 201, response.text
    custom = {
        "f_text": " x ", "f_textarea": "one\ntwo", "f_number": 1.5, "f_boolean": False, "f_date": "2024-02-29", "f_tel": "1",
        "f_datetime": "2024-02-28 10:11:12", "f_url": "https://example.org", "f_select": "b", "f_multiselect": "c|a",
    }  # fmt: skip
    own = {"mobile": "0660 1", "phone": "+44 20 7946 0018", "points": 3, "country": "Austria", "last_active": "2024-01-02 03:04:05"}
    return await vendor.make(firstname="Ana", **custom, **own | {"mobile": "0660 123"}, attribution=0, tags=["a"], owner=3, stage=4)


@in_every_way
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_the_fields_of_a_contact_sent_back_change_nothing(vendor: Vendor, send: WayIn, method: str) -> None:
    before = await with_every_type(vendor)
    kept = await native(vendor, before["id"])
    assert (await sent(send, vendor, before["fields"]["all"], method)).status == 200
    assert await vendor.read(before["id"]) == before
    assert await native(vendor, before["id"]) == kept


@in_every_way
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_a_whole_contact_sent_back_changes_nothing_but_the_fields_that_put_does_not_find_in_it(
    vendor: Vendor, send: WayIn, method: str
) -> None:
    before = await with_every_type(vendor)
    whole = {**before, **before["fields"]["all"]}
    assert (await sent(send, vendor, whole, method)).status == 200
    assert await vendor.read(before["id"]) == before


@in_every_way
@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_what_only_the_native_api_knows_is_kept(vendor: Vendor, send: WayIn, method: str) -> None:
    number = await made_natively(vendor)
    before = await native(vendor, number)
    fields = (await vendor.read(number))["fields"]["all"]
    assert (await sent(send, vendor, {**fields, "lastname": "Ash"}, method)).status == 200
    shown = {"kind": "mobile", "number": NATIVE["mobile"]}  # the number for SMS is shown as one, so it comes back as one
    phones = [*before["phones"], {"id": 3, **shown}]
    assert await native(vendor, number) == {**before, "last_name": "Ash", "phones": phones}


@in_every_way
async def test_put_of_nothing_clears_its_own_fields_and_keeps_the_rest(vendor: Vendor, send: WayIn) -> None:
    number = await made_natively(vendor)
    before = await native(vendor, number)
    assert (await sent(send, vendor, {"id": number}, "PUT")).status == 200
    after = await native(vendor, number)
    for name in ("full_name", "gender", "birthday_month", "birthday_day", "anniversary", "source", "lists", "tags", "mobile"):
        assert after[name] == before[name], name
    assert "email" not in after or after["email"] is None
    assert [(each["kind"], each["number"]) for each in after["phones"]] == [("work", "+4331612345")]
    assert [(each["kind"], each["city"]) for each in after["addresses"]] == [("work", "Linz")]
    assert after["channels"]["sms"] == before["channels"]["sms"]
