"""How an import may be asked for over the vendor's API, and what is refused."""

import json
from typing import Any
from uuid import uuid4

import pytest

from tests.dialects.constant_contact.importing import FILE, JSON, form, person, send
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo


@pytest.mark.parametrize("order", [1, -1])
async def test_the_parts_come_in_any_order_and_unknown_ones_are_passed_over(vendor: Vendor, order: int) -> None:
    news, offers = await vendor.list(), await vendor.list()
    parts = [
        ("file", "PEOPLE.CSV", b"\xef\xbb\xbfemail\r\nana@example.org\r\n"),
        ("list_ids", None, f" {news} , {offers}".encode()),
        ("column_names", None, b"what v2 asked for"),
        ("sms_permission_to_send", None, b""),
        ("column_names", "x.bin", bytes(100_000)),
    ]
    response = await vendor.client.post(FILE, **form(*parts[::order]))
    assert response.status_code == 201, response.text
    ended = await vendor.ended(response.json()["activity_id"])
    assert (ended["source_file_name"], ended["status"]["person_count"], ended["activity_errors"]) == ("PEOPLE.CSV", 1, [])
    assert {each["uuid"] for each in (await person(vendor, email="ana@example.org"))["lists"]} == {news, offers}


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"list_ids": "{list}"}, "file"),
        ({"file": b"email\n"}, "list_ids is missing"),
        ({"file": b"email\n", "list_ids": ""}, "list_ids is missing"),
        ({"file": b"email\n", "list_ids": "News"}, "list_ids.0 does not have a valid value"),
        ({"file": b"email\n", "list_ids": ",".join([str(uuid4())] * 51)}, "list_ids does not have a valid value"),
        ({"file": b"", "list_ids": "{list}"}, "file does not have a valid value: it is empty"),
        ({"file": b"email\n", "list_ids": "{list}", "sms_permission_to_send": "yes"}, "sms_permission_to_send does not have"),
        (
            {"file": b"email\n", "list_ids": "{list}", "after": "nobody"},
            "after does not have a valid value: there is no such activity",
        ),
        ({"file": b"email\n", "list_ids": b"\xff"}, "The part named list_ids is not text in UTF-8"),
    ],
)
async def test_a_form_that_lacks_something_or_says_it_wrongly_is_refused(
    vendor: Vendor, parts: dict[str, Any], message: str
) -> None:
    news = await vendor.list()
    written = [(name, value.replace("{list}", news).encode() if isinstance(value, str) else value) for name, value in parts.items()]
    sent = form(*((name, "a.csv" if name == "file" else None, value) for name, value in written))
    assert message in errors(await vendor.client.post(FILE, **sent), 400, "contacts.api.validation.error")[0]
    assert (await vendor.client.get("/v1/jobs")).json()["items"] == []


async def test_a_file_that_is_not_called_csv_and_a_body_that_is_no_form_are_of_an_unsupported_type(vendor: Vendor) -> None:
    news = await vendor.list()
    key = "contacts.api.unsupported_media_type"
    for name in ("people.xlsx", "csv", "people.csv.gz"):
        assert ".csv" in errors(await send(vendor, "email\na@example.org\n", name=name, list_ids=news), 415, key)[0]
    for media_type in ("text/csv", "application/json", "application/x-www-form-urlencoded", ""):
        headers = {"Content-Type": media_type}
        assert "multipart/form-data" in errors(await vendor.client.post(FILE, content=b"email\n", headers=headers), 415, key)[0]
    json_body = await vendor.client.post(JSON, content=b"{}", headers={"Content-Type": "text/csv"})
    assert "application/json" in errors(json_body, 415, key)[0]


async def test_a_list_that_nobody_has_is_unknown_to_a_file_and_wrong_in_json(vendor: Vendor) -> None:
    nowhere = str(uuid4())
    errors(await send(vendor, "email\na@example.org\n", list_ids=nowhere), 404, "contacts.api.not_found")
    body = {"import_data": [{"email": "a@example.org"}], "list_ids": [nowhere]}
    errors(await vendor.client.post(JSON, json=body), 400, "contacts.api.validation.error")
    assert (await vendor.client.get("/v1/jobs")).json()["items"] == []


@pytest.mark.parametrize(
    ("body", "messages"),
    [
        ({}, ["list_ids is missing", "import_data is missing"]),
        ({"import_data": None, "list_ids": None}, ["list_ids is missing", "import_data is missing"]),
        (
            {"import_data": {}, "list_ids": [str(uuid4())]},
            ["import_data does not have a valid value: it must be a list of contacts"],
        ),
        ({"import_data": [], "list_ids": [str(uuid4())]}, ["import_data does not have a valid value: it has no contacts"]),
        ([], ["body does not have a valid value: it must be a JSON object"]),
        ("{", ["The body cannot be read as JSON in UTF-8."]),
    ],
)
async def test_a_body_that_is_wrong_is_refused_with_a_message_for_each_thing(
    vendor: Vendor, body: Any, messages: list[str]
) -> None:
    content = body if isinstance(body, str) else json.dumps(body)
    response = await vendor.client.post(JSON, content=content, headers={"Content-Type": "application/json"})
    assert errors(response, 400, "contacts.api.validation.error") == messages


async def test_a_body_of_the_wrong_number_of_lists_is_refused(vendor: Vendor) -> None:
    for lists in ([], [str(uuid4())] * 51):
        response = await vendor.client.post(JSON, json={"import_data": [{}], "list_ids": lists})
        assert "list_ids does not have a valid value" in errors(response, 400, "contacts.api.validation.error")[0]
