"""Single contacts: made, read, edited, deleted. What is saved is saved as a batch of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import contact_of, number_in
from services.gateway.dialects.acquia.bodies import read_object
from services.gateway.dialects.acquia.contact_batch import ContactBatch, shown
from services.gateway.dialects.acquia.contact_record import Way
from services.gateway.dialects.acquia.errors import not_found, refused
from services.gateway.dialects.acquia.scopes import READS, WRITES
from services.gateway.problems import Problem

PATH = "/api/contacts"


@dataclass(frozen=True)
class ContactRoutes:
    """The routes of single contacts as methods; the table is in `routes`."""

    gateway: Gateway

    async def read(self, contact_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """One contact."""
        (contact,) = await shown(asker, [await contact_of(asker, contact_id)])
        return answer({"contact": contact})

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """201 with a new contact; 200 with the one that has the e-mail already, which is written to."""
        return await self._save(asker, await read_object(request), Way.NEW)

    async def replace(self, contact_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PUT: fields that are not sent are cleared. 201 where there was no such contact and one was made."""
        return await self._save(asker, {**await read_object(request), "id": number_in(contact_id)}, Way.PUT)

    async def edit(self, contact_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PATCH: blanks leave alone."""
        return await self._save(asker, {**await read_object(request), "id": number_in(contact_id)}, Way.PATCH)

    async def delete(self, contact_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """The contact as it was, without its id. The native API can restore it."""
        stored = await contact_of(asker, contact_id)
        (contact,) = await shown(asker, [stored])
        await contact_desk(self.gateway).delete(asker, contact["id"])
        return answer({"contact": {**contact, "id": None}})

    async def _save(self, asker: Tenant, item: Mapping[str, Any], way: Way) -> Response:
        (saved,), fields = await ContactBatch(self.gateway).save(asker, [item], way)
        if saved.verdict.error is not None or saved.stored is None:
            raise _failed(saved.verdict.error)
        (contact,) = await shown(asker, [saved.stored], fields)
        where = {"Location": f"{PATH}/{contact['id']}"} if saved.verdict.status == 201 else None
        return answer({"contact": contact}, saved.verdict.status, where)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method. Paths whose second part is a word stand before these."""
    to = ContactRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/new", to.create, methods=["POST"])
    router.add_api_route(f"{PATH}/{{contact_id}}", to.read)
    router.add_api_route(f"{PATH}/{{contact_id}}/edit", to.replace, methods=["PUT"])
    router.add_api_route(f"{PATH}/{{contact_id}}/edit", to.edit, methods=["PATCH"])
    router.add_api_route(f"{PATH}/{{contact_id}}/delete", to.delete, methods=["DELETE"])
    return router


def _failed(error: Mapping[str, Any] | None) -> Problem:
    if error is None or error["code"] == 404:
        return not_found()
    return refused(int(error["code"]), error["message"], error.get("details") or None)
