"""What lists ask of the contacts: how many there are, and which come next in an order; never those of another account."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from bson.codec_options import CodecOptions, DatetimeConversion

from shared.contacts.pipelines import BY_NUMBER
from shared.contacts.store import AccountContacts
from shared.contract.identity import pack
from shared.platform.mongo import QuestionTooLong
from tests.integration.parts import Parts

pytestmark = pytest.mark.mongo
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SLOW: Any = {
    "$expr": {"$gt": [{"$reduce": {"input": {"$range": [0, 200_000]}, "initialValue": 0, "in": {"$add": ["$$value", 1]}}}, 0]}
}
"""Some 50 ms for each contact."""


async def stored(parts: Parts, account: int, *members: dict[str, Any]) -> AccountContacts:
    """The contacts of an account, with these alone."""
    documents = [
        {"_id": pack(account, number), "account": account, "created_at": NOW, "updated_at": NOW, **each}
        for number, each in enumerate(members, 1)
    ]
    await parts.database["contacts"].insert_many(documents)
    return parts.gateway.contacts.of_account(account)


async def test_living_contacts_are_those_that_are_not_deleted(parts: Parts) -> None:
    contacts = await stored(parts, 7, {}, {"deleted_at": NOW}, {}, {"deleted_at": NOW}, {})
    await stored(parts, 8, {}, {"deleted_at": NOW})
    assert await contacts.living() == await contacts.count({"deleted_at": {"$exists": False}}) == 3
    assert await parts.gateway.contacts.of_account(9).living() == 0


async def test_deleted_contacts_are_counted_in_an_index_of_theirs(parts: Parts) -> None:
    await stored(parts, 7, {}, {"deleted_at": NOW}, {})
    query = {"account": 7, "deleted_at": {"$gt": datetime(1970, 1, 1, tzinfo=UTC)}}
    group = [{"$match": query}, {"$group": {"_id": 1, "n": {"$sum": 1}}}]
    asked = {"aggregate": "contacts", "pipeline": group, "cursor": {}}
    # The last date of an index is beyond those of Python.
    as_numbers: CodecOptions[dict[str, Any]] = CodecOptions(datetime_conversion=DatetimeConversion.DATETIME_MS)
    database = parts.database.with_options(codec_options=as_numbers)
    found = await database.command("explain", asked, verbosity="executionStats", codec_options=as_numbers)
    examined = re.findall(r"'total(Docs|Keys)Examined': (\d+)", str(found))
    assert {kind: int(count) for kind, count in examined}["Docs"] == 0
    assert "deleted_at" in str(found)


async def test_an_order_has_whoever_shares_a_place_by_number_and_each_contact_once(parts: Parts) -> None:
    contacts = await stored(
        parts, 7, *({"points": points, "city": city} for points, city in ((2, "B"), (1, "b"), (2, "a"), (3, "A")))
    )
    await stored(parts, 8, {"points": 0})

    async def numbers(*order: tuple[Any, int], skip: int = 0, limit: int = 10, **query: Any) -> list[int]:
        return await contacts.ordered(query, order, skip=skip, limit=limit)

    assert await numbers(("$points", 1)) == [2, 1, 3, 4]
    assert await numbers(("$points", -1)) == [4, 1, 3, 2]
    assert await numbers(("$points", -1), skip=1, limit=2) == [1, 3]
    assert await numbers(({"$toLower": "$city"}, 1), ("$points", -1)) == [4, 3, 1, 2]
    assert await numbers((BY_NUMBER, -1), limit=3) == [4, 3, 2]
    assert await numbers((BY_NUMBER, -1), points={"$gt": 1}, skip=1) == [3, 1]


async def test_a_question_that_takes_too_long_is_given_up(parts: Parts) -> None:
    contacts = await stored(parts, 7, *({} for _ in range(20)))
    with pytest.raises(QuestionTooLong):
        await contacts.count(SLOW, within_seconds=0.001)
