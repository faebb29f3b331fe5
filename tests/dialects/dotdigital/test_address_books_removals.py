"""Contacts taken off an address book by a job over v2: named ones or everybody, once for one key, and how it is doing."""

from typing import Any

import pytest

from shared.accounts.limits import Limit
from tests.dialects.dotdigital.books import TOMORROW, deletion, members, memberships, path, removed
from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo


async def test_named_contacts_are_taken_off_by_a_job(vendor: Vendor) -> None:
    book = await vendor.book()
    off, stays = [await vendor.contact(lists=[book]) for _ in range(2)], await vendor.contact(lists=[book])
    elsewhere = await vendor.contact()
    assert await removed(vendor, book, "/delete", [*off, elsewhere, 999_999, off[0]]) == "Completed"
    assert await members(vendor, book) == [stays]
    assert [await memberships(vendor, person) for person in off] == [{}, {}]


async def test_everybody_is_taken_off_by_a_job(vendor: Vendor) -> None:
    book, other = await vendor.book(), await vendor.book()
    people = [await vendor.contact(lists=[book, other]) for _ in range(3)]
    await vendor.client.delete(f"/v1/contacts/{people[2]}")
    assert await removed(vendor, book, "/delete-all") == "Completed"
    await vendor.client.post(f"/v1/contacts/{people[2]}/restore")
    assert [await memberships(vendor, person) for person in people] == [{other: "subscribed"}] * 3


async def test_a_book_without_anybody_is_emptied_all_the_same(vendor: Vendor) -> None:
    book = await vendor.book()
    assert await removed(vendor, book, "/delete-all") == "Completed"
    assert (await vendor.client.delete(path(book))).status_code == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [([], "ERROR_CONTACTS_ARE_NOT_SPECIFIED"), *(([body], "ERROR_PARAMETER_INVALID") for body in ("a", None, 1.5, True, [1]))],
)
async def test_a_list_that_names_no_contacts_is_refused(vendor: Vendor, body: Any, code: str) -> None:
    book = await vendor.book()
    assert message(await vendor.client.post(path(book, "/delete"), json=body), 400).endswith(f" {code}")
    assert message(await vendor.client.post(path(book, "/delete"), json={"ids": body}), 400).endswith(" ERROR_PARAMETER_INVALID")


async def test_a_removal_that_is_sent_again_with_its_key_is_the_same_one(vendor: Vendor) -> None:
    book = await vendor.book()
    person = await vendor.contact(lists=[book])
    headers = {"Idempotency-Key": "once"}
    first, again = [await vendor.client.post(path(book, "/delete"), json=[person], headers=headers) for _ in range(2)]
    assert (first.status_code, again.json()) == (202, first.json())
    reused = await vendor.client.post(path(book, "/delete"), json=[person + 1], headers=headers)
    assert "Idempotency-Key" in message(reused, 400)


async def test_a_removal_too_many_is_to_be_sent_again_later(vendor: Vendor) -> None:
    book = await vendor.book()
    person = await vendor.contact(lists=[book])
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.OPEN_JOBS, 1)
    waiting = {"action": "remove", "lists": [book], "source": {"all": True}, "run_at": TOMORROW}
    assert (await vendor.client.post("/v1/list-changes", json=waiting)).status_code == 202
    response = await vendor.client.post(path(book, "/delete"), json=[person])
    assert message(response, 429).endswith(" ERROR_ADDRESSBOOK_IN_USE")
    assert int(response.headers["retry-after"]) > 0
    assert await memberships(vendor, person) == {book: "subscribed"}


async def test_a_removal_is_failed_where_its_job_is(vendor: Vendor) -> None:
    book = await vendor.book()
    body = {"action": "remove", "lists": [book], "source": {"all": True}, "run_at": TOMORROW}
    job = await vendor.client.post("/v1/list-changes", json=body)
    assert await deletion(vendor, job.json()["id"]) == "Started"
    assert (await vendor.client.post(f"/v1/jobs/{job.json()['id']}/cancel")).status_code in (200, 202)
    assert await deletion(vendor, job.json()["id"]) == "Failed"


async def test_the_id_of_no_removal_is_not_found(vendor: Vendor) -> None:
    book = await vendor.book()
    body = {"action": "add", "lists": [book], "source": {"all": True}}
    job = (await vendor.client.post("/v1/list-changes", json=body)).json()
    for removal_id in ("x", "00000000-0000-4000-8000-000000000000", job["id"]):
        assert message(await vendor.client.get(f"/v2/contacts/deletion/{removal_id}"), 404).startswith("There is no such deletion")
