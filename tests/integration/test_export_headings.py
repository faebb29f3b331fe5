"""What the route of exports says of headings: which it keeps, and which it refuses with their place in the request."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.bulk import Bulk, bulk
from tests.support.resources import problem

pytestmark = pytest.mark.mongo


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[Bulk]:
    async with bulk(mongo_url) as whole:
        yield whole


async def test_headings_are_kept_by_canonical_names_and_without_blanks_around_them(api: Bulk) -> None:
    document = await api.accepted("/v1/exports", {"fields": ["cf:Plan", "email"], "headings": {"cf:plan": "  Which plan\t"}})
    assert document["options"]["headings"] == {"cf:Plan": "Which plan"}
    document = await api.accepted("/v1/exports", {"headings": {"email": "h" * 255, "phone:home": "$ 1.2"}})
    assert document["options"]["headings"] == {"email": "h" * 255, "phone:home": "$ 1.2"}
    assert (await api.accepted("/v1/exports", {}))["options"]["headings"] == {}


@pytest.mark.parametrize(
    ("headings", "where", "says"),
    [
        ({"first_name": "Name"}, ".first_name", "no column 'first_name'"),
        ({"frist_name": "Name"}, ".frist_name", "no column 'frist_name'"),
        ({"phones": "Phones"}, ".phones", "no column"),
        ({"": "Nothing"}, ".", "no column"),
        ({"email": ""}, ".email", "at least 1 character"),
        ({"email": " \t "}, ".email", "at least 1 character"),
        ({"email": "h" * 256}, ".email", "at most 255 characters"),
        ({"email": 5}, ".email", "valid string"),
        ({"email": None}, ".email", "valid string"),
        ({"email": "Same", "last_name": " Same "}, ".last_name", "both have the heading 'Same'"),
        ({"email": "last_name"}, ".email", "both have the heading 'last_name'"),
        ({"cf:Plan": "One", "cf:plan": "Two"}, ".cf:plan", "two headings"),
        (["email"], "", "valid dictionary"),
    ],
)
async def test_headings_that_no_file_can_have_are_refused(api: Bulk, headings: Any, where: str, says: str) -> None:
    before = await api.left()
    body = {"fields": ["email", "last_name", "cf:plan"], "headings": headings}
    found = problem(await api.post("/v1/exports", body), 422, "option_invalid")
    assert (found["field"], says in found["detail"]) == (f"headings{where}", True), found
    assert await api.left() == before


async def test_a_column_name_with_a_character_that_no_name_has_is_refused(api: Bulk) -> None:
    body = {"fields": ["preference:\0"], "headings": {"preference:\0": "Odd"}}
    problem(await api.post("/v1/exports", body), 422, "option_invalid")


async def test_headings_in_the_query_are_a_json_object(api: Bulk) -> None:
    found = problem(await api.post("/v1/exports", {}, params={"headings": "email=E-mail"}), 422, "option_invalid")
    assert found["field"] == "headings"
