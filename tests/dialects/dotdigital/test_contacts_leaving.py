"""Leaving the account or an address book and coming back over v2: what unsubscribed is remembered, whoever knew it before."""

from typing import Any

import pytest

from services.gateway.dialects.dotdigital.v2.suppressions import unsubscribed
from shared.accounts.keys import Key
from tests.dialects.dotdigital.people import BOUNCED, CONTACTS, address, data, leave, make, read, values
from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo

BACK = pytest.mark.parametrize("path", ["resubscribe", "resubscribe-with-no-challenge"])


async def come_back(vendor: Vendor, email: str, path: str = "resubscribe", **members: Any) -> dict[str, Any]:
    body = {"UnsubscribedContact": {"Email": email, **members}, "preferredLocale": "de-DE"}
    response = await vendor.client.post(f"{CONTACTS}/{path}", json=body)
    assert response.status_code == 200, response.text
    return dict(response.json())


async def leave_book(vendor: Vendor, email: str, book: int) -> dict[str, Any]:
    muster = vendor.muster
    key = await muster.gateway.keys.check(muster.key)
    assert isinstance(key, Key)
    return await unsubscribed(muster.gateway, muster.gateway.tenant(muster.account, key), email, list_number=book)


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
