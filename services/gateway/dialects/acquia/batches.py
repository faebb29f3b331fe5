"""`/api/contacts/batch/*`: up to 200 contacts in one request, answered when all are saved, each with a status code of its own."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.desks import batch_desk
from services.gateway.dialects.acquia import php
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import number_in
from services.gateway.dialects.acquia.bodies import no_contacts, read_items
from services.gateway.dialects.acquia.contact_batch import ContactBatch, Saved, shower_of, shown, stored_of
from services.gateway.dialects.acquia.contact_fields import ContactFields
from services.gateway.dialects.acquia.contact_record import Way, may_be_contact
from services.gateway.dialects.acquia.errors import NOT_FOUND, bad_request, refused
from services.gateway.dialects.acquia.item_errors import lookup
from services.gateway.dialects.acquia.php import Key
from services.gateway.dialects.acquia.scopes import WRITES
from services.gateway.problems import Problem

PATH = "/api/contacts/batch"
MOST_CONTACTS = 200
WAYS = {"new": ("POST", Way.NEW, 201), "edit": ("PUT", Way.PUT, 200)}
PATHS = frozenset({f"{PATH}/new", f"{PATH}/edit"})


def too_many(most: int, status: int) -> Problem:
    """The refusal of more contacts than a request may have; nothing of it is looked at."""
    return refused(status, f"A max of {most} entities are supported at a time.")


@dataclass(frozen=True)
class BatchRoutes:
    """The routes of batches as methods; the table is in `routes`."""

    gateway: Gateway

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Always 201; what became of each contact stands in `statusCodes` and `errors`."""
        return await self._save(request, asker, Way.NEW, 201)

    async def replace(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PUT: always 200. Fields that are not sent are cleared; a contact that there is not is made."""
        return await self._save(request, asker, Way.PUT, 200)

    async def edit(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PATCH: always 200. Blanks leave alone; a contact that there is not is a 404 of its own."""
        return await self._save(request, asker, Way.PATCH, 200)

    async def delete(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """The contacts as they were, and an error for each that there is not. The ids stand in the query."""
        named = _ids(request)
        if len(named) > MOST_CONTACTS:
            raise too_many(MOST_CONTACTS, 500)
        stored = await stored_of(asker, (number for number in named if number))
        await batch_desk(self.gateway).delete(asker, list(stored))
        bodies = dict(zip(stored, await shown(asker, list(stored.values())), strict=True))
        missing = [(place, lookup(NOT_FOUND, 404)) for place, number in enumerate(named) if number not in stored]
        body = {"contacts": php.array((place, bodies[number]) for place, number in enumerate(named) if number in bodies)}
        return answer({**body, "errors": php.array(missing)} if missing else body)

    async def _save(self, request: Request, asker: Tenant, way: Way, status: int) -> Response:
        async with AsyncExitStack() as held:
            refusal = too_many(MOST_CONTACTS, 500)
            found, *_ = await read_items(self.gateway, asker, request, held, MOST_CONTACTS, refusal)
            keys, items = _some(found())
        saved, fields = await ContactBatch(self.gateway).save(asker, items, way)
        return answer(await _body(asker, keys, saved, fields), status)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = BatchRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/new", to.create, methods=["POST"])
    router.add_api_route(f"{PATH}/edit", to.replace, methods=["PUT"])
    router.add_api_route(f"{PATH}/edit", to.edit, methods=["PATCH"])
    router.add_api_route(f"{PATH}/delete", to.delete, methods=["DELETE"])
    return router


def _some(found: Iterator[tuple[Key, Any]]) -> tuple[list[Key], list[Any]]:
    """The contacts and their keys. Raises Problem 500 for too many, 400 for none."""
    pairs = list(islice(found, MOST_CONTACTS + 1))
    if len(pairs) > MOST_CONTACTS:
        raise too_many(MOST_CONTACTS, 500)
    if not any(may_be_contact(item) for _, item in pairs):
        raise no_contacts()
    return [key for key, _ in pairs], [item for _, item in pairs]


async def _body(asker: Tenant, keys: Sequence[Key], saved: Sequence[Saved], fields: ContactFields) -> dict[str, Any]:
    shower = await shower_of(asker, fields, [each.stored for each in saved if each.stored is not None])
    there = [(key, each.stored) for key, each in zip(keys, saved, strict=True) if each.stored is not None]
    errors = [(key, each.verdict.error) for key, each in zip(keys, saved, strict=True) if each.verdict.error]
    body = {
        "contacts": php.array((key, shower.contact(stored)) for key, stored in there),
        "statusCodes": php.array((key, each.verdict.status) for key, each in zip(keys, saved, strict=True)),
    }
    return {**body, "errors": php.array(errors)} if errors else body


def _ids(request: Request) -> list[int]:
    """The ids of `ids=1,2`, `ids[]=1&ids[]=2` or `ids[0]=1`, each once; 0 for what cannot be one. Raises Problem 400 for none."""
    named: Iterable[str] = (
        part.strip()
        for name, value in request.query_params.multi_items()
        if name.partition("[")[0] == "ids"
        for part in value.split(",")
    )
    numbers = [number_in(text) for text in dict.fromkeys(named) if text]
    if not numbers:
        raise bad_request("Name the contacts in the query: ids=1,2,3.")
    return numbers
