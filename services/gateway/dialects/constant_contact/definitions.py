"""What lists, tags and custom fields have in common in this API: ids, pages by number, names that are taken, deletions.

The id of the one that has the name already is the last word of a refusal: programs cut it out there.
"""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from fastapi import Request

from services.gateway.changing import checked_change
from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact.activity_body import activity
from services.gateway.dialects.constant_contact.asking import as_unknown, idempotency_key
from services.gateway.dialects.constant_contact.errors import invalid, not_found
from services.gateway.problems import Problem
from services.gateway.submitting import Checked, Sent, submit
from shared.contract.identity import NUMBER_BITS, Thing
from shared.contract.values import Kind

T = TypeVar("T")
WORDS = {Thing.LIST: "list", Thing.TAG: "tag", Thing.FIELD: "custom_field"}
_NAMED_BY = {"lists": Thing.LIST, "tags": Thing.TAG}


def unknown(thing: Thing) -> Problem:
    """The answer for one that there is not, or that is another account's: always the same."""
    return not_found(f"{WORDS[thing]}_id is unknown: there is no such {WORDS[thing]} in this account.")


def number_in(asker: Tenant, thing: Thing, text: str) -> int:
    """The number of what a path names. Raises Problem 404."""
    try:
        UUID(text)
    except ValueError:
        raise not_found(f"{WORDS[thing]}_id is in an invalid format.") from None
    number = asker.number_of(thing, text)
    if not number:
        raise unknown(thing)
    return number


def number_after(position: str | None) -> int:
    """The number after which a page begins; 0 for the first page. Raises Problem 400."""
    if position is None:
        return 0
    if not (position.isascii() and position.isdecimal() and len(position) < 13 and int(position) < 1 << NUMBER_BITS):
        raise invalid("cursor does not have a valid value: send the address in _links.next of the page before as it is")
    return int(position)


def cut(found: Sequence[T], limit: int) -> tuple[list[T], T | None]:
    """Of `limit + 1` things that were looked for: those of this page, and the last of them where there are more."""
    page = list(found[:limit])
    return page, page[-1] if len(found) > limit else None


def taken(asker: Tenant, thing: Thing, number: int | None) -> Problem:
    """The answer where the one of this number has the name already; None where that one has just gone."""
    detail = "Validation failed: Name already exists"
    if number is None:
        return Problem(409, "name_taken", f"{detail} for a {WORDS[thing]} that is gone by now. Send the request again.")
    return Problem(409, "name_taken", f"{detail} for {WORDS[thing]} {asker.uuid_of(thing, number)}")


async def deletion(gateway: Gateway, asker: Tenant, request: Request, what: str, number: int) -> dict[str, Any]:
    """The activity of the job that deletes one of the `lists` or `tags`. Raises Problem, 404 where there is none."""
    operation = f"DELETE contact_{what}"
    given = {"name": operation, "what": what, "names": [number]}

    async def check() -> Checked:
        return await checked_change(gateway, asker, Kind.DELETION, given, None, [])

    try:
        sent = Sent(operation, given, idempotency_key(request))
        accepted = await submit(gateway, asker, Kind.DELETION, sent, check)
    except Problem as problem:
        raise unknown(_NAMED_BY[what]) if as_unknown(problem, 404).status == 404 else problem from None
    return activity(accepted.job)
