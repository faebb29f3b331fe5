"""Formulas made harmless: every text comes back as it was, nothing dangerous is left, and people's numbers stay readable."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contract.formula import DANGEROUS_STARTS, escape, is_dangerous, unescape

TEXTS = st.text() | st.text("'=+-@\t\r\n \xa0＝＋0123456789.,eE%()/xt|A!", max_size=12)


FORMULAS = ["=1+1", "+1+1", "-1+cmd|'/c calc'!A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\t1", '=HYPERLINK("http://x.example","y")']
WIDE = ["＝1+1", "＋A1", "－A1", "＠SUM(A1)"]
BEHIND_BLANKS = [" =1+1", "\xa0=1", "\u3000+A1", "\ufeff=1"]
SUMS = ["-5-3", "+5-3", "+1-2-3-4-5", "+1/2", "-A1", "+A1", "-", "+", "--5", "-5 -3", "+1 A1", "-1,2,3", "-1e5e5", "-5\n", "-٣"]
NO_PHONES = ["+1234567890+A1", "+49 30 1234567\n=1", "+49301234567 x5)"]
NUMBERS = ["-5", "-1.5", "+3", "-1,234.50", "-1.234,50", "-1 234.5", "-1'000'000", "-1e5", "+1E-07", "-5%", "-5 %", "-.5", "-1e+20"]
PHONES = ["+49 30 1234567", "+1 (555) 010-9999", "+1-555-0100", "+44.20.7946.0018", "+447700900123", "+49 (0)30/1234567", "+12"]
EXTENSIONS = ["+44 20 7946 0018 ext 5", "+44 20 7946 0018 x5"]
TEXT = ["", "a", "a=1", "1+1", "(+5)", "'", "''", "'a", "O'Neill", "'-5", "'+49301234567"]


@pytest.mark.parametrize("text", [*FORMULAS, *WIDE, *BEHIND_BLANKS, *SUMS, *NO_PHONES])
def test_what_a_spreadsheet_would_run_is_dangerous_and_gets_an_apostrophe(text: str) -> None:
    assert is_dangerous(text)
    assert escape(text) == "'" + text


@pytest.mark.parametrize("text", [*NUMBERS, *PHONES, *EXTENSIONS, *TEXT])
def test_numbers_telephone_numbers_and_harmless_texts_stay_as_they_are(text: str) -> None:
    assert not is_dangerous(text)
    assert escape(text) == unescape(text) == text


@pytest.mark.parametrize("text", ["'=1", "''=1", "' =1", "'\t'"])
def test_apostrophes_before_a_formula_are_kept_apart_from_the_one_of_the_escape(text: str) -> None:
    assert escape(text) == "'" + text
    assert unescape(text) == text[1:]


@pytest.mark.parametrize("start", sorted(DANGEROUS_STARTS))
def test_every_dangerous_start_is_dangerous_before_a_call(start: str) -> None:
    assert is_dangerous(f"{start}HYPERLINK(1)")


@given(text=TEXTS)
@settings(max_examples=2_000, deadline=None, derandomize=True)
def test_an_escaped_text_is_never_dangerous_and_comes_back_exactly(text: str) -> None:
    assert not is_dangerous(escape(text))
    assert unescape(escape(text)) == text


@given(text=TEXTS, other=TEXTS)
@settings(max_examples=1_000, deadline=None, derandomize=True)
def test_two_texts_are_never_escaped_to_one(text: str, other: str) -> None:
    assert (escape(text) == escape(other)) is (text == other)


@given(text=TEXTS)
@settings(max_examples=1_000, deadline=None, derandomize=True)
def test_only_what_an_escape_makes_is_changed_when_it_is_undone(text: str) -> None:
    assert unescape(text) == text or escape(unescape(text)) == text
