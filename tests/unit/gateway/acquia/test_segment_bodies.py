"""Aliases of segments, and what a body says of one."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.segment_bodies import MOST_ALIAS_LETTERS, SegmentInput, alias_of, segment_input, slug
from services.gateway.problems import Problem
from shared.lists.store import Named

NOW = datetime(2026, 11, 22, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = st.sampled_from(
    ["name", "alias", "description", "publicName", "category", "isPublished", "isGlobal", "isPreferenceCenter", "filters"]
)


@pytest.mark.parametrize(
    ("text", "alias"),
    [
        ("Newsletter Q1", "newsletter-q1"),
        ("  News & more! ", "news-more"),
        ("vip_customers", "vip-customers"),
        ("a--b", "a-b"),
        ("Café", "cafe"),
        ("日本", "segment"),
        ("", "segment"),
    ],
)
def test_an_alias_is_lower_case_words_with_hyphens(text: str, alias: str) -> None:
    assert slug(text) == alias


@given(st.text())
def test_an_alias_made_of_any_text_stays_the_same_when_it_is_made_again(text: str) -> None:
    alias = slug(text)
    assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", alias)
    assert len(alias) <= MOST_ALIAS_LETTERS
    assert slug(alias) == alias


@given(st.text(), st.integers(min_value=1), st.text())
def test_no_alias_that_is_chosen_is_that_of_a_list_where_nobody_chose(name: str, number: int, chosen: str) -> None:
    assert alias_of(Named(number, name, NOW, NOW, {})) != slug(chosen)


@given(st.dictionaries(MEMBERS, JSON), st.booleans())
def test_a_body_of_whatever_values_is_read_or_refused_with_reasons(body: dict[str, object], is_whole: bool) -> None:
    said = read_or_refused(body, is_whole)
    if isinstance(said, Problem):
        assert (said.status, bool(said.extra["details"])) == (400, True)
    else:
        assert said.name or not (is_whole or "name" in body)
        assert not body.get("filters")


def read_or_refused(body: dict[str, object], is_whole: bool) -> SegmentInput | Problem:
    try:
        return segment_input(body, is_whole=is_whole)
    except Problem as problem:
        return problem
