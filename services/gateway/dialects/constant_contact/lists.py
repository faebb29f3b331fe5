"""`/v3/contact_lists`: lists, how many contacts are on them, and their deletion as an activity."""

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
from services.gateway.memberships import members_of
from shared.contract.identity import Thing
from shared.lists.store import Named, NameTaken

PATH = "/v3/contact_lists"
SHOWN = ("activity_id", "state", "created_at", "updated_at", "percent_done", "activity_errors")
"""What the activity of a deletion says of itself when it is accepted."""


@dataclass(frozen=True)
class ListRoutes:
    """The routes of lists as methods; the table is in `routes`."""

    gateway: Gateway

    async def page(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page by age."""
        query, position = asked(request.query_params, "lists")
        wanted = said(bodies.ListsWanted, query)
        after = number_after(position)
        if wanted.only_deleted():
            return JSONResponse(page("lists", [], PATH, query, None, lists_count=0 if wanted.include_count else None))
        found, last = cut(await asker.lists.page(after=after, limit=wanted.limit + 1, name=wanted.name), wanted.limit)
        total = await asker.lists.count(wanted.name) if wanted.include_count else None
        items = await _shown(asker, found, wanted)
        return JSONResponse(page("lists", items, PATH, query, str(last.number) if last else None, lists_count=total))

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Names are told apart without regard to letter case."""
        body = await said_in_body(request, bodies.ListInput)
        try:
            named = await asker.lists.create(body.name, _facts(body))
        except NameTaken:
            raise await _taken(asker, body.name) from None
        return JSONResponse(_body(asker, named), 201)

    async def read(self, list_id: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """With the counts that a page has, where the query asks for them."""
        wanted = said_in_query(request, bodies.ListWanted)
        named = await asker.lists.read(number_in(asker, Thing.LIST, list_id))
        if named is None:
            raise unknown(Thing.LIST)
        return JSONResponse((await _shown(asker, [named], wanted))[0])

    async def change(self, list_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """What is left out stays, but for the name, which has to be there."""
        number = number_in(asker, Thing.LIST, list_id)
        body = await said_in_body(request, bodies.ListInput)
        try:
            named = await asker.lists.change(number, body.name, _facts(body))
        except NameTaken:
            raise await _taken(asker, body.name) from None
        if named is None:
            raise unknown(Thing.LIST)
        return JSONResponse(_body(asker, named))

    async def delete(self, list_id: str, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """In the background: the list goes, its contacts stay."""
        activity = await deletion(self.gateway, asker, request, "lists", number_in(asker, Thing.LIST, list_id))
        path = activity["_links"]["self"]["href"]
        body = {**{name: activity[name] for name in SHOWN}, "_links": {"self": {"href": path}}}
        return JSONResponse(body, 202, {"Location": path})

    async def xrefs(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """The ids of lists by their numbers, rising; what is no number of a list is left out."""
        wanted = said_in_query(request, bodies.SequenceIds)
        by_text = wanted.by_text()
        found = await asker.lists.by_numbers({number for number in by_text.values() if number})
        known = sorted((number, text) for text, number in by_text.items() if number in found)
        xrefs = [{"sequence_id": text, "list_id": str(asker.uuid_of(Thing.LIST, number))} for number, text in known]
        return JSONResponse({"xrefs": xrefs})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ListRoutes(gateway)
    router = APIRouter()
    one = f"{PATH}/{{list_id}}"
    router.add_api_route(PATH, to.page)
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(f"{PATH}/list_id_xrefs", to.xrefs)
    router.add_api_route(one, to.read)
    router.add_api_route(one, to.change, methods=["PUT"])
    router.add_api_route(one, to.delete, methods=["DELETE"], status_code=202)
    return router


def _facts(body: bodies.ListInput) -> dict[str, Any]:
    return body.model_dump(exclude={"name"}, exclude_none=True)


def _body(asker: Tenant, named: Named, **counts: int) -> dict[str, Any]:
    return bodies.list_body(named, asker.uuid_of(Thing.LIST, named.number), **counts)


async def _shown(asker: Tenant, lists: Sequence[Named], wanted: bodies.ListWanted) -> list[dict[str, Any]]:
    numbers = [named.number for named in lists]
    counts = {member: await members_of(asker, numbers, counted) for member, counted in wanted.counts().items()}
    return [_body(asker, named, **{member: each[named.number] for member, each in counts.items()}) for named in lists]


async def _taken(asker: Tenant, name: str) -> Exception:
    other = next(iter((await asker.lists.by_names([name])).values()), None)
    return taken(asker, Thing.LIST, other.number if other else None)
