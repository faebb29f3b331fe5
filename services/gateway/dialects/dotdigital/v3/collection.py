"""`GET /contacts/v3`: contacts by filters, in the order in which they came, a page at a time.

A page says where it is itself, where the first one is, and where the next one is as long as there is one; a client may follow
these addresses, or send the marker beside its own query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.scopes import READS
from services.gateway.dialects.dotdigital.v3.contact_showing import Wanted, answered, wanted
from services.gateway.dialects.dotdigital.v3.filters import bad_filter, selection
from services.gateway.pages import next_page, position_after
from services.gateway.problems import Problem
from shared.contacts.selection import order_of

PATH = "/contacts/v3"
MOST = 5_000
KIND = "contacts"
KEYS_ONLY = Wanted(parts=(), fields=())


@dataclass(frozen=True)
class CollectionRoutes:
    """The routes of the collection; the table is in `routes`."""

    gateway: Gateway

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Contacts with what always is shown, and with what the query asks for."""
        query = request.query_params
        limit, marker = _limit(query.get("limit")), query.get("marker") or ""
        fitting = selection({name: query.getlist(name) for name in query}).query()
        what = wanted(request, KEYS_ONLY)
        found = await asker.contacts.page(fitting, after=_position(marker), limit=limit + 1)
        more, found = next_page(found, limit, order_of, KIND)
        rest = [(name, value) for name, value in query.multi_items() if name not in ("marker", "limit")]
        links = {"self": _link(marker, limit, rest), "first": _link("", limit, rest)}
        if following := more.get("next_cursor"):
            links["next"] = _link(following, limit, rest)
        return await answered(asker, found, what, _links=links)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = CollectionRoutes(gateway)
    router = APIRouter()
    router.add_api_route(PATH, to.page)
    return router


def _limit(text: str | None) -> int:
    if text is None or not text.strip():
        return MOST
    digits = text.strip()
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6 and 1 <= int(digits) <= MOST):
        raise bad_filter("limit", f"A page has from 1 to {MOST} contacts.")
    return int(digits)


def _position(marker: str) -> int:
    try:
        return position_after(marker, KIND)
    except Problem:
        raise bad_filter("marker", "It is no marker of this collection. Send the one of _links.next as it is.") from None


def _link(marker: str, limit: int, rest: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The marker is a text, empty for the first page, and every address has a query: clients take both apart unasked."""
    query = [*rest, ("limit", str(limit)), *([("marker", marker)] if marker else [])]
    return {"marker": marker, "link": f"{PATH}?{urlencode(query)}"}
