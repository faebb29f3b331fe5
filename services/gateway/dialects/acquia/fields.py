"""Contact fields: the vendor's own, which every account has, and those that the account defines."""

from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import number_in, page_of
from services.gateway.dialects.acquia.bodies import read_object
from services.gateway.dialects.acquia.contact_batch import fields_of
from services.gateway.dialects.acquia.contact_fields import FIRST_CUSTOM, ContactField, ContactFields, free_alias
from services.gateway.dialects.acquia.errors import not_found, refused
from services.gateway.dialects.acquia.field_bodies import brief_body, field_body, in_order, searched
from services.gateway.dialects.acquia.field_input import NewField, changes, new_field, taken
from services.gateway.dialects.acquia.scopes import READS, WRITES
from shared.contacts.registry import CustomField, NameTaken

PATH = "/api/fields/contact"
LIST = "/api/contacts/list/fields"
MOST_FIELDS = 1_000
"""That an account may have of its own."""
ATTEMPTS = 5
"""Of making a field while others make fields of the same label."""


class Placed(NamedTuple):
    """A field, and its place among the others from 1."""

    field: ContactField
    order: int


@dataclass(frozen=True)
class FieldRoutes:
    """The routes of contact fields as methods; the table is in `routes`."""

    deleting: Deleting

    async def all(self, asker: Annotated[Tenant, READS]) -> Response:
        """Every field in brief, by id."""
        return answer({str(field.id): brief_body(field, order) for field, order in _placed(await fields_of(asker))})

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page of those that a search finds, at length."""
        wanted, query = page_of(request), request.query_params
        bodies = searched([_body(asker, placed) for placed in _placed(await fields_of(asker))], query.get("search", ""))
        bodies = in_order(bodies, query.get("orderBy", ""), query.get("orderByDir", ""))
        return answer({"total": len(bodies), "fields": bodies[wanted.start : wanted.start + wanted.limit]})

    async def read(self, field_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """One of them."""
        placed = _with_id(await fields_of(asker), field_id)
        if placed is None:
            raise not_found()
        return answer({"field": _body(asker, placed)})

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """A field of the account's own."""
        return await self._create(asker, await read_object(request))

    async def replace(self, field_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PUT: as PATCH, but where there is no such field, one is made. What is not sent stays."""
        body = await read_object(request)
        placed = _with_id(await fields_of(asker), field_id)
        if placed is None and number_in(field_id):
            return await self._create(asker, body)
        return await self._change(asker, placed, body)

    async def edit(self, field_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PATCH: its label, group, choices. A value whose choice is gone stays with its contact."""
        body = await read_object(request)
        return await self._change(asker, _with_id(await fields_of(asker), field_id), body)

    async def delete(self, field_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """At once, with its values in every contact. The answer is the field as it was, without its id."""
        placed, custom = _own(_with_id(await fields_of(asker), field_id))
        if not await self.deleting.delete(asker, "fields", custom.number):
            raise not_found()
        return answer({"field": {**_body(asker, placed), "id": None}})

    async def _create(self, asker: Tenant, body: dict[str, Any]) -> Response:
        new = new_field(body)
        number = await _make(asker, new)
        placed = _with_id(await fields_of(asker), str(FIRST_CUSTOM + number))
        if placed is None:
            raise not_found()
        return answer({"field": _body(asker, placed)}, 201, {"Location": f"{PATH}/{placed.field.id}"})

    async def _change(self, asker: Tenant, found: Placed | None, body: dict[str, Any]) -> Response:
        placed, custom = _own(found)
        facts = changes(body, placed.field, custom)
        if facts and await asker.fields.change(custom.number, facts) is None:
            raise not_found()
        changed = _with_id(await fields_of(asker), str(placed.field.id))
        if changed is None:
            raise not_found()
        return answer({"field": _body(asker, changed)})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = FieldRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter()
    router.add_api_route(LIST, to.all)
    router.add_api_route(PATH, to.page)
    router.add_api_route(f"{PATH}/new", to.create, methods=["POST"])
    router.add_api_route(f"{PATH}/{{field_id}}", to.read)
    router.add_api_route(f"{PATH}/{{field_id}}/edit", to.replace, methods=["PUT"])
    router.add_api_route(f"{PATH}/{{field_id}}/edit", to.edit, methods=["PATCH"])
    router.add_api_route(f"{PATH}/{{field_id}}/delete", to.delete, methods=["DELETE"])
    return router


def _placed(fields: ContactFields) -> list[Placed]:
    return [Placed(field, order) for order, field in enumerate(fields.all, 1)]


def _with_id(fields: ContactFields, field_id: str) -> Placed | None:
    number = number_in(field_id)
    return next((placed for placed in _placed(fields) if placed.field.id == number), None)


def _body(asker: Tenant, placed: Placed) -> dict[str, Any]:
    return field_body(placed.field, placed.order, asker.account.created_at)


def _own(found: Placed | None) -> tuple[Placed, CustomField]:
    """A field of the account with its definition. Raises Problem: 404, and 403 for the vendor's own."""
    if found is None:
        raise not_found()
    custom, alias = found.field.custom, found.field.alias
    if custom is None or found.field.id < FIRST_CUSTOM:
        raise refused(403, f"The field {alias} is built in: it can be neither changed nor deleted. Make a field of your own.")
    return found, custom


async def _make(asker: Tenant, new: NewField) -> int:
    """The number of the custom field, once it is made. Raises Problem 400 for a taken alias, and for one too many."""
    for _ in range(ATTEMPTS):
        fields = await fields_of(asker)
        if len(fields.book.custom) >= MOST_FIELDS:
            raise refused(400, f"An account has at most {MOST_FIELDS} fields of its own. Delete one first.")
        if new.alias is not None and new.alias in fields.by_alias:
            raise taken(new.alias)
        alias = new.alias or free_alias(new.label, fields)
        try:
            custom = await asker.fields.create(alias, new.type, label=new.label, choices=new.choices, metadata=new.metadata)
        except NameTaken:
            continue
        return custom.number
    raise taken(alias)
