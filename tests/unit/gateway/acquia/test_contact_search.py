"""Searches taken apart: what each sign means, and that nothing but a refusal comes of nonsense."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.contact_search import MOST_DEPTH, MOST_TERMS, Group, Node, Not, Term, parse, terms
from services.gateway.problems import Problem

ANA, BOB, EVA = Term("ana"), Term("bob"), Term("eva")


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("", None),
        ("   ", None),
        ("ana", ANA),
        ("  ana  bob ", Group((ANA, BOB))),
        ("ana AND bob", Group((ANA, BOB))),
        ("ana and bob", Group((ANA, Term("and"), BOB))),
        ("ana OR bob", Group((ANA, BOB), is_any=True)),
        ("ana bob OR eva", Group((Group((ANA, BOB)), EVA), is_any=True)),
        ("ana (bob OR eva)", Group((ANA, Group((BOB, EVA), is_any=True)))),
        ("!ana", Not(ANA)),
        ("!!ana", ANA),
        ("!(ana bob)", Not(Group((ANA, BOB)))),
        ("+ana", Term("ana", None, is_exact=True)),
        ('"ana silva"', Term("ana silva")),
        ('"OR"', Term("OR")),
        ('"city:x"', Term("city:x")),
        ('"no end', Term("no end")),
        ("email:a@b.org", Term("a@b.org", "email")),
        ("Segment:our-news", Term("our-news", "segment")),
        ("!is:anonymous", Not(Term("anonymous", "is"))),
        ("is:!anonymous", Not(Term("anonymous", "is"))),
        ('+company:"Big Ltd" bob', Group((Term("Big Ltd", "company", is_exact=True), BOB))),
        ("company:+Big", Term("Big", "company", is_exact=True)),
        ("a@b.org", Term("a@b.org")),
        ("10:30", Term("10:30")),
        ("ana is:published", Group((ANA, Term("published", "is")))),
        ("() ana", ANA),
        ("ana OR", ANA),
        ("! OR ana", ANA),
        ("url:https://example.org/?a=1", Term("https://example.org/?a=1", "url")),
    ],
)
def test_a_search_means_what_its_signs_say(search: str, found: Node | None) -> None:
    assert parse(search) == found


@pytest.mark.parametrize(
    ("search", "word"),
    [
        ("(ana", "does not close"),
        ("ana)", "does not open"),
        ("email:", "email:"),
        ('tag:""', "tag:"),
        ("ana\x00", "printed"),
        ("a" * 1_001, "1000"),
        ("a " * (MOST_TERMS + 1), "50"),
        ("(" * (MOST_DEPTH + 1) + "a" + ")" * (MOST_DEPTH + 1), "10"),
    ],
)
def test_what_cannot_be_understood_is_refused_with_the_reason(search: str, word: str) -> None:
    with pytest.raises(Problem, match=word) as refusal:
        parse(search)
    assert refusal.value.status == 400


@given(st.text(alphabet='ab:!+()"%* OR_@.é\t', max_size=60) | st.text(max_size=40))
@example('!+!"')
@example("(((")
@example("a:b:c")
def test_nonsense_is_refused_or_understood_and_breaks_nothing(search: str) -> None:
    try:
        words, status = [term.text.strip() for term in terms(parse(search))], 400
    except Problem as problem:
        words, status = [], problem.status
    assert all(words)
    assert status == 400


@given(st.lists(st.text(alphabet="abcé@.-_'", min_size=1, max_size=8), min_size=1, max_size=10))
def test_words_come_out_as_they_went_in(words: list[str]) -> None:
    assert [term.text for term in terms(parse(" ".join(words)))] == words
