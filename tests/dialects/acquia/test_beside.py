"""What stands beside contacts: their notes, and the lists that are always empty."""

from typing import Any

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, error

pytestmark = pytest.mark.mongo
OF_A_CONTACT = ("activity", "events", "notes", "devices", "companies", "campaigns")


async def with_notes(vendor: Vendor, *texts: str) -> int:
    number = (await vendor.make())["id"]
    for text in texts:
        response = await vendor.client.patch(f"/v1/contacts/{number}", json={"notes": [text]})
        assert response.status_code == 200, response.text
    return int(number)


async def notes(vendor: Vendor, number: int, **query: Any) -> tuple[int, list[str]]:
    response = await vendor.client.get(f"{CONTACTS}/{number}/notes", params=query)
    assert response.status_code == 200, response.text
    return response.json()["total"], [note["text"] for note in response.json()["notes"]]


async def test_the_list_of_owners_is_empty(vendor: Vendor) -> None:
    response = await vendor.client.get(f"{CONTACTS}/list/owners")
    assert (response.status_code, response.json()) == (200, [])


async def test_what_is_not_known_of_a_contact_is_empty(vendor: Vendor) -> None:
    number = (await vendor.make())["id"]
    for name in ("devices", "companies", "campaigns"):
        response = await vendor.client.get(f"{CONTACTS}/{number}/{name}")
        assert (response.status_code, response.json()) == (200, {"total": 0, name: []})
    legacy: dict[str, Any] = {"search": "", "orderBy": "", "orderByDir": "ASC", "page": 1}
    for path, query in ((f"{number}/activity", {"limit": 20}), (f"{number}/events", legacy), ("activity", {})):
        response = await vendor.client.get(f"{CONTACTS}/{path}", params=query)
        assert (response.status_code, response.json()["events"], response.json()["total"]) == (200, [], 0)


@pytest.mark.parametrize("name", OF_A_CONTACT)
async def test_beside_a_contact_that_there_is_not_stands_nothing(vendor: Vendor, name: str) -> None:
    number = (await vendor.make())["id"]
    await vendor.client.delete(f"{CONTACTS}/{number}/delete")
    for unknown in (number, 4711, "x"):
        error(await vendor.client.get(f"{CONTACTS}/{unknown}/{name}"), 404)


async def test_the_notes_of_the_native_api_are_shown_newest_first(vendor: Vendor) -> None:
    number = await with_notes(vendor, "First", "Second")
    response = await vendor.client.get(f"{CONTACTS}/{number}/notes")
    shown = response.json()
    assert (shown["total"], [note["text"] for note in shown["notes"]]) == (2, ["Second", "First"])
    native = (await vendor.native(number))["notes"]
    for note, same in zip(shown["notes"], native, strict=True):
        assert (note["id"], note["type"]) == (same["id"], "general")
        assert note["dateTime"] == f"{same['created_at'][:19]}+00:00"


async def test_notes_are_paged_sorted_and_searched(vendor: Vendor) -> None:
    number = await with_notes(vendor, "b about price", "a about size", "c about price")
    blank = {"search": "", "start": 0, "limit": 0, "orderBy": "", "orderByDir": "ASC"}
    assert await notes(vendor, number, **blank) == (3, ["c about price", "a about size", "b about price"])
    assert await notes(vendor, number, start=1, limit=1) == (3, ["a about size"])
    assert await notes(vendor, number, search="PRICE about") == (2, ["c about price", "b about price"])
    assert (await notes(vendor, number, orderBy="n.text", orderByDir="asc"))[1] == [
        "a about size",
        "b about price",
        "c about price",
    ]
    assert (await notes(vendor, number, orderBy="dateTime"))[1][0] == "b about price"
    assert (await notes(vendor, number, orderBy="n.dateAdded", orderByDir="DESC"))[1][0] == "c about price"
    assert await notes(vendor, number, search="nothing") == (0, [])
    for query in ({"orderBy": "colour"}, {"orderByDir": "up"}, {"orderBy": "text", "orderByDir": "up"}):
        found = error(await vendor.client.get(f"{CONTACTS}/{number}/notes", params=query), 400)
        assert (found["message"].startswith("This is a bad request. orderBy"), found["details"]) == (True, [])
    error(await vendor.client.get(f"{CONTACTS}/{number}/notes", params={"limit": "all"}), 400)
