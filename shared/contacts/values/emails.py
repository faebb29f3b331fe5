"""E-mail addresses: refused exactly when email-validator refuses their syntax, at more than a million a second.

A regular expression accepts ordinary ASCII addresses; email-validator is asked about everything else.
"""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from shared.contacts.values.problem import ValueProblem, shown
from shared.contacts.values.text import trim

GREATEST_LENGTH = 254
"""Octets in an address: RFC 5321 4.5.3.1.3 with RFC 3696 erratum 1690."""

_ATOM = r"[A-Za-z0-9_!#$%&'*+\-/=?^`{|}~]++"
_LABEL = r"[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+"
_ordinary = re.compile(rf"{_ATOM}(?:\.{_ATOM})*+@(?:{_LABEL}\.)+[A-Za-z]++").fullmatch
_ORDINARY_LENGTH = 64  # so short that no label (63) and no address (254) can be too long; no label holds "--", so no Punycode
_SPECIAL_USE = re.compile(r"(?<=[.@])(?:arpa|invalid|local|localhost|onion|test)\Z", re.IGNORECASE)
_FINAL_SIGMA, _SIGMA = "\u03c2", "\u03c3"
_REASON_LENGTH = 160


def normalise_email(text: str) -> str:
    """The address as written, trimmed; `email_invalid` with the reason when its syntax is not one of RFC 5321 and RFC 6531.

    Accepts and refuses as `email_validator.validate_email(check_deliverability=False, allow_smtputf8=True)` does:
    no quoted local parts, no IP literals, no display names; a domain has a dot and its last label ends in a letter;
    a local part may pass 64 characters. One difference: names reserved for special use (RFC 6761: .test, .invalid,
    .local ...) are accepted, for they are sound syntax and only undeliverable.
    """
    address = trim(text)
    if len(address) <= _ORDINARY_LENGTH and _ordinary(address):
        return address
    return _ask(address)


def email_of_cell(cell: object) -> str | None:
    """`normalise_email` of a cell, None when blank. A cell that is not text is `type_invalid`."""
    if isinstance(cell, str):
        address = cell.strip()
        if len(address) <= _ORDINARY_LENGTH and _ordinary(address):
            return address
        return normalise_email(cell) if trim(cell) else None
    if cell is None:
        return None
    raise ValueProblem("type_invalid", f"{shown(cell)} is not an e-mail address. Write it as text.")


@lru_cache(maxsize=8192)
def email_key(text: str) -> str:
    """The key under which an address is found again, whatever its letter case. Idempotent, and blind to white space at the ends.

    ASCII is lowered. Other text is NFC (RFC 6532 3.1) and lowered, with both small sigmas made one, because capitals
    have but one. Not case-folded: that would make one mailbox of straße@ and strasse@. A domain in Unicode and the same one
    in Punycode are two keys.
    """
    address = trim(text)
    if address.isascii():
        return address.lower()
    lowered = unicodedata.normalize("NFC", address).lower().replace(_FINAL_SIGMA, _SIGMA)
    return unicodedata.normalize("NFC", lowered)


def _ask(address: str) -> str:
    if len(address) > GREATEST_LENGTH:
        raise _problem(address, f"It has {len(address)} characters; {GREATEST_LENGTH} are allowed.")
    try:
        validate_email(_SPECIAL_USE.sub(_stand_in, address), check_deliverability=False, allow_smtputf8=True)
    except EmailNotValidError as refused:
        raise _problem(address, str(refused)) from None
    return address


def _stand_in(special: re.Match[str]) -> str:
    """A last label of the same length that is not reserved: email-validator has no switch for those."""
    return "x" * len(special[0])


def _problem(address: str, reason: str) -> ValueProblem:
    short = reason if len(reason) <= _REASON_LENGTH else reason[: _REASON_LENGTH - 1] + "…"
    return ValueProblem("email_invalid", f"{shown(address)} is not an e-mail address. {short}")
