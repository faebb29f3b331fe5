"""What lists and tags have in common in the API: a name, an id, a UUID, and pages of them."""

from typing import Any

from pydantic import BaseModel

from services.gateway.context import Tenant
from services.gateway.pages import next_page, position_after
from services.gateway.problems import Problem
from shared.contacts.present import time_text
from shared.contract.identity import Thing
from shared.lists.store import AccountThings, Named

WORDS = {Thing.LIST: "list", Thing.TAG: "tag"}


class NamedBody(BaseModel):
    """What every list and tag shows."""

    id: int
    uuid: str
    name: str
    created_at: str
    updated_at: str


def body_of(who: Tenant, thing: Thing, named: Named) -> dict[str, Any]:
    """A list or a tag as the API shows it, without its facts."""
    return {
        "id": named.number,
        "uuid": str(who.uuid_of(thing, named.number)),
        "name": named.name,
        "created_at": time_text(named.created_at),
        "updated_at": time_text(named.updated_at),
    }


async def page_of(
    things: AccountThings, thing: Thing, name: str | None, cursor: str | None, limit: int
) -> tuple[list[Named], dict[str, str]]:
    """One page by number, and `next_cursor` while there is more."""
    after = position_after(cursor, WORDS[thing])
    found = await things.page(after=after, limit=limit + 1, name=name)
    more, page = next_page(found, limit, lambda named: named.number, WORDS[thing])
    return page, more


def number_in(who: Tenant, thing: Thing, text: str) -> int:
    """The number in a path. Raises Problem 404."""
    number = who.number_of(thing, text)
    if not number:
        raise unknown(thing)
    return number


async def found(who: Tenant, things: AccountThings, thing: Thing, text: str) -> Named:
    """The one that a path names by number or UUID. Raises Problem 404."""
    named = await things.read(number_in(who, thing, text))
    if named is None:
        raise unknown(thing)
    return named


def unknown(thing: Thing) -> Problem:
    """The answer for one that there is not, or that is another account's: always the same."""
    return Problem(404, "not_found", f"There is no {WORDS[thing]} with this id.")


async def taken(things: AccountThings, thing: Thing, name: str) -> Problem:
    """The answer where the account has another one of this name."""
    detail = f"There is another {WORDS[thing]} of this name. Use it, or choose another name."
    other = next(iter((await things.by_names([name])).values()), None)
    return Problem(409, "name_taken", detail, field="name", id=other.number if other else None)
