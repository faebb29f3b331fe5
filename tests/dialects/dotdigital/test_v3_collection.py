"""The collection of v3: its filters, its pages, and both spellings of its address."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from tests.dialects.dotdigital.v3_people import PATH, get, make
from tests.dialects.dotdigital.vendor import Vendor, error

pytestmark = pytest.mark.mongo

ALWAYS = {"contactId", "status", "created", "updated", "identifiers"}


async def found(vendor: Vendor, *query: tuple[str, str]) -> list[int]:
    """The ids of the contacts that fit."""
    response = await vendor.client.get(PATH, params=list(query))
    assert response.status_code == 200, response.text
    return [each["contactId"] for each in response.json()["_items"]]


async def test_both_spellings_answer_without_a_redirect_with_what_always_is_shown(vendor: Vendor) -> None:
    await make(vendor, dataFields={"FIRSTNAME": "Ana"})
    for path in (PATH, f"{PATH}/", f"{PATH}/?limit=5000", f"{PATH}?%7Ecreated=gte%3A%3A2020-01-01T00%3A00%3A00%2B00%3A00"):
        response = await vendor.client.get(path)
        assert response.status_code == 200, response.text
        (item,) = response.json()["_items"]
        assert set(item) == ALWAYS


async def test_the_query_says_what_is_shown(vendor: Vendor) -> None:
    number = (await make(vendor, dataFields={"FIRSTNAME": "Ana"}))["contactId"]
    query = {"data-fields": "[[ALL]]", "include": "channelProperties|lists|preferences|consentRecords"}
    response = await vendor.client.get(PATH, params=query)
    assert response.json()["_items"] == [await get(vendor, "contactId", number)]
    response = await vendor.client.get(PATH, params={"data-fields": "FIRSTNAME"})
    (item,) = response.json()["_items"]
    assert (set(item), item["dataFields"]) == (ALWAYS | {"dataFields"}, {"FIRSTNAME": "Ana"})
    response = await vendor.client.get(PATH, params={"data-fields": "NOBODY"})
    assert (error(response, 400)[0], response.json()["details"][0]["item"]) == ("contacts:invalidFilter", "data-fields")


async def test_links_lead_through_all_pages_with_the_filters(vendor: Vendor) -> None:
    book = await vendor.book()
    numbers = [(await make(vendor, lists=[book]))["contactId"] for _ in range(3)]
    await make(vendor)
    response = await vendor.client.get(f"{PATH}/?%7ElistId={book}&limit=2&include=lists")
    page: dict[str, Any] = response.json()
    links = page["_links"]
    assert (list(links), links["self"], links["first"]["marker"]) == (["self", "first", "next"], links["first"], "")
    assert [each["contactId"] for each in page["_items"]] == numbers[:2]
    last = (await vendor.client.get(links["next"]["link"])).json()
    assert ([each["contactId"] for each in last["_items"]], list(last["_links"])) == (numbers[2:], ["self", "first"])
    assert last["_items"][0]["lists"]
    assert last["_links"]["self"]["marker"] == links["next"]["marker"]
    by_marker = await vendor.client.get(PATH, params={"marker": links["next"]["marker"], "~listId": book, "limit": 2})
    assert by_marker.json()["_items"][0]["contactId"] == numbers[2]
    assert (await vendor.client.get(last["_links"]["first"]["link"])).json() == page


async def test_times_are_compared_as_they_are_shown(vendor: Vendor) -> None:
    made = [await make(vendor) for _ in range(2)]
    first, second = (each["contactId"] for each in made)
    await vendor.client.patch(f"{PATH}/contactId/{first}", json={"dataFields": {"FIRSTNAME": "Ana"}})
    created = made[1]["created"]
    before = (datetime.fromisoformat(made[0]["created"]) - timedelta(milliseconds=1)).isoformat()
    assert await found(vendor, ("~created", f"eq::{created}")) == [second]
    assert await found(vendor, ("~created", f"gte::{created}")) == [second]
    assert await found(vendor, ("~created", f"gt::{created}")) == []
    assert await found(vendor, ("~created", f"lt::{created}")) == [first]
    assert await found(vendor, ("~created", f"lte::{created}"), ("~created", f"gt::{before}")) == [first, second]
    assert await found(vendor, ("~modified", f"gt::{made[1]['updated']}")) == [first]
    assert await found(vendor, ("~modified", f"gt::{made[1]['updated']}"), ("~created", f"gt::{made[0]['created']}")) == []


async def test_deleted_contacts_and_those_that_left_the_list_are_not_there(vendor: Vendor) -> None:
    book = await vendor.book()
    stays, leaves, goes = [(await make(vendor, lists=[book]))["contactId"] for _ in range(3)]
    await vendor.client.delete(f"{PATH}/contactId/{goes}")
    assert (await vendor.client.delete(f"/v2/address-books/{book}/contacts/{leaves}")).status_code == 204
    assert await found(vendor, ("~listId", str(book))) == [stays]
    assert await found(vendor) == [stays, leaves]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("~created", "2026-01-01T00:00:00Z"),
        ("~created", "after::2026-01-01T00:00:00Z"),
        ("~modified", "gte::yesterday"),
        ("~modified", "gt::9999-12-31T23:59:59.999Z"),
        ("~listId", "x"),
        ("~segmentId", "1"),
        ("~email", "ana@example.org"),
        ("limit", "0"),
        ("limit", "5001"),
        ("limit", "x"),
        ("marker", "x"),
        ("include", "secrets"),
    ],
)
async def test_a_parameter_that_is_not_valid_is_named(vendor: Vendor, name: str, value: str) -> None:
    response = await vendor.client.get(f"{PATH}?{quote(name)}={quote(value)}")
    assert (error(response, 400)[0], response.json()["details"][0]["item"]) == ("contacts:invalidFilter", name)


async def test_a_page_of_many_contacts_has_all_of_them_in_order(vendor: Vendor) -> None:
    await vendor.imported("Email,FIRSTNAME\n" + "\n".join(f"p{number}@example.org,N{number}" for number in range(600)))
    response = await vendor.client.get(PATH, params={"data-fields": "FIRSTNAME"})
    items = response.json()["_items"]
    assert [each["dataFields"]["FIRSTNAME"] for each in items] == [f"N{number}" for number in range(600)]
