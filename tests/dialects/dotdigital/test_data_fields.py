"""Data fields over v2, and the same custom fields over the native API."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo
PATH = "/v2/data-fields"
BUILT_IN = ["FIRSTNAME", "LASTNAME", "FULLNAME", "GENDER", "POSTCODE", "LASTSUBSCRIBED"]
TAKEN = "Field already exists. ERROR_NON_UNIQUE_DATAFIELD"


async def made(vendor: Vendor, **members: Any) -> dict[str, Any]:
    response = await vendor.client.post(PATH, json=members)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def shown(vendor: Vendor) -> dict[str, dict[str, Any]]:
    response = await vendor.client.get(PATH)
    assert response.status_code == 200, response.text
    return {field["name"]: field for field in response.json()}


async def native(vendor: Vendor) -> dict[str, str]:
    return {field["name"]: field["type"] for field in (await vendor.client.get("/v1/fields")).json()["items"]}


async def test_an_account_has_the_built_in_fields_from_the_first(vendor: Vendor) -> None:
    fields = await shown(vendor)
    assert list(fields) == BUILT_IN
    assert fields["FIRSTNAME"] == {"name": "FIRSTNAME", "type": "String", "visibility": "Public", "defaultValue": None}
    assert fields["LASTSUBSCRIBED"]["type"] == "Date"


@pytest.mark.parametrize(
    ("said", "shown_as", "kind"),
    [
        ("String", "String", "text"),
        ("numeric", "Numeric", "number"),
        ("DATE", "Date", "datetime"),
        ("boolean", "Boolean", "boolean"),
    ],
)
async def test_a_field_made_here_is_a_custom_field_of_the_native_api(vendor: Vendor, said: str, shown_as: str, kind: str) -> None:
    body = await made(vendor, Name="favourite_1", Type=said, Visibility="public", DefaultValue="0")
    assert body == {"name": "FAVOURITE_1", "type": shown_as, "visibility": "Public", "defaultValue": "0"}
    assert (await shown(vendor))["FAVOURITE_1"] == body
    assert await native(vendor) == {"FAVOURITE_1": kind}


async def test_a_field_is_private_and_has_no_default_unless_the_body_says_so(vendor: Vendor) -> None:
    body = await made(vendor, name="X", type="String", visibility=None, defaultValue=None)
    assert (body["visibility"], body["defaultValue"]) == ("Private", None)


@pytest.mark.parametrize("default", ["", 7, 1.5, False])
async def test_a_default_value_is_shown_as_it_was_said(vendor: Vendor, default: Any) -> None:
    assert (await made(vendor, name="X", type="Numeric", defaultValue=default))["defaultValue"] == default


async def test_fields_of_the_native_api_are_shown_by_the_nearest_type(vendor: Vendor) -> None:
    for kind in ("url", "phone", "integer", "currency", "date"):
        await vendor.field(f"a {kind}", kind)
    await vendor.client.post("/v1/fields", json={"name": "chosen", "type": "multi_select", "choices": ["a"]})
    types = {name: field["type"] for name, field in (await shown(vendor)).items() if name not in BUILT_IN}
    assert types == {
        "A URL": "String",
        "A PHONE": "String",
        "A INTEGER": "Numeric",
        "A CURRENCY": "Numeric",
        "A DATE": "Date",
        "CHOSEN": "String",
    }


async def test_a_name_that_is_taken_is_refused_in_the_very_words_that_clients_compare(vendor: Vendor) -> None:
    await made(vendor, name="SHOE_SIZE", type="Numeric")
    for name in ("SHOE_SIZE", "shoe_size", "firstname", "LastSubscribed"):
        assert message(await vendor.client.post(PATH, json={"name": name, "type": "String"}), 400) == TAKEN


@pytest.mark.parametrize(
    "body",
    [
        {"type": "String"},
        {"name": "", "type": "String"},
        {"name": "x" * 21, "type": "String"},
        {"name": "two words", "type": "String"},
        {"name": "größe", "type": "String"},
        {"name": 7, "type": "String"},
        {"name": "Email", "type": "String"},
        {"name": "optintype", "type": "String"},
        {"name": "X"},
        {"name": "X", "type": "Blob"},
        {"name": "X", "type": "NotAvailableInThisVersion"},
        {"name": "X", "type": "String", "visibility": "Secret"},
        {"name": "X", "type": "String", "defaultValue": {"value": 1}},
        {"name": "X", "type": "String", "defaultValue": "x" * 4_001},
        {"name": "X", "type": "Numeric", "defaultValue": 1 << 63},
    ],
)
async def test_a_body_that_makes_no_field_is_refused_and_makes_none(vendor: Vendor, body: dict[str, Any]) -> None:
    assert message(await vendor.client.post(PATH, json=body), 400).endswith(" ERROR_DATAFIELD_INVALID")
    assert await native(vendor) == {}


async def test_a_native_field_that_is_called_like_a_column_of_imports_is_not_shown(vendor: Vendor) -> None:
    for name in ("Email", "firstname", "ConsentText"):
        await vendor.field(name)
    assert list(await shown(vendor)) == BUILT_IN


async def test_a_deleted_field_is_gone_with_its_values(vendor: Vendor) -> None:
    await made(vendor, name="SIZE", type="String")
    person = await vendor.contact(custom={"SIZE": "L"})
    response = await vendor.client.delete(f"{PATH}/size")
    assert (response.status_code, response.json()) == (200, {"dependencies": None, "result": True})
    assert list(await shown(vendor)) == BUILT_IN
    assert (await vendor.native(person))["custom"] == {}
    assert message(await vendor.client.delete(f"{PATH}/size"), 404) == "There is no data field 'size'. ERROR_DATAFIELD_NOTFOUND"


async def test_a_native_field_with_any_name_can_be_deleted(vendor: Vendor) -> None:
    await vendor.field("in/out of 5")
    assert (await vendor.client.delete(f"{PATH}/in%2Fout%20of%205")).status_code == 200
    assert await native(vendor) == {}


async def test_a_built_in_field_stays(vendor: Vendor) -> None:
    assert message(await vendor.client.delete(f"{PATH}/FirstName"), 400).endswith(" ERROR_DATAFIELD_INVALID")
    assert list(await shown(vendor)) == BUILT_IN


async def test_what_this_api_keeps_of_a_field_leaves_the_other_vendors_alone(vendor: Vendor) -> None:
    await made(vendor, name="SIZE", type="Numeric", visibility="Public", defaultValue=1)
    fields: list[dict[str, Any]] = (await vendor.client.get("/v3/contact_custom_fields")).json()["custom_fields"]
    changed = await vendor.client.put(
        f"/v3/contact_custom_fields/{fields[0]['custom_field_id']}",
        json={"label": "Size", "type": "number", "metadata": {"allow_negative": False}},
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["metadata"] == {"allow_negative": False}
    kept = (await shown(vendor))["SIZE"]
    assert (kept["visibility"], kept["defaultValue"]) == ("Public", 1)


async def test_of_two_who_make_one_field_at_once_one_does(vendor: Vendor) -> None:
    answers: list[httpx.Response] = await asyncio.gather(
        *(vendor.client.post(PATH, json={"name": name, "type": "String"}) for name in ("Once", "ONCE", "once"))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 400, 400]
