"""Telephone numbers: a mobile number that identifies a contact is E.164; any other number is kept as written."""

import re
from collections.abc import Callable

from shared.contacts.fields import PHONE_LENGTH
from shared.contacts.values.problem import ValueProblem, shown
from shared.contacts.values.text import trim

NATIONAL = {"us": ("1", 10)}
"""Countries whose national numbers can be told from international ones: the country code, and the digits that follow it."""

_DIRECTIONS = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_SPACES = " \t\xa0\u2007\u2009\u202f"
_DASHES = "\\-\u2010\u2011\u2012\u2013\u2212"
_PUNCTUATION = re.compile(rf"[{_SPACES}{_DASHES}{_DIRECTIONS}()./]+")
_E164 = re.compile(r"[1-9][0-9]{7,14}").fullmatch
_MARKS = rf"[+().,;/*#{_SPACES}{_DASHES}{_DIRECTIONS}]*+"
_NUMBER = re.compile(rf"(?:{_MARKS}[0-9]){{3,20}}{_MARKS}").fullmatch
_ordinary = re.compile(r"[+(]?[0-9]{2}[0-9 ()./\-]{0,17}[0-9]").fullmatch
_EXTENSION = re.compile(r"ext(?:ension)?|x", re.IGNORECASE)


def normalise_mobile(text: str) -> str:
    """The number in E.164 (ITU-T, 8 to 15 digits) with its "+": `+447700900123`.

    A country code must be there: after "+", after "00", or as the first digits of a bare number. Spaces, dots, dashes,
    slashes and brackets are dropped, and so is the "(0)" of "+44 (0)7700 900123". A number with a single leading zero is
    national, and one that ends in ".0" went through a spreadsheet: both are `phone_invalid`. Idempotent.
    """
    written = trim(text)
    stripped = _PUNCTUATION.sub("", _without_trunk_zero(written))
    digits = stripped[1:] if stripped.startswith("+") else stripped.removeprefix("00")
    if written.endswith(".0") or not _E164(digits):
        raise ValueProblem(
            "phone_invalid",
            f"{shown(written)} is not a mobile number with its country code. "
            "Write it as +447700900123, or map the column to phone:mobile, which keeps a number as it is.",
        )
    return "+" + digits


def mobile_from(country: str) -> Callable[[str], str]:
    """`normalise_mobile` for numbers from one country of `NATIONAL`: one as it is dialled there is taken, too. Idempotent.

    In the USA that is one of ten digits: `123-123-1234` is `+11231231234`.
    """
    code, digits = NATIONAL[country]

    def normalise(text: str) -> str:
        bare = _PUNCTUATION.sub("", trim(text))
        is_national = len(bare) == digits and bare.isascii() and bare.isdecimal() and bare[0] != "0"
        try:
            return normalise_mobile(f"+{code}{bare}" if is_national else text)
        except ValueProblem as problem:
            words = f"{shown(trim(text))} is not a mobile number. Write it with its country code, or as the {digits} digits of one."
            raise ValueProblem(problem.code, words) from None

    return normalise


def normalise_phone(text: str) -> str:
    """The number as written, trimmed; `phone_invalid` unless it could be one.

    That is: 3 to 20 digits with spaces, dashes and any of + ( ) . , ; / * #, and x, ext or extension before a direct line.
    More than 50 characters is `too_long`.
    """
    number = trim(text)
    if _ordinary(number):
        return number
    if len(number) > PHONE_LENGTH:
        raise ValueProblem("too_long", f"{shown(number)} has {len(number)} characters. At most {PHONE_LENGTH} fit: shorten it.")
    if not (_NUMBER(number) or _NUMBER(_EXTENSION.sub(" ", number))):
        raise ValueProblem(
            "phone_invalid", f"{shown(number)} is not a phone number. Write 3 to 20 digits, as +44 20 7946 0018 ext 5."
        )
    return number


def _without_trunk_zero(number: str) -> str:
    international = number.lstrip(_DIRECTIONS + _SPACES).startswith(("+", "00"))
    return number.replace("(0)", "", 1) if international else number
