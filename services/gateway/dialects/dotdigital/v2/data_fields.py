"""`/v2/data-fields`: the built-in fields and those that the account has defined for its contacts."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.dialects.dotdigital.data_fields import BUILT_IN, data_fields
from services.gateway.dialects.dotdigital.scopes import READS, WRITES
from services.gateway.dialects.dotdigital.v2 import data_field_bodies as bodies
from services.gateway.dialects.dotdigital.v2.asking import said_in_body
from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.problems import Problem
from shared.contacts.registry import NameTaken

PATH = "/v2/data-fields"
MOST_FIELDS = 1_000
"""That an account may have of its own."""


@dataclass(frozen=True)
class DataFieldRoutes:
    """The routes of data fields as methods; the table is in `routes`."""

    deleting: Deleting

    async def all(self, asker: Annotated[Tenant, READS]) -> Response:
        """On one page, the built-in ones first."""
        return JSONResponse(bodies.bodies(await asker.fields.all()))

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Names are told apart without regard to letter case."""
        new = bodies.new_field(await said_in_body(request, bodies.DataFieldInput))
        if len(await asker.fields.all()) >= MOST_FIELDS:
            sentence = f"An account has at most {MOST_FIELDS} data fields of its own. Delete one first."
            raise refused(400, "ERROR_DATAFIELD_LIMITEXCEEDED", sentence)
        try:
            custom = await asker.fields.create(new.name, new.type, metadata=new.metadata)
        except NameTaken:
            raise bodies.not_unique() from None
        return JSONResponse(bodies.body_of(custom), 201)

    async def delete(self, name: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """At once, with its values in every contact. Nothing here depends on a field, so none is kept for that."""
        custom = await asker.fields.all()
        field = data_fields(each.field for each in custom).get(name.upper())
        if field is None:
            raise _unknown(name)
        if field in BUILT_IN:
            raise bodies.invalid(f"{field.name} is built in and cannot be deleted.")
        number = next(each.number for each in custom if f"cf:{each.field.name}" == field.target)
        if not await self.deleting.delete(asker, "fields", number):
            raise _unknown(name)
        return JSONResponse({"dependencies": None, "result": True})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method. Fields of the native API may have a slash in their names."""
    to = DataFieldRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter()
    router.add_api_route(PATH, to.all)
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(f"{PATH}/{{name:path}}", to.delete, methods=["DELETE"])
    return router


def _unknown(name: str) -> Problem:
    return refused(404, "ERROR_DATAFIELD_NOTFOUND", f"There is no data field {name[:80]!r}.")
