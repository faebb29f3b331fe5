"""Telephone numbers: E.164 for the identifier, as written for the others."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.values import ValueProblem, normalise_mobile, normalise_phone, trim
from shared.contacts.values.phones import mobile_from

same_every_time = settings(derandomize=True, deadline=None, max_examples=300)


def refused_code(normalise: object, cell: object) -> str:
    assert callable(normalise)
    with pytest.raises(ValueProblem) as refused:
        normalise(cell)
    return refused.value.code


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (text, "+447700900123")
        for text in ("+44 7700 900123", "00447700900123", "447700900123", "+44 (0)7700-900.123", "0044 (0) 7700/900123")
    ]
    + [
        (text, "+447700900123")
        for text in ("\u202a+44 7700 900123\u202c", "+44\u00a07700\u00a0900123", "+44-7700\u2013900123", "+447700900123")
    ]
    + [("12345678", "+12345678"), ("+123456789012345", "+123456789012345"), ("1 (415) 555-2671", "+14155552671")],
)
def test_a_mobile_number_is_stored_in_e164(written: str, stored: str) -> None:
    assert normalise_mobile(written) == stored
    assert normalise_mobile(stored) == stored


@pytest.mark.parametrize(
    "written", ["07700 900123", "+0123456789", "1234567", "1" * 16, "+44 x", "n/a", "4.477E+11", "+", "", "++447700900123"]
)
def test_what_is_no_mobile_number_with_its_country_is_refused(written: str) -> None:
    assert refused_code(normalise_mobile, written) == "phone_invalid"


def test_a_mobile_number_that_went_through_a_spreadsheet_is_never_made_ten_times_as_long() -> None:
    assert refused_code(normalise_mobile, "447700900123.0") == "phone_invalid"


@pytest.mark.parametrize(
    "written",
    [
        "112",
        "020 7946 0018",
        "+44 (0)20 7946-0018",
        "555.1234 ext. 5",
        "555-1234x5",
        "(415) 555-2671 EXTENSION 12",
        "*31#0612345678",
        "1" * 20,
        "030/123456-78",
        "+49\xa089 123",
    ],
)
def test_a_phone_number_is_kept_as_written(written: str) -> None:
    assert normalise_phone(written) == written


@pytest.mark.parametrize(
    "written", ["12", "n/a", "1" * 21, "call me 12345", "12345@", "+", "-", "1 2", "12345 xx y", "a@b.com", "12\n345"]
)
def test_what_cannot_be_a_phone_number_is_refused(written: str) -> None:
    assert refused_code(normalise_phone, written) == "phone_invalid"


def test_a_phone_number_has_at_most_fifty_characters() -> None:
    assert refused_code(normalise_phone, "1" + " " * 49 + "23") == "too_long"


@same_every_time
@given(st.text(alphabet="0123456789+() .-/x\u00a0", max_size=30))
def test_a_phone_number_that_is_accepted_has_three_to_twenty_digits(text: str) -> None:
    digits = sum(character.isdigit() for character in text)
    try:
        assert normalise_phone(text) == trim(text)
    except ValueProblem:
        assert not 3 <= digits <= 20
    else:
        assert 3 <= digits <= 20


@pytest.mark.parametrize(
    ("written", "stored"),
    [(text, "+11231231234") for text in ("1231231234", "123-123-1234", "(123) 123.1234", "+1 123 123 1234", "1 123 123 1234")]
    + [("+44 7700 900123", "+447700900123"), ("0012345678", "+12345678")],
)
def test_a_number_as_it_is_dialled_in_its_country_gets_the_code_of_the_country(written: str, stored: str) -> None:
    normalise = mobile_from("us")
    assert normalise(written) == stored
    assert normalise(stored) == stored


@pytest.mark.parametrize("written", ["0123123123", "123-1234", "123-123-12x4", "n/a", ""])
def test_what_is_a_number_neither_there_nor_anywhere_is_refused(written: str) -> None:
    assert refused_code(mobile_from("us"), written) == "phone_invalid"
