"""`/v1/tags`: the tags of an account. A contact that is given a new tag makes it."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.native.named import NamedBody, body_of, found, number_in, page_of, taken, unknown
from services.gateway.problems import described
from services.gateway.spelling import TagName
from shared.accounts.keys import Scope
from shared.contract.identity import Thing
from shared.lists.store import NameTaken


class TagChange(BaseModel):
    """A tag to make, or its new name."""

    model_config = ConfigDict(extra="forbid")

    name: TagName


class TagBody(NamedBody):
    """A tag."""


class TagPage(BaseModel):
    """Tags by id. `next_cursor` is there while there is more."""

    items: list[TagBody]
    next_cursor: str | None = None


MAY_READ = tenant(Scope.CONTACTS_READ)
MAY_WRITE = tenant(Scope.CONTACTS_WRITE)


@dataclass(frozen=True)
class TagRoutes:
    """The routes of tags as methods; the table is in `routes`."""

    deleting: Deleting

    async def page(
        self,
        who: Annotated[Tenant, MAY_READ],
        name: Annotated[str | None, Query(description="The one of this name, in any letter case.")] = None,
        cursor: Annotated[str | None, Query(max_length=500)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> Response:
        """A page at a time."""
        tags, more = await page_of(who.tags, Thing.TAG, name, cursor, limit)
        return JSONResponse({"items": [body_of(who, Thing.TAG, named) for named in tags], **more})

    async def create(self, body: TagChange, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Names are told apart without regard to letter case."""
        try:
            named = await who.tags.create(body.name)
        except NameTaken:
            raise await taken(who.tags, Thing.TAG, body.name) from None
        return JSONResponse(body_of(who, Thing.TAG, named), 201, {"Location": f"/v1/tags/{named.number}"})

    async def read(self, tag_id: str, who: Annotated[Tenant, MAY_READ]) -> Response:
        """By id or UUID."""
        return JSONResponse(body_of(who, Thing.TAG, await found(who, who.tags, Thing.TAG, tag_id)))

    async def change(self, tag_id: str, body: TagChange, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Contacts hold the tag's id, so a new name touches none of them."""
        try:
            named = await who.tags.change(number_in(who, Thing.TAG, tag_id), body.name, {})
        except NameTaken:
            raise await taken(who.tags, Thing.TAG, body.name) from None
        if named is None:
            raise unknown(Thing.TAG)
        return JSONResponse(body_of(who, Thing.TAG, named))

    async def delete(self, tag_id: str, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """It is taken off every contact; the contacts stay."""
        number = number_in(who, Thing.TAG, tag_id)
        if not await self.deleting.delete(who, "tags", number):
            raise unknown(Thing.TAG)
        return Response(status_code=204)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = TagRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter(tags=["Tags"], responses=described())
    add = router.add_api_route
    add("/tags", to.page, response_model=TagPage, summary="List the tags, by id", responses=described(400))
    add(
        "/tags",
        to.create,
        methods=["POST"],
        response_model=TagBody,
        status_code=201,
        summary="Create a tag",
        responses=described(409),
    )
    add("/tags/{tag_id}", to.read, response_model=TagBody, summary="Read a tag", responses=described(404))
    add(
        "/tags/{tag_id}",
        to.change,
        methods=["PATCH"],
        response_model=TagBody,
        summary="Rename a tag",
        responses=described(404, 409),
    )
    add(
        "/tags/{tag_id}",
        to.delete,
        methods=["DELETE"],
        status_code=204,
        response_model=None,
        summary="Delete a tag",
        responses=described(404),
    )
    return router
