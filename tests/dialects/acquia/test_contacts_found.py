"""Which contacts a list has: by conditions of `where`, and by the words of `search`."""

from typing import Any

import pytest

from tests.dialects.acquia.listed import asked, condition, listed, names, people
from tests.dialects.acquia.segments import made as segment
from tests.dialects.acquia.vendor import CONTACTS, Vendor, address, error

pytestmark = pytest.mark.mongo

ANA = {"firstname": "Ana", "lastname": "Silva", "email": "Ana@Example.org", "company": "Big Ltd", "city": "Porto", "points": 5}
BOB = {
    "firstname": "Bob",
    "lastname": "Silvester",
    "email": "bob+x@example.org",
    "city": "porto",
    "country": "Portugal",
    "points": 9,
}
CEM = {"firstname": "Cem", "company": "100% Wool", "mobile": "+44 7700 900123", "owner": 3, "tags": ["vip"]}


@pytest.fixture
async def three(vendor: Vendor) -> list[int]:
    """Three contacts, the last of them without an e-mail; and their ids."""
    return await people(vendor, ANA, BOB, CEM)


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("col", "expr", "val", "found"),
    [
        ("email", "eq", "ana@EXAMPLE.org", "Ana"),
        ("email", "eq", "ana@example", ""),
        ("email", "neq", "ana@example.org", "Bob"),
        ("email", "in", ["ana@example.org", "bob+x@example.org", "nobody@example.org"], "Ana Bob"),
        ("email", "notIn", "ana@example.org,c@example.org", "Bob"),
        ("email", "like", "%@example.org", "Ana Bob"),
        ("email", "like", "ANA@%", "Ana"),
        ("email", "isNull", None, "Cem"),
        ("email", "isNotNull", None, "Ana Bob"),
        ("email", "gt", "b", "Bob"),
        ("firstname", "eq", "ana", "Ana"),
        ("firstname", "eq", "An", ""),
        ("firstname", "in", "ANA,cem", "Ana Cem"),
        ("firstname", "like", "_o_", "Bob"),
        ("firstname", "notLike", "a%", "Bob Cem"),
        ("firstname", "gte", "BOB", "Bob Cem"),
        ("lastname", "neq", "silva", "Bob"),
        ("company", "like", r"100\%%", "Cem"),
        ("city", "eq", "PORTO", "Ana Bob"),
        ("city", "neq", "Faro", "Ana Bob"),
        ("city", "isNull", None, "Cem"),
        ("country", "isNotNull", None, "Bob"),
        ("points", "gt", "5", "Bob"),
        ("points", "lt", "6", "Ana Cem"),
        ("points", "eq", "0", "Cem"),
        ("points", "neq", "0", "Ana Bob"),
        ("points", "isNull", None, ""),
        ("points", "notIn", ["5", "9"], "Cem"),
        ("mobile", "like", "+44%", "Cem"),
        ("owner", "eq", "3", "Cem"),
        ("owner_id", "isNull", None, "Ana Bob"),
        ("twitter", "isNull", None, "Ana Bob Cem"),
        ("twitter", "eq", "ana", ""),
        ("isPublished", "eq", "1", "Ana Bob Cem"),
        ("is_published", "eq", "0", ""),
        ("date_added", "gte", "2020-01-01 00:00:00", "Ana Bob Cem"),
        ("dateAdded", "lt", "2020-01-01", ""),
        ("dateIdentified", "isNull", None, "Cem"),
        ("dateModified", "isNull", None, "Ana Bob Cem"),
        ("dateModified", "gt", "2020-01-01", ""),
        ("id", "gt", "0", "Ana Bob Cem"),
        ("id", "lte", "0", ""),
    ],
)
async def test_a_condition_finds_what_sql_would(vendor: Vendor, col: str, expr: str, val: Any, found: str) -> None:
    assert " ".join(await names(vendor, condition(col, expr, val))) == found


async def test_a_contact_is_found_by_its_id_and_by_when_it_was_changed(vendor: Vendor, three: list[int]) -> None:
    assert await names(vendor, condition("id", "in", [str(three[0]), str(three[2]), str(2**50)])) == ["Ana", "Cem"]
    changed = await vendor.edit(three[1], position="Boss")
    assert await names(vendor, condition("date_modified", "eq", changed["dateModified"][:19])) == ["Bob"]
    assert await names(vendor, condition("date_modified", "isNotNull")) == ["Bob"]


@pytest.mark.usefixtures("three")
async def test_conditions_must_all_hold_and_may_be_nested(vendor: Vendor) -> None:
    both = [("where[0][col]", "city"), ("where[0][val]", "porto"), ("where[1][col]", "points"), ("where[1][expr]", "gt")]
    assert await names(vendor, [*both, ("where[1][val]", "5")]) == ["Bob"]
    either = {
        "where[0][expr]": "orX",
        "where[0][val][0][col]": "firstname",
        "where[0][val][0][expr]": "eq",
        "where[0][val][0][val]": "Cem",
        "where[0][val][1][expr]": "andX",
        "where[0][val][1][val][0][col]": "city",
        "where[0][val][1][val][0][expr]": "eq",
        "where[0][val][1][val][0][val]": "porto",
        "where[0][val][1][val][1][col]": "points",
        "where[0][val][1][val][1][expr]": "lt",
        "where[0][val][1][val][1][val]": "6",
    }
    assert await names(vendor, either) == ["Ana", "Cem"]
    assert await names(vendor, {**either, "search": "silva"}) == ["Ana"]


@pytest.mark.usefixtures("three")
async def test_signs_of_the_database_in_a_query_are_text_or_refused(vendor: Vendor) -> None:
    for query in (
        {"where[0][col]": "$where", "where[0][val]": "1"},
        {"where[0][col]": "email", "where[0][val][$gt]": ""},
        {"where[0][col]": "email", "where[0][expr]": "$ne", "where[0][val]": ""},
        {"where[0][expr]": "orX", "where[0][val][$where]": "1"},
        {"orderBy": "$natural"},
        {"order[$gt][col][$ne]": "id"},
    ):
        error(await asked(vendor, query), 400)
    assert await names(vendor, condition("firstname", "eq", "$ne")) == []
    assert await names(vendor, condition("lastname", "like", ".*")) == []
    assert await names(vendor, condition("lastname", "gt", "$first_name")) == ["Ana", "Bob"]
    assert await names(vendor, {"search": ".*"}) == []


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("ana", "Ana"),
        ("sil", "Ana Bob"),
        ("sil bo", "Bob"),
        ("ilva", ""),
        ("%ilva", "Ana"),
        ("+silva", "Ana"),
        ("big", "Ana"),
        ('"big ltd"', "Ana"),
        ("ana@example.org", "Ana"),
        ("ana@exam", "Ana"),
        ("ana@example.or", ""),
        ("email:ANA@example.org", "Ana"),
        ("email:ana", ""),
        ("email:*@example.org", "Ana Bob"),
        ("!email:ana@example.org", "Bob Cem"),
        ("firstname:c", "Cem"),
        ("lastname:silva", "Ana"),
        ("lastname:silv", "Ana Bob"),
        ('name:"ana silva"', "Ana"),
        ("company:big", "Ana"),
        ("company:*ltd", "Ana"),
        ("city:porto", "Ana Bob"),
        ("points:9", "Bob"),
        ("owner:3", "Cem"),
        ("is:unowned", "Ana Bob"),
        ("is:anonymous", "Cem"),
        ("!is:anonymous", "Ana Bob"),
        ("is:identified", "Ana Bob"),
        ("is:published", "Ana Bob Cem"),
        ("sil is:published", "Ana Bob"),
        ("is:unpublished", ""),
        ("tag:VIP", "Cem"),
        ("!tag:vip", "Ana Bob"),
        ("tag:nobody", ""),
        ("segment:nowhere", ""),
        ("!segment:nowhere", "Ana Bob Cem"),
        ("ana OR cem", "Ana Cem"),
        ("sil !(city:porto points:9)", "Ana"),
        ("ip:10.0.0.1", ""),
    ],
)
async def test_a_search_finds_what_its_words_say(vendor: Vendor, search: str, found: str) -> None:
    assert " ".join(await names(vendor, {"search": search})) == found


async def test_a_search_finds_the_ids_that_it_names(vendor: Vendor, three: list[int]) -> None:
    assert await names(vendor, {"search": f"ids:{three[0]},{three[2]},999999"}) == ["Ana", "Cem"]


async def test_a_search_finds_who_is_on_a_segment_now(vendor: Vendor, three: list[int]) -> None:
    news = await segment(vendor, name="Our news")
    for number in three[:2]:
        assert (await vendor.client.post(f"/api/segments/{news['id']}/contact/{number}/add")).status_code == 200
    assert await names(vendor, {"search": f"segment:{news['alias']}"}) == ["Ana", "Bob"]
    assert await names(vendor, {"search": f"!segment:{news['alias']}"}) == ["Cem"]
    await vendor.client.post(f"/api/segments/{news['id']}/contact/{three[0]}/remove")
    assert await names(vendor, {"search": f"segment:{news['alias']}", "orderBy": "lastname"}) == ["Bob"]


async def test_values_are_read_as_those_of_their_fields(vendor: Vendor) -> None:
    for name, kind in (("size", "number"), ("is_member", "boolean"), ("born", "date"), ("seen", "datetime")):
        assert (await vendor.client.post("/v1/fields", json={"name": name, "type": kind})).status_code == 201
    await people(
        vendor,
        {"firstname": "Ana", "email": address(), "size": 9, "is_member": 1, "born": "2000-02-01", "seen": "2026-01-01 10:00:00"},
        {"firstname": "Bob", "email": address(), "size": 10, "is_member": 0, "born": "2001-02-01", "seen": "2026-01-01 10:00:01"},
        {"firstname": "Cem", "email": address()},
    )
    for query, found in (
        (condition("size", "gt", "9.5"), "Bob"),
        (condition("size", "lt", "10"), "Ana"),
        (condition("is_member", "eq", "true"), "Ana"),
        (condition("is_member", "neq", "1"), "Bob"),
        (condition("born", "lt", "2001-01-01"), "Ana"),
        (condition("born", "like", "2001-%"), "Bob"),
        (condition("seen", "eq", "2026-01-01 10:00:00"), "Ana"),
        (condition("seen", "gt", "2026-01-01T10:00:00+00:00"), "Bob"),
        (condition("seen", "notIn", ["2026-01-01 10:00:00"]), "Bob"),
        (condition("seen", "isNull"), "Cem"),
    ):
        assert " ".join(await names(vendor, query)) == found, query


async def test_a_number_that_receives_sms_is_found_as_the_mobile_that_it_is(vendor: Vendor) -> None:
    response = await vendor.client.post("/v1/contacts", json={"first_name": "Ana", "mobile": "+447700900123"})
    assert response.status_code == 201, response.text
    assert await names(vendor, condition("mobile", "eq", "+447700900123")) == ["Ana"]
    assert await names(vendor, condition("mobile", "isNull")) == []
    assert await names(vendor, {"orderBy": "mobile"}) == ["Ana"]


async def test_a_pattern_that_would_try_for_ever_is_answered(vendor: Vendor) -> None:
    await vendor.make(lastname="a" * 255)
    assert await listed(vendor, condition("lastname", "like", "%a" * 250 + "b")) == (0, [])


async def test_somebody_who_is_found_can_be_read_where_the_list_says(vendor: Vendor, three: list[int]) -> None:
    _, (found,) = await listed(vendor, {"search": "email:bob%x@example.org"})
    assert (await vendor.client.get(f"{CONTACTS}/{found['id']}")).json()["contact"] == found
    assert found["id"] == three[1]
