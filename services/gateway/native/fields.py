"""`/v1/fields`: the fields that an account defines for its contacts. A field's type stays; its name may change."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.problems import Problem, described
from services.gateway.spelling import Choice, check_choices, tidy
from shared.accounts.keys import Scope
from shared.contacts.fields import FieldType
from shared.contacts.present import time_text
from shared.contacts.registry import CustomField, NameTaken
from shared.contract.identity import Thing

MOST_FIELDS = 1_000
FieldName = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(tidy)]
Choices = Annotated[list[Choice], Field(max_length=1_000, description="For selects: what may be chosen.")]


class NewField(BaseModel):
    """A field to define."""

    model_config = ConfigDict(extra="forbid")

    name: FieldName = Field(description="Its name in the API and, as `cf:<name>`, in files. In any letter case.")
    type: FieldType
    label: str = Field("", max_length=255, description="For people; the name when absent.")
    choices: Choices = []


class FieldChange(BaseModel):
    """What is not mentioned stays."""

    model_config = ConfigDict(extra="forbid")

    name: FieldName | None = None
    type: FieldType | None = Field(None, description="May be sent as it is; it cannot change.")
    label: str | None = Field(None, max_length=255)
    choices: Choices | None = None


class FieldBody(BaseModel):
    """A custom field."""

    id: int
    uuid: str
    name: str
    label: str
    type: FieldType
    choices: list[str]
    created_at: str
    updated_at: str


class FieldList(BaseModel):
    """Every custom field, oldest first: there is one page."""

    items: list[FieldBody]


MAY_READ = tenant(Scope.CONTACTS_READ)
MAY_WRITE = tenant(Scope.CONTACTS_WRITE)


@dataclass(frozen=True)
class FieldRoutes:
    """The routes of custom fields as methods; the table is in `routes`."""

    deleting: Deleting

    async def page(self, who: Annotated[Tenant, MAY_READ]) -> Response:
        """All of them."""
        return JSONResponse({"items": [_body(who, custom) for custom in await who.fields.all()]})

    async def create(self, body: NewField, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Names are told apart without regard to letter case."""
        check_choices(body.type, body.choices)
        if len(await who.fields.all()) >= MOST_FIELDS:
            raise Problem(422, "too_many_fields", f"An account has at most {MOST_FIELDS} fields. Delete one first.")
        try:
            custom = await who.fields.create(body.name, body.type, label=body.label, choices=body.choices)
        except NameTaken:
            raise _taken() from None
        return JSONResponse(_body(who, custom), 201, {"Location": f"/v1/fields/{custom.number}"})

    async def read(self, field_id: str, who: Annotated[Tenant, MAY_READ]) -> Response:
        """By id or UUID."""
        return JSONResponse(_body(who, await _found(who, field_id)))

    async def change(self, field_id: str, body: FieldChange, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Contacts hold the field's id, so a new name touches none of them. A value whose choice is gone stays."""
        custom = await _found(who, field_id)
        if body.type is not None and body.type is not custom.field.type:
            detail = f"The field is {custom.field.type} and stays so. Define another field, or leave type out."
            raise Problem(422, "type_fixed", detail, field="type")
        if body.choices is not None:
            check_choices(custom.field.type, body.choices)
        facts = body.model_dump(exclude={"type"}, exclude_none=True)
        try:
            changed = await who.fields.change(custom.number, facts)
        except NameTaken:
            raise _taken() from None
        if changed is None:
            raise _unknown()
        return JSONResponse(_body(who, changed))

    async def delete(self, field_id: str, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Its values are cleared in every contact."""
        custom = await _found(who, field_id)
        if not await self.deleting.delete(who, "fields", custom.number):
            raise _unknown()
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = FieldRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter(tags=["Fields"], responses=described())
    add = router.add_api_route
    add("/fields", to.page, response_model=FieldList, summary="List the custom fields")
    add(
        "/fields",
        to.create,
        methods=["POST"],
        response_model=FieldBody,
        status_code=201,
        summary="Define a field",
        responses=described(409),
    )
    add("/fields/{field_id}", to.read, response_model=FieldBody, summary="Read a field", responses=described(404))
    add(
        "/fields/{field_id}",
        to.change,
        methods=["PATCH"],
        response_model=FieldBody,
        summary="Change a field",
        responses=described(404, 409),
    )
    add(
        "/fields/{field_id}",
        to.delete,
        methods=["DELETE"],
        status_code=204,
        response_model=None,
        summary="Delete a field",
        responses=described(404),
    )
    return router


def _body(who: Tenant, custom: CustomField) -> dict[str, Any]:
    return {
        "id": custom.number,
        "uuid": str(who.uuid_of(Thing.FIELD, custom.number)),
        "name": custom.field.name,
        "label": custom.field.label,
        "type": str(custom.field.type),
        "choices": list(custom.field.choices),
        "created_at": time_text(custom.created_at),
        "updated_at": time_text(custom.updated_at),
    }


async def _found(who: Tenant, field_id: str) -> CustomField:
    number = who.number_of(Thing.FIELD, field_id)
    custom = await who.fields.read(number) if number else None
    if custom is None:
        raise _unknown()
    return custom


def _taken() -> Problem:
    return Problem(409, "name_taken", "There is another field of this name. Use it, or choose another name.", field="name")


def _unknown() -> Problem:
    return Problem(404, "not_found", "There is no field with this id.")
