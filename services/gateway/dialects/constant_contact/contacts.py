"""`/v3/contacts`: contacts by filter and cursor, and one at a time."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.contacts import ContactDesk
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.constant_contact.asking import READS, WRITES, said, said_in_body, said_in_query
from services.gateway.dialects.constant_contact.contact_desk import in_its_words, number_of, via
from services.gateway.dialects.constant_contact.contact_filters import ContactQuery, OneContactQuery, selection
from services.gateway.dialects.constant_contact.contact_ids import known
from services.gateway.dialects.constant_contact.contact_patch import creation, replacement
from services.gateway.dialects.constant_contact.contact_requests import ChangedContact, NewContact
from services.gateway.dialects.constant_contact.contact_showing import shown
from services.gateway.dialects.constant_contact.errors import invalid, not_found
from services.gateway.dialects.constant_contact.paging import asked, page
from shared.contacts.merge import Mode
from shared.contacts.selection import order_of
from shared.contract.identity import NUMBER_BITS

PATH = "/v3/contacts"
ONE = f"{PATH}/{{contact_id}}"


@dataclass(frozen=True)
class ContactRoutes:
    """The routes of contacts as methods; the table is in `routes`."""

    gateway: Gateway
    desk: ContactDesk

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Contacts by their numbers, which is the order in which they came."""
        query, after = asked(request.query_params, "contacts")
        wanted = said(ContactQuery, query)
        fitting = selection(wanted, asker).query()
        found = await asker.contacts.page(fitting, after=_position(after), limit=wanted.limit + 1)
        position = str(order_of(found[wanted.limit - 1])) if len(found) > wanted.limit else None
        items = await shown(asker, found[: wanted.limit], wanted.include)
        count = await asker.contacts.count(fitting) if wanted.include_count else None
        return JSONResponse(page("contacts", items, PATH, query, position, contacts_count=count))

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """A deleted contact with this address comes back: that is a creation too."""
        body = await said_in_body(request, NewContact)
        things = await known(asker, body.list_memberships, body.taggings, body.custom_fields)
        wanted = creation(body, things, self.gateway.clock.now())
        with in_its_words():
            how = via(body.create_source)
            saved = await self.desk.find_or_make(asker, wanted.patch, Mode.CREATE, wanted.completed, how)
        contact = (await shown(asker, [saved.stored]))[0]
        return JSONResponse(contact, 201, {"Location": f"{PATH}/{contact['contact_id']}"})

    async def read(self, contact_id: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A deleted one too, with `deleted_at`: so clients see that it is."""
        wanted = said_in_query(request, OneContactQuery)
        stored = await asker.contacts.read(number_of(asker, contact_id))
        if stored is None:
            raise not_found("contact_id is unknown: there is no such contact in this account.")
        return JSONResponse((await shown(asker, [stored], wanted.include))[0])

    async def replace(self, contact_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Scalars left out are cleared, parts left out stay, parts sent replace; a deleted contact comes back."""
        number = number_of(asker, contact_id)
        body = await said_in_body(request, ChangedContact)
        things = await known(asker, body.list_memberships, body.taggings, body.custom_fields)
        wanted = replacement(body, things, self.gateway.clock.now())
        with in_its_words():
            how = via(body.update_source)
            saved = await self.desk.change(asker, number, wanted.patch, wanted.completed, via=how, revives=True)
        return JSONResponse((await shown(asker, [saved.stored]))[0])

    async def delete(self, contact_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """It goes on existing, as deleted."""
        await self.desk.delete(asker, number_of(asker, contact_id))
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ContactRoutes(gateway, contact_desk(gateway))
    router = APIRouter()
    router.add_api_route(PATH, to.page)
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(ONE, to.read)
    router.add_api_route(ONE, to.replace, methods=["PUT"])
    router.add_api_route(ONE, to.delete, methods=["DELETE"], status_code=204, response_model=None)
    return router


def _position(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdecimal() and len(after) < 14 and int(after) < 1 << NUMBER_BITS):
        raise invalid("cursor does not have a valid value: send the address in _links.next of the page before as it is")
    return int(after)
