"""`/api/tags`: the tags of the account. A contact that is given a new tag makes it too."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.deleting import Deleting
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import named_of, page_of, some_number
from services.gateway.dialects.acquia.bodies import read_object
from services.gateway.dialects.acquia.definition_pages import Condition, order_of, sought
from services.gateway.dialects.acquia.errors import NOT_VALID, not_found, unfit_body
from services.gateway.dialects.acquia.scopes import READS, WRITES
from services.gateway.dialects.acquia.segment_bodies import MOST_DESCRIPTION, MOST_LETTERS, TOO_LONG, text_of
from shared.lists.store import Named, NameTaken, Order, has_all, has_text

PATH = "/api/tags"
ONE = f"{PATH}/{{tag_id}}"
COLUMNS = {"id": Order.NUMBER, "tag": Order.NAME}
"""By which a list can be ordered."""


@dataclass(frozen=True)
class TagRoutes:
    """The routes of tags as methods; the table is in `routes`."""

    deleting: Deleting

    async def all(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page, by age unless the query says otherwise."""
        page = page_of(request)
        order, falling = order_of(request, COLUMNS, Order.NUMBER)
        among = has_all(sought(request, _in_name_or_description, {}))
        found = await asker.tags.page(limit=page.limit, skip=page.start, among=among, order=order, falling=falling)
        return answer({"total": await asker.tags.count(among=among), "tags": [_body(named) for named in found]})

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """201 with a new tag; 200 with the one of this name, which gets the description where one is sent."""
        name, facts = _said(await read_object(request), is_whole=True)
        return await self._make(asker, name or "", facts)

    async def read(self, tag_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """One of them."""
        return answer({"tag": _body(await named_of(asker.tags, tag_id))})

    async def replace(self, tag_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PUT: a description that is not sent is cleared. Where there is none of this id, as `create`."""
        name, facts = _said(await read_object(request), is_whole=True)
        number = some_number(tag_id)
        if await asker.tags.read(number) is None:
            return await self._make(asker, name or "", facts)
        return await self._change(asker, number, name, facts)

    async def edit(self, tag_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """PATCH: what is left out stays."""
        named = await named_of(asker.tags, tag_id)
        return await self._change(asker, named.number, *_said(await read_object(request), is_whole=False))

    async def delete(self, tag_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """The tag as it was, without its id. It is taken off every contact; the contacts stay."""
        named = await named_of(asker.tags, tag_id)
        if not await self.deleting.delete(asker, "tags", named.number):
            raise not_found()
        return answer({"tag": {**_body(named), "id": None}})

    async def _make(self, asker: Tenant, name: str, facts: Mapping[str, Any]) -> Response:
        while True:
            known = next(iter((await asker.tags.by_names([name])).values()), None)
            if known is not None:
                return await self._change(asker, known.number, None, {fact: said for fact, said in facts.items() if said})
            try:
                named = await asker.tags.create(name, facts)
            except NameTaken:  # in this very moment: it is found now
                continue
            return answer({"tag": _body(named)}, 201, {"Location": f"{PATH}/{named.number}"})

    async def _change(self, asker: Tenant, number: int, name: str | None, facts: Mapping[str, Any]) -> Response:
        try:
            is_said = name is not None or facts
            named = await (asker.tags.change(number, name, facts) if is_said else asker.tags.read(number))
        except NameTaken:
            raise unfit_body({"tag": ["There is another tag of this name. Use it, or choose another name."]}) from None
        if named is None:
            raise not_found()
        return answer({"tag": _body(named)})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = TagRoutes(Deleting(gateway.mongo, gateway.clock, gateway.erasures))
    router = APIRouter()
    router.add_api_route(PATH, to.all)
    router.add_api_route(f"{PATH}/new", to.create, methods=["POST"])
    router.add_api_route(ONE, to.read)
    router.add_api_route(f"{ONE}/edit", to.replace, methods=["PUT"])
    router.add_api_route(f"{ONE}/edit", to.edit, methods=["PATCH"])
    router.add_api_route(f"{ONE}/delete", to.delete, methods=["DELETE"])
    return router


def _in_name_or_description(text: str) -> Condition:
    return has_text(text, ("name", "description"))


def _body(named: Named) -> dict[str, Any]:
    return {"id": named.number, "tag": named.name, "description": named.facts.get("description")}


def _said(body: Mapping[str, Any], *, is_whole: bool) -> tuple[str | None, dict[str, Any]]:
    """The name, which has to be there where `is_whole`, and the facts. Raises Problem 400."""
    faults: dict[str, list[str]] = {}
    name = text_of(body.get("tag"))
    if (is_whole or "tag" in body) and (fault := _fault_of_name(name)):
        faults["tag"] = [fault]
    description = text_of(body.get("description"))
    if description is None or len(description) > MOST_DESCRIPTION:
        faults["description"] = [f"{TOO_LONG if description else NOT_VALID} Write a text of at most {MOST_DESCRIPTION} characters."]
    if faults:
        raise unfit_body(faults)
    facts = {"description": description or None} if is_whole or "description" in body else {}
    return name or None, facts


def _fault_of_name(name: str | None) -> str | None:
    if not name:
        return f"A tag is required.{'' if name == '' else ' Write a text.'}"
    if name.startswith("-"):
        return f"{NOT_VALID} A minus before a name takes the tag off a contact, so no name begins with one."
    if "," in name:
        return f"{NOT_VALID} A comma stands between the tags of a contact, so no name has one."
    if len(name) > MOST_LETTERS:
        return f"{TOO_LONG} It has at most {MOST_LETTERS} characters."
    return None if name.isprintable() else f"{NOT_VALID} Write a text on one line."
