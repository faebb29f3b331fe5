"""Tags that several ask for at once: each is made once, and everybody gets the same numbers."""

import asyncio

from tests.integration.parts import Parts


async def test_names_that_many_ask_for_at_once_are_made_once_and_have_one_number_for_all(parts: Parts) -> None:
    tags = parts.gateway.tags.of_account(parts.account.number)
    await tags.create("Tag 7")
    asked = [[f"tag {number}" for number in range(start, start + 60)] for start in range(0, 40, 10)]
    found = await asyncio.gather(*(tags.ensure(names) for names in asked))
    assert [len(each) for each in found] == [60] * 4
    numbers = {(key, named.number) for each in found for key, named in each.items()}
    assert len(numbers) == 90 == await tags.count()
    assert {named.name for each in found for key, named in each.items() if key == "tag 7"} == {"Tag 7"}


async def test_what_is_there_is_not_written_again(parts: Parts) -> None:
    tags = parts.gateway.tags.of_account(parts.account.number)
    first = await tags.ensure(["a", "b"])
    assert await tags.ensure(["B ", "a", "A"]) == first
    assert (await tags.create("c")).number == max(named.number for named in first.values()) + 1
