"""What paths and queries say: ids, and which page of a list."""

from dataclasses import dataclass

from fastapi import Request

from services.gateway.context import Tenant
from services.gateway.dialects.acquia.errors import bad_request, not_found
from shared.contacts.document import Document
from shared.contract.identity import NUMBER_BITS
from shared.lists.store import AccountThings, Named

LIMIT = 30
"""Items on a page where the query does not say, or says 0."""
MOST = 1_000
"""A contact is some 5 KB. More is refused and not cut: clients go on by as many as they asked for."""
_GREATEST_SKIP = 10**9


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is wanted."""

    start: int
    limit: int


def page_of(request: Request) -> Page:
    """`start` and `limit` of the query; blank ones and a limit of 0 mean the default. Raises Problem 400."""
    start, limit = _number(request, "start", _GREATEST_SKIP), _number(request, "limit", MOST)
    return Page(start, limit or LIMIT)


def whole(text: str, greatest: int) -> int | None:
    """The whole number that this is, in digits with any zeros before it; None for what is none from 0 to `greatest`."""
    if not (text.isascii() and text.isdecimal()):
        return None
    digits = text.lstrip("0") or "0"
    number = int(digits) if len(digits) <= len(str(greatest)) else greatest + 1
    return number if number <= greatest else None


def number_in(text: str) -> int:
    """The number of an id in a path; 0, which is nobody's, for what cannot be one."""
    return whole(text, (1 << NUMBER_BITS) - 1) or 0


def some_number(text: str) -> int:
    """The number of an id in a path. Raises Problem 404 for what is nobody's."""
    number = number_in(text)
    if not number:
        raise not_found()
    return number


async def named_of(things: AccountThings, thing_id: str) -> Named:
    """The segment or the tag of this id. Raises Problem 404 where there is none."""
    named = await things.read(some_number(thing_id))
    if named is None:
        raise not_found()
    return named


async def contact_of(asker: Tenant, contact_id: str) -> Document:
    """The stored contact of this id. Raises Problem 404 where there is none or it is deleted."""
    stored = await asker.contacts.read(some_number(contact_id))
    if stored is None or "deleted_at" in stored:
        raise not_found()
    return stored


def _number(request: Request, name: str, greatest: int) -> int:
    said = request.query_params.get(name, "").strip()
    if not said:
        return 0
    number = whole(said, greatest)
    if number is None:
        raise bad_request(f"{name} is a number from 0 to {greatest}.")
    return number
