"""`GET /api/contacts`: contacts that a query means, a part of them at a time, and how many there are. Deleted ones never."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.acquia import php
from services.gateway.dialects.acquia.answers import answer, encoded
from services.gateway.dialects.acquia.asking import Page, page_of
from services.gateway.dialects.acquia.contact_batch import fields_of, shower_of, stored_of
from services.gateway.dialects.acquia.contact_columns import Columns, Query
from services.gateway.dialects.acquia.contact_conditions import where
from services.gateway.dialects.acquia.contact_finding import finder_of
from services.gateway.dialects.acquia.contact_order import order_of
from services.gateway.dialects.acquia.contact_search import parse
from services.gateway.dialects.acquia.contact_showing import Shower
from services.gateway.dialects.acquia.contacts import PATH
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.scopes import READS
from services.gateway.problems import Problem
from shared.contacts.document import Document
from shared.contacts.pipelines import Order

MOST_PARAMETERS = 2_000
MANY = 200
"""Contacts beyond which a page is written beside the event loop."""
_ALIVE: Query = {"deleted_at": {"$exists": False}}
_LISTS = ("ipAddresses", "tags", "utmtags", "doNotContact", "frequencyRules", "owner", "stage")
"""What `minimal` leaves out, beside the groups of fields."""
Said = Mapping[php.Key, Any]


@dataclass(frozen=True)
class ContactListRoutes:
    """The route of the list as a method; the table is in `routes`."""

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """`publishedOnly` leaves nobody out: every contact is published."""
        said, page = _said(request), page_of(request)
        fields = await fields_of(asker)
        columns = Columns(fields, asker.account.number)
        wanted, order, select = await _wanted(asker, said, columns), order_of(said, columns), _selected(said, columns)
        found, places = await _found(asker, wanted, order, page)
        total = await _total(asker, wanted, page, places)
        shower = await shower_of(asker, fields, found)
        is_minimal = php.is_true(said.get("minimal", ""))
        write = partial(_written, shower, found, str(total), select, is_minimal=is_minimal)
        return answer(await asyncio.to_thread(write) if len(found) > MANY else write())


def routes(_: Gateway) -> APIRouter:
    """From path to method."""
    to = ContactListRoutes()
    router = APIRouter()
    router.add_api_route(PATH, to.page)
    return router


def _said(request: Request) -> Said:
    """The query, nested as its brackets say."""
    try:
        return php.parse_form(request.url.query, MOST_PARAMETERS)
    except Problem:
        raise bad_request(
            "The query cannot be read: it has brackets that do not fit, is not in UTF-8, or has more than "
            f"{MOST_PARAMETERS} parameters. Conditions are where[0][col]=email and so on."
        ) from None


async def _wanted(asker: Tenant, said: Said, columns: Columns) -> list[Query]:
    """Queries that must all hold; none for every contact."""
    search = said.get("search") or ""
    if not isinstance(search, str):
        raise bad_request("search is a text.")
    node = parse(search)
    found = [(await finder_of(asker, columns, node)).query(node)] if node is not None else []
    return [query for query in (*found, *where(said.get("where"), columns)) if query]


async def _found(asker: Tenant, wanted: Sequence[Query], order: Order, page: Page) -> tuple[list[Document], int]:
    """The contacts of a page and how many places it has: who is deleted before it is read leaves one empty."""
    query = {"$and": [*wanted, _ALIVE]}
    if order:
        numbers = await asker.contacts.ordered(query, order, limit=page.limit, skip=page.start)
        stored = await stored_of(asker, numbers)
        return [stored[number] for number in numbers if number in stored], len(numbers)
    found = await asker.contacts.page(query, limit=page.limit, skip=page.start)
    return found, len(found)


async def _total(asker: Tenant, wanted: Sequence[Query], page: Page, found: int) -> int:
    """A part that is not full is the last one, and says it; whatever fits is counted otherwise."""
    if found < page.limit and (found or not page.start):
        return page.start + found
    return await asker.contacts.count({"$and": [*wanted, _ALIVE]}) if wanted else await asker.contacts.living()


def _selected(said: Said, columns: Columns) -> frozenset[str] | None:
    """The columns of `select[]`, or None for all of them. Raises Problem 400 for one that there is not."""
    select = said.get("select")
    if select in (None, "", {}):
        return None
    names: Iterable[Any] = select.values() if isinstance(select, Mapping) else str(select).split(",")
    return frozenset(columns.named(name).name for name in names)


def _written(
    shower: Shower, found: Sequence[Document], total: str, select: frozenset[str] | None, *, is_minimal: bool
) -> dict[str, Any]:
    """The body, whose contacts are JSON already: as such they take a fraction of the memory."""
    parts = (_part(shower.contact(stored), select, is_minimal) for stored in found)
    return {"total": total, "contacts": {part["id"]: msgspec.Raw(encoded(part)) for part in parts}}


def _part(body: dict[str, Any], select: frozenset[str] | None, is_minimal: bool) -> dict[str, Any]:
    """What is wanted of a contact: of its fields the selected ones, and with `minimal` nothing that is a list of its own."""
    if is_minimal:
        kept = {name: value for name, value in body.items() if name not in _LISTS}
        body = {**kept, "fields": {"all": body["fields"]["all"]}}
    return body if select is None else {**body, "fields": _chosen(body["fields"], select)}


def _chosen(fields: Mapping[str, Any], select: frozenset[str]) -> dict[str, Any]:
    """A group of which nothing is left is `[]`, as one without fields is."""
    kept = {group: {alias: each for alias, each in dict(members).items() if alias in select} for group, members in fields.items()}
    return {**{group: members or [] for group, members in kept.items()}, "all": {"id": fields["all"]["id"], **kept["all"]}}
