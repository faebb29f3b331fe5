"""`/v3/contact_tags`: tags, how many contacts have them, and their deletion as an activity."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact import definition_bodies as bodies
from services.gateway.dialects.constant_contact.asking import READS, SUBMITS, WRITES, said, said_in_body, said_in_query
from services.gateway.dialects.constant_contact.definitions import cut, deletion, number_after, number_in, taken, unknown
from services.gateway.dialects.constant_contact.paging import asked, page
from services.gateway.memberships import contacts_with
from shared.contract.identity import Thing
from shared.lists.store import Named, NameTaken

PATH = "/v3/contact_tags"
SHOWN = ("activity_id", "state", "created_at", "updated_at", "percent_done")
"""What the activity of a deletion says of itself when it is accepted, beside its errors and its counters."""


@dataclass(frozen=True)
class TagRoutes:
    """The routes of tags as methods; the table is in `routes`."""

    gateway: Gateway

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page by age."""
        query, position = asked(request.query_params, "tags")
        wanted = said(bodies.TagsWanted, query)
        tags = await asker.tags.page(after=number_after(position), limit=wanted.limit + 1)
        found, last = cut(tags, wanted.limit)
        items = await _shown(asker, found, wanted)
        return JSONResponse(page("tags", items, PATH, query, str(last.number) if last else None))

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Names are told apart without regard to letter case."""
        body = await said_in_body(request, bodies.TagPost)
        try:
            named = await asker.tags.create(body.name, {"tag_source": body.tag_source} if body.tag_source else {})
        except NameTaken:
            raise await _taken(asker, body.name) from None
        return JSONResponse(_body(asker, named), 201)

    async def read(self, tag_id: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """With how many contacts have it, where the query asks for that."""
        wanted = said_in_query(request, bodies.TagWanted)
        named = await asker.tags.read(number_in(asker, Thing.TAG, tag_id))
        if named is None:
            raise unknown(Thing.TAG)
        return JSONResponse((await _shown(asker, [named], wanted))[0])

    async def change(self, tag_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """A new name. Contacts hold the tag's number, so it touches none of them."""
        number = number_in(asker, Thing.TAG, tag_id)
        body = await said_in_body(request, bodies.TagPut)
        try:
            named = await asker.tags.change(number, body.name, {})
        except NameTaken:
            raise await _taken(asker, body.name) from None
        if named is None:
            raise unknown(Thing.TAG)
        return JSONResponse(_body(asker, named))

    async def delete(self, tag_id: str, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """In the background: the tag goes, its contacts stay. This activity alone tells its errors as objects."""
        activity = await deletion(self.gateway, asker, request, "tags", number_in(asker, Thing.TAG, tag_id))
        path = activity["_links"]["self"]["href"]
        body = {name: activity[name] for name in SHOWN}
        body["activity_errors"] = [{"message": message} for message in activity["activity_errors"]]
        body |= {"status": activity["status"], "_links": {"self": {"href": path}}}
        return JSONResponse(body, 202, {"Location": path})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = TagRoutes(gateway)
    router = APIRouter()
    one = f"{PATH}/{{tag_id}}"
    router.add_api_route(PATH, to.page)
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(one, to.read)
    router.add_api_route(one, to.change, methods=["PUT"])
    router.add_api_route(one, to.delete, methods=["DELETE"], status_code=202)
    return router


def _body(asker: Tenant, named: Named, contacts: int | None = None) -> dict[str, Any]:
    return bodies.tag_body(named, asker.uuid_of(Thing.TAG, named.number), contacts)


async def _shown(asker: Tenant, tags: Sequence[Named], wanted: bodies.TagWanted) -> list[dict[str, Any]]:
    counts = await contacts_with(asker, [named.number for named in tags]) if wanted.include_count else {}
    return [_body(asker, named, counts.get(named.number)) for named in tags]


async def _taken(asker: Tenant, name: str) -> Exception:
    other = next(iter((await asker.tags.by_names([name])).values()), None)
    return taken(asker, Thing.TAG, other.number if other else None)
