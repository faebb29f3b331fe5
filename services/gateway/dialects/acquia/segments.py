"""`/api/segments`: the lists of the account under the vendor's name for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import named_of, page_of, some_number
from services.gateway.dialects.acquia.bodies import read_object
from services.gateway.dialects.acquia.contact_fields import KEPT
from services.gateway.dialects.acquia.definition_pages import Command, Condition, order_of, sought
from services.gateway.dialects.acquia.errors import not_found, unfit_body
from services.gateway.dialects.acquia.php import is_true
from services.gateway.dialects.acquia.scopes import READS, WRITES
from services.gateway.dialects.acquia.segment_bodies import (
    SegmentInput,
    alias_of,
    free_alias,
    number_of_derived,
    segment_body,
    segment_head,
    segment_input,
    slug,
)
from services.gateway.problems import Problem
from shared.lists.store import AliasTaken, Named, NameTaken, Order, has_all, has_any, has_fact, has_text

PATH = "/api/segments"
ONE = f"{PATH}/{{segment_id}}"
COLUMNS = {
    "id": Order.NUMBER,
    "name": Order.NAME,
    "dateAdded": Order.CREATED,
    "date_added": Order.CREATED,
    "dateModified": Order.UPDATED,
    "date_modified": Order.UPDATED,
}
"""By which a list can be ordered."""
MOST_NAMED = 10_000
"""Of the segments that are named without pages."""
_PUBLISHED = has_fact(f"{KEPT}.isPublished", True, unless_said=True)
_STATES: Mapping[str, Condition] = MappingProxyType(
    {
        "published": _PUBLISHED,
        "unpublished": has_fact(f"{KEPT}.isPublished", False, unless_said=True),
        "global": has_fact(f"{KEPT}.isGlobal", True, unless_said=True),
    }
)
_COMMANDS: Mapping[str, Command] = MappingProxyType(
    {"name": lambda text: has_text(text, ("name",)), "is": lambda text: _STATES.get(text.lower())}
)


@dataclass(frozen=True)
class SegmentRoutes:
    """The routes of segments as methods; the table is in `routes`."""

    deleting: Deleting

    async def all(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page, by name unless the query says otherwise."""
        page = page_of(request)
        order, falling = order_of(request, COLUMNS, Order.NAME)
        among = has_all([*sought(request, partial(_in_name_or_alias, asker), _COMMANDS), *_only_published(request)])
        found = await asker.lists.page(limit=page.limit, skip=page.start, among=among, order=order, falling=falling)
        lists = {str(named.number): segment_body(named) for named in found}
        return answer({"total": await asker.lists.count(among=among), "lists": lists or []})

    async def names(self, asker: Annotated[Tenant, READS]) -> Response:
        """All that are published, by name."""
        found = await asker.lists.page(limit=MOST_NAMED, among=_PUBLISHED, order=Order.NAME)
        return answer([segment_head(named) for named in found])

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """An alias is made of the name where none is given."""
        return await self._create(asker, segment_input(await read_object(request), is_whole=True))

    async def read(self, segment_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """One of them."""
        return answer({"list": segment_body(await named_of(asker.lists, segment_id))})

    async def replace(self, segment_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PUT: what is left out becomes as in a new segment. 201 where there was none of this id and one was made."""
        said = segment_input(await read_object(request), is_whole=True)
        named = await asker.lists.read(some_number(segment_id))
        return await (self._change(asker, named, said, slug(said.name or "")) if named else self._create(asker, said))

    async def edit(self, segment_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PATCH: what is left out stays."""
        named = await named_of(asker.lists, segment_id)
        return await self._change(asker, named, segment_input(await read_object(request), is_whole=False), None)

    async def delete(self, segment_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """The segment as it was, without its id. It is taken off every contact; the contacts stay."""
        named = await named_of(asker.lists, segment_id)
        if not await self.deleting.delete(asker, "lists", named.number):
            raise not_found()
        return answer({"list": {**segment_body(named), "id": None}})

    async def _create(self, asker: Tenant, said: SegmentInput) -> Response:
        name = said.name or ""
        while True:
            alias = await free_alias(asker, said.alias or slug(name))
            try:
                named = await asker.lists.create(name, said.whole(), alias)
            except AliasTaken:  # in this very moment: the next one is free
                continue
            except NameTaken:
                raise await _taken(asker, name) from None
            return answer({"list": segment_body(named)}, 201, {"Location": f"{PATH}/{named.number}"})

    async def _change(self, asker: Tenant, before: Named, said: SegmentInput, made: str | None) -> Response:
        """Give the segment what is said of it. Without an alias that is said or `made` it keeps the one it has, also if renamed."""
        wanted, own = said.alias or made, alias_of(before)
        while True:
            alias = own if wanted is None else await free_alias(asker, wanted, own)
            try:
                named = await asker.lists.change(before.number, said.name, said.parts(), alias)
            except AliasTaken:
                continue
            except NameTaken:
                raise await _taken(asker, said.name or "") from None
            if named is None:
                raise not_found()
            return answer({"list": segment_body(named)})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = SegmentRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter()
    router.add_api_route("/api/contacts/list/segments", to.names)
    router.add_api_route(PATH, to.all)
    router.add_api_route(f"{PATH}/new", to.create, methods=["POST"])
    router.add_api_route(ONE, to.read)
    router.add_api_route(f"{ONE}/edit", to.replace, methods=["PUT"])
    router.add_api_route(f"{ONE}/edit", to.edit, methods=["PATCH"])
    router.add_api_route(f"{ONE}/delete", to.delete, methods=["DELETE"])
    return router


def _in_name_or_alias(asker: Tenant, text: str) -> Condition:
    """An alias that nobody chose is found whole: it is stored nowhere."""
    found, number = has_text(text, ("name", "alias")), number_of_derived(text)
    return has_any([found, asker.lists.without_alias(number)]) if number else found


def _only_published(request: Request) -> list[Condition]:
    return [_PUBLISHED] if is_true(request.query_params.get("publishedOnly", "")) else []


async def _taken(asker: Tenant, name: str) -> Problem:
    """Unlike the vendor's, Muster's names are unique."""
    other: Any = next(iter((await asker.lists.by_names([name])).values()), None)
    which = f", of id {other.number}" if other else ""
    return unfit_body({"name": [f"There is another segment of this name{which}. Use it, or choose another name."]})
