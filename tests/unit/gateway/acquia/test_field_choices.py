"""Choices of fields, however they are written: what is read can be shown and read again, and what cannot is refused."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.errors import Unfit
from services.gateway.dialects.acquia.field_choices import (
    Labelled,
    choices_kept,
    choices_said,
    choices_shown,
    words_said,
    words_shown,
)

PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
ANYTHING = st.recursive(
    PLAIN,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["list", "label", "value", "0", "1", "no", "a"]) | st.integers(0, 2), inner, max_size=4)
    ),
)
TEXTS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=10)
LABELLED = st.lists(st.builds(Labelled, TEXTS, TEXTS), max_size=5, unique_by=lambda choice: choice.value)


@given(ANYTHING)
def test_whatever_is_sent_is_read_or_refused(said: Any) -> None:
    for read in (choices_said, words_said):
        with suppress(Unfit):
            read(said)


@given(LABELLED)
def test_choices_that_are_shown_are_read_again(choices: list[Labelled]) -> None:
    shown = choices_shown([choice.value for choice in choices], choices_kept(choices))
    assert choices_said(shown) == choices


@given(LABELLED)
def test_a_form_says_what_json_says(choices: list[Labelled]) -> None:
    form = {place: {"label": choice.label, "value": choice.value} for place, choice in enumerate(choices)}
    assert choices_said({"list": form}) == choices


@pytest.mark.parametrize(
    ("said", "values"),
    [
        ({"1": "One", "2": "Two"}, ["1", "2"]),
        ({"0": "One", "1": "Two"}, ["One", "Two"]),
        ({"3": {"value": "a"}, "5": {"value": "b"}}, ["a", "b"]),
        (" a | b ", ["a", "b"]),
        ([1, 2.5], ["1", "2.5"]),
        ({"list": None}, []),
    ],
)
def test_an_object_has_labels_by_values_unless_its_members_are_counted(said: Any, values: list[str]) -> None:
    assert [choice.value for choice in choices_said(said)] == values


def test_the_words_of_a_boolean_are_no_and_yes_unless_others_are_kept() -> None:
    assert words_shown(words_said(None)) == words_shown({}) == {"no": "No", "yes": "Yes"}
    assert words_shown(words_said({"no": "Nein", "yes": ""})) == {"no": "Nein", "yes": "Yes"}
