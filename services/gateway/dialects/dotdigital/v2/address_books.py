"""`/v2/address-books`: the lists of the account under the vendor's name for them, with their members counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.dialects.dotdigital.scopes import READS, WRITES
from services.gateway.dialects.dotdigital.v2.asking import address_book, page_of, said_in_body
from services.gateway.dialects.dotdigital.v2.book_bodies import BookInput, book_body, duplicate, facts_of, new_name
from services.gateway.dialects.dotdigital.v2.errors import no_address_book
from services.gateway.memberships import Counted, members_of
from shared.lists.store import PRIVATE, PUBLIC, Named, NameTaken

PATH = "/v2/address-books"
ONE = f"{PATH}/{{book_id}}"


@dataclass(frozen=True)
class BookRoutes:
    """The routes of address books as methods; the table is in `routes`."""

    deleting: Deleting

    async def all(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page by age."""
        return await _page(request, asker, None)

    async def private(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that are not shown to contacts."""
        return await _page(request, asker, PRIVATE)

    async def public(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that may be shown to contacts."""
        return await _page(request, asker, PUBLIC)

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Names are told apart without regard to letter case."""
        body = await said_in_body(request, BookInput)
        try:
            named = await asker.lists.create(new_name(body) or "", facts_of(body))
        except NameTaken:
            raise duplicate() from None
        return JSONResponse(book_body(named, {}), 201)

    async def read(self, book_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """One of them."""
        return JSONResponse((await books_shown(asker, [await address_book(asker, book_id)]))[0])

    async def change(self, book_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """What is left out stays."""
        named = await address_book(asker, book_id)
        body = await said_in_body(request, BookInput)
        try:
            changed = await asker.lists.change(named.number, new_name(body, named), facts_of(body))
        except NameTaken:
            raise duplicate() from None
        if changed is None:
            raise no_address_book()
        return JSONResponse((await books_shown(asker, [changed]))[0])

    async def delete(self, book_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """It is taken off every contact; the contacts stay."""
        named = await address_book(asker, book_id)
        if not await self.deleting.delete(asker, "lists", named.number):
            raise no_address_book()
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = BookRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter()
    router.add_api_route(PATH, to.all)
    router.add_api_route(f"{PATH}/private", to.private)
    router.add_api_route(f"{PATH}/public", to.public)
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(ONE, to.read)
    router.add_api_route(ONE, to.change, methods=["PUT"])
    router.add_api_route(ONE, to.delete, methods=["DELETE"], status_code=204, response_model=None)
    return router


async def books_shown(asker: Tenant, books: Sequence[Named]) -> list[dict[str, Any]]:
    """The JSON of these address books, their members counted in one question."""
    contacts = await members_of(asker, [named.number for named in books], Counted.PRESENT)
    return [book_body(named, contacts) for named in books]


async def _page(request: Request, asker: Tenant, among: Mapping[str, Any] | None) -> Response:
    page = page_of(request)
    found = await asker.lists.page(limit=page.select, skip=page.skip, among=among)
    return JSONResponse(await books_shown(asker, found))
