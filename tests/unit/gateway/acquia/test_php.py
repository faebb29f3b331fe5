"""Arrays as PHP writes and reads them."""

import time
import tracemalloc
from contextlib import suppress
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.php import FIELD_BYTES, MOST_DEPTH, TooManyItems, array, as_list, is_true, key_of, parse_form
from services.gateway.problems import Problem

MOST = 1_000


@pytest.mark.parametrize(
    ("pairs", "written"),
    [
        ([], []),
        ([(0, "a")], ["a"]),
        ([(0, "a"), (1, "b")], ["a", "b"]),
        ([(0, "a"), (2, "b")], {"0": "a", "2": "b"}),
        ([(1, "a")], {"1": "a"}),
        ([(1, "a"), (0, "b")], {"1": "a", "0": "b"}),
        ([("x", "a"), (0, "b")], {"x": "a", "0": "b"}),
        ([("0", "a")], {"0": "a"}),
        ([(0, "a"), (0, "b")], ["b"]),
    ],
)
def test_an_array_is_a_list_where_its_keys_count_up_from_nought(pairs: Any, written: Any) -> None:
    assert array(pairs) == written


@pytest.mark.parametrize(
    ("text", "key"),
    [("0", 0), ("12", 12), ("01", "01"), ("-1", "-1"), ("1.0", "1.0"), ("", ""), (" 1", " 1"), ("²", "²"), ("9" * 10, "9" * 10)],
)
def test_a_key_is_a_number_where_that_is_how_the_number_is_written(text: str, key: int | str) -> None:
    assert key_of(text) == key


@pytest.mark.parametrize("value", [True, 1, -1, 0.5, "1", "true", "yes", "on", " x ", [0], {"a": 0}, "0.0"])
def test_what_php_takes_for_true(value: Any) -> None:
    assert is_true(value)


@pytest.mark.parametrize("value", [False, 0, 0.0, None, "", "0", " 0 ", "false", "False", "OFF", "no", [], {}])
def test_what_php_takes_for_false(value: Any) -> None:
    assert not is_true(value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("&&", {}),
        ("a=1&b=2", {"a": "1", "b": "2"}),
        ("a=1&a=2", {"a": "2"}),
        ("a", {"a": ""}),
        ("a=", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("0[email]=x%40y&0[tags][]=a&0[tags][]=b", {0: {"email": "x@y", "tags": {0: "a", 1: "b"}}}),
        ("0%5Bemail%5D=x+y", {0: {"email": "x y"}}),
        ("a[]=1&a[5]=2&a[]=3&a[2]=4&a[]=5&a[x]=6", {"a": {0: "1", 5: "2", 6: "3", 2: "4", 7: "5", "x": "6"}}),
        ("a[x][]=1&a[x][]=2&a[y][]=3", {"a": {"x": {0: "1", 1: "2"}, "y": {0: "3"}}}),
        ("a=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b]=2&a=1", {"a": "1"}),
        ("a[][b]=1&a[][b]=2", {"a": {0: {"b": "1"}, 1: {"b": "2"}}}),
        ("a[01]=1&a[]=2", {"a": {"01": "1", 0: "2"}}),
        ("007=bond", {"007": "bond"}),
    ],
)
def test_a_form_is_nested_as_its_names_say(text: str, found: Any) -> None:
    assert parse_form(text, MOST) == found


@pytest.mark.parametrize(
    "text",
    ["[a]=1", "=1", "a[b=1", "a]=1", "a[b]c=1", "a[[b]]=1", "a" + "[b]" * (MOST_DEPTH + 1) + "=1", "a=%FF", "a=1&" * (MOST + 1)],
)
def test_a_form_that_cannot_be_read_is_a_problem(text: str) -> None:
    with pytest.raises(Problem) as refused:
        parse_form(text, MOST)
    assert (refused.value.status, refused.value.code) == (400, "form_invalid")


@given(st.text(alphabet="a0[]=&%+x", max_size=60))
def test_whatever_a_form_says_it_is_read_or_refused(text: str) -> None:
    with suppress(Problem):
        assert isinstance(parse_form(text, 20), dict)


@given(st.dictionaries(st.integers(0, 50), st.dictionaries(st.text("abc", min_size=1), st.text(), max_size=3), max_size=5))
def test_a_form_of_many_says_what_was_put_into_it(many: dict[int, dict[str, str]]) -> None:
    text = "&".join(f"{place}[{name}]={quote_plus(value)}" for place, item in many.items() for name, value in item.items())
    assert parse_form(text, MOST) == {place: item for place, item in many.items() if item}


def test_a_long_list_is_read_as_fast_as_other_names() -> None:
    """Twenty thousand took 12 seconds when each looked for the greatest key before it."""
    started = time.process_time()
    assert len(parse_form("&".join(["a[]=1"] * 50_000), 50_001)["a"]) == 50_000
    assert time.process_time() - started < 5


def test_a_form_is_read_no_further_than_to_one_item_too_many() -> None:
    text = "0[a]=1&1[a]=1&2[a]=1&0[b]=2"
    assert list(parse_form(text, MOST, most_items=3)) == [0, 1, 2]
    with pytest.raises(TooManyItems):
        parse_form(text + "&3[a]=1&" + "&[=", MOST, most_items=3)


def test_bytes_are_read_as_text_is() -> None:
    text = "0[ä]=%C3%96l+%26&0[b]=é"
    for same in (text, text.encode(), bytearray(text.encode())):
        assert parse_form(same, MOST) == {0: {"ä": "Öl &", "b": "é"}}
    with pytest.raises(Problem):
        parse_form(b"a=\xff", MOST)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("&".join(f"a[{n}][b]=1" for n in range(MOST // 2)), "1,000 fields"),
        ("a[b][c][d]=1", "2 brackets"),
        ("a=" + "x" * FIELD_BYTES, "1,048,576 bytes"),
    ],
)
def test_a_form_that_is_longer_or_deeper_than_it_may_be_says_which(text: str, words: str) -> None:
    with pytest.raises(Problem, match=words):
        parse_form(text, MOST, most_depth=2)


@pytest.mark.parametrize(
    "text",
    [
        "&".join(f"{n % 100}[a{n}][b][c][d]=v" for n in range(60_000)),
        "&".join(f"{n}[a][b][c][d]=v" for n in range(60_000)),
        "0[a]=" + "%41" * 500_000,
    ],
)
def test_a_form_beyond_a_limit_is_refused_before_much_is_made_of_it(text: str) -> None:
    """Fifteen megabytes of brackets became a gigabyte before anybody counted them."""
    tracemalloc.start()
    try:
        with suppress(Problem, TooManyItems):
            parse_form(text.encode(), 30_000, most_items=10_000, most_depth=4)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 15_000_000


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({0: "a", 1: "b"}, ["a", "b"]),
        ({1: "a"}, {1: "a"}),
        ({"0": "a"}, {"0": "a"}),
        ({}, []),
        (["a"], ["a"]),
        ("a", "a"),
        (None, None),
    ],
)
def test_a_list_is_known_whether_json_or_a_form_sent_it(value: Any, found: Any) -> None:
    assert as_list(value) == found
