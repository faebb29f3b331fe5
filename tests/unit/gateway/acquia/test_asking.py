"""Numbers and ids as paths and queries say them."""

import pytest

from services.gateway.dialects.acquia.asking import number_in, whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("00", 0), ("7", 7), ("0" * 5_000 + "7", 7), ("10", 10), ("11", None), ("0" * 12 + "9" * 30, None)]
    + [(text, None) for text in ("", " ", "-1", "+1", "1.0", "1e1", "x", "\u0661", "\u00b2", "9" * 5_000)],
)
def test_a_whole_number_is_digits_up_to_the_greatest(text: str, number: int | None) -> None:
    assert whole(text, 10) == number


@pytest.mark.parametrize(
    ("text", "number"), [("1", 1), ("007", 7), (str(2**40 - 1), 2**40 - 1), (str(2**40), 0), ("9" * 20, 0), ("0", 0), ("\u0663", 0)]
)
def test_what_cannot_be_an_id_is_nobodys(text: str, number: int) -> None:
    assert number_in(text) == number
