"""Long bodies that name contacts: read as short ones are, and refused before anything large is built."""

import json
import tracemalloc
from typing import Any

import pytest

from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.long_objects import MOST_NAMED, object_in
from services.gateway.problems import Problem

FILLED = b" " * SHORT_BYTES
"""Makes a body a long one and says nothing."""


async def taken(body: bytes) -> dict[str, Any]:
    return await object_in(bytearray(body))


async def refused(body: bytes) -> tuple[int, str, str | None]:
    with pytest.raises(Problem) as caught:
        await taken(body)
    return caught.value.status, caught.value.code, caught.value.field


@pytest.mark.parametrize(
    "value",
    [
        {"action": "add", "lists": ["News", 7], "source": {"ids": [1, "2", 10**30, "é"]}, "exclude": {"where": [{"field": "x"}]}},
        {"source": {"emails": ["a,b@x", 'c"]}', "\\"], "tags": ["x"]}},
        {"source": {"lists": [1], "all": True, "ids": []}, "name": "n"},
        {"action": "add"},
        {},
    ],
)
async def test_a_long_body_says_what_a_short_one_says(value: dict[str, Any]) -> None:
    body = json.dumps(value).encode()
    assert await taken(body) == await taken(FILLED + body) == value


async def test_what_is_null_in_a_long_body_is_as_if_it_were_not_there() -> None:
    assert await taken(FILLED + b'{"source": {"ids": null, "emails": ["a"]}, "name": null}') == {"source": {"emails": ["a"]}}
    assert await taken(FILLED + b'{"source": null}') == {}


@pytest.mark.parametrize(
    ("body", "status", "code", "field"),
    [
        (b'{"source": {"ids": [1, {}]}}', 422, "option_invalid", "source.ids.1"),
        (b'{"source": {"ids": [true]}}', 422, "option_invalid", "source.ids.0"),
        (b'{"source": {"ids": [1.0]}}', 422, "option_invalid", "source.ids.0"),
        (b'{"source": {"emails": ["a", 1]}}', 422, "option_invalid", "source.emails.1"),
        (b'{"source": {"ids": 7}}', 422, "option_invalid", "source.ids"),
        (b'{"source": [1]}', 422, "option_invalid", "source"),
        (b'{"source": {"idz": [1]}}', 422, "option_invalid", "source.idz"),
        (b'{"sources": {"ids": [1]}}', 422, "option_invalid", "sources"),
        (b'{"source": {"ids": [1]}, "name": "' + b"x" * SHORT_BYTES + b'"}', 413, "options_too_large", "body"),
        (b'{"source": {"ids": [1], "tags": [' + b"1," * SHORT_BYTES + b"1]}}", 413, "options_too_large", "body"),
        (b'{"source": {"ids": [1' + b",2" * MOST_NAMED + b"]}}", 422, "too_many_contacts", "source.ids"),
        (b"[]", 422, "invalid_request", "body"),
        (b'{"source": {"ids": [1}}', 400, "json_invalid", "body"),
        (b'{"source": {"emails": ["\\ud800"]}}', 400, "json_invalid", "body"),
        (b'{"name": ' + b"[" * 100_000, 400, "json_invalid", "body"),
    ],
)
async def test_a_long_body_that_is_wrong_is_refused_with_the_place(body: bytes, status: int, code: str, field: str) -> None:
    assert await refused(FILLED + body) == (status, code, field)


async def test_as_many_contacts_as_one_request_may_name_are_taken() -> None:
    found = await taken(b'{"source": {"emails": ["a,b"' + b',"c"' * (MOST_NAMED - 1) + b"]}}")
    assert len(found["source"]["emails"]) == MOST_NAMED


@pytest.mark.parametrize("item", [b"{}", b"[]", b'"ab"', b"1234"])
@pytest.mark.parametrize("where", [b'{"source":{"ids":[%s]}}', b'{"tags":[%s]}', b'{"source":{"tags":[%s]}}', b'{"x":[%s]}'])
async def test_a_body_full_of_small_things_costs_little_more_than_its_length(where: bytes, item: bytes) -> None:
    body = where % b",".join([item] * (8_000_000 // (len(item) + 1)))
    tracemalloc.start()
    try:
        with pytest.raises(Problem):
            await taken(body)
        assert tracemalloc.get_traced_memory()[1] < 2 * len(body)
    finally:
        tracemalloc.stop()
