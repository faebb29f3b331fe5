"""Address books over v2, and the same lists over the native API."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo
PATH = "/v2/address-books"
UNKNOWN = "Error: ERROR_ADDRESSBOOK_NOT_FOUND"


async def made(vendor: Vendor, **members: Any) -> dict[str, Any]:
    response = await vendor.client.post(PATH, json=members)
    assert response.status_code == 201, response.text
    return dict(response.json())


async def ids(vendor: Vendor, which: str = "", **query: Any) -> list[int]:
    response = await vendor.client.get(f"{PATH}{which}", params=query)
    assert response.status_code == 200, response.text
    return [book["id"] for book in response.json()]


async def test_a_book_made_here_is_the_native_list_of_the_same_number(vendor: Vendor) -> None:
    body = await made(vendor, Name=" News ", Visibility="public", contacts=7, id=99)
    assert body == {"id": body["id"], "name": "News", "visibility": "Public", "contacts": 0}
    native = (await vendor.client.get(f"/v1/lists/{body['id']}")).json()
    assert (native["name"], native["visibility"]) == ("News", "public")
    assert (await vendor.client.get(f"{PATH}/{body['id']}")).json() == body


async def test_a_native_list_is_a_private_book_unless_it_is_public(vendor: Vendor) -> None:
    plain = await vendor.book("Native")
    response = await vendor.client.post("/v1/lists", json={"name": "Shown", "visibility": "public"})
    assert [book["visibility"] for book in (await vendor.client.get(PATH)).json()] == ["Private", "Public"]
    assert await ids(vendor, "/private") == [plain]
    assert await ids(vendor, "/public") == [response.json()["id"]]


async def test_pages_are_selected_by_age_until_an_empty_one(vendor: Vendor) -> None:
    books = [(await made(vendor, name=f"B{place}", visibility=("Private", "Public")[place % 2]))["id"] for place in range(5)]
    pages = [await ids(vendor, select=2, skip=skip) for skip in (0, 2, 4, 6)]
    assert pages == [books[:2], books[2:4], books[4:], []]
    assert await ids(vendor, "/private", Select=2, Skip=1) == [books[2], books[4]]


@pytest.mark.parametrize("query", [{"select": 0}, {"select": 1001}, {"skip": -1}, {"select": "x"}])
@pytest.mark.parametrize("which", ["", "/private", "/public"])
async def test_a_page_that_cannot_be_is_refused(vendor: Vendor, which: str, query: dict[str, Any]) -> None:
    assert message(await vendor.client.get(f"{PATH}{which}", params=query), 400).endswith(" ERROR_PARAMETER_INVALID")


async def test_live_members_alone_are_counted(vendor: Vendor) -> None:
    book, empty = await vendor.book(), await vendor.book()
    _, gone, left, _ = [await vendor.contact(lists=[book]) for _ in range(4)]
    await vendor.client.delete(f"/v1/contacts/{gone}")
    email = (await vendor.native(left))["email"]
    await vendor.client.post(f"{PATH}/{book}/contacts/unsubscribe", json={"email": email})
    assert {each["id"]: each["contacts"] for each in (await vendor.client.get(PATH)).json()} == {book: 2, empty: 0}
    assert (await vendor.client.get(f"{PATH}/{book}")).json()["contacts"] == 2


async def test_a_change_leaves_what_it_does_not_name(vendor: Vendor) -> None:
    book = await made(vendor, name="A", visibility="Public")
    renamed = await vendor.client.put(f"{PATH}/{book['id']}", json={"id": 1, "name": "B"})
    assert (renamed.status_code, renamed.json()) == (200, {**book, "name": "B"})
    hidden = await vendor.client.put(f"{PATH}/{book['id']}", json={"visibility": "Private"})
    assert (hidden.status_code, hidden.json()) == (200, {**book, "name": "B", "visibility": "Private"})


@pytest.mark.parametrize("name", ["news", " NEWS ", "Test", "all contacts"])
async def test_a_name_that_is_taken_or_reserved_is_a_duplicate(vendor: Vendor, name: str) -> None:
    await made(vendor, name="News")
    other = await made(vendor, name="Other")
    for response in (
        await vendor.client.post(PATH, json={"name": name}),
        await vendor.client.put(f"{PATH}/{other['id']}", json={"name": name}),
    ):
        assert message(response, 400).endswith(" ERROR_ADDRESSBOOK_DUPLICATE")
    assert await ids(vendor, skip=2) == []


async def test_a_native_list_of_a_reserved_name_may_keep_it(vendor: Vendor) -> None:
    book = await vendor.book("Test")
    changed = await vendor.client.put(f"{PATH}/{book}", json={"name": "TEST", "visibility": "Public"})
    assert (changed.status_code, changed.json()["name"]) == (200, "TEST")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": ""}, {"name": " "}, {"name": "a\nb"}, {"name": "x" * 129}, {"name": 7}, {"name": "A", "visibility": "Shy"}],
)
async def test_a_body_that_makes_no_book_is_refused(vendor: Vendor, body: dict[str, Any]) -> None:
    assert message(await vendor.client.post(PATH, json=body), 400).endswith(" ERROR_ADDRESSBOOK_INVALID")
    assert await ids(vendor) == []


async def test_a_name_may_have_128_characters(vendor: Vendor) -> None:
    assert (await made(vendor, name="é" * 128))["name"] == "é" * 128


async def test_a_deleted_book_is_off_its_contacts_who_stay(vendor: Vendor) -> None:
    book = await vendor.book()
    person = await vendor.contact(lists=[book])
    response = await vendor.client.delete(f"{PATH}/{book}")
    assert (response.status_code, response.content) == (204, b"")
    assert (await vendor.native(person))["lists"] == []
    assert message(await vendor.client.delete(f"{PATH}/{book}"), 404) == UNKNOWN


@pytest.mark.parametrize("book_id", ["0", "999999", "x", "-1", "99999999999999999999", "1.5"])
async def test_an_id_of_no_book_is_not_found_in_the_very_words_that_clients_compare(vendor: Vendor, book_id: str) -> None:
    one = f"{PATH}/{book_id}"
    asked: list[tuple[str, str, Any]] = [
        ("GET", one, None),
        ("PUT", one, {"name": "A"}),
        ("DELETE", one, None),
        ("GET", f"{one}/contacts", None),
        ("POST", f"{one}/contacts", {"email": "a@example.org"}),
        ("DELETE", f"{one}/contacts", None),
        ("DELETE", f"{one}/contacts/1", None),
        ("POST", f"{one}/contacts/delete", [1]),
        ("POST", f"{one}/contacts/delete-all", None),
        ("GET", f"{one}/contacts/modified-since/2026-01-01", None),
        ("GET", f"{one}/contacts/unsubscribed-since/2026-01-01", None),
        ("POST", f"{one}/contacts/unsubscribe", {"email": "a@example.org"}),
        ("POST", f"{one}/contacts/resubscribe", {"unsubscribedContact": {"email": "a@example.org"}}),
    ]
    for method, path, body in asked:
        assert message(await vendor.client.request(method, path, json=body), 404) == UNKNOWN, (method, path)


async def test_of_many_who_make_one_book_at_once_one_does(vendor: Vendor) -> None:
    answers: list[httpx.Response] = await asyncio.gather(*(vendor.client.post(PATH, json={"name": "Once"}) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [201] + [400] * 5
