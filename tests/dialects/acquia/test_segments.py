"""Segments, and the same lists over the native API."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI

from services.gateway.context import Tenant
from services.gateway.dialects.acquia.segment_bodies import NAME_MISSING, NO_FILTERS, list_number_of_alias
from shared.accounts.keys import Key
from tests.dialects.acquia.segments import PATH, made, native_list, page
from tests.dialects.acquia.vendor import Vendor, error
from tests.e2e.conftest import open_tenant
from tests.support.system import System

pytestmark = pytest.mark.mongo
NOT_FOUND = "Item was not found."


@pytest.fixture
async def beside(shared_muster: System, shared_app: FastAPI) -> AsyncIterator[Vendor]:
    """A client of another account."""
    async with open_tenant(shared_muster, shared_app) as seen:
        yield Vendor(seen)


async def number_of(vendor: Vendor, alias: str) -> int | None:
    """The list that is found by an alias."""
    muster = vendor.muster
    key: Any = Key
    asker: Tenant = muster.gateway.tenant(muster.account, key)
    return await list_number_of_alias(asker, alias)


async def edited(vendor: Vendor, number: int, method: str = "PATCH", status: int = 200, **members: Any) -> dict[str, Any]:
    response = await vendor.client.request(method, f"{PATH}/{number}/edit", json=members)
    assert response.status_code == status, response.text
    return dict(response.json()["list"])


async def test_a_segment_made_here_is_the_native_list_of_the_same_number(vendor: Vendor) -> None:
    body = await made(vendor, name=" Our news ", description="Monthly", isPreferenceCenter=1, id=99)
    number = body["id"]
    assert body == {
        "isPublished": True,
        "dateAdded": body["dateAdded"],
        "dateModified": None,
        "createdBy": None,
        "createdByUser": None,
        "modifiedBy": None,
        "modifiedByUser": None,
        "id": number,
        "name": "Our news",
        "alias": "our-news",
        "publicName": "Our news",
        "description": "Monthly",
        "category": None,
        "filters": [],
        "isGlobal": True,
        "isPreferenceCenter": True,
    }
    assert body["dateAdded"].endswith("+00:00")
    native = (await vendor.client.get(f"/v1/lists/{number}")).json()
    assert (native["name"], native["description"], native["visibility"]) == ("Our news", "Monthly", "public")
    assert (await vendor.client.get(f"{PATH}/{number}")).json() == {"list": body}


async def test_a_native_list_is_a_segment_with_an_alias_of_its_own(vendor: Vendor) -> None:
    number = await native_list(vendor, "Café & more", description="D")
    body = (await vendor.client.get(f"{PATH}/{number}")).json()["list"]
    assert (body["alias"], body["publicName"], body["description"]) == (f"cafe-more--{number}", "Café & more", "D")
    assert (body["isPublished"], body["isGlobal"], body["isPreferenceCenter"], body["category"]) == (True, True, False, None)
    assert await number_of(vendor, body["alias"]) == number
    await vendor.client.patch(f"/v1/lists/{number}", json={"name": "Tea"})
    assert await number_of(vendor, body["alias"]) == number, "an alias that was shown once finds the list after a new name too"
    assert (await edited(vendor, number, name="Coffee"))["alias"] == f"tea--{number}"
    assert await number_of(vendor, f"tea--{number}") == number
    assert await number_of(vendor, f"coffee--{number}") is None


async def test_a_taken_alias_gets_a_number_and_stays_when_the_segment_is_renamed(vendor: Vendor) -> None:
    first, second, third = [await made(vendor, name=name) for name in ("The news", "the NEWS!", "The, news")]
    assert [each["alias"] for each in (first, second, third)] == ["the-news", "the-news1", "the-news2"]
    given = await made(vendor, name="Other", alias="The_News")
    assert given["alias"] == "the-news3"
    assert (await edited(vendor, second["id"], name="Gone"))["alias"] == "the-news1"
    assert (await edited(vendor, second["id"], alias="the-news1"))["alias"] == "the-news1"
    assert (await edited(vendor, second["id"], alias="the-news"))["alias"] == "the-news1"
    assert [await number_of(vendor, alias) for alias in ("the-news", " The_News1", "the-news9", "", "x--0", f"x--{10**30}")] == [
        first["id"],
        second["id"],
        None,
        None,
        None,
        None,
    ]


async def test_segments_that_are_made_at_once_have_an_alias_each(vendor: Vendor) -> None:
    names = [f"News{'!' * place}" for place in range(6)]
    aliases = [each["alias"] for each in await asyncio.gather(*(made(vendor, name=name) for name in names))]
    assert sorted(aliases) == ["news", *(f"news{place}" for place in range(1, 6))]


async def test_an_alias_of_another_account_is_free(vendor: Vendor, beside: Vendor) -> None:
    mine, theirs = await made(vendor, name="News"), await made(beside, name="News")
    assert (mine["alias"], theirs["alias"]) == ("news", "news")
    assert await number_of(vendor, "news") == mine["id"]
    await edited(beside, theirs["id"], alias="letters")
    assert await number_of(vendor, "letters") is None


async def test_patch_leaves_what_it_does_not_name(vendor: Vendor) -> None:
    before = await made(vendor, name="A", publicName="Aa", category=7, isPublished=False, isGlobal="0", isPreferenceCenter=True)
    assert (before["category"], before["isPublished"], before["isGlobal"]) == ({"id": 7}, False, False)
    after = await edited(vendor, before["id"], description="D", isPublished=None)
    assert after == {**before, "description": "D", "dateModified": after["dateModified"]}
    after = await edited(vendor, before["id"], description="", publicName="", category=None, isPublished=1)
    assert (after["description"], after["publicName"], after["category"], after["isPublished"]) == (None, "A", None, True)


async def test_put_resets_what_it_does_not_name(vendor: Vendor) -> None:
    sent = {"description": "D", "publicName": "P", "category": {"id": 7}, "isPublished": False, "isPreferenceCenter": True}
    before = await made(vendor, name="A", alias="mine", isGlobal=False, **sent)
    after = await edited(vendor, before["id"], "PUT", name="B")
    fresh = await made(vendor, name="C")
    stays = ("id", "name", "alias", "publicName", "dateAdded", "dateModified")
    assert {name: value for name, value in after.items() if name not in stays} == {
        name: value for name, value in fresh.items() if name not in stays
    }
    assert (after["id"], after["alias"], after["publicName"]) == (before["id"], "b", "B")
    assert await edited(vendor, before["id"], "PUT", **after) == {**after, "dateModified": after["dateModified"]}


async def test_put_makes_what_there_is_not_and_patch_does_not(vendor: Vendor) -> None:
    number = (await made(vendor, name="A"))["id"]
    body = await edited(vendor, number + 1000, "PUT", 201, name="B")
    assert (body["name"], body["id"]) == ("B", number + 1)
    assert error(await vendor.client.patch(f"{PATH}/{number + 1000}/edit", json={"name": "C"}), 404)["message"] == NOT_FOUND


async def test_a_form_says_the_same_as_json(vendor: Vendor) -> None:
    form = {"name": "News", "alias": "n", "isPublished": "False", "isGlobal": "1", "filters": ""}
    response = await vendor.client.post(f"{PATH}/new", data=form)
    assert response.status_code == 201, response.text
    body = response.json()["list"]
    assert (body["name"], body["alias"], body["isPublished"], body["isGlobal"]) == ("News", "n", False, True)


@pytest.mark.parametrize(
    ("members", "member", "begins"),
    [
        ({}, "name", NAME_MISSING),
        ({"name": " "}, "name", NAME_MISSING),
        ({"name": None}, "name", NAME_MISSING),
        ({"name": "x" * 256}, "name", "This value is too long."),
        ({"name": "a\nb"}, "name", "This value is not valid."),
        ({"name": ["a"]}, "name", "This value is not valid."),
        ({"name": "A", "alias": "x" * 151}, "alias", "This value is too long."),
        ({"name": "A", "alias": {"a": 1}}, "alias", "This value is not valid."),
        ({"name": "A", "description": "x" * 2001}, "description", "This value is too long."),
        ({"name": "A", "category": "news"}, "category", "This value is not valid."),
        ({"name": "A", "isPublished": [1]}, "isPublished", "This value is not valid."),
        ({"name": "A", "filters": [{"field": "city", "filter": "Lisbon"}]}, "filters", NO_FILTERS),
    ],
)
async def test_a_body_that_makes_no_segment_is_refused_with_its_reasons(
    vendor: Vendor, members: dict[str, Any], member: str, begins: str
) -> None:
    there = (await made(vendor, name="There"))["id"]
    requests = [("POST", "new"), ("PUT", f"{there}/edit"), *([("PATCH", f"{there}/edit")] if members else [])]
    for method, path in requests:
        found = error(await vendor.client.request(method, f"{PATH}/{path}", json=members), 400)
        assert list(found["details"]) == [member]
        assert found["details"][member][0].startswith(begins)
        assert found["message"] == f"{member}: {found['details'][member][0]}"
    assert await page(vendor) == (1, [there])


async def test_everything_that_is_wrong_is_named_at_once(vendor: Vendor) -> None:
    found = error(await vendor.client.post(f"{PATH}/new", json={"category": "x", "filters": {"0": {}}}), 400)
    assert list(found["details"]) == ["name", "category", "filters"]
    assert found["message"].startswith(f"name: {NAME_MISSING}, category: ")


async def test_a_name_that_another_segment_has_is_refused_with_its_id(vendor: Vendor) -> None:
    first, second = await made(vendor, name="News"), await made(vendor, name="Other")
    for method, path in (("POST", "new"), ("PUT", f"{second['id']}/edit"), ("PATCH", f"{second['id']}/edit")):
        found = error(await vendor.client.request(method, f"{PATH}/{path}", json={"name": "NEWS"}), 400)
        assert found["details"]["name"] == [
            f"There is another segment of this name, of id {first['id']}. Use it, or choose another name."
        ]
    assert (await edited(vendor, first["id"], name="NEWS"))["name"] == "NEWS"


async def test_a_deleted_segment_is_shown_without_its_id_and_is_off_its_contacts_who_stay(vendor: Vendor) -> None:
    before = await made(vendor, name="News")
    person = await vendor.client.post("/v1/contacts", json={"email": "ana@example.org", "lists": [before["id"]]})
    response = await vendor.client.delete(f"{PATH}/{before['id']}/delete")
    assert (response.status_code, response.json()) == (200, {"list": {**before, "id": None}})
    assert (await vendor.native(person.json()["id"]))["lists"] == []
    assert error(await vendor.client.delete(f"{PATH}/{before['id']}/delete"), 404)["message"] == NOT_FOUND
    assert (await made(vendor, name="News"))["alias"] == "news"


@pytest.mark.parametrize("segment_id", ["0", "999999", "x", "-1", "9" * 30, "1.5", "batch"])
async def test_an_id_of_no_segment_is_not_found(vendor: Vendor, segment_id: str) -> None:
    person = (await vendor.client.post("/v1/contacts", json={"email": "ana@example.org"})).json()["id"]
    asked: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PATCH", "/edit", {"name": "A"}),
        ("DELETE", "/delete", None),
        ("POST", f"/contact/{person}/add", None),
        ("POST", f"/contact/add/{person}", None),
        ("POST", f"/contact/{person}/remove", None),
        ("POST", f"/contact/remove/{person}", None),
        ("POST", "/contacts/add", {"ids": [person]}),
    ]
    for method, path, body in asked:
        response = await vendor.client.request(method, f"{PATH}/{segment_id}{path}", json=body)
        assert error(response, 404)["message"] == NOT_FOUND, (method, path)
