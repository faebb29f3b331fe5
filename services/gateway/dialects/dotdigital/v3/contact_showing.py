"""Contacts as answers of v3, with what the query asks to see of them: their account is read once for however many."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.account_fields import account_fields
from services.gateway.dialects.dotdigital.v3.contact_body import INCLUDABLE, Shelf, contact
from services.gateway.dialects.dotdigital.v3.filters import bad_filter
from shared.contacts.columns import Column, resolve_column
from shared.contacts.document import Document
from shared.contacts.present import Names, numbers_named

ALL_FIELDS = "[[ALL]]"
FEW = 250
"""Contacts whose page is written at once: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is shown of contacts beside what always is."""

    parts: tuple[str, ...] = INCLUDABLE
    fields: tuple[str, ...] | None = None
    """Names of data fields in upper case; None for all of them."""


EVERYTHING = Wanted()


def wanted(request: Request, otherwise: Wanted) -> Wanted:
    """What `include` and `data-fields` name, several of them apart by | or a comma; `otherwise` where there is neither.

    Raises Problem 400 for an `include` that there is not.
    """
    include, fields = (_named(request, name) for name in ("include", "data-fields"))
    if include is None and fields is None:
        return otherwise
    known = {part.lower(): part for part in INCLUDABLE}
    if unknown := next((word for word in include or () if word.lower() not in known), None):
        raise bad_filter("include", f"{unknown[:40]!r} is none of {', '.join(INCLUDABLE)}.")
    names = tuple(dict.fromkeys(word.upper() for word in fields or ()))
    return Wanted(tuple(dict.fromkeys(known[word.lower()] for word in include or ())), None if ALL_FIELDS in names else names)


async def shown(who: Tenant, stored: Document, what: Wanted = EVERYTHING) -> dict[str, Any]:
    """One contact. Raises Problem 400 for a data field that there is not."""
    return contact(stored, await _shelf(who, [stored], what), what.parts)


async def answered(who: Tenant, contacts: Sequence[Document], what: Wanted, **beside: Any) -> Response:
    """A page of contacts, with what stands beside them. Raises Problem 400 for a data field that there is not.

    Thousands of them are written in a thread, lest all other requests wait.
    """
    shelf = await _shelf(who, contacts, what)

    def written() -> Response:
        return JSONResponse({**beside, "_items": [contact(each, shelf, what.parts) for each in contacts]})

    return await asyncio.to_thread(written) if len(contacts) > FEW else written()


async def _shelf(who: Tenant, contacts: Sequence[Document], what: Wanted) -> Shelf:
    fields = await _columns(who, what.fields) if what.fields != () else {}
    lists, _ = numbers_named(contacts)
    named = await who.lists.by_numbers(lists) if "lists" in what.parts else {}
    return Shelf(Names(who.account.uuid_base, lists={number: each.name for number, each in named.items()}), fields)


async def _columns(who: Tenant, names: Sequence[str] | None) -> Mapping[str, Column]:
    fields, book = await account_fields(who)
    if unknown := next((name for name in names or () if name not in fields), None):
        raise bad_filter("data-fields", f"There is no data field {unknown[:40]!r} in this account.")
    found = {name: resolve_column(fields[name].target, book) for name in (fields if names is None else names)}
    return {name: column for name, column in found.items() if column is not None}


def _named(request: Request, parameter: str) -> list[str] | None:
    said = request.query_params.getlist(parameter)
    words = [word.strip() for text in said for word in text.replace("|", ",").split(",")]
    return [word for word in words if word] if said else None
