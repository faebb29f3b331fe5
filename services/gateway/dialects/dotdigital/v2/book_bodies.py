"""Address books as v2 takes and shows them. Pure. An address book is a native list, its visibility one of the list's facts."""

from collections.abc import Mapping
from typing import Any

from services.gateway.dialects.dotdigital.v2.asking import Said
from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.problems import Problem
from shared.lists.store import Named, name_key

MOST_LETTERS = 128
"""Of a name."""
RESERVED = frozenset({"test", "all contacts"})
"""Names of the books that every account of the vendor's has, by `name_key`."""
VISIBILITIES = {"private": "Private", "public": "Public"}
"""By the native words, which are the vendor's in lower case."""


class BookInput(Said):
    """`POST` and `PUT` of an address book. With `PUT`, what is left out stays."""

    name: Any = None
    visibility: Any = None


def new_name(body: BookInput, named: Named | None = None) -> str | None:
    """The name that the book gets; None where it keeps the one it has.

    Raises Problem 400: ERROR_ADDRESSBOOK_INVALID where nobody could read it, ERROR_ADDRESSBOOK_DUPLICATE for a reserved one.
    """
    if named is not None and body.name is None:
        return None
    name = body.name.strip() if isinstance(body.name, str) else ""
    if not name or not name.isprintable() or len(name) > MOST_LETTERS:
        raise _invalid(f"The name of an address book has 1 to {MOST_LETTERS} characters on one line.")
    if name_key(name) in RESERVED and (named is None or name_key(named.name) != name_key(name)):
        raise duplicate()
    return name


def facts_of(body: BookInput) -> dict[str, Any]:
    """What else is said of the book. Raises Problem 400 ERROR_ADDRESSBOOK_INVALID."""
    if body.visibility is None:
        return {}
    word = body.visibility.strip().lower() if isinstance(body.visibility, str) else ""
    if word not in VISIBILITIES:
        raise _invalid("The visibility of an address book is Private or Public.")
    return {"visibility": word}


def book_body(named: Named, contacts: Mapping[int, int]) -> dict[str, Any]:
    """The JSON of an address book; `contacts` are the members of each by number."""
    return {
        "id": named.number,
        "name": named.name,
        "visibility": VISIBILITIES.get(named.facts.get("visibility", ""), VISIBILITIES["private"]),
        "contacts": contacts.get(named.number, 0),
    }


def duplicate() -> Problem:
    """The refusal of a name that another book has."""
    return refused(400, "ERROR_ADDRESSBOOK_DUPLICATE", "There is an address book of this name, or the name is reserved.")


def _invalid(sentence: str) -> Problem:
    return refused(400, "ERROR_ADDRESSBOOK_INVALID", sentence)
