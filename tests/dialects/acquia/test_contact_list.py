"""`GET /api/contacts`: its shape, its pages, its order, and what of the contacts it shows."""

from typing import Any

import pytest
from fastapi import FastAPI

from shared.contacts.store import AccountContacts
from tests.dialects.acquia.listed import asked, listed, names, people
from tests.dialects.acquia.vendor import CONTACTS, Vendor, address, error
from tests.e2e.conftest import open_tenant
from tests.support.system import System

pytestmark = pytest.mark.mongo


async def test_a_list_without_contacts_is_an_object_and_its_total_a_text(vendor: Vendor) -> None:
    response = await asked(vendor)
    assert response.text == '{"total":"0","contacts":{}}'
    assert (await asked(vendor, {"search": "ana", "start": 60})).text == '{"total":"0","contacts":{}}'


async def test_a_listed_contact_is_shown_as_it_is_when_read_alone(vendor: Vendor) -> None:
    made = await vendor.make(firstname="Ana", tags=["vip"], doNotContact=[{"reason": 3}])
    assert await listed(vendor) == (1, [await vendor.read(made["id"])])


async def test_pages_by_start_and_limit_visit_every_contact_once(vendor: Vendor) -> None:
    ids = await people(vendor, *({"email": address(), "points": n % 3} for n in range(35)))
    gone = ids.pop(5)
    await vendor.client.delete(f"{CONTACTS}/{gone}/delete")
    for order in (
        {},
        {"orderBy": "points", "orderByDir": "desc"},
        {"orderBy": "lastname"},
        {"orderBy": "id", "orderByDir": "DESC"},
    ):
        seen: list[int] = []
        total, start = 1, 0
        while start < total:
            total, found = await listed(vendor, {**order, "start": start, "limit": 8})
            assert total == 34
            seen += [contact["id"] for contact in found]
            start += 8
        assert sorted(seen) == ids
        assert order.get("orderBy") == "points" or seen == (ids[::-1] if order.get("orderByDir") else ids)
    assert await listed(vendor, {"start": 34}) == (34, [])
    assert [len((await listed(vendor, query))[1]) for query in ({}, {"limit": 0}, {"limit": "", "start": ""})] == [30, 30, 30]


async def test_a_contact_that_is_deleted_while_the_page_is_read_leaves_its_place_and_the_total(
    vendor: Vendor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await people(vendor, *({"email": address(), "points": 9 - n} for n in range(5)))
    ordered = AccountContacts.ordered

    async def and_then_deleted(*asked: Any, **wanted: Any) -> list[int]:
        found = await ordered(*asked, **wanted)
        await vendor.client.delete(f"{CONTACTS}/{found[0]}/delete")
        return found

    monkeypatch.setattr(AccountContacts, "ordered", and_then_deleted)
    total, found = await listed(vendor, {"orderBy": "points", "limit": 3})
    assert (total, [contact["id"] for contact in found]) == (4, [ids[3], ids[2]])


async def test_numbers_of_more_than_32_bits_are_shown(vendor: Vendor) -> None:
    made = await vendor.make(owner=5_000_000_000)
    assert await listed(vendor) == (1, [await vendor.read(made["id"])])
    assert (await listed(vendor, {"minimal": 1, "select[]": "email"}))[0] == 1


@pytest.mark.parametrize("name", ["start", "limit"])
async def test_zeros_before_a_number_of_a_page_change_nothing(vendor: Vendor, name: str) -> None:
    await vendor.make()
    assert (await listed(vendor, {name: "0" * 5_000 + "1"}))[0] == 1
    for said in ("0" * 12 + "9" * 30, "9" * 5_000, "\u0661", "-1"):
        assert error(await asked(vendor, {name: said}), 400)["message"].startswith(f"This is a bad request. {name} is a number")


async def test_deleted_contacts_and_those_of_other_accounts_never_show(
    vendor: Vendor, shared_muster: System, shared_app: FastAPI
) -> None:
    made = await vendor.make(firstname="Ana", email=(shared := address()))
    gone = await vendor.make(firstname="Ana")
    await vendor.client.delete(f"{CONTACTS}/{gone['id']}/delete")
    async with open_tenant(shared_muster, shared_app) as seen:
        other = Vendor(seen)
        await other.make(firstname="Ana", email=shared)
        for query in (
            {},
            {"search": "ana"},
            {"search": shared},
            {"orderBy": "points"},
            {"orderByDir": "desc"},
            {"search": f"ids:{gone['id']}"},
        ):
            expected = 0 if "ids" in str(query) else 1
            total, found = await listed(vendor, query)
            assert (total, len(found)) == (expected, expected), query
            assert all(contact["id"] == made["id"] for contact in found)
        assert (await listed(other))[0] == 1


async def test_a_list_is_in_the_order_that_it_asks_for(vendor: Vendor) -> None:
    first = await people(
        vendor,
        {"firstname": "Cem", "lastname": "adams", "city": "Porto", "points": 5, "email": "b@example.org"},
        {"firstname": "Ana", "lastname": "Zola", "city": "berlin", "points": 9, "email": "C@example.org"},
        {"firstname": "Eva", "lastname": "Young", "email": "a@example.org"},
    )
    for query, order in (
        ({"orderBy": "firstname"}, "Ana Cem Eva"),
        ({"orderBy": "lastname", "orderByDir": "asc"}, "Cem Eva Ana"),
        ({"orderBy": "email", "orderByDir": "DESC"}, "Ana Cem Eva"),
        ({"orderBy": "city"}, "Eva Ana Cem"),
        ({"orderBy": "points", "orderByDir": "desc"}, "Ana Cem Eva"),
        ({"orderBy": "date_added"}, "Cem Ana Eva"),
        ({"orderBy": "dateAdded,firstname"}, "Ana Cem Eva"),
        ({"order[0][col]": "company", "order[1][col]": "id", "order[1][dir]": "desc"}, "Eva Ana Cem"),
        ({"orderByDir": "desc"}, "Eva Ana Cem"),
    ):
        assert " ".join(await names(vendor, query)) == order, query
    await vendor.edit(first[1], position="Boss")
    assert await names(vendor, {"orderBy": "date_modified", "orderByDir": "desc"}) == ["Ana", "Cem", "Eva"]
    assert "nothing" in error(await asked(vendor, {"orderBy": "nothing"}), 400)["message"]


async def test_contacts_are_in_order_by_fields_of_the_account_and_by_fields_that_nobody_has(vendor: Vendor) -> None:
    await vendor.client.post("/v1/fields", json={"name": "size", "type": "number"})
    await people(
        vendor, *({"firstname": name, "email": address(), "size": size} for name, size in (("Ana", 10), ("Bob", 9), ("Cem", 11)))
    )
    assert await names(vendor, {"orderBy": "size"}) == ["Bob", "Ana", "Cem"]
    assert await names(vendor, {"orderBy": "twitter"}) == ["Ana", "Bob", "Cem"]


async def test_minimal_leaves_out_groups_and_lists_and_keeps_all_values(vendor: Vendor) -> None:
    made = await vendor.make(firstname="Ana", tags=["vip"])
    for word in ("true", "True", "1"):
        _, (contact,) = await listed(vendor, {"minimal": word})
        assert contact["fields"] == {"all": made["fields"]["all"]}
        assert not {"tags", "doNotContact", "ipAddresses", "owner"} & set(contact)
        assert {name: contact[name] for name in contact if name != "fields"} == {
            name: made[name] for name in contact if name != "fields"
        }
    _, (contact,) = await listed(vendor, {"minimal": "false"})
    assert contact == await vendor.read(made["id"])


async def test_select_leaves_only_the_fields_that_are_asked_for(vendor: Vendor) -> None:
    made = await vendor.make(firstname="Ana", twitter="ana")
    _, (contact,) = await listed(vendor, [("select[]", "firstname"), ("select[]", "date_added")])
    assert contact["fields"]["all"] == {"id": made["id"], "firstname": "Ana"}
    assert list(contact["fields"]["core"]) == ["firstname"]
    assert contact["fields"]["social"] == []
    assert contact["dateAdded"] == made["dateAdded"]
    error(await asked(vendor, {"select[]": "nobody"}), 400)


async def test_published_only_leaves_nobody_out(vendor: Vendor) -> None:
    await vendor.make()
    assert (await listed(vendor, {"publishedOnly": "true"}))[0] == 1


@pytest.mark.parametrize(
    "query",
    [
        {"start": "-1"},
        {"limit": "many"},
        {"where[0][col": "x"},
        {"where": "$where"},
        {"search[]": "x"},
        {"a[b][c][d][e][f][g][h][i][j]": "deep"},
        {"search": "(ana"},
        {"search": "colour:red"},
        {"search": "is:green"},
        {"search": "ids:one"},
    ],
)
async def test_a_query_that_cannot_be_one_is_refused_with_what_to_do(vendor: Vendor, query: dict[str, Any]) -> None:
    found = error(await asked(vendor, query), 400)
    assert found["message"].startswith("This is a bad request. ")
    assert "body" not in found["message"]


async def test_a_list_needs_a_key(vendor: Vendor) -> None:
    error(await vendor.client.get(CONTACTS, headers={"Authorization": ""}), 401)
