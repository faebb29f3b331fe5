"""Numbers: the number that was written, or a refusal. Nothing is rounded, and no separator is guessed at."""

import re
from collections.abc import Callable
from decimal import Decimal
from math import isfinite, isinf

from shared.contacts.values.problem import ValueProblem, shown

CURRENCY_DECIMALS = 4
SIGNIFICANT_DIGITS = 15
"""Decimal digits that a 64-bit float always gives back unchanged (IEEE 754 binary64)."""

_LEAST, _GREATEST = -(2**63), 2**63 - 1
_SMALLEST_FLOAT = 2.2250738585072014e-308
_LONGEST = 400
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}").fullmatch
_NUMBER = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]{1,3})?").fullmatch

Number = int | float


def normalise_number(text: str) -> Number:
    """The number that the text writes: an int if it is whole and fits 64 bits, else a float.

    A float only if the literal has at most 15 significant digits, so that it reads back the same; else
    `number_too_precise`. Decimals take a point. Thousands separators, decimal commas, currency signs, NaN and infinity
    are `number_invalid`; beyond a float's range is `out_of_range`.
    """
    if _INTEGER(text):
        return int(text)
    if len(text) > _LONGEST or not _NUMBER(text):
        raise ValueProblem(
            "number_invalid", f"{shown(text)} is not a number. Write digits with a point for decimals and nothing else, as 1234.5."
        )
    return _stored(Decimal(text), text)


def normalise_integer(text: str) -> int:
    """The whole number that the text writes, within 64 bits; `5.0` is 5, `5.5` is `number_invalid`."""
    return int(text) if _INTEGER(text) else _whole(normalise_number(text), text)


def normalise_currency(text: str) -> Number:
    """As `normalise_number`, with at most four decimals that are not zero; more are `number_too_precise`."""
    return _as_currency(normalise_number(text), text)


def number_from_other(cell: object) -> Number:
    """A JSON or spreadsheet number by the rules of `normalise_number`. A float counts as what it prints."""
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell if _LEAST <= cell <= _GREATEST else _stored(_exact(cell), cell)
    if isinstance(cell, float) and isfinite(cell):
        return int(cell) if cell.is_integer() and _LEAST <= cell < _GREATEST else cell
    if isinstance(cell, Decimal) and cell.is_finite():
        return _stored(cell, cell)
    raise ValueProblem("type_invalid", f"{shown(cell)} is not a number.")


def integer_from_other(cell: object) -> int:
    """As `number_from_other`, whole numbers only."""
    return _whole(number_from_other(cell), cell)


def currency_from_other(cell: object) -> Number:
    """As `number_from_other`, with at most four decimals."""
    return _as_currency(number_from_other(cell), cell)


def within(convert: Callable[..., Number], least: int | None, greatest: int | None) -> Callable[..., Number]:
    """`convert` with bounds, both included; beyond them is `out_of_range`."""
    if least is None and greatest is None:
        return convert

    def bounded(cell: object) -> Number:
        value = convert(cell)
        if (least is not None and value < least) or (greatest is not None and value > greatest):
            raise ValueProblem("out_of_range", f"{shown(cell)} is out of range. {_range(least, greatest)}")
        return value

    return bounded


def _range(least: int | None, greatest: int | None) -> str:
    if least is None:
        return f"Write a number up to {greatest}."
    return f"Write a number from {least} up." if greatest is None else f"Write a number from {least} to {greatest}."


def _exact(cell: int) -> Decimal:
    if cell.bit_length() > 1024:
        raise _beyond(cell)
    return Decimal(cell)


def _stored(exact: Decimal, written: object) -> Number:
    if exact.adjusted() < 19 and exact == exact.to_integral_value() and _LEAST <= int(exact) <= _GREATEST:
        return int(exact)
    if len("".join(map(str, exact.as_tuple().digits)).rstrip("0")) > SIGNIFICANT_DIGITS:
        raise ValueProblem(
            "number_too_precise",
            f"{shown(written)} has more than {SIGNIFICANT_DIGITS} digits. Shorten it, or keep it in a text field.",
        )
    value = float(exact)
    if isinf(value) or abs(value) < _SMALLEST_FLOAT:
        raise _beyond(written)
    return value


def _whole(value: Number, written: object) -> int:
    if isinstance(value, int):
        return value
    if value.is_integer():
        raise _beyond(written)
    raise ValueProblem("number_invalid", f"{shown(written)} is not a whole number. Write it without decimals.")


def _as_currency(value: Number, written: object) -> Number:
    if isinstance(value, float) and round(value, CURRENCY_DECIMALS) != value:
        raise ValueProblem("number_too_precise", f"{shown(written)} has more than {CURRENCY_DECIMALS} decimals. Round it.")
    return value


def _beyond(written: object) -> ValueProblem:
    return ValueProblem("out_of_range", f"{shown(written)} is out of range. Write a number that fits 64 bits.")
