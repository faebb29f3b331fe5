"""Whole numbers in paths and queries, by which both APIs name contacts and lists. Pure."""

from shared.contract.identity import NUMBER_BITS


def number_in(text: str) -> int | None:
    """The number that the text is; None for a text that is none, and for a number that nothing can have."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 14):
        return None
    number = int(digits)
    return number if 0 < number < 1 << NUMBER_BITS else None
