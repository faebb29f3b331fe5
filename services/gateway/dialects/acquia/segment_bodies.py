"""Segments as this API takes and shows them, and their aliases. A segment is a native list: one that somebody fills, without rules.

What only this API knows of a list is kept in its facts, under KEPT.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from unicodedata import normalize

from services.gateway.context import Tenant
from services.gateway.dialects.acquia.asking import number_in
from services.gateway.dialects.acquia.contact_fields import KEPT
from services.gateway.dialects.acquia.contact_showing import moment
from services.gateway.dialects.acquia.errors import NOT_VALID, unfit_body
from services.gateway.dialects.acquia.php import is_true
from shared.lists.store import Named

MOST_LETTERS = 255
MOST_ALIAS_LETTERS = 150
MOST_DESCRIPTION = 2_000
TOO_LONG = "This value is too long."
NAME_MISSING = "A name is required."
NO_FILTERS = (
    "Segments are lists without rules here, so filters are not kept. Leave them out, and add the contacts: "
    "POST /api/segments/{id}/contacts/add."
)
_NO_WORD = re.compile("[^a-z0-9]+")
_DERIVED = re.compile(".*--([0-9]+)")
_FLAGS = {"isPublished": True, "isGlobal": True, "isPreferenceCenter": False}
"""With what they begin."""


@dataclass(slots=True)
class SegmentInput:
    """What a request says of a segment; None for a name or an alias that it does not mention."""

    name: str | None = None
    alias: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    """Those that every API knows."""
    own: dict[str, Any] = field(default_factory=dict)
    """Those that are kept for this one."""

    def whole(self) -> dict[str, Any]:
        """The facts of a new list."""
        return {**self.facts, KEPT: self.own}

    def parts(self) -> dict[str, Any]:
        """The facts of a list that keeps all others."""
        return {**self.facts, **{f"{KEPT}.{fact}": value for fact, value in self.own.items()}}


def segment_input(said: Mapping[str, Any], *, is_whole: bool) -> SegmentInput:
    """What a body says. `is_whole`: the name has to be there, and what is left out is as in a new segment.

    Raises Problem 400 with everything that is wrong with it.
    """
    faults: dict[str, list[str]] = {}
    found = SegmentInput()
    if is_whole or "name" in said:
        found.name = _text(said, "name", MOST_LETTERS, faults)
        if not found.name and "name" not in faults:
            faults["name"] = [NAME_MISSING]
    if said.get("alias"):
        found.alias = slug(_text(said, "alias", MOST_ALIAS_LETTERS, faults)) or None
    if is_whole or "description" in said:
        found.facts["description"] = _text(said, "description", MOST_DESCRIPTION, faults, lines=True) or None
    if is_whole or "publicName" in said:
        found.own["publicName"] = _text(said, "publicName", MOST_LETTERS, faults) or found.name
    if is_whole or "category" in said:
        found.own["category"] = _category(said.get("category"), faults)
    _read_flags(said, found, faults, is_whole=is_whole)
    if said.get("filters"):
        faults["filters"] = [NO_FILTERS]
    if faults:
        raise unfit_body(faults)
    return found


def segment_body(named: Named) -> dict[str, Any]:
    """The JSON of a segment."""
    own = named.facts.get(KEPT) or {}
    category = own.get("category")
    return {
        "isPublished": bool(own.get("isPublished", _FLAGS["isPublished"])),
        "dateAdded": moment(named.created_at),
        "dateModified": moment(named.updated_at) if named.updated_at != named.created_at else None,
        "createdBy": None,
        "createdByUser": None,
        "modifiedBy": None,
        "modifiedByUser": None,
        **segment_head(named),
        "publicName": own.get("publicName") or named.name,
        "description": named.facts.get("description"),
        "category": {"id": category} if category is not None else None,
        "filters": [],
        "isGlobal": bool(own.get("isGlobal", _FLAGS["isGlobal"])),
        "isPreferenceCenter": named.facts.get("visibility") == "public",
    }


def segment_head(named: Named) -> dict[str, Any]:
    """What is said of a segment wherever it is named."""
    return {"id": named.number, "name": named.name, "alias": alias_of(named)}


def alias_of(named: Named) -> str:
    """Its alias. That of a list which was made elsewhere is its name and, behind two hyphens, its number: nobody else's."""
    return named.alias or f"{slug(named.name)}--{named.number}"


def number_of_derived(alias: str) -> int:
    """The number in an alias as lists have it that were made elsewhere; 0 in any other."""
    derived = _DERIVED.fullmatch(alias.strip())
    return number_in(derived[1]) if derived else 0


def slug(text: str) -> str:
    """A text as an alias: lower case without accents, its words joined by single hyphens; "segment" where nothing is left."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NO_WORD.sub("-", plain).strip("-")[:MOST_ALIAS_LETTERS].strip("-") or "segment"


async def free_alias(asker: Tenant, wanted: str, own: str | None = None) -> str:
    """The alias, with a number behind it where another segment than the one of the alias `own` has it."""
    taken = await asker.lists.aliases_after(wanted) - {own}
    alias, number = wanted, 0
    while alias in taken:
        number += 1
        alias = f"{wanted}{number}"
    return alias


async def list_number_of_alias(asker: Tenant, alias: str) -> int | None:
    """The number of the list of this alias, as it is shown or as it was given: two look-ups, however many lists there are."""
    said = alias.strip().lower()
    number = number_of_derived(said)
    named = await asker.lists.read(number) if number else None
    if named is None or named.alias is not None:
        named = await asker.lists.by_alias(said if _DERIVED.fullmatch(said) else slug(said))
    return named.number if named else None


def text_of(value: Any) -> str | None:
    """A text of a body without outer blanks, which may be a number; "" for null, and None for what is no text."""
    if value is None:
        return ""
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else None


def _text(said: Mapping[str, Any], member: str, most: int, faults: dict[str, list[str]], *, lines: bool = False) -> str:
    text = text_of(said.get(member))
    if text is None or not (lines or text.isprintable()):
        faults[member] = [f"{NOT_VALID} Write a text{'' if lines else ' on one line'}."]
    elif len(text) > most:
        faults[member] = [f"{TOO_LONG} It has at most {most} characters."]
    return text or ""


def _category(said: Any, faults: dict[str, list[str]]) -> int | None:
    text = text_of(said.get("id") if isinstance(said, Mapping) else said)
    if text == "" or said == []:
        return None
    if text is None or not number_in(text):
        faults["category"] = [f"{NOT_VALID} Write the id, a whole number."]
        return None
    return number_in(text)


def _read_flags(said: Mapping[str, Any], found: SegmentInput, faults: dict[str, list[str]], *, is_whole: bool) -> None:
    for flag, begins in _FLAGS.items():
        value = said.get(flag)
        if value is None and not is_whole:
            continue
        if isinstance(value, list | dict):
            faults[flag] = [f"{NOT_VALID} Write true or false."]
            continue
        is_so = begins if value is None else is_true(value)
        if flag == "isPreferenceCenter":  # which shows a list to the contacts themselves, as a public one is
            found.facts["visibility"] = "public" if is_so else "private"
        else:
            found.own[flag] = is_so
