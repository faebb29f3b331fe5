"""Pages of segments: their order, what they are searched by, and what they cost."""

from typing import Any

import pytest

from tests.dialects.acquia.segments import PATH, made, native_list, page
from tests.dialects.acquia.vendor import Vendor, error

pytestmark = pytest.mark.mongo


async def test_pages_are_by_name_until_an_empty_one(vendor: Vendor) -> None:
    assert await page(vendor) == (0, [])
    ids = {name: (await made(vendor, name=name))["id"] for name in ("c", "B", "e", "A", "d")}
    by_name = [ids[name] for name in "ABcde"]
    assert [await page(vendor, start=start, limit=2) for start in (0, 2, 4, 6)] == [
        (5, by_name[:2]),
        (5, by_name[2:4]),
        (5, by_name[4:]),
        (5, []),
    ]
    assert await page(vendor, limit=0, start="", orderByDir="ASC", minimal="True") == (5, by_name)
    by_age = sorted(ids.values())
    for order in ("id", "dateAdded", "date_added"):
        assert await page(vendor, orderBy=order) == (5, by_age)
        assert await page(vendor, orderBy=order, orderByDir="desc") == (5, by_age[::-1])
    await vendor.client.patch(f"{PATH}/{by_age[1]}/edit", json={"description": "new"})
    assert (await page(vendor, orderBy="date_modified", orderByDir="DESC"))[1][0] == by_age[1]


@pytest.mark.parametrize(
    "query", [{"orderBy": "$where"}, {"orderBy": "filters"}, {"orderByDir": "up"}, {"start": -1}, {"limit": "x"}, {"search": "a\0"}]
)
async def test_a_page_that_cannot_be_is_refused(vendor: Vendor, query: dict[str, Any]) -> None:
    assert error(await vendor.client.get(PATH, params=query), 400)["message"].startswith("This is a bad request.")


async def test_a_search_looks_into_names_and_aliases(vendor: Vendor) -> None:
    news = (await made(vendor, name="Our (news)", alias="letters", isGlobal=False))["id"]
    shop = (await made(vendor, name="Shop: offers", isPublished=False, description="news"))["id"]
    plain = await native_list(vendor, "Friends")
    found = {
        "NEWS": [news],
        "(news": [news],
        "letters": [news],
        "our letters": [news],
        '"our (news)"': [news],
        '"our  (news)"': [],
        "name:news": [news],
        "name:letters": [],
        "shop:": [shop],
        ".*": [],
        "!news": [plain, shop],
        "is:published": [plain, news],
        "is:unpublished": [shop],
        "is:global": [plain, shop],
        "is:published friends": [plain],
        "!is:published": [shop],
        "is:nothing": [],
        "  ": [plain, news, shop],
    }
    assert {search: (await page(vendor, search=search))[1] for search in found} == found
    assert await page(vendor, search="news", limit=1) == (1, [news])
    assert await page(vendor, publishedOnly="true") == (2, [plain, news])


async def test_the_alias_that_nobody_chose_finds_its_segment(vendor: Vendor) -> None:
    news, plain = (await made(vendor, name="News", alias="letters"))["id"], await native_list(vendor, "Good friends")
    ((alias),) = [each["alias"] for each in (await vendor.client.get("/api/contacts/list/segments")).json() if each["id"] == plain]
    found = {alias: [plain], f" {alias.upper()} ": [plain], f"!{alias}": [news], f"letters--{news}": [], f"{alias}0": []}
    found |= {f"is:published {alias}": [plain], f"is:unpublished {alias}": [], "good-friends--0": [], f"--{'9' * 30}": []}
    assert {search: (await page(vendor, search=search))[1] for search in found} == found


async def test_the_segments_of_the_user_are_named_by_name(vendor: Vendor) -> None:
    b, _, a = await made(vendor, name="b"), await made(vendor, name="c", isPublished=0), await native_list(vendor, "A")
    response = await vendor.client.get("/api/contacts/list/segments")
    assert (response.status_code, response.json()) == (
        200,
        [{"id": a, "name": "A", "alias": f"a--{a}"}, {"id": b["id"], "name": "b", "alias": "b"}],
    )


async def test_a_page_asks_the_database_as_often_for_many_segments_as_for_one(vendor: Vendor) -> None:
    paths = (PATH, "/api/contacts/list/segments")
    await native_list(vendor, "L0")
    few = [await questions(vendor, path) for path in paths]
    for place in range(1, 30):
        await native_list(vendor, f"L{place}")
    assert [await questions(vendor, path) for path in paths] == few == [2, 1]


async def questions(vendor: Vendor, path: str) -> int:
    """How many questions about lists the database is asked for an answer."""
    database = vendor.muster.database
    await database.command("profile", 2)
    try:
        assert (await vendor.client.get(path)).status_code == 200
    finally:
        await database.command("profile", 0)
    asked = int(await database["system.profile"].count_documents({"ns": f"{database.name}.lists"}))
    await database["system.profile"].drop()
    return asked
