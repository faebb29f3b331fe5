"""Tags, and the same over the native API."""

import asyncio
from typing import Any

import pytest

from tests.dialects.acquia.vendor import Vendor, address, error

pytestmark = pytest.mark.mongo
PATH = "/api/tags"
NOT_FOUND = "Item was not found."


async def made(vendor: Vendor, status: int = 201, /, **members: Any) -> dict[str, Any]:
    response = await vendor.client.post(f"{PATH}/new", json=members)
    assert response.status_code == status, response.text
    return dict(response.json()["tag"])


async def edited(vendor: Vendor, number: int, method: str = "PATCH", status: int = 200, **members: Any) -> dict[str, Any]:
    response = await vendor.client.request(method, f"{PATH}/{number}/edit", json=members)
    assert response.status_code == status, response.text
    return dict(response.json()["tag"])


async def page(vendor: Vendor, **query: Any) -> tuple[int, list[str]]:
    response = await vendor.client.get(PATH, params=query)
    assert response.status_code == 200, response.text
    body = response.json()
    assert set(body) == {"total", "tags"}
    return body["total"], [each["tag"] for each in body["tags"]]


async def test_a_tag_made_here_is_the_native_one_of_the_same_number(vendor: Vendor) -> None:
    body = await made(vendor, tag=" vip\t", description="Big spenders")
    assert body == {"id": body["id"], "tag": "vip", "description": "Big spenders"}
    assert (await vendor.client.get(f"/v1/tags/{body['id']}")).json()["name"] == "vip"
    assert (await vendor.client.get(f"{PATH}/{body['id']}")).json() == {"tag": body}


async def test_a_tag_that_a_contact_brought_is_listed(vendor: Vendor) -> None:
    await vendor.client.post("/v1/contacts", json={"email": address(), "tags": ["gold"]})
    assert await page(vendor) == (1, ["gold"])


async def test_a_tag_of_a_known_name_is_that_tag_and_gets_the_description_that_is_sent(vendor: Vendor) -> None:
    first = await made(vendor, tag="vip", description="A")
    assert await made(vendor, 200, tag="VIP ") == first
    assert await made(vendor, 200, tag="vip", description="") == first
    assert await made(vendor, 200, tag="vip", description="B") == {**first, "description": "B"}
    assert await page(vendor) == (1, ["vip"])


async def test_of_many_who_make_one_tag_at_once_one_does(vendor: Vendor) -> None:
    answers = await asyncio.gather(*(vendor.client.post(f"{PATH}/new", data={"tag": "once"}) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert len({answer.json()["tag"]["id"] for answer in answers}) == 1


async def test_patch_leaves_and_put_clears_what_is_not_named(vendor: Vendor) -> None:
    first = await made(vendor, tag="a", description="A")
    assert await edited(vendor, first["id"], tag="b") == {**first, "tag": "b"}
    assert await edited(vendor, first["id"]) == {**first, "tag": "b"}
    assert await edited(vendor, first["id"], description=None) == {**first, "tag": "b", "description": None}
    await edited(vendor, first["id"], description="A")
    assert await edited(vendor, first["id"], "PUT", tag="c") == {"id": first["id"], "tag": "c", "description": None}
    made_by_put = await edited(vendor, first["id"] + 1000, "PUT", 201, tag="d")
    assert made_by_put["tag"] == "d"
    assert await edited(vendor, first["id"] + 1000, "PUT", 200, tag="d") == made_by_put


async def test_a_contact_keeps_a_renamed_tag_and_loses_a_deleted_one(vendor: Vendor) -> None:
    tag = await made(vendor, tag="vip")
    person = (await vendor.client.post("/v1/contacts", json={"email": address(), "tags": ["vip"]})).json()["id"]
    await edited(vendor, tag["id"], tag="gold")
    assert (await vendor.read(person))["tags"] == [{"id": tag["id"], "tag": "gold"}]
    response = await vendor.client.delete(f"{PATH}/{tag['id']}/delete")
    assert (response.status_code, response.json()) == (200, {"tag": {"id": None, "tag": "gold", "description": None}})
    assert (await vendor.native(person))["tags"] == []
    assert error(await vendor.client.delete(f"{PATH}/{tag['id']}/delete"), 404)["message"] == NOT_FOUND


async def test_pages_are_by_age_unless_the_query_says_otherwise(vendor: Vendor) -> None:
    assert (await vendor.client.get(PATH)).json() == {"total": 0, "tags": []}
    for name in ("c", "B", "a"):
        await made(vendor, tag=name)
    assert [await page(vendor, start=start, limit=2) for start in (0, 2, 4)] == [(3, ["c", "B"]), (3, ["a"]), (3, [])]
    assert await page(vendor, orderBy="tag", orderByDir="ASC") == (3, ["a", "B", "c"])
    assert await page(vendor, orderBy="tag", orderByDir="desc", limit=0, search="") == (3, ["c", "B", "a"])
    assert error(await vendor.client.get(PATH, params={"orderBy": "name"}), 400)["message"].endswith("one of id, tag.")


async def test_a_search_looks_into_names_and_descriptions(vendor: Vendor) -> None:
    await made(vendor, tag="alpha", description="Has the TEST word")
    await made(vendor, tag="test.er")
    await made(vendor, tag="beta:x")
    assert await page(vendor, search="test", limit=1) == (2, ["alpha"])
    found = {"test": ["alpha", "test.er"], "t.st": [], "!test": ["beta:x"], "beta:x": ["beta:x"], "alpha word": ["alpha"]}
    assert {search: (await page(vendor, search=search))[1] for search in found} == found


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"tag": " "},
        {"tag": None},
        {"tag": ["a"]},
        {"tag": True},
        {"tag": "-a"},
        {"tag": "a,b"},
        {"tag": "a\nb"},
        {"tag": "x" * 256},
    ],
)
async def test_a_tag_without_a_fit_name_is_refused(vendor: Vendor, members: dict[str, Any]) -> None:
    there = (await made(vendor, tag="there"))["id"]
    requests = [("POST", "new"), ("PUT", f"{there}/edit"), *([("PATCH", f"{there}/edit")] if members else [])]
    for method, path in requests:
        found = error(await vendor.client.request(method, f"{PATH}/{path}", json=members), 400)
        assert list(found["details"]) == ["tag"]
    assert await page(vendor) == (1, ["there"])


async def test_a_name_of_another_tag_and_a_long_description_are_refused(vendor: Vendor) -> None:
    await made(vendor, tag="a")
    second = (await made(vendor, tag="b"))["id"]
    for method in ("PUT", "PATCH"):
        response = await vendor.client.request(method, f"{PATH}/{second}/edit", json={"tag": "A"})
        assert list(error(response, 400)["details"]) == ["tag"]
        response = await vendor.client.request(method, f"{PATH}/{second}/edit", json={"tag": "b", "description": "x" * 2001})
        assert list(error(response, 400)["details"]) == ["description"]


@pytest.mark.parametrize("tag_id", ["0", "999999", "x", "-1", "9" * 30])
async def test_an_id_of_no_tag_is_not_found(vendor: Vendor, tag_id: str) -> None:
    for method, path in (("GET", ""), ("PATCH", "/edit"), ("DELETE", "/delete")):
        response = await vendor.client.request(method, f"{PATH}/{tag_id}{path}", json={"tag": "a"})
        assert error(response, 404)["message"] == NOT_FOUND
