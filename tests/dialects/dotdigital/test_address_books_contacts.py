"""Who is on an address book over v2: joining, leaving, coming back, and being taken off."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI

from tests.dialects.dotdigital.books import TOMORROW, members, memberships, path, removed
from tests.dialects.dotdigital.vendor import Vendor, message
from tests.e2e.conftest import open_tenant
from tests.support.system import System

pytestmark = pytest.mark.mongo
SUPPRESSED = "Contact is suppressed. ERROR_CONTACT_SUPPRESSED"
LONG_AGO = "2000-01-01"


@pytest.fixture
async def beside(shared_muster: System, shared_app: FastAPI) -> AsyncIterator[Vendor]:
    """A client of another account."""
    async with open_tenant(shared_muster, shared_app) as seen:
        yield Vendor(seen)


async def left(vendor: Vendor, book: int, **members: Any) -> tuple[int, str]:
    """A contact that has unsubscribed from the book; its id and its e-mail."""
    person = await vendor.contact(lists=[book], **members)
    email = str((await vendor.native(person))["email"])
    response = await vendor.client.post(path(book, "/unsubscribe"), json={"Email": email})
    assert response.status_code == 200, response.text
    return person, email


async def test_a_contact_is_made_and_put_on_the_book(vendor: Vendor) -> None:
    book = await vendor.book()
    body = {"Email": "ana@example.org", "OptInType": "Single", "DataFields": [{"Key": "FIRSTNAME", "Value": "Ana"}]}
    response = await vendor.client.post(path(book), json=body)
    assert response.status_code == 200, response.text
    contact = response.json()
    assert (contact["email"], contact["optInType"], contact["status"]) == ("ana@example.org", "Single", "Subscribed")
    assert {"key": "FIRSTNAME", "value": "Ana"} in contact["dataFields"]
    assert await members(vendor, book) == [contact["id"]]


async def test_a_known_contact_keeps_what_is_not_mentioned(vendor: Vendor) -> None:
    book = await vendor.book()
    person = await vendor.contact(email="ana@example.org", first_name="Ana")
    response = await vendor.client.post(path(book), json={"email": "Ana@Example.org"})
    assert (response.status_code, response.json()["id"]) == (200, person)
    assert (await vendor.native(person))["first_name"] == "Ana"
    assert await memberships(vendor, person) == {book: "subscribed"}


async def test_pages_of_members_are_selected_by_id(vendor: Vendor) -> None:
    book = await vendor.book()
    people = [await vendor.contact(lists=[book], first_name="A") for _ in range(3)]
    await vendor.contact()
    gone = await vendor.contact(lists=[book])
    await vendor.client.delete(f"/v1/contacts/{gone}")
    await left(vendor, book)
    assert [await members(vendor, book, select=2, skip=skip) for skip in (0, 2, 4)] == [people[:2], people[2:], []]
    plain, full = [(await vendor.client.get(path(book), params={"withFullData": full})).json()[0] for full in ("false", "true")]
    assert plain == {**full, "dataFields": None}
    assert {"key": "FIRSTNAME", "value": "A"} in full["dataFields"]


async def test_members_are_listed_by_when_they_changed(vendor: Vendor) -> None:
    book = await vendor.book()
    person = await vendor.contact(lists=[book])
    await vendor.contact()
    assert await members(vendor, book, f"/modified-since/{LONG_AGO}") == [person]
    assert await members(vendor, book, f"/modified-since/{TOMORROW.replace(':', '%3A')}", select=2000) == []
    for query in ({"select": 2001}, {"skip": -1}):
        response = await vendor.client.get(path(book, f"/modified-since/{LONG_AGO}"), params=query)
        assert message(response, 400).endswith(" ERROR_PARAMETER_INVALID")


@pytest.mark.parametrize("what", ["modified", "unsubscribed"])
async def test_a_date_that_is_none_is_refused(vendor: Vendor, what: str) -> None:
    book = await vendor.book()
    assert message(await vendor.client.get(path(book, f"/{what}-since/x")), 400).endswith(" ERROR_PARAMETER_INVALID")


async def test_who_unsubscribes_from_a_book_leaves_that_one_alone_and_is_listed(vendor: Vendor) -> None:
    book, other = await vendor.book(), await vendor.book()
    person = await vendor.contact(lists=[book, other])
    email = (await vendor.native(person))["email"]
    response = await vendor.client.post(path(book, "/unsubscribe"), json={"email": email})
    assert response.status_code == 200, response.text
    suppression = response.json()
    assert suppression["reason"] == "Unsubscribed"
    assert (suppression["suppressedContact"]["id"], suppression["suppressedContact"]["email"]) == (person, email)
    assert datetime.fromisoformat(suppression["dateRemoved"]) <= datetime.now(UTC)
    assert (await vendor.client.get(path(book, f"/unsubscribed-since/{LONG_AGO}"))).json() == [suppression]
    assert (await vendor.client.get(path(book, f"/unsubscribed-since/{TOMORROW}"))).json() == []
    assert (await vendor.client.get(path(other, f"/unsubscribed-since/{LONG_AGO}"))).json() == []
    assert (await members(vendor, book), await members(vendor, other)) == ([], [person])
    assert await memberships(vendor, person) == {book: "unsubscribed", other: "subscribed"}


async def test_who_left_a_book_is_not_put_back_by_adding_them(vendor: Vendor) -> None:
    book, other = await vendor.book(), await vendor.book()
    person, email = await left(vendor, book)
    refused = message(await vendor.client.post(path(book), json={"email": email}), 400)
    assert refused.endswith(" ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK")
    assert (await vendor.client.post(path(other), json={"email": email})).status_code == 200
    assert await memberships(vendor, person) == {book: "unsubscribed", other: "subscribed"}


@pytest.mark.parametrize("status", ["unsubscribed", "suppressed"])
async def test_who_left_the_account_is_refused_in_the_very_words_that_clients_compare(vendor: Vendor, status: str) -> None:
    book = await vendor.book()
    person = await vendor.contact(email="ana@example.org", channels={"email": {"status": status}})
    assert message(await vendor.client.post(path(book), json={"email": "ana@example.org"}), 400) == SUPPRESSED
    assert await memberships(vendor, person) == {}


@pytest.mark.parametrize("way", ["resubscribe", "resubscribe-with-no-challenge"])
async def test_who_left_comes_back_by_resubscribing(vendor: Vendor, way: str) -> None:
    book = await vendor.book()
    person, email = await left(vendor, book)
    body = {
        "unsubscribedContact": {"email": email, "dataFields": [{"key": "FIRSTNAME", "value": "Ana"}]},
        "preferredLocale": "en-GB",
        "returnUrlToUseIfChallenged": "https://example.org/back",
    }
    response = await vendor.client.post(path(book, f"/{way}"), json=body)
    assert response.status_code == 200, response.text
    assert (response.json()["status"], response.json()["contact"]["id"]) == ("ContactAdded", person)
    assert await memberships(vendor, person) == {book: "subscribed"}
    assert (await vendor.native(person))["first_name"] == "Ana"
    assert await members(vendor, book) == [person]


async def test_who_left_the_account_comes_back_to_both(vendor: Vendor) -> None:
    book = await vendor.book()
    person = await vendor.contact(email="ana@example.org", channels={"email": {"status": "unsubscribed"}})
    response = await vendor.client.post(path(book, "/resubscribe"), json={"unsubscribedContact": {"email": "ana@example.org"}})
    assert response.json()["status"] == "ContactAdded"
    assert ((await vendor.native(person))["status"], await memberships(vendor, person)) == ("active", {book: "subscribed"})


async def test_who_is_suppressed_stays_so_and_the_answer_says_it(vendor: Vendor) -> None:
    book = await vendor.book()
    email = {"status": "suppressed", "reason": "hard bounced"}
    person = await vendor.contact(email="ana@example.org", channels={"email": email})
    response = await vendor.client.post(path(book, "/resubscribe"), json={"unsubscribedContact": {"email": "ana@example.org"}})
    assert (response.status_code, response.json()["status"]) == (200, "ContactCannotBeUnsuppressed")
    assert ((await vendor.native(person))["status"], await memberships(vendor, person)) == ("suppressed", {})


async def test_one_contact_is_taken_off_and_stays_in_the_account(vendor: Vendor) -> None:
    book, other = await vendor.book(), await vendor.book()
    person, stays = await vendor.contact(lists=[book, other]), await vendor.contact(lists=[book])
    for _ in range(2):
        response = await vendor.client.delete(path(book, f"/{person}"))
        assert (response.status_code, response.content) == (204, b"")
    assert await memberships(vendor, person) == {other: "subscribed"}
    assert await members(vendor, book) == [stays]


@pytest.mark.parametrize("status", ["unsubscribed", "suppressed"])
async def test_who_may_not_be_written_to_can_be_taken_off_too(vendor: Vendor, status: str) -> None:
    book = await vendor.book()
    person = await vendor.contact(lists=[book])
    await vendor.client.patch(f"/v1/contacts/{person}", json={"channels": {"email": {"status": status}}})
    assert await memberships(vendor, person) == {book: "subscribed"}
    assert (await vendor.client.delete(path(book, f"/{person}"))).status_code == 204
    assert await memberships(vendor, person) == {}


async def test_that_somebody_left_is_not_wiped_out_by_taking_them_off(vendor: Vendor) -> None:
    book = await vendor.book()
    person, _ = await left(vendor, book)
    assert (await vendor.client.delete(path(book, f"/{person}"))).status_code == 204
    assert (await vendor.client.delete(path(book))).status_code == 204
    assert await removed(vendor, book, "/delete", [person]) == "Completed"
    assert await removed(vendor, book, "/delete-all") == "Completed"
    assert await memberships(vendor, person) == {book: "unsubscribed"}


async def test_an_id_of_no_contact_cannot_be_taken_off(vendor: Vendor) -> None:
    book = await vendor.book()
    gone = await vendor.contact(lists=[book])
    await vendor.client.delete(f"/v1/contacts/{gone}")
    for contact in ("999999", "x", str(gone)):
        assert message(await vendor.client.delete(path(book, f"/{contact}")), 404) == "Error: ERROR_CONTACT_NOT_FOUND"


async def test_with_the_answer_nobody_is_on_the_book_not_even_a_deleted_contact_that_comes_back(vendor: Vendor) -> None:
    book, other = await vendor.book(), await vendor.book()
    people = [await vendor.contact(lists=[book, other]) for _ in range(3)]
    before = (await vendor.native(people[0]))["updated_at"]
    await vendor.client.delete(f"/v1/contacts/{people[2]}")
    response = await vendor.client.delete(path(book))
    assert (response.status_code, response.content) == (204, b"")
    await vendor.client.post(f"/v1/contacts/{people[2]}/restore")
    assert [await memberships(vendor, person) for person in people] == [{other: "subscribed"}] * 3
    assert (await vendor.native(people[0]))["updated_at"] > before


async def test_another_accounts_book_of_the_same_number_is_not_touched(vendor: Vendor, beside: Vendor) -> None:
    book, theirs = await vendor.book(), await beside.book()
    assert book == theirs
    person = await beside.contact(lists=[theirs])
    assert (await vendor.client.delete(path(book))).status_code == 204
    assert await members(beside, theirs) == [person]
