"""Custom fields over the vendor's API, and the same fields over the native one."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from shared.contacts.fields import FieldType
from shared.contract.identity import Thing
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo
PATH = "/v3/contact_custom_fields"
INVALID = "contacts.api.validation.error"
UNKNOWN = "contacts.api.not_found"
CONFLICT = "contacts.api.conflict"
COLOURS = [{"choice_label": "Red", "display_order": 2}, {"choice_label": "Blue", "display_order": 1}]


async def made(vendor: Vendor, label: str = "", kind: str = "string", **body: Any) -> dict[str, Any]:
    response = await vendor.client.post(PATH, json={"label": label or f"F {uuid4().hex[:8]}", "type": kind, **body})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def native(vendor: Vendor, field_id: str) -> dict[str, Any]:
    response = await vendor.client.get(f"/v1/fields/{field_id}")
    assert response.status_code == 200, response.text
    return dict(response.json())


async def put(vendor: Vendor, field: dict[str, Any], **body: Any) -> dict[str, Any]:
    response = await vendor.client.put(f"{PATH}/{field['custom_field_id']}", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


def ids(field: dict[str, Any]) -> dict[str, int]:
    return {choice["choice_label"]: choice["choice_id"] for choice in field["choices"]}


async def test_a_field_is_named_by_its_label_and_is_the_same_in_the_native_api(vendor: Vendor) -> None:
    field = await made(vendor, "Customer ID")
    assert list(field) == ["custom_field_id", "label", "name", "type", "updated_at", "created_at"]
    assert (field["label"], field["name"], field["type"]) == ("Customer ID", "customer_id", "string")
    seen = await native(vendor, field["custom_field_id"])
    assert (seen["name"], seen["label"], seen["type"]) == ("customer_id", "Customer ID", "text")
    assert (await vendor.client.get(f"{PATH}/{field['custom_field_id']}")).json() == field
    person = await vendor.contact(custom={"customer_id": "C1"})
    assert (await vendor.native(person))["custom"] == {"customer_id": "C1"}


@pytest.mark.parametrize(
    ("kind", "metadata", "stored"),
    [
        ("string", {}, "text"),
        ("text_area", {}, "text_area"),
        ("date", {"display_format": "DD.MM.YYYY"}, "date"),
        ("datetime", {}, "datetime"),
        ("currency", {"currency_code": "EUR", "decimal_places": 2}, "currency"),
        ("number", {"allow_negative": False, "integer": False, "decimal_places": 1}, "number"),
        ("number", {"integer": True}, "integer"),
        ("boolean", {"display_type": "checkbox"}, "boolean"),
    ],
)
async def test_each_type_is_kept_natively_and_shown_as_it_was_sent(
    vendor: Vendor, kind: str, metadata: dict[str, Any], stored: str
) -> None:
    field = await made(vendor, kind=kind, metadata={**metadata, "surplus": 1})
    assert (field["type"], field.get("metadata", {})) == (kind, metadata)
    assert (await native(vendor, field["custom_field_id"]))["type"] == stored
    assert field.get("version") == (2 if kind in ("date", "datetime") else None)


@pytest.mark.parametrize(
    ("kind", "shown", "metadata"),
    [("phone", "string", None), ("url", "string", None), ("integer", "number", {"integer": True})],
)
async def test_a_native_type_that_is_unknown_here_shows_as_the_nearest(
    vendor: Vendor, kind: str, shown: str, metadata: dict[str, Any] | None
) -> None:
    uuid = (await vendor.client.post("/v1/fields", json={"name": "N", "type": kind})).json()["uuid"]
    field = (await vendor.client.get(f"{PATH}/{uuid}")).json()
    assert (field["type"], field.get("metadata"), field["name"]) == (shown, metadata, "N")
    assert (await put(vendor, field, label="L", type=shown))["label"] == "L"
    assert (await native(vendor, uuid))["type"] == kind


async def test_a_field_with_more_letters_and_choices_than_clients_take_is_cut_for_them(vendor: Vendor) -> None:
    sent = {"name": "n" * 60, "label": "l" * 60, "type": "multi_select", "choices": [f"C{place}" for place in range(150)]}
    uuid = (await vendor.client.post("/v1/fields", json=sent)).json()["uuid"]
    field = (await vendor.client.get(f"{PATH}/{uuid}")).json()
    assert (field["name"], field["label"], len(field["choices"])) == ("n" * 50, "l" * 50, 100)


async def test_the_version_that_was_said_is_shown(vendor: Vendor) -> None:
    assert (await made(vendor, kind="date", version=1))["version"] == 1


async def test_choices_stand_in_their_order_and_can_be_set_natively(vendor: Vendor) -> None:
    field = await made(vendor, "Colour", "single_select", choices=COLOURS, metadata={"display_type": "radio"})
    assert [choice["choice_label"] for choice in field["choices"]] == ["Blue", "Red"]
    assert [choice["display_order"] for choice in field["choices"]] == [1, 2]
    assert {choice["custom_field_id"] for choice in field["choices"]} == {field["custom_field_id"]}
    assert sorted(ids(field).values()) == [1, 2]
    assert (await native(vendor, field["custom_field_id"]))["choices"] == ["Blue", "Red"]
    person = await vendor.contact(custom={"colour": "red"})
    assert (await vendor.native(person))["custom"] == {"colour": "Red"}


async def test_the_id_of_a_choice_stays_through_new_names_places_and_removals(vendor: Vendor) -> None:
    field = await made(vendor, "Colour", "multi_select", choices=COLOURS)
    was = ids(field)
    renamed = await put(
        vendor,
        field,
        choices=[
            {"choice_id": was["Red"], "choice_label": "Scarlet"},
            {"choice_label": "Red"},
            {"choice_id": was["Blue"], "choice_label": "Blue"},
        ],
    )
    assert ids(renamed) == {"Scarlet": was["Red"], "Red": 3, "Blue": was["Blue"]}
    moved = await put(vendor, field, choices=[{"choice_label": "Blue"}, {"choice_label": "Scarlet"}])
    assert ids(moved) == {"Blue": was["Blue"], "Scarlet": was["Red"]}
    added = await put(vendor, field, choices=[{"choice_label": "Green"}, {"choice_label": "Scarlet"}])
    assert ids(added) == {"Green": 4, "Scarlet": was["Red"]}
    changed = await vendor.client.patch(f"/v1/fields/{field['custom_field_id']}", json={"choices": ["Scarlet", "Blue", "Grey"]})
    assert changed.json()["choices"] == ["Scarlet", "Blue", "Grey"]
    last = (await vendor.client.get(f"{PATH}/{field['custom_field_id']}")).json()
    assert ids(last) == {"Scarlet": was["Red"], "Blue": was["Blue"], "Grey": 5}


async def test_choices_of_a_field_that_is_older_than_their_ids_have_them_by_their_place(vendor: Vendor) -> None:
    sent = {"name": "old", "type": "single_select", "choices": ["A", "B"]}
    uuid = (await vendor.client.post("/v1/fields", json=sent)).json()["uuid"]
    await vendor.muster.database["fields"].update_one(
        {"account": vendor.muster.account.number, "name": "old"}, {"$unset": {"choice_ids": ""}}
    )
    field = (await vendor.client.get(f"{PATH}/{uuid}")).json()
    assert ids(field) == {"A": 1, "B": 2}
    assert ids(await put(vendor, field, choices=[{"choice_label": "C"}, {"choice_label": "B"}])) == {"C": 3, "B": 2}


async def test_choices_that_are_added_at_once_have_ids_of_their_own(vendor: Vendor) -> None:
    field = await made(vendor, "Colour", "single_select", choices=COLOURS)
    await asyncio.gather(*(put(vendor, field, choices=[{"choice_label": f"C{place}"}]) for place in range(6)))
    document = await vendor.muster.database["fields"].find_one({"account": vendor.muster.account.number})
    assert sorted(number for _, number in document["choice_ids"]["of"]) == list(range(1, 9))


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"type": "string"}, "label is missing"),
        ({"label": "x"}, "type is missing"),
        ({"label": "x" * 51, "type": "string"}, "label does not have a valid value"),
        ({"label": " ", "type": "string"}, "label does not have a valid value"),
        ({"label": "x", "type": "colour"}, "type does not have a valid value"),
        ({"label": "x", "type": "single_select"}, "choices: A select needs at least one choice"),
        ({"label": "x", "type": "string", "choices": COLOURS}, "choices: A field of type text has no choices"),
        ({"label": "x", "type": "single_select", "choices": [COLOURS[0]] * 2}, "choices: one of them is there twice"),
        ({"label": "x", "type": "single_select", "choices": [{"choice_label": ""}]}, "choices.0.choice_label does not have"),
        ({"label": "x", "type": "number", "metadata": {"decimal_places": 5}}, "metadata.decimal_places does not have"),
        (
            {
                "label": "x",
                "type": "multi_select",
                "metadata": {"display_type": "checkbox"},
                "choices": [{"choice_label": f"C{place}"} for place in range(21)],
            },
            "choices does not have a valid value: a checkbox shows at most 20",
        ),
    ],
)
async def test_a_body_that_makes_no_field_is_refused(vendor: Vendor, body: dict[str, Any], message: str) -> None:
    assert errors(await vendor.client.post(PATH, json=body), 400, INVALID)[0].startswith(message)


async def test_a_body_that_is_no_json_is_refused_as_such(vendor: Vendor) -> None:
    response = await vendor.client.post(PATH, content=b"label: x", headers={"Content-Type": "text/plain"})
    errors(response, 415, "contacts.api.unsupported_media_type")


async def test_a_change_of_what_cannot_change_is_refused(vendor: Vendor) -> None:
    field = await made(vendor, kind="number")
    path = f"{PATH}/{field['custom_field_id']}"
    for body, message in (
        ({"type": "date"}, "type does not have"),
        ({"metadata": {"integer": True}}, "metadata.integer does not have"),
        ({"choices": COLOURS}, "choices: A field of type number has no choices"),
    ):
        assert errors(await vendor.client.put(path, json=body), 400, INVALID)[0].startswith(message)
    select = await made(vendor, kind="single_select", choices=COLOURS)
    path = f"{PATH}/{select['custom_field_id']}"
    for choices in ([{"choice_id": 9, "choice_label": "x"}], [{"choice_id": 1, "choice_label": each} for each in "xy"]):
        assert errors(await vendor.client.put(path, json={"choices": choices}), 400, INVALID)[0].startswith("choice_id does not")
    assert errors(await vendor.client.put(path, json={"choices": []}), 400, INVALID)[0].startswith("choices: A select needs")
    assert (await vendor.client.get(path)).json() == select


async def test_a_change_leaves_what_it_does_not_name_and_the_name_always(vendor: Vendor) -> None:
    field = await made(vendor, "Plan", "single_select", choices=COLOURS, metadata={"display_type": "radio"})
    changed = await put(vendor, field, label="Plan of today", metadata={"display_format": "x"}, choices=None)
    assert (changed["label"], changed["name"], ids(changed)) == ("Plan of today", "plan", ids(field))
    assert changed["metadata"] == {"display_type": "radio", "display_format": "x"}


async def test_the_id_of_the_field_that_has_the_name_is_the_last_word(vendor: Vendor) -> None:
    first, other = await made(vendor, "Customer ID"), await made(vendor)
    refused = [
        await vendor.client.post(PATH, json={"label": "customer_id", "type": "date"}),
        await vendor.client.put(f"{PATH}/{other['custom_field_id']}", json={"label": "CUSTOMER ID"}),
    ]
    for response in refused:
        assert errors(response, 409, CONFLICT)[0].split()[-1] == first["custom_field_id"]
    assert (await put(vendor, first, label="customer id"))["label"] == "customer id"


async def test_no_two_fields_have_one_label_and_a_label_that_is_free_again_may_be_given(vendor: Vendor) -> None:
    first = await made(vendor, "One")
    await put(vendor, first, label="Two")
    for label in ("Two", "TWO"):
        response = await vendor.client.post(PATH, json={"label": label, "type": "string"})
        assert errors(response, 409, CONFLICT)[0].split()[-1] == first["custom_field_id"]
    second = await made(vendor, "One")
    assert (second["label"], second["name"]) == ("One", "one_2")
    refused = await vendor.client.put(f"{PATH}/{second['custom_field_id']}", json={"label": "two"})
    assert errors(refused, 409, CONFLICT)[0].split()[-1] == first["custom_field_id"]
    await put(vendor, first, label="Three")
    assert (await put(vendor, second, label="Two"))["label"] == "Two"
    assert (await made(vendor, "One"))["name"] == "one_3"


async def test_metadata_and_choices_that_are_null_say_nothing(vendor: Vendor) -> None:
    field = await made(vendor, kind="number", metadata=None, choices=None, version=None)
    await put(vendor, field, metadata={"decimal_places": 2, "integer": None}, label=None)
    changed = await put(vendor, field, metadata=None)
    assert (changed["label"], changed["metadata"]) == (field["label"], {"decimal_places": 2})


async def test_of_many_who_make_one_field_at_once_one_does(vendor: Vendor) -> None:
    answers = await asyncio.gather(*(vendor.client.post(PATH, json={"label": "Once", "type": "date"}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    winner = next(answer.json()["custom_field_id"] for answer in answers if answer.status_code == 201)
    assert {errors(each, 409, CONFLICT)[0].split()[-1] for each in answers if each.status_code == 409} == {winner}


async def test_pages_begin_with_the_fields_and_the_last_has_no_links(vendor: Vendor) -> None:
    fields = [(await made(vendor))["custom_field_id"] for _ in range(3)]
    first = (await vendor.client.get(PATH, params={"limit": 2})).json()
    assert list(first) == ["custom_fields", "_links"]
    second = (await vendor.client.get(first["_links"]["next"]["href"] + "&limit=1")).json()
    assert list(second) == ["custom_fields"]
    assert [each["custom_field_id"] for each in first["custom_fields"] + second["custom_fields"]] == fields
    for query in ({"limit": 0}, {"limit": 101}):
        assert "limit" in errors(await vendor.client.get(PATH, params=query), 400, INVALID)[0]


async def test_the_hundred_and_first_field_is_refused(vendor: Vendor) -> None:
    door = vendor.muster.gateway.fields.of_account(vendor.muster.account.number)
    await asyncio.gather(*(door.create(f"f{place}", FieldType.TEXT) for place in range(100)))
    refused = await vendor.client.post(PATH, json={"label": "One more", "type": "string"})
    assert errors(refused, 400, INVALID) == ["an account has at most 100 custom fields: delete one first"]


async def test_a_field_is_deleted_with_its_values(vendor: Vendor) -> None:
    field = await made(vendor, "Plan")
    person = await vendor.contact(custom={"plan": "gold"})
    path = f"{PATH}/{field['custom_field_id']}"
    response = await vendor.client.delete(path, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.content) == (204, b"")
    assert (await vendor.native(person))["custom"] == {}
    for method in ("GET", "PUT", "DELETE"):
        assert "unknown" in errors(await vendor.client.request(method, path, json={}), 404, UNKNOWN)[0]
    assert "invalid format" in errors(await vendor.client.get(f"{PATH}/x"), 404, UNKNOWN)[0]
    assert "unknown" in errors(await vendor.client.get(f"{PATH}/{vendor.uuid(Thing.LIST, 1)}"), 404, UNKNOWN)[0]
