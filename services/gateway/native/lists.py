"""`/v1/lists`: the lists of an account. Contacts join and leave them through the contact, or through a job."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.memberships import members_of
from services.gateway.native.named import NamedBody, body_of, found, number_in, page_of, taken, unknown
from services.gateway.problems import described
from services.gateway.spelling import Name
from shared.accounts.keys import Scope
from shared.contract.identity import Thing
from shared.lists.store import Named, NameTaken

Visibility = Literal["public", "private"]


class ListFacts(BaseModel):
    """What a list has beside its name."""

    model_config = ConfigDict(extra="forbid")

    description: str | None = Field(None, max_length=2000)
    visibility: Visibility = Field("private", description="Public lists may be shown to the contacts themselves.")
    favorite: bool = False


class NewList(ListFacts):
    """A list to make."""

    name: Name


class ListChange(BaseModel):
    """What is not mentioned stays."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    description: str | None = Field(None, max_length=2000)
    visibility: Visibility | None = None
    favorite: bool | None = None


class ListBody(NamedBody):
    """A list."""

    description: str | None
    visibility: Visibility
    favorite: bool
    contacts: int | None = Field(
        None, description="With `count=true` only: contacts on it that are not deleted, those included that left."
    )


class ListPage(BaseModel):
    """Lists by id. `next_cursor` is there while there is more."""

    items: list[ListBody]
    next_cursor: str | None = None


MAY_READ = tenant(Scope.CONTACTS_READ)
MAY_WRITE = tenant(Scope.CONTACTS_WRITE)


@dataclass(frozen=True)
class ListRoutes:
    """The routes of lists as methods; the table is in `routes`."""

    deleting: Deleting

    async def page(
        self,
        who: Annotated[Tenant, MAY_READ],
        name: Annotated[str | None, Query(description="The one of this name, in any letter case.")] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> Response:
        """A page at a time."""
        lists, more = await page_of(who.lists, Thing.LIST, name, cursor, limit)
        return JSONResponse({"items": [_body(who, named) for named in lists], **more})

    async def create(self, body: NewList, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Names are told apart without regard to letter case."""
        try:
            named = await who.lists.create(body.name, body.model_dump(exclude={"name"}))
        except NameTaken:
            raise await taken(who.lists, Thing.LIST, body.name) from None
        return JSONResponse(_body(who, named), 201, {"Location": f"/v1/lists/{named.number}"})

    async def read(
        self,
        list_id: str,
        who: Annotated[Tenant, MAY_READ],
        count: Annotated[bool, Query(description="Count its contacts.")] = False,
    ) -> Response:
        """By id or UUID."""
        named = await found(who, who.lists, Thing.LIST, list_id)
        counted = {"contacts": (await members_of(who, [named.number]))[named.number]} if count else {}
        return JSONResponse({**_body(who, named), **counted})

    async def change(self, list_id: str, body: ListChange, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Contacts hold the list's id, so a new name touches none of them."""
        facts = body.model_dump(exclude={"name"}, exclude_unset=True)
        facts = {fact: value for fact, value in facts.items() if value is not None or fact == "description"}
        try:
            named = await who.lists.change(number_in(who, Thing.LIST, list_id), body.name, facts)
        except NameTaken:
            raise await taken(who.lists, Thing.LIST, body.name or "") from None
        if named is None:
            raise unknown(Thing.LIST)
        return JSONResponse(_body(who, named))

    async def delete(self, list_id: str, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """It is taken off every contact; the contacts stay."""
        number = number_in(who, Thing.LIST, list_id)
        if not await self.deleting.delete(who, "lists", number):
            raise unknown(Thing.LIST)
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ListRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter(tags=["Lists"], responses=described())
    add = router.add_api_route
    add("/lists", to.page, response_model=ListPage, summary="List the lists, by id", responses=described(400))
    add(
        "/lists",
        to.create,
        methods=["POST"],
        response_model=ListBody,
        status_code=201,
        summary="Create a list",
        responses=described(409),
    )
    add(
        "/lists/{list_id}",
        to.read,
        response_model=ListBody,
        response_model_exclude_unset=True,
        summary="Read a list",
        responses=described(404),
    )
    add(
        "/lists/{list_id}",
        to.change,
        methods=["PATCH"],
        response_model=ListBody,
        summary="Change a list",
        responses=described(404, 409),
    )
    add(
        "/lists/{list_id}",
        to.delete,
        methods=["DELETE"],
        status_code=204,
        response_model=None,
        summary="Delete a list",
        responses=described(404),
    )
    return router


def _body(who: Tenant, named: Named) -> dict[str, Any]:
    facts = named.facts
    return body_of(who, Thing.LIST, named) | {
        "description": facts.get("description"),
        "visibility": facts.get("visibility", "private"),
        "favorite": facts.get("favorite", False),
    }
