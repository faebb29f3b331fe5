"""Lists of contacts: all, those that came, changed or left since a day, and how many there are. By id; deleted ones never."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.scopes import READS
from services.gateway.dialects.dotdigital.v2.asking import MOST_SELECTED, page_of
from services.gateway.dialects.dotdigital.v2.contact_showing import shown, with_full_data
from services.gateway.dialects.dotdigital.v2.moments import since
from services.gateway.dialects.dotdigital.v2.suppression_bodies import suppressions
from shared.contacts.document import Document
from shared.contacts.selection import Selection

PATH = "/v2/contacts"
MODIFIED_SELECTED = 2_000
"""How many contacts `modified-since` shows where the query does not say."""


@dataclass(frozen=True)
class ContactListRoutes:
    """The routes of lists of contacts as methods; the table is in `routes`."""

    async def all(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that unsubscribed or are suppressed too: their status says so."""
        return await contacts_listed(request, asker, Selection())

    async def count(self, asker: Annotated[Tenant, READS]) -> Response:
        """The bare number."""
        return JSONResponse(await asker.contacts.count(Selection().query()))

    async def created(self, date: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that came to the account since then."""
        return await contacts_listed(request, asker, Selection(created_after=since(date)))

    async def modified(self, date: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those of which anything changed since then; new ones too."""
        return await contacts_listed(request, asker, Selection(updated_after=since(date)), MODIFIED_SELECTED)

    async def unsubscribed(self, date: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that unsubscribed from the account since then and have not come back."""
        found = await contacts_found(request, asker, Selection(opted_out_after=since(date)))
        return JSONResponse(await suppressions(asker, found))

    async def suppressed(self, date: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that may not be written to since then, whatever the reason: those that unsubscribed are among them."""
        found = await contacts_found(request, asker, Selection(barred_after=since(date)))
        return JSONResponse(await suppressions(asker, found))


def routes(_: Gateway) -> APIRouter:
    """From path to method."""
    to = ContactListRoutes()
    router = APIRouter()
    router.add_api_route(PATH, to.all)
    router.add_api_route(f"{PATH}/count", to.count)
    for what, method in (
        ("created", to.created),
        ("modified", to.modified),
        ("unsubscribed", to.unsubscribed),
        ("suppressed", to.suppressed),
    ):
        router.add_api_route(f"{PATH}/{what}-since/{{date}}", method)
    return router


async def contacts_listed(request: Request, asker: Tenant, selection: Selection, default: int = MOST_SELECTED) -> Response:
    """The page of contacts that the query asks for, in full where it says so. Raises Problem 400 as `page_of` does."""
    found = await contacts_found(request, asker, selection, default)
    return JSONResponse(await shown(asker, found, is_full=with_full_data(request)))


async def contacts_found(request: Request, asker: Tenant, selection: Selection, default: int = MOST_SELECTED) -> list[Document]:
    """The stored contacts of that page."""
    page = page_of(request, default)
    return await asker.contacts.page(selection.query(), limit=page.select, skip=page.skip)
