"""Whole numbers of contacts and lists, as paths have them."""

import pytest

from services.gateway.dialects.dotdigital.numbers import number_in
from shared.contract.identity import NUMBER_BITS

GREATEST = (1 << NUMBER_BITS) - 1


@pytest.mark.parametrize(("text", "number"), [("7", 7), (" 7 ", 7), ("007", 7), (str(GREATEST), GREATEST)])
def test_a_whole_number_is_the_one_that_it_says(text: str, number: int) -> None:
    assert number_in(text) == number


@pytest.mark.parametrize("text", ["", " ", "0", "-1", "+1", "1.0", "1e3", "x", "\u0661", "\u00b2", str(GREATEST + 1), "9" * 5000])
def test_what_nothing_can_have_is_no_number(text: str) -> None:
    assert number_in(text) is None
