"""Text: trimmed at the ends, otherwise kept as written. What cannot be stored or shown is refused, never repaired."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import TypeVar

from shared.contacts.values.problem import ValueProblem, shown

WHITESPACE = "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
WHITESPACE += "\u2028\u2029\u202f\u205f\u3000"
ZERO_WIDTH = "\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
"""Characters without width that spreadsheets and web pages leave at the ends of cells: joiners, direction marks, the BOM."""

_WHOLE = 10**15
_EDGES = WHITESPACE + ZERO_WIDTH
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

T = TypeVar("T")


def trim(text: str) -> str:
    """The text without white space (Unicode's, NBSP included), BOM and zero-width characters at its ends. Idempotent."""
    stripped = text.strip()
    return stripped if stripped.isprintable() else stripped.strip(_EDGES)


def check_text(text: str, max_length: int) -> str:
    """The text itself, if it can be kept.

    Refused: more than `max_length` characters (code points) as `too_long`; a control character (C0 and DEL, save
    tab, line feed and carriage return) as `control_character`; half a surrogate pair, which no UTF-8 can hold, as
    `character_invalid`.
    """
    if len(text) > max_length:
        raise ValueProblem("too_long", f"{shown(text)} has {len(text)} characters. At most {max_length} fit: shorten it.")
    if not text.isprintable() and (unfit := _UNFIT.search(text)):
        _refuse_character(text, ord(unfit[0]), unfit.start() + 1)
    return text


def as_text(cell: object) -> str:
    """A cell as the text that JSON writes for it: `true`, `12`, `1.5`; None is "". Lists and objects are `type_invalid`.

    A whole float is written as JavaScript writes it, `12`, because spreadsheets keep postcodes and phone numbers so.
    """
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int) and cell.bit_length() <= 512:
        return str(cell)
    if isinstance(cell, float) and isfinite(cell):
        return str(int(cell)) if cell.is_integer() and abs(cell) < _WHOLE else repr(cell)
    if isinstance(cell, Decimal) and cell.is_finite():
        return str(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    raise ValueProblem("type_invalid", f"{shown(cell)} is not text. Write a text, a number, true or false.")


def text_normaliser(max_length: int) -> Callable[[object], str | None]:
    """A function from a cell to its trimmed text, None when blank. Printable text takes the short way (about 100 ns)."""

    def normalise(cell: object) -> str | None:
        if isinstance(cell, str):
            text = cell.strip()
            if len(text) <= max_length and text.isprintable():
                return text or None
        return check_text(trim(as_text(cell)), max_length) or None

    return normalise


def cell_normaliser(from_text: Callable[[str], T], from_other: Callable[[object], T] | None = None) -> Callable[[object], T | None]:
    """A function from a cell to its value, None when blank.

    Text goes to `from_text`, trimmed. Other cells go to `from_other`; without one, as their JSON text to `from_text`.
    """

    def normalise(cell: object) -> T | None:
        if isinstance(cell, str):
            text = cell.strip()
            if not text.isprintable():
                text = trim(text)
            return from_text(text) if text else None
        if cell is None:
            return None
        return from_other(cell) if from_other else from_text(as_text(cell))

    return normalise


def _refuse_character(text: str, code: int, position: int) -> None:
    if 0xD800 <= code <= 0xDFFF:
        message = f"{shown(text)} holds half a character (U+{code:04X}) at position {position}. Check the file's encoding."
        raise ValueProblem("character_invalid", message)
    raise ValueProblem(
        "control_character", f"{shown(text)} holds the control character U+{code:04X} at position {position}. Remove it."
    )
