"""Contacts of an address book: who is on it, who joins it, who leaves it. A contact that left comes back by resubscribing alone."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.contact_bodies import exactly
from services.gateway.contacts import VIA
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.dotdigital.scopes import READS, WRITES
from services.gateway.dialects.dotdigital.v2.asking import address_book, said_in_body
from services.gateway.dialects.dotdigital.v2.contact_bodies import Address, Resubscription
from services.gateway.dialects.dotdigital.v2.contact_finding import contact_of
from services.gateway.dialects.dotdigital.v2.contact_lists import MODIFIED_SELECTED, contacts_found, contacts_listed
from services.gateway.dialects.dotdigital.v2.contact_patch import in_its_words
from services.gateway.dialects.dotdigital.v2.contact_record import ContactInput
from services.gateway.dialects.dotdigital.v2.contact_saving import save
from services.gateway.dialects.dotdigital.v2.contact_showing import shown
from services.gateway.dialects.dotdigital.v2.moments import since
from services.gateway.dialects.dotdigital.v2.suppression_bodies import suppressions
from services.gateway.dialects.dotdigital.v2.suppressions import resubscribed, unsubscribed
from shared.contacts.selection import Selection, order_of

PATH = "/v2/address-books/{book_id}/contacts"


@dataclass(frozen=True)
class BookContactRoutes:
    """The routes of the contacts of address books as methods; the table is in `routes`."""

    gateway: Gateway

    async def all(self, book_id: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Whoever is on the book now, by id. Those that unsubscribed from the account since are there with that status."""
        book = await address_book(asker, book_id)
        return await contacts_listed(request, asker, Selection(on_lists=(book.number,)))

    async def modified(self, book_id: str, date: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those of them of whom anything changed since then; that they joined is a change too."""
        book = await address_book(asker, book_id)
        changed = Selection(on_lists=(book.number,), updated_after=since(date))
        return await contacts_listed(request, asker, changed, MODIFIED_SELECTED)

    async def unsubscribed(self, book_id: str, date: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that left the book since then and have not come back."""
        book = await address_book(asker, book_id)
        found = await contacts_found(request, asker, Selection(left=(book.number, since(date))))
        return JSONResponse(await suppressions(asker, found, book.number))

    async def add(self, book_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """A new contact, or the one with this e-mail: what is left out of it stays."""
        book = await address_book(asker, book_id)
        body = await said_in_body(request, ContactInput)
        saved = await save(self.gateway, asker, body, lists=(book.number,))
        return JSONResponse((await shown(asker, [saved.stored], is_full=True))[0])

    async def unsubscribe(self, book_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """From this book: the account may go on writing to the contact otherwise."""
        book = await address_book(asker, book_id)
        body = await said_in_body(request, Address)
        return JSONResponse(await unsubscribed(self.gateway, asker, body.email, list_number=book.number))

    async def resubscribe(self, book_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """To the account and to this book, at once."""
        book = await address_book(asker, book_id)
        body = await said_in_body(request, Resubscription)
        return JSONResponse(await resubscribed(self.gateway, asker, body, lists=(book.number,)))

    async def remove(self, book_id: str, contact_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """The contact stays in the account. One that left the book by itself stays known as somebody who did."""
        book = await address_book(asker, book_id)
        stored = await contact_of(asker, contact_id, barred_too=True)
        with in_its_words():
            await contact_desk(self.gateway).change(asker, order_of(stored), {"lists": [-book.number]}, exactly)
        return Response(status_code=204)

    async def remove_all(self, book_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """At once: with the answer nobody is on the book any more. For a book of many there is `delete-all`."""
        book = await address_book(asker, book_id)
        await asker.contacts.leave(book.number, self.gateway.clock.now(), VIA)
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = BookContactRoutes(gateway)
    router = APIRouter()
    router.add_api_route(PATH, to.all)
    router.add_api_route(f"{PATH}/modified-since/{{date}}", to.modified)
    router.add_api_route(f"{PATH}/unsubscribed-since/{{date}}", to.unsubscribed)
    router.add_api_route(PATH, to.add, methods=["POST"])
    router.add_api_route(f"{PATH}/unsubscribe", to.unsubscribe, methods=["POST"])
    for path in ("resubscribe", "resubscribe-with-no-challenge"):
        router.add_api_route(f"{PATH}/{path}", to.resubscribe, methods=["POST"])
    router.add_api_route(PATH, to.remove_all, methods=["DELETE"], status_code=204, response_model=None)
    router.add_api_route(f"{PATH}/{{contact_id}}", to.remove, methods=["DELETE"], status_code=204, response_model=None)
    return router
