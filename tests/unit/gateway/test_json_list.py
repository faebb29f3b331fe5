"""Objects with one very long list, read item by item: the same as if the whole had been read at once."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.json_list import ITEM_BYTES, MOST_DEPTH, LongList
from services.gateway.problems import Problem

texts = st.text(st.characters(codec="utf-8"), max_size=8) | st.sampled_from(['"', "\\", "],", "}", "{", '\\"', "\u2028"])
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


def read(text: bytes) -> tuple[list[Any], LongList]:
    contacts = LongList(text, "contacts", spelled=str.lower)
    return list(contacts.items()), contacts


def depth(value: Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth, inner), default=0)


@given(st.lists(values, max_size=5), st.dictionaries(texts.filter(lambda name: name.lower() != "contacts"), values, max_size=3))
def test_items_and_other_members_are_what_the_text_says(items: list[Any], others: dict[str, Any]) -> None:
    if max(map(depth, [*items, *others.values()]), default=0) > MOST_DEPTH:
        return
    members = [*others.items(), ("Contacts", items)]
    random.Random(len(members)).shuffle(members)
    for separators in ((",", ":"), (" ,\n", " :\t")):
        found, contacts = read(json.dumps(dict(members), separators=separators, ensure_ascii=False).encode())
        assert found == items
        assert contacts.is_given
        assert contacts.rest == {name.lower(): value for name, value in others.items()}


@given(st.lists(values, max_size=3), st.integers(min_value=0), st.sampled_from(b'{}[],:"\\ a1'))
def test_a_damaged_text_is_refused_or_read_as_it_is(items: list[Any], place: int, byte: int) -> None:
    text = bytearray(json.dumps({"contacts": items, "a": 1}).encode())
    text[place % len(text)] = byte
    try:
        whole = json.loads(text)
    except ValueError:
        with pytest.raises(Problem):
            read(bytes(text))
        return
    try:
        found, contacts = read(bytes(text))
    except Problem:
        return  # a member twice, or more of it than anything has
    assert found == (whole.get("contacts") if contacts.is_given else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "1",
        "{",
        '{"contacts":[',
        '{"contacts":[1',
        '{"contacts":[1,]}',
        '{"contacts":[,1]}',
        '{"contacts":[1]]}',
        '{"contacts":[1]} x',
        '{"contacts":[1],}',
        '{"contacts":[1],"contacts":[2]}',
        '{"contacts":[{"a":1]]}',
        '{"contacts":[1e400]}',
        '{"contacts":["\\ud800"]}',
        '{"contacts":[NaN]}',
        '{"a":1 "contacts":[]}',
        '{"contacts":[' + "[" * 100_000,
        '{"contacts":[' + "[" * 20 + "]" * 20 + "]}",
    ],
)
def test_what_is_no_such_object_is_refused(text: str) -> None:
    with pytest.raises(Problem) as refused:
        read(text.encode())
    assert (refused.value.status, refused.value.code) == (400, "json_invalid")


def test_a_byte_that_is_no_utf_8_is_refused() -> None:
    with pytest.raises(Problem):
        read(b'{"contacts":["\xff"]}')


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b'\xef\xbb\xbf{"contacts":[1]}')[0] == [1]


def test_a_list_that_is_none_is_one_of_the_other_members() -> None:
    found, contacts = read(b'{"contacts":null}')
    assert (found, contacts.is_given, contacts.rest) == ([], False, {"contacts": None})


def test_of_an_item_that_is_too_long_the_beginning_is_given() -> None:
    long = json.dumps({"contacts": [{"a": "x" * ITEM_BYTES}, 2]}).encode()
    (first, second), _ = read(long)
    assert (first[:7], second) == ('{"a": "', 2)
    assert len(first) < 1_000


def test_other_members_may_not_be_long_or_many() -> None:
    for text in (json.dumps({"a": "x" * 2_000_000}), json.dumps({str(n): 1 for n in range(500)})):
        with pytest.raises(Problem) as refused:
            read(text.encode())
        assert refused.value.code == "options_too_large"
