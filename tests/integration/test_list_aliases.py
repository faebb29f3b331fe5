"""Lists by alias, by order and under conditions, in the database itself."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from shared.lists.store import AccountThings, AliasTaken, NameTaken, Order, has_all, has_fact, has_not, has_text
from tests.support.resources import resources
from tests.support.system import System

pytestmark = pytest.mark.mongo


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[System]:
    async with resources(mongo_url) as whole:
        yield whole


@pytest.fixture
async def lists(api: System) -> AccountThings:
    """The lists of an account of its own."""
    account = await api.gateway.accounts.create(f"A {uuid4().hex[:8]}")
    return api.gateway.lists.of_account(account.number)


async def names(lists: AccountThings, **asked: Any) -> list[str]:
    return [named.name for named in await lists.page(limit=100, **asked)]


async def test_an_alias_is_one_lists_alone_and_a_name_too(lists: AccountThings) -> None:
    first, plain = await lists.create("A", alias="a"), await lists.create("B")
    assert (first.alias, plain.alias) == ("a", None)
    await lists.create("C")
    with pytest.raises(AliasTaken):
        await lists.create("D", alias="a")
    with pytest.raises(NameTaken):
        await lists.create("a", alias="d")
    with pytest.raises(AliasTaken):
        await lists.change(plain.number, None, {}, "a")
    with pytest.raises(NameTaken):
        await lists.change(plain.number, "A", {}, "b")
    assert await lists.by_alias("b") is None
    changed = await lists.change(plain.number, None, {}, "b")
    assert changed is not None
    assert (changed.alias, changed.name) == ("b", "B")
    assert await lists.by_alias("b") == changed
    await lists.delete(first.number)
    assert (await lists.create("E", alias="a")).alias == "a"


async def test_of_many_who_take_one_alias_at_once_one_does(lists: AccountThings) -> None:
    made = await asyncio.gather(*(lists.create(f"N{place}", alias="a") for place in range(8)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in made) == ["AliasTaken"] * 7 + ["Named"]


async def test_aliases_are_found_by_their_beginning_where_only_digits_follow(lists: AccountThings) -> None:
    for alias in ("news", "news1", "news27", "news-1", "newsletter", "the-news", "new"):
        await lists.create(alias, alias=alias)
    await lists.create("news without")
    assert await lists.aliases_after("news") == {"news", "news1", "news27"}
    assert await lists.aliases_after("n.*") == set()


async def test_a_fact_within_another_is_changed_alone(lists: AccountThings) -> None:
    named = await lists.create("A", {"mine": {"x": 1, "y": 2}, "description": "d"})
    changed = await lists.change(named.number, None, {"mine.x": 3})
    assert changed is not None
    assert changed.facts == {"mine": {"x": 3, "y": 2}, "description": "d"}
    plain = await lists.create("B")
    changed = await lists.change(plain.number, None, {"mine.x": 3})
    assert changed is not None
    assert changed.facts == {"mine": {"x": 3}}


async def test_a_page_has_its_order_and_its_conditions(lists: AccountThings) -> None:
    for name, facts in (("b", {"shown": True}), ("A", {"shown": False}), ("c", {"description": "A (plain) one"}), ("d", {})):
        await lists.create(name, facts)
    assert await names(lists) == ["b", "A", "c", "d"]
    assert await names(lists, falling=True) == ["d", "c", "A", "b"]
    assert await names(lists, order=Order.NAME) == ["A", "b", "c", "d"]
    assert await names(lists, order=Order.NAME, falling=True, skip=1) == ["c", "b", "A"]
    conditions = {
        "A": ["A", "c"],
        "(PLAIN)": ["c"],
        ".": [],
    }
    assert {text: await names(lists, among=has_text(text)) for text in conditions} == conditions
    assert await names(lists, among=has_text("a", ("name",))) == ["A"]
    assert await names(lists, among=has_fact("shown", True, unless_said=True)) == ["b", "c", "d"]
    assert await names(lists, among=has_fact("shown", True, unless_said=False)) == ["b"]
    assert await names(lists, among=has_fact("shown", False, unless_said=True)) == ["A"]
    assert await names(lists, among=has_all([has_text("A"), has_not(has_text("plain"))])) == ["A"]
    assert await lists.count(among=has_not(has_text("a"))) == 2
    assert await lists.count(among=has_all([])) == 4
