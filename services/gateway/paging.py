"""Cursors: where the next page begins, opaque to clients and checked when it comes back."""

import base64
import binascii

from services.gateway.problems import Problem

MOST_DIGITS = 18
"""Of a number in a cursor: what the database can compare."""


def encode_cursor(position: str, kind: str) -> str:
    """A cursor for this position in this kind of list."""
    return base64.urlsafe_b64encode(f"{kind}:{position}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kind: str) -> str:
    """The position in a cursor. Raises Problem `cursor_invalid` (400) for what `encode_cursor` did not make for this kind."""
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError, ValueError):
        text = ""
    found, _, position = text.partition(":")
    if found != kind or not position:
        raise Problem(
            400,
            "cursor_invalid",
            "This is not a cursor of this list. Send `next_cursor` of the page before, unchanged.",
            field="cursor",
        )
    return position


def decode_number(cursor: str | None, kind: str) -> int:
    """The number in a cursor; 0 where there is none. Raises Problem `cursor_invalid` (400)."""
    if cursor is None:
        return 0
    position = decode_cursor(cursor, kind)
    if not (position.isascii() and position.isdecimal() and len(position) <= MOST_DIGITS):
        raise Problem(
            400,
            "cursor_invalid",
            "This is not a cursor of this list. Send `next_cursor` of the page before, unchanged.",
            field="cursor",
        )
    return int(position)
