"""Integers, numbers, amounts of money."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import Field, FieldType
from shared.contacts.values import Value, ValueProblem, normaliser

same_every_time = settings(derandomize=True, deadline=None, max_examples=300)
INTEGER = normaliser(Field("n", FieldType.INTEGER, "n"))
NUMBER = normaliser(Field("n", FieldType.NUMBER, "n"))
MONEY = normaliser(Field("n", FieldType.CURRENCY, "n"))
MONTH = normaliser(Field("n", FieldType.INTEGER, "n", minimum=1, maximum=12))
BILLIONS = 2**63 - 1


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0", 0),
        ("-7", -7),
        ("+7", 7),
        ("007", 7),
        (" 12 ", 12),
        ("5.0", 5),
        ("5.", 5),
        (str(BILLIONS), BILLIONS),
        (str(-(2**63)), -(2**63)),
        (5, 5),
        (5.0, 5),
        (Decimal("5.00"), 5),
        ("1e3", 1000),
    ],
)
def test_a_whole_number_is_an_int(cell: object, value: int) -> None:
    assert INTEGER(cell) == NUMBER(cell) == value
    assert type(INTEGER(cell)) is type(NUMBER(cell)) is int


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1e-3", 0.001),
        ("0.100", 0.1),
        ("123456789.123456", 123456789.123456),
        (2.25, 2.25),
        ("100000000000000000000", 1e20),
        (10**20, 1e20),
        (Decimal("0.1"), 0.1),
        (0.1 + 0.2, 0.1 + 0.2),
    ],
)
def test_a_number_that_a_float_gives_back_is_a_float(cell: object, value: float) -> None:
    assert NUMBER(cell) == value
    assert type(NUMBER(cell)) is float


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (text, "number_invalid")
        for text in ("1,5", "1.234,5", "1,234.5", "1 000", "1'000", "€5", "5%", "0x10", "1_000", "nan", "inf", "-Infinity")
    ]
    + [(text, "number_invalid") for text in ("--1", "1e", ".", "-", "e5", "٣", "½", "1" * 500, "twelve", "1e9999")]
    + [("0.1234567890123456", "number_too_precise"), ("9223372036854775809", "number_too_precise"), ("1e999", "out_of_range")]
    + [("1e-320", "out_of_range"), (10**400, "out_of_range"), (2**64 + 1, "number_too_precise"), (float("nan"), "type_invalid")]
    + [
        (float("inf"), "type_invalid"),
        (True, "type_invalid"),
        ([1], "type_invalid"),
        ({}, "type_invalid"),
        (Decimal("NaN"), "type_invalid"),
    ],
)
def test_what_is_no_number_or_cannot_be_kept_exactly_is_refused(cell: object, code: str) -> None:
    with pytest.raises(ValueProblem) as refused:
        NUMBER(cell)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("cell", "code"), [("5.5", "number_invalid"), (5.5, "number_invalid"), (1e20, "out_of_range"), ("1e20", "out_of_range")]
)
def test_an_integer_has_no_fraction_and_fits_64_bits(cell: object, code: str) -> None:
    with pytest.raises(ValueProblem) as refused:
        INTEGER(cell)
    assert refused.value.code == code


@pytest.mark.parametrize("cell", ["0", "13", "-1", 0, 13.0])
def test_a_number_beyond_its_bounds_is_refused(cell: object) -> None:
    with pytest.raises(ValueProblem) as refused:
        MONTH(cell)
    assert refused.value.code == "out_of_range"
    assert refused.value.message.endswith("is out of range. Write a number from 1 to 12.")
    assert MONTH("1") == 1
    assert MONTH(12) == 12


def test_money_has_at_most_four_decimals() -> None:
    assert MONEY("12.3456") == 12.3456
    assert MONEY("12.500000") == 12.5
    assert MONEY(19.99) == 19.99
    assert MONEY("7") == 7
    for cell in ("12.34567", 0.1 + 0.2, "0.00001"):
        with pytest.raises(ValueProblem, match="number_too_precise"):
            MONEY(cell)


@same_every_time
@given(st.integers(-(2**63), 2**63 - 1))
def test_every_64_bit_integer_survives(number: int) -> None:
    assert INTEGER(str(number)) == INTEGER(number) == NUMBER(str(number)) == number


@same_every_time
@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=3))
def test_a_decimal_of_fifteen_digits_is_given_back_as_written(number: Decimal) -> None:
    value = NUMBER(str(number))
    assert isinstance(value, (int, float))
    assert Decimal(repr(value)) == number
    assert MONEY(str(number)) == value


@same_every_time
@given(st.text(alphabet="0123456789+-.eE,", max_size=24) | st.floats() | st.integers())
def test_any_cell_is_a_number_that_stays_or_a_problem(cell: object) -> None:
    for normalise in (INTEGER, NUMBER, MONEY):
        try:
            value: Value = normalise(cell)
        except ValueProblem:
            continue
        assert normalise(value) == value
        assert type(normalise(value)) is type(value)
