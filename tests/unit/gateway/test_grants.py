"""The scopes of a dialect as words, and as the number that tokens carry."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.grants import Vocabulary
from shared.accounts.keys import Scope

WORDS = Vocabulary(
    "here",
    {"everything": frozenset(Scope), "reading": frozenset({Scope.CONTACTS_READ}), "later": frozenset()},
    "everything",
    "later",
)


@given(st.lists(st.sampled_from(list(WORDS.words))))
def test_a_number_stands_for_its_words_in_their_order(words: list[str]) -> None:
    assert WORDS.of(WORDS.number(words)) == [word for word in WORDS.words if word in words]


def test_words_that_are_not_known_are_left_out() -> None:
    assert WORDS.granted(["world", "reading", "", "reading", "later"]) == ["reading", "later"]
    assert WORDS.of(0b1111_0010) == ["reading"]


def test_words_give_the_scopes_of_all_of_them() -> None:
    assert WORDS.scopes([]) == frozenset()
    assert WORDS.scopes(["later", "reading"]) == {Scope.CONTACTS_READ}
    assert WORDS.scopes(["reading", "everything"]) == set(Scope)
