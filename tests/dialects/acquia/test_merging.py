"""One contact for each e-mail: found again however the address is written, merged by edits, and brought back."""

from typing import Any

import pytest

from tests.dialects.acquia.vendor import CONTACTS, Vendor, values
from tests.dialects.acquia.ways_in import WayIn, in_every_way, sent

pytestmark = pytest.mark.mongo

ANA = "ana@example.org"


async def is_gone(vendor: Vendor, contact_id: int) -> bool:
    """Nobody finds the contact any more."""
    return (await vendor.client.get(f"{CONTACTS}/{contact_id}")).status_code == 404


def tags_of(contact: dict[str, Any]) -> list[str]:
    return [tag["tag"] for tag in contact["tags"]]


@in_every_way
async def test_an_address_finds_its_contact_with_blanks_a_comma_behind_it_and_in_other_letter_case(
    vendor: Vendor, send: WayIn
) -> None:
    written = ["Ana@Example.org", " ana@example.org ", "ANA@EXAMPLE.ORG,", "ana@example.org, ", "ana@example.org,,"]
    found = await send(vendor, [{"email": address, "lastname": f"L{place}"} for place, address in enumerate(written)])
    assert [each.status for each in found] == [201, 200, 200, 200, 200]
    (number,) = {each.id for each in found}
    assert values(await vendor.read(number or 0)) == {"email": "Ana@Example.org", "lastname": "L4"}  # as it was written first
    assert len(await vendor.muster.contacts()) == 1


@in_every_way
async def test_contacts_without_an_e_mail_are_made_anew_each_time(vendor: Vendor, send: WayIn) -> None:
    items: list[dict[str, Any]] = [
        {"firstname": "Ana"},
        {"firstname": "Ana", "email": ""},
        {"firstname": "Ana", "email": " , "},
        {},
    ]
    found = await send(vendor, items)
    assert [each.status for each in found] == [201] * 4
    assert len({each.id for each in found}) == 4


@in_every_way
async def test_an_id_in_a_contact_that_is_to_be_made_means_nothing(vendor: Vendor, send: WayIn) -> None:
    other = await vendor.make(firstname="Bo")
    found = await send(vendor, [{"id": other["id"], "firstname": "Ana"}, {"id": "x", "firstname": "Ana"}, {"id": 0, "email": ANA}])
    assert [each.status for each in found] == [201] * 3
    assert other["id"] not in [each.id for each in found]
    assert await vendor.read(other["id"]) == other


@in_every_way
async def test_later_contacts_of_a_request_build_on_what_earlier_ones_left(vendor: Vendor, send: WayIn) -> None:
    items = [
        {"email": ANA, "firstname": "Ana", "tags": ["a", "b"], "points": 3},
        {"email": ANA, "firstname": "", "lastname": "Ash", "tags": "-a,c", "points": 0},
        {"email": ANA, "firstname": "bad", "country": "Atlantis"},
        {"email": ANA, "city": "Graz"},
    ]
    found = await send(vendor, items)
    assert [each.status for each in found] == [201, 200, 400, 200]
    contact = await vendor.read(found[0].id or 0)
    assert values(contact) == {"email": ANA, "firstname": "Ana", "lastname": "Ash", "points": 3, "city": "Graz"}
    assert tags_of(contact) == ["b", "c"]


@in_every_way
async def test_an_edit_that_gives_a_contact_anothers_e_mail_merges_that_one_into_it(vendor: Vendor, send: WayIn) -> None:
    """The edited one stays with its id and its values; it takes what it lacks, and nobody may be written to who ended it."""
    news = (await vendor.client.post("/v1/lists", json={"name": "news"})).json()
    kept = await vendor.make(firstname="Ana", points=3, tags=["a"], city="Graz")
    other = await vendor.make(
        email=ANA, firstname="Bo", lastname="Birch", points=4, tags=["b"], owner=5, company="Birch", twitter="bo"
    )
    listed = await vendor.client.patch(f"/v1/contacts/{other['id']}", json={"lists": ["news"]})
    assert listed.status_code == 200, listed.text
    await vendor.edit(other["id"], doNotContact=[{"reason": 2, "comments": "box full"}])
    merged = await sent(send, vendor, {"id": kept["id"], "email": ANA.upper(), "position": "Boss"}, "PATCH")
    assert (merged.status, merged.id) == (200, kept["id"])
    contact = await vendor.read(kept["id"])
    own = {"email": ANA.upper(), "firstname": "Ana", "city": "Graz", "position": "Boss", "points": 7}
    assert values(contact) == {**own, "lastname": "Birch", "company": "Birch", "twitter": "bo"}
    assert (tags_of(contact), contact["owner"]["id"]) == (["a", "b"], 5)
    assert [(each["reason"], each["comments"]) for each in contact["doNotContact"]] == [(2, "box full")]
    assert [each["id"] for each in (await vendor.native(kept["id"]))["lists"]] == [news["id"]]
    assert await is_gone(vendor, other["id"])
    assert (await sent(send, vendor, {"id": other["id"], "firstname": "Bo"}, "PATCH")).status == 404


@in_every_way
async def test_two_contacts_of_a_request_that_want_one_e_mail_become_one(vendor: Vendor, send: WayIn) -> None:
    first, second = await vendor.make(firstname="Ana"), await vendor.make(firstname="Bo")
    found = await send(vendor, [{"id": first["id"], "email": ANA}, {"id": second["id"], "email": ANA}], "PATCH")
    assert [(each.status, each.id) for each in found] == [(200, first["id"]), (200, second["id"])]
    assert await is_gone(vendor, first["id"])
    assert values(await vendor.read(second["id"])) == {"email": ANA, "firstname": "Bo"}


@in_every_way
async def test_an_edit_that_is_refused_merges_nobody(vendor: Vendor, send: WayIn) -> None:
    kept, other = await vendor.make(firstname="Ana"), await vendor.make(email=ANA)
    assert (await sent(send, vendor, {"id": kept["id"], "email": ANA, "country": "Atlantis"}, "PATCH")).status == 400
    assert [await vendor.read(each["id"]) for each in (kept, other)] == [kept, other]


@in_every_way
async def test_put_merges_as_patch_does_and_clears_what_it_did_not_send(vendor: Vendor, send: WayIn) -> None:
    kept, other = (
        await vendor.make(firstname="Ana", tags=["a"]),
        await vendor.make(email=ANA, lastname="Birch", city="Graz", tags=["b"]),
    )
    assert (await sent(send, vendor, {"id": kept["id"], "email": ANA, "firstname": "Ann"}, "PUT")).id == kept["id"]
    contact = await vendor.read(kept["id"])
    assert (values(contact), tags_of(contact)) == ({"email": ANA, "firstname": "Ann"}, ["a", "b"])
    assert await is_gone(vendor, other["id"])


@in_every_way
async def test_put_with_an_unknown_id_makes_a_contact_or_writes_to_whoever_has_the_e_mail(vendor: Vendor, send: WayIn) -> None:
    known = await vendor.make(email=ANA, firstname="Ana", city="Graz", tags=["a"])
    replaced = {"id": 987_654, "email": ANA, "firstname": "Ann"}
    made = [{"id": number, "firstname": "Bo"} for number in (987_654, "987654", 2**40 - 1)]
    found = await send(vendor, [replaced, *made], "PUT")
    assert [each.status for each in found] == [200, 201, 201, 201]
    assert found[0].id == known["id"]
    contact = await vendor.read(known["id"])
    assert (values(contact), tags_of(contact)) == ({"email": ANA, "firstname": "Ann"}, ["a"])
    assert len({each.id for each in found}) == 4


@in_every_way
@pytest.mark.parametrize("method", ["PATCH", "PUT"])
async def test_an_id_that_cannot_be_one_is_nobodys(vendor: Vendor, send: WayIn, method: str) -> None:
    found = [await sent(send, vendor, {"id": said, "firstname": "Ana"}, method) for said in ("abc", "1.0", "-1", "\u0663")]
    found += [await sent(send, vendor, {"id": said, "firstname": "Ana"}, method) for said in (0, 10**13, 2**40, "9" * 20, "9" * 40)]
    assert [(each.status, each.error and each.error["message"]) for each in found] == [(404, "Item was not found.")] * len(found)
    assert await vendor.muster.contacts() == []


@in_every_way
async def test_a_deleted_contact_comes_back_when_one_with_its_e_mail_is_made(vendor: Vendor, send: WayIn) -> None:
    was = await vendor.make(email=ANA, firstname="Ana", tags=["a"], doNotContact=[{"reason": 1}])
    await vendor.client.delete(f"{CONTACTS}/{was['id']}/delete")
    assert await is_gone(vendor, was["id"])
    found = await send(vendor, [{"email": ANA, "lastname": "Ash"}, {"email": ANA, "city": "Graz"}])
    assert [(each.status, each.id) for each in found] == [(201, was["id"]), (200, was["id"])]
    contact = await vendor.read(was["id"])
    assert values(contact) == {"email": ANA, "firstname": "Ana", "lastname": "Ash", "city": "Graz"}
    assert [each["reason"] for each in contact["doNotContact"]] == [1]


@in_every_way
async def test_a_deleted_contact_cannot_be_patched_and_put_brings_it_back(vendor: Vendor, send: WayIn) -> None:
    was = await vendor.make(email=ANA, firstname="Ana", city="Graz")
    await vendor.client.delete(f"{CONTACTS}/{was['id']}/delete")
    assert (await sent(send, vendor, {"id": was["id"], "firstname": "Ann"}, "PATCH")).status == 404
    assert await is_gone(vendor, was["id"])
    back = await sent(send, vendor, {"id": was["id"], "email": ANA, "firstname": "Ann"}, "PUT")
    assert (back.status, back.id) == (201, was["id"])
    assert values(await vendor.read(was["id"])) == {"email": ANA, "firstname": "Ann"}


@in_every_way
async def test_an_edit_takes_the_e_mail_of_a_deleted_contact_and_nothing_else_of_it(vendor: Vendor, send: WayIn) -> None:
    deleted = await vendor.make(email=ANA, lastname="Gone", points=9, tags=["gone"])
    await vendor.client.delete(f"{CONTACTS}/{deleted['id']}/delete")
    kept = await vendor.make(firstname="Bo")
    assert (await sent(send, vendor, {"id": kept["id"], "email": ANA}, "PATCH")).status == 200
    contact = await vendor.read(kept["id"])
    assert (values(contact), contact["tags"]) == ({"email": ANA, "firstname": "Bo"}, [])
    assert (await sent(send, vendor, {"email": ANA, "city": "Graz"})).id == kept["id"]
