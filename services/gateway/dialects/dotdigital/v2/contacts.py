"""`/v2/contacts`: one contact at a time, by id or by e-mail."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.contacts import Saved
from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.scopes import READS, WRITES
from services.gateway.dialects.dotdigital.v2.address_books import books_shown
from services.gateway.dialects.dotdigital.v2.asking import page_of, said_in_body
from services.gateway.dialects.dotdigital.v2.contact_bodies import ConsentingContact, consent_body, consent_records
from services.gateway.dialects.dotdigital.v2.contact_finding import contact_of
from services.gateway.dialects.dotdigital.v2.contact_record import ContactInput
from services.gateway.dialects.dotdigital.v2.contact_saving import change, delete, save
from services.gateway.dialects.dotdigital.v2.contact_showing import shown
from shared.contacts.document import BARRED
from shared.contract.identity import unpack

PATH = "/v2/contacts"
ONE = f"{PATH}/{{contact_id}}"


@dataclass(frozen=True)
class ContactRoutes:
    """The routes of single contacts as methods; the table is in `routes`."""

    gateway: Gateway

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Or update, by e-mail: what is left out stays."""
        saved = await save(self.gateway, asker, await said_in_body(request, ContactInput))
        return await _answer(asker, saved, 201)

    async def create_with_consent(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """As `create`; the consent records are added to those that the contact has."""
        body = await said_in_body(request, ConsentingContact)
        records = consent_records(body.consentfields)
        saved = await save(self.gateway, asker, body.contact, consents=records)
        contact = (await shown(asker, [saved.stored], is_full=True))[0]
        return JSONResponse({"contact": contact, "consentFields": [consent_body(record) for record in records]}, 201)

    async def read(self, contact_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """By e-mail one that unsubscribed or is suppressed too; by id it is not there."""
        stored = await contact_of(asker, contact_id)
        return JSONResponse((await shown(asker, [stored], is_full=True))[0])

    async def change(self, contact_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """What is left out stays; so does every data field that is not named."""
        body = await said_in_body(request, ContactInput)
        stored = await contact_of(asker, contact_id, barred_too=True)
        return await _answer(asker, await change(self.gateway, asker, unpack(stored["_id"]), body), 200)

    async def delete(self, contact_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """One that unsubscribed or is suppressed too."""
        stored = await contact_of(asker, contact_id, barred_too=True)
        await delete(self.gateway, asker, unpack(stored["_id"]))
        return Response(status_code=204)

    async def address_books(self, contact_id: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Those that it is on, not those that it left."""
        stored = await contact_of(asker, contact_id)
        page = page_of(request)
        numbers = sorted(each["id"] for each in stored.get("lists", ()) if each["status"] not in BARRED)
        found = await asker.lists.by_numbers(numbers)
        books = [found[number] for number in numbers if number in found]
        return JSONResponse(await books_shown(asker, books[page.skip : page.skip + page.select]))


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ContactRoutes(gateway)
    router = APIRouter()
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(f"{PATH}/with-consent", to.create_with_consent, methods=["POST"], status_code=201)
    router.add_api_route(ONE, to.read)
    router.add_api_route(ONE, to.change, methods=["PUT"])
    router.add_api_route(ONE, to.delete, methods=["DELETE"], status_code=204, response_model=None)
    router.add_api_route(f"{ONE}/address-books", to.address_books)
    return router


async def _answer(asker: Tenant, saved: Saved, status: int) -> Response:
    return JSONResponse((await shown(asker, [saved.stored], is_full=True))[0], status)
