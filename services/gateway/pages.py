"""Pages of things by number: the cursor says after which one the next page begins, and in which list."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from services.gateway.paging import decode_cursor, encode_cursor
from services.gateway.problems import Problem

T = TypeVar("T")


def position_after(cursor: str | None, kind: str) -> int:
    """The number after which the page begins, 0 for the first. Raises Problem 400 `cursor_invalid`."""
    if not cursor:
        return 0
    position = decode_cursor(cursor, kind)
    if not (position.isascii() and position.isdecimal() and len(position) < 13):
        raise Problem(400, "cursor_invalid", "This is not a cursor of this list. Begin again without one.", field="cursor")
    return int(position)


def next_page(found: Sequence[T], limit: int, number_of: Callable[[T], int], kind: str) -> tuple[dict[str, str], list[T]]:
    """Of `limit + 1` things looked for: `next_cursor` if there is more, and those of this page."""
    page = list(found[:limit])
    more = {"next_cursor": encode_cursor(str(number_of(page[-1])), kind)} if len(found) > limit else {}
    return more, page
