"""Leaving the account or an address book and coming back over v2: what unsubscribed is remembered, whoever knew it before."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.v2.suppressions import unsubscribed
from shared.accounts.keys import Key
from shared.accounts.limits import Limit
from shared.contacts.document import Document
from shared.contacts.store import AccountContacts
from tests.dialects.dotdigital.people import BOUNCED, CONTACTS, address, data, leave, make, read, values
from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo

BACK = pytest.mark.parametrize("path", ["resubscribe", "resubscribe-with-no-challenge"])


async def come_back(vendor: Vendor, email: str, path: str = "resubscribe", **members: Any) -> dict[str, Any]:
    body = {"UnsubscribedContact": {"Email": email, **members}, "preferredLocale": "de-DE"}
    response = await vendor.client.post(f"{CONTACTS}/{path}", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


class ReadAfter(AccountContacts):
    """The contacts of an account, where something happens before one of them is read."""

    def __init__(self, contacts: AccountContacts, happens: Callable[[], Awaitable[None]]) -> None:
        vars(self).update(vars(contacts))
        self._happens = happens

    async def read(self, number: int) -> Document | None:
        await self._happens()
        return await super().read(number)


async def asker_of(vendor: Vendor) -> Tenant:
    muster = vendor.muster
    key = await muster.gateway.keys.check(muster.key)
    assert isinstance(key, Key)
    return muster.gateway.tenant(muster.account, key)


async def leave_book(vendor: Vendor, email: str, book: int) -> dict[str, Any]:
    return await unsubscribed(vendor.muster.gateway, await asker_of(vendor), email, list_number=book)


async def test_leaving_twice_changes_nothing(vendor: Vendor) -> None:
    contact = await make(vendor)
    assert await leave(vendor, contact["email"]) == await leave(vendor, contact["email"].upper())


async def test_an_address_that_nobody_has_is_remembered_and_no_import_writes_to_it(vendor: Vendor) -> None:
    email = address()
    assert (await leave(vendor, email))["reason"] == "Unsubscribed"
    import_id = await vendor.imported(f"email,firstname\n{email},Ana")
    assert await vendor.report(import_id) == {"unsubscribed": 1}
    assert values(await read(vendor, email)) == {}


async def test_what_bounced_and_leaves_stays_suppressed_with_the_wish_beside_it(vendor: Vendor) -> None:
    number = await vendor.contact(channels=BOUNCED)
    native = await vendor.native(number)
    assert (await leave(vendor, native["email"]))["reason"] == "HardBounced"
    channel = (await vendor.native(number))["channels"]["email"]
    assert (channel["status"], channel["permission"]) == ("suppressed", "unsubscribed")


@pytest.mark.parametrize("email", ["", "ana@@x", None])
async def test_what_is_no_address_cannot_leave(vendor: Vendor, email: str | None) -> None:
    response = await vendor.client.post(f"{CONTACTS}/unsubscribe", json={"email": email})
    assert message(response, 400).split()[-1].startswith("ERROR_")


async def test_in_a_full_account_an_address_that_nobody_has_leaves_all_the_same(vendor: Vendor) -> None:
    book, contact = await vendor.book(), await make(vendor)
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, Limit.CONTACTS, 1)
    email, other = address(), address()
    assert (await leave(vendor, email))["reason"] == "Unsubscribed"
    assert (await leave_book(vendor, other, book))["reason"] == "Unsubscribed"
    assert [(await read(vendor, each))["status"] for each in (email, other)] == ["Unsubscribed"] * 2
    response = await vendor.client.post(CONTACTS, json={"email": address()})
    assert message(response, 400).endswith(" ERROR_CONTACT_TOOMANY")
    await make(vendor, email=contact["email"])


@BACK
async def test_who_left_comes_back_with_what_is_said_of_them(vendor: Vendor, path: str) -> None:
    contact = await make(vendor, dataFields=data(FIRSTNAME="Ana"))
    await leave(vendor, contact["email"])
    answer = await come_back(vendor, contact["email"], path, DataFields=data(LASTNAME="Doe"))
    assert answer == {"contact": {**contact, "dataFields": None}, "status": "ContactAdded"}
    back = values(await read(vendor, contact["id"]))
    assert {name: back[name] for name in ("FIRSTNAME", "LASTNAME")} == {"FIRSTNAME": "Ana", "LASTNAME": "Doe"}
    assert back["LASTSUBSCRIBED"] > (await vendor.native(contact["id"]))["created_at"]
    await make(vendor, email=contact["email"])


async def test_who_comes_back_has_subscribed_now_whatever_is_repeated_of_them(vendor: Vendor) -> None:
    long_ago = "2020-01-01T09:40:18.527Z"
    await make(vendor, email=(email := address()), dataFields=data(LASTSUBSCRIBED=long_ago, FIRSTNAME="Ana"))
    await leave(vendor, email)
    answer = await vendor.client.post(f"{CONTACTS}/resubscribe", json={"unsubscribedContact": await read(vendor, email)})
    assert answer.json()["status"] == "ContactAdded"
    back = values(await read(vendor, email))
    assert back["FIRSTNAME"] == "Ana"
    assert back["LASTSUBSCRIBED"] > "2026"


async def test_who_bounced_stays_suppressed(vendor: Vendor) -> None:
    number = await vendor.contact(channels=BOUNCED)
    email = (await vendor.native(number))["email"]
    answer = await come_back(vendor, email, DataFields=data(FIRSTNAME="Ana"))
    assert (answer["contact"]["status"], answer["status"]) == ("HardBounced", "ContactCannotBeUnsuppressed")
    assert values(await read(vendor, email)) == {}


async def test_who_had_yet_to_confirm_is_subscribed(vendor: Vendor) -> None:
    number = await vendor.contact(channels={"email": {"permission": "pending_confirmation"}})
    email = (await read(vendor, number))["email"]
    assert (await come_back(vendor, email))["contact"]["status"] == "Subscribed"


async def test_nobody_comes_back_who_was_never_there(vendor: Vendor) -> None:
    response = await vendor.client.post(f"{CONTACTS}/resubscribe", json={"unsubscribedContact": {"email": address()}})
    assert message(response, 404).endswith(" ERROR_CONTACT_NOT_FOUND")
    response = await vendor.client.post(f"{CONTACTS}/resubscribe", json={"unsubscribedContact": {}})
    assert message(response, 400).endswith(" ERROR_CONTACT_INVALID")


async def test_a_deleted_contact_that_left_comes_back(vendor: Vendor) -> None:
    contact = await make(vendor)
    await leave(vendor, contact["email"])
    await vendor.client.delete(f"{CONTACTS}/{contact['id']}")
    assert (await come_back(vendor, contact["email"]))["contact"]["id"] == contact["id"]
    assert (await read(vendor, contact["id"]))["status"] == "Subscribed"


async def test_a_deleted_contact_that_is_suppressed_does_not_come_back(vendor: Vendor) -> None:
    number = await vendor.contact(channels=BOUNCED)
    email = (await vendor.native(number))["email"]
    await vendor.client.delete(f"{CONTACTS}/{number}")
    response = await vendor.client.post(f"{CONTACTS}/resubscribe", json={"unsubscribedContact": {"email": email}})
    assert message(response, 404) == "Error: ERROR_CONTACT_NOT_FOUND"
    assert "deleted_at" in await vendor.native(number)


@pytest.mark.parametrize("then", ["goes", "comes back"])
async def test_who_leaves_a_book_has_left_whatever_happens_before_the_answer(vendor: Vendor, then: str) -> None:
    book, contact = await vendor.book(), await make(vendor)
    await vendor.client.post(f"/v2/address-books/{book}/contacts", json={"email": contact["email"]})
    back = {"unsubscribedContact": {"email": contact["email"]}}

    async def meanwhile() -> None:
        if then == "goes":
            response = await vendor.client.delete(f"/v2/address-books/{book}")
        else:
            response = await vendor.client.post(f"/v2/address-books/{book}/contacts/resubscribe", json=back)
        assert response.status_code < 400, response.text

    asker = await asker_of(vendor)
    asker = replace(asker, contacts=ReadAfter(asker.contacts, meanwhile))
    suppression = await unsubscribed(vendor.muster.gateway, asker, contact["email"], list_number=book)
    assert (suppression["reason"], suppression["suppressedContact"]["status"]) == ("Unsubscribed", "Unsubscribed")
    assert suppression["dateRemoved"] > "2026"


async def test_who_leaves_a_book_while_it_goes_is_never_answered_with_an_error_of_ours(vendor: Vendor) -> None:
    for _ in range(6):
        book = await vendor.book()
        email = (await vendor.native(await vendor.contact(lists=[book])))["email"]
        path = f"/v2/address-books/{book}"
        leaving, _ = await asyncio.gather(
            vendor.client.post(f"{path}/contacts/unsubscribe", json={"email": email}), vendor.client.delete(path)
        )
        assert leaving.status_code in (200, 404), leaving.text


async def test_leaving_one_address_book_leaves_the_others_and_the_account_alone(vendor: Vendor) -> None:
    book, other = await vendor.book(), await vendor.book()
    number = await vendor.contact(lists=[book, other])
    email = (await read(vendor, number))["email"]
    suppression = await leave_book(vendor, email, book)
    native = await vendor.native(number)
    ended = {each["id"]: (each["status"], each["since"]) for each in native["lists"]}
    assert (suppression["reason"], suppression["suppressedContact"]["status"]) == ("Unsubscribed", "Unsubscribed")
    assert ended[book] == ("unsubscribed", suppression["dateRemoved"])
    assert ended[other][0] == "subscribed"
    assert (await read(vendor, number))["status"] == "Subscribed"
    assert [each["id"] for each in (await vendor.client.get(f"{CONTACTS}/{number}/address-books")).json()] == [other]
    import_id = await vendor.imported(f"email\n{email}", book=book)
    assert await vendor.report(import_id) == {"unsubscribed": 1}


async def test_who_leaves_an_address_book_without_being_known_is_not_made_a_subscriber(vendor: Vendor) -> None:
    book, email, deleted = await vendor.book(), address(), await make(vendor)
    await vendor.client.delete(f"{CONTACTS}/{deleted['id']}")
    for each in (email, deleted["email"]):
        await leave_book(vendor, each, book)
        assert (await read(vendor, each))["status"] == "Unsubscribed"
