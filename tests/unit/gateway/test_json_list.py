"""Very long lists and objects, read item by item: the same as if the whole had been read at once."""

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.json_list import ITEM_BYTES, MOST_DEPTH, NAME_LENGTH, Cut, LongArray, LongList
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


def pairs(text: bytes) -> list[tuple[int | str, Any]]:
    return list(LongArray(text).items())


@given(st.lists(values, max_size=5) | st.dictionaries(texts, values, max_size=5))
def test_a_list_or_an_object_is_given_item_by_item(whole: list[Any] | dict[str, Any]) -> None:
    if depth(whole) > MOST_DEPTH:
        return
    expected = list(whole.items() if isinstance(whole, dict) else enumerate(whole))
    for separators in ((",", ":"), (" ,\n", " :\t")):
        text = json.dumps(whole, separators=separators, ensure_ascii=False)
        assert pairs(f" {text}\n".encode()) == pairs(b"\xef\xbb\xbf" + json.dumps(whole).encode()) == expected


@given(
    st.lists(values, max_size=3) | st.dictionaries(texts, values, max_size=3),
    st.integers(min_value=0),
    st.sampled_from(b'{}[],:"\\ a1'),
)
def test_a_damaged_list_or_object_is_refused_or_read_as_it_is(whole: Any, place: int, byte: int) -> None:
    text = bytearray(json.dumps(whole).encode())
    text[place % len(text)] = byte
    try:
        said = json.loads(text)
    except ValueError:
        with pytest.raises(Problem):
            pairs(bytes(text))
        return
    try:
        found = pairs(bytes(text))
    except Problem:
        return  # no list or object any more, or nested more deeply than anything
    assert dict(found) == (said if isinstance(said, dict) else dict(enumerate(said)))


@pytest.mark.parametrize("text", ["1", "null", " true ", '"[]"', "-1.5e3", '"' + "x" * 2_000_000 + '"'])
def test_a_value_that_holds_no_items_is_told_what_is_wanted(text: str) -> None:
    with pytest.raises(Problem, match="invalid_request") as refused:
        pairs(text.encode())
    assert (refused.value.status, refused.value.field) == (400, "body")


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "[", "{", "]", "[1", "[1,]", "[,1]", "[1]]", "[1] x", "[] []", "{} x", "nul", "1 2", "01"),
        *('{"a"}', '{"a":}', '{"a":1,}', '{"a":1', "{a:1}", '{"a":1]', "{1:1}", '{"\\ud800":1}', "[NaN]", "[1e400]"),
        "[" * 100_000,
        "{" * 100_000,
        "[" * (MOST_DEPTH + 3) + "]" * (MOST_DEPTH + 3),
    ],
)
def test_what_cannot_be_read_is_no_json(text: str) -> None:
    with pytest.raises(Problem) as refused:
        pairs(text.encode())
    assert (refused.value.status, refused.value.code) == (400, "json_invalid")


def test_the_depth_is_counted_below_an_item() -> None:
    deep = "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1)
    assert len(pairs(f"[{deep}]".encode())) == len(pairs(f'{{"0":{deep}}}'.encode())) == 1


def test_items_come_before_what_is_wrong_behind_them_is_found() -> None:
    for text, key in ((b'[{"a":1},', 0), (b'{"7":{"a":1},', "7")):
        items = LongArray(text).items()
        assert next(items) == (key, {"a": 1})
        with pytest.raises(Problem):
            next(items)


def test_a_name_that_comes_twice_is_given_twice() -> None:
    assert pairs(b'{"a":1,"b":2,"a":3}') == [("a", 1), ("b", 2), ("a", 3)]


@pytest.mark.parametrize("letter", ["x", "\u00fc", "\U0001f600"])
def test_a_name_has_a_greatest_length_however_it_is_written(letter: str) -> None:
    for plain in (True, False):
        assert pairs(json.dumps({letter * NAME_LENGTH: 1}, ensure_ascii=plain).encode()) == [(letter * NAME_LENGTH, 1)]
        for length in (NAME_LENGTH + 1, 100_000):
            with pytest.raises(Problem, match="invalid_request") as refused:
                pairs(json.dumps({letter * length: 1}, ensure_ascii=plain).encode())
            assert refused.value.status == 400


def test_of_a_member_that_is_too_long_the_beginning_is_given() -> None:
    long = json.dumps({"a": "x" * ITEM_BYTES, "b": 2}).encode()
    (first, shown), second = pairs(long)
    assert (first, shown[:5], second) == ("a", '"xxxx', ("b", 2))
    assert len(shown) < 1_000
    assert isinstance(shown, Cut)


def test_an_item_of_a_list_that_is_too_long_is_told_from_a_text() -> None:
    long = json.dumps([{"a": "x" * ITEM_BYTES}, '{"a": "x']).encode()
    assert [isinstance(item, Cut) for _, item in pairs(long)] == [True, False]
