"""Contact fields: the vendor's own, those that an account makes here, and the same custom fields over the native API."""

from typing import Any

import httpx
import pytest

from tests.dialects.acquia.field_calls import LABELLED, PATH, aliases, made, native, page
from tests.dialects.acquia.vendor import CONTACTS, Vendor, error

pytestmark = pytest.mark.mongo


async def edited(vendor: Vendor, field: dict[str, Any], /, method: str = "PATCH", **members: Any) -> dict[str, Any]:
    response = await vendor.client.request(method, f"{PATH}/{field['id']}/edit", json=members)
    assert response.status_code == 200, response.text
    return dict(response.json()["field"])


async def test_the_list_beside_contacts_has_the_fields_by_id_with_their_numbers_as_texts(vendor: Vendor) -> None:
    colour = await made(vendor, label="Colour", type="text", group="personal")
    response = await vendor.client.get(f"{CONTACTS}/list/fields")
    assert response.status_code == 200
    listed = response.json()
    assert listed["2"] == {
        "id": "2",
        "label": "First Name",
        "alias": "firstname",
        "type": "text",
        "group": "core",
        "order": "2",
        "object": "lead",
    }
    own = {"label": "Colour", "alias": "colour", "type": "text", "group": "personal", "order": "29", "object": "lead"}
    assert listed[str(colour["id"])] == {"id": str(colour["id"]), **own}
    assert len(listed) == 29


async def test_the_fields_of_every_account_are_listed_at_length(vendor: Vendor) -> None:
    shown = await page(vendor, limit=100)
    assert shown["total"] == len(shown["fields"]) == 28
    email = shown["fields"][5]
    when = email.pop("dateAdded")
    assert when.endswith("+00:00")
    assert email == {
        "isPublished": True,
        "createdBy": None,
        "createdByUser": None,
        "dateModified": None,
        "modifiedBy": None,
        "modifiedByUser": None,
        "id": 6,
        "label": "Email",
        "alias": "email",
        "type": "email",
        "group": "core",
        "order": 6,
        "object": "lead",
        "defaultValue": None,
        "isRequired": False,
        "isPubliclyUpdatable": False,
        "isUniqueIdentifier": True,
        "properties": [],
    }
    assert [field["alias"] for field in shown["fields"] if field["isUniqueIdentifier"]] == ["email"]


async def test_a_page_has_thirty_fields_and_pages_meet_each_once(vendor: Vendor) -> None:
    for number in range(4):
        await made(vendor, label=f"Field {number}")
    assert len((await page(vendor, limit=0))["fields"]) == 30
    found = [alias for start in range(0, 32, 10) for alias in await aliases(vendor, start=start, limit=10)]
    assert len(found) == len(set(found)) == 32
    assert await aliases(vendor, start=40) == []


async def test_fields_are_found_by_words_of_label_and_alias_and_sorted(vendor: Vendor) -> None:
    await made(vendor, label="Shoe size", alias="shoes")
    await made(vendor, label="Shirt size", alias="shirt")
    assert await aliases(vendor, search="SIZE shoe") == ["shoes"]
    assert await aliases(vendor, search="size is:published", orderBy="f.alias", orderByDir="ASC") == ["shirt", "shoes"]
    assert await aliases(vendor, search="size", orderByDir="DESC", orderBy="") == ["shirt", "shoes"]
    assert (await page(vendor, search="size", limit=1))["total"] == 2
    assert (await page(vendor, search="nothing of the kind")) == {"total": 0, "fields": []}
    for query in ({"orderBy": "$where"}, {"orderByDir": "up"}, {"orderBy": "alias", "orderByDir": "up"}):
        found = error(await vendor.client.get(PATH, params=query), 400)
        assert (found["message"].startswith(f"This is a bad request. {list(query)[-1]} is "), found["details"]) == (True, [])


async def test_a_field_made_here_is_a_custom_field_and_takes_values(vendor: Vendor) -> None:
    response = await vendor.client.post(f"{PATH}/new", json={"label": "Shoe size", "type": "number", "group": "professional"})
    field = response.json()["field"]
    assert response.headers["Location"] == f"{PATH}/{field['id']}"
    assert {name: field[name] for name in ("alias", "type", "group", "order", "properties", "dateModified")} == {
        "alias": "shoe_size",
        "type": "number",
        "group": "professional",
        "order": 29,
        "properties": [],
        "dateModified": None,
    }
    assert (await vendor.client.get(f"{PATH}/{field['id']}")).json() == {"field": field}
    (custom,) = await native(vendor)
    assert (custom["name"], custom["label"], custom["type"]) == ("shoe_size", "Shoe size", "number")
    person = await vendor.make(shoe_size="43.5")
    assert person["fields"]["all"]["shoe_size"] == person["fields"]["professional"]["shoe_size"]["value"] == 43.5
    assert (await vendor.native(person["id"]))["custom"] == {"shoe_size": 43.5}


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("text", "text"),
        ("textarea", "text_area"),
        ("html", "text_area"),
        ("email", "text"),
        ("tel", "text"),
        ("lookup", "text"),
        ("country", "text"),
        ("number", "number"),
        ("boolean", "boolean"),
        ("date", "date"),
        ("datetime", "datetime"),
        ("url", "url"),
    ],
)
async def test_a_field_keeps_the_type_that_it_was_made_with(vendor: Vendor, word: str, kind: str) -> None:
    field = await made(vendor, label="Made", type=word)
    assert field["type"] == word
    assert [custom["type"] for custom in await native(vendor)] == [kind]


async def test_fields_of_the_native_api_are_shown_by_the_nearest_type(vendor: Vendor) -> None:
    for kind in ("phone", "integer", "currency"):
        await vendor.client.post("/v1/fields", json={"name": f"A {kind}", "type": kind})
    await vendor.client.post("/v1/fields", json={"name": "Chosen", "type": "multi_select", "choices": ["a", "b c"]})
    found = {field["alias"]: field for field in (await page(vendor, start=28))["fields"]}
    assert {alias: field["type"] for alias, field in found.items()} == {
        "a_phone": "tel",
        "a_integer": "number",
        "a_currency": "number",
        "chosen": "multiselect",
    }
    assert found["chosen"]["properties"] == {"list": [{"label": "a", "value": "a"}, {"label": "b c", "value": "b c"}]}


async def test_what_muster_does_not_do_with_a_field_is_shown_as_it_was_said(vendor: Vendor) -> None:
    field = await made(vendor, label="Kept", defaultValue="red", isRequired=1, isPubliclyUpdatable="1")
    assert (field["defaultValue"], field["isRequired"], field["isPubliclyUpdatable"]) == ("red", True, True)
    field = await edited(vendor, field, isRequired=False)
    assert (field["defaultValue"], field["isRequired"], field["isPubliclyUpdatable"]) == ("red", False, True)
    assert (await edited(vendor, field, defaultValue=None))["defaultValue"] is None


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_an_edit_changes_label_group_and_choices_and_nothing_else(vendor: Vendor, method: str) -> None:
    field = await made(vendor, label="Size", alias="size", type="select", properties={"list": LABELLED})
    changed = await edited(vendor, field, method, label="Shirt size", group="personal")
    assert changed.pop("dateModified") is not None
    field.pop("dateModified")
    assert changed == {**field, "label": "Shirt size", "group": "personal"}
    more = [{"label": "Big", "value": "l"}, {"label": "Huge", "value": "xl"}]
    assert (await edited(vendor, field, method, properties={"list": more}))["properties"] == {"list": more}
    (custom,) = await native(vendor)
    assert (custom["name"], custom["label"], custom["choices"]) == ("size", "Shirt size", ["l", "xl"])


async def test_choices_that_change_in_the_native_api_change_here_and_keep_their_labels(vendor: Vendor) -> None:
    field = await made(vendor, label="Size", type="select", properties={"list": LABELLED})
    (custom,) = await native(vendor)
    await vendor.client.patch(f"/v1/fields/{custom['id']}", json={"choices": ["m", "l"]})
    shown = (await vendor.client.get(f"{PATH}/{field['id']}")).json()["field"]["properties"]
    assert shown == {"list": [{"label": "m", "value": "m"}, LABELLED[1]]}


async def test_a_field_that_was_read_can_be_sent_back(vendor: Vendor) -> None:
    for members in ({"type": "text"}, {"type": "boolean"}, {"type": "select", "properties": {"list": LABELLED}}):
        field = await made(vendor, label="Sent", **members)
        again = await edited(vendor, field, "PUT", **field)
        assert {**again, "dateModified": None} == field


async def test_type_and_alias_of_a_field_stay(vendor: Vendor) -> None:
    field = await made(vendor, label="Size", type="text")
    for member, value in (("type", "number"), ("alias", "other")):
        response = await vendor.client.patch(f"{PATH}/{field['id']}/edit", json={member: value})
        assert "stays so" in error(response, 400)["message"]
    select = await made(vendor, label="Chosen", type="select", properties="a|b")
    response = await vendor.client.patch(f"{PATH}/{select['id']}/edit", json={"properties": {"list": []}})
    assert list(error(response, 400)["details"]) == ["properties"]


@pytest.mark.parametrize("field_id", ["0", "00", "9" * 20, str(2**40), "\u0661\u0660\u0665", "x", "-1"])
async def test_put_makes_no_field_of_an_id_that_none_can_have(vendor: Vendor, field_id: str) -> None:
    before = (await page(vendor))["total"]
    error(await vendor.client.put(f"{PATH}/{field_id}/edit", json={"label": "Size"}), 404)
    assert (await page(vendor))["total"] == before


async def test_a_field_that_there_is_not_is_made_by_put_and_unknown_to_patch(vendor: Vendor) -> None:
    error(await vendor.client.patch(f"{PATH}/4711/edit", json={"label": "New"}), 404)
    response = await vendor.client.put(f"{PATH}/4711/edit", json={"label": "New"})
    assert (response.status_code, response.json()["field"]["alias"]) == (201, "new")
    for path in (f"{PATH}/4711", f"{PATH}/new", f"{PATH}/0", "/api/fields/company"):
        error(await vendor.client.get(path), 404)
    for path in ("batch", "x"):
        error(await vendor.client.put(f"{PATH}/{path}/edit", json={"label": "New"}), 404)
    error(await vendor.client.delete(f"{PATH}/4711/delete"), 404)


async def test_a_deleted_field_is_gone_with_its_values(vendor: Vendor) -> None:
    field = await made(vendor, label="Size")
    person = await vendor.make(size="L")
    response = await vendor.client.delete(f"{PATH}/{field['id']}/delete")
    assert (response.status_code, response.json()) == (200, {"field": {**field, "id": None}})
    assert await native(vendor) == []
    assert "size" not in (await vendor.read(person["id"]))["fields"]["all"]
    assert (await vendor.native(person["id"]))["custom"] == {}
    error(await vendor.client.delete(f"{PATH}/{field['id']}/delete"), 404)


@pytest.mark.parametrize("field_id", [6, 23])
async def test_the_fields_of_every_account_stay_as_they_are(vendor: Vendor, field_id: int) -> None:
    await vendor.make(facebook="ana")
    before = (await vendor.client.get(f"{PATH}/{field_id}")).json()
    answers: list[httpx.Response] = [
        await vendor.client.patch(f"{PATH}/{field_id}/edit", json={"label": "Mine"}),
        await vendor.client.put(f"{PATH}/{field_id}/edit", json={"label": "Mine"}),
        await vendor.client.delete(f"{PATH}/{field_id}/delete"),
    ]
    for response in answers:
        assert "is built in" in error(response, 403)["message"]
    assert (await vendor.client.get(f"{PATH}/{field_id}")).json() == before
