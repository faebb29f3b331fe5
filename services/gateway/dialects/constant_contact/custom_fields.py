"""`/v3/contact_custom_fields`: the fields that an account defines for its contacts."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.dialects.constant_contact import field_bodies as bodies
from services.gateway.dialects.constant_contact.asking import READS, WRITES, said, said_in_body
from services.gateway.dialects.constant_contact.definitions import cut, number_after, number_in, taken, unknown
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.dialects.constant_contact.paging import asked, page
from services.gateway.spelling import check_choices
from shared.contacts.registry import CustomField, NameTaken
from shared.contract.identity import Thing

PATH = "/v3/contact_custom_fields"
MOST_FIELDS = 100
"""That an account makes through this API; those that it has otherwise are shown."""


ATTEMPTS = 5
"""Of making a field while others make fields of the same name."""


@dataclass(frozen=True)
class FieldRoutes:
    """The routes of custom fields as methods; the table is in `routes`."""

    deleting: Deleting

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page by age."""
        query, position = asked(request.query_params, "custom_fields")
        wanted = said(bodies.FieldsWanted, query)
        after = number_after(position)
        found, last = cut([custom for custom in await asker.fields.all() if custom.number > after], wanted.limit)
        items = [_body(asker, custom) for custom in found]
        return JSONResponse(page("custom_fields", items, PATH, query, str(last.number) if last else None))

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Its name is made of its label, which may be given once."""
        body = await said_in_body(request, bodies.FieldPost)
        kind, kept = bodies.kind_of(body), bodies.kept_with(body)
        choices = bodies.labels_of(body.choices or (), kept)
        check_choices(kind, choices)
        for _ in range(ATTEMPTS):
            existing = await asker.fields.all()
            _check_label(asker, body.label, existing)
            if len(existing) >= MOST_FIELDS:
                raise invalid(f"an account has at most {MOST_FIELDS} custom fields: delete one first")
            name = bodies.free_name(body.label, existing)
            try:
                custom = await asker.fields.create(name, kind, label=body.label, choices=choices, metadata=kept)
            except NameTaken:
                continue
            return JSONResponse(_body(asker, custom), 201)
        raise taken(asker, Thing.FIELD, None)

    async def read(self, custom_field_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """One of them."""
        return JSONResponse(_body(asker, await _found(asker, custom_field_id)))

    async def change(self, custom_field_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Label, choices and metadata. A value whose choice is gone stays with its contact."""
        custom = await _found(asker, custom_field_id)
        body = await said_in_body(request, bodies.FieldPut)
        facts, choice_ids = bodies.changes(body, custom)
        if "choices" in facts:
            check_choices(custom.field.type, facts["choices"])
        if body.label:
            others = [each for each in await asker.fields.all() if each.number != custom.number]
            _check_label(asker, body.label, others)
        changed = await asker.fields.change(custom.number, facts, choice_ids=choice_ids)
        if changed is None:
            raise unknown(Thing.FIELD)
        return JSONResponse(_body(asker, changed))

    async def delete(self, custom_field_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """At once; its values are cleared in every contact."""
        if not await self.deleting.delete(asker, "fields", number_in(asker, Thing.FIELD, custom_field_id)):
            raise unknown(Thing.FIELD)
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = FieldRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter()
    one = f"{PATH}/{{custom_field_id}}"
    router.add_api_route(PATH, to.page)
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(one, to.read)
    router.add_api_route(one, to.change, methods=["PUT"])
    router.add_api_route(one, to.delete, methods=["DELETE"], status_code=204, response_model=None)
    return router


def _body(asker: Tenant, custom: CustomField) -> dict[str, Any]:
    return bodies.field_body(custom, asker.uuid_of(Thing.FIELD, custom.number))


async def _found(asker: Tenant, custom_field_id: str) -> CustomField:
    custom = await asker.fields.read(number_in(asker, Thing.FIELD, custom_field_id))
    if custom is None:
        raise unknown(Thing.FIELD)
    return custom


def _check_label(asker: Tenant, label: str, fields: list[CustomField]) -> None:
    """Raises Problem 409 where one of these fields is called that."""
    if (other := bodies.with_label(label, fields)) is not None:
        raise taken(asker, Thing.FIELD, other.number)
