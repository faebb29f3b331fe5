"""Wildcards: what they fit, told by a plain reading of SQL's rules."""

import re
from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.patterns import ANY, Part, is_plain, of_like, of_search, regex

LETTERS = "ab%_\\.*é\n"


def fits(parts: list[Part], value: str) -> bool:
    """As the database looks; Python 3.11 spells the very end otherwise."""
    return re.search(regex(parts).replace(r"\z", r"\Z"), value, re.IGNORECASE | re.DOTALL) is not None


def is_like(pattern: str, value: str) -> bool:
    """The rules as they are written."""

    @cache
    def at(place: int, position: int) -> bool:
        if place == len(pattern):
            return position == len(value)
        letter = pattern[place]
        if letter == "%":
            return any(at(place + 1, beyond) for beyond in range(position, len(value) + 1))
        if letter == "\\" and place + 1 < len(pattern) and pattern[place + 1] in "%_\\":
            return value[position : position + 1] == pattern[place + 1] and at(place + 2, position + 1)
        if position == len(value):
            return False
        return (letter == "_" or letter.lower() == value[position].lower()) and at(place + 1, position + 1)

    return at(0, 0)


@given(st.text(alphabet=LETTERS, max_size=8), st.text(alphabet="abAB%_\\.é\n", max_size=10))
def test_a_pattern_fits_what_like_fits_in_sql(pattern: str, value: str) -> None:
    assert fits(of_like(pattern), value) is is_like(pattern, value)


@given(st.text(alphabet="ab", max_size=12), st.lists(st.text(alphabet="ab", max_size=3), min_size=1, max_size=6))
def test_many_wildcards_fit_what_they_should(value: str, runs: list[str]) -> None:
    assert fits(of_like("%".join(runs)), value) is is_like("%".join(runs), value)


def test_a_pattern_that_would_try_for_ever_is_done_at_once() -> None:
    assert not fits(of_like("%a" * 200 + "b"), "a" * 5_000)


def test_a_search_knows_two_signs_and_nothing_else() -> None:
    assert of_search("a*b%_") == ["a", ANY, "b", ANY, "_"]
    assert fits(of_search("an*@EXAMPLE.org"), "ana@example.org")
    assert not fits(of_search("an*@example.org"), "ana@exampleXorg")


def test_what_has_no_wildcard_is_known_as_plain() -> None:
    assert is_plain(of_like(r"100\%"))
    assert is_plain(of_like("1.5"))
    assert not is_plain(of_like("a_"))
    assert not is_plain(of_search("a*"))
