"""`/v1/contacts`: one contact at a time, and lists of them by filter and cursor."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.contacts import ContactDesk, Saved, contact_unknown, shown
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.json_body import MEDIA_TYPES, read_object
from services.gateway.moments import in_utc
from services.gateway.native.contact_schema import ContactBody, ContactPage, request_body
from services.gateway.pages import next_page, position_after
from services.gateway.problems import Problem, described
from shared.accounts.keys import Scope
from shared.contacts.document import EMAIL, MOBILE, Key, identifier_kind
from shared.contacts.naming import list_numbers
from shared.contacts.selection import Selection, order_of
from shared.contacts.values import ValueProblem, email_key, normalise_mobile
from shared.contract.identity import Thing
from shared.contract.selection import Status
from shared.contract.values import Outcome

MOST = 500
_EXAMPLE = {
    "email": "ana@example.org",
    "first_name": "Ana",
    "custom": {"plan": "gold"},
    "lists": ["News"],
    "tags": ["trial", "-lead"],
}


class ContactFilter(BaseModel):
    """All that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    email: str | None = Field(None, description="The contact with this e-mail, in any letter case.")
    mobile: str | None = Field(None, description="The contact with this mobile number.")
    identifier: str | None = Field(None, description="The contact with this custom identifier, as `name:value`.")
    list: str | None = Field(None, description="Contacts on this list, or that have left it: its name, number or UUID.")
    tag: str | None = Field(None, description="Contacts with this tag.")
    status: Status | None = None
    created_after: datetime | None = Field(None, description="From this moment on.")
    created_before: datetime | None = Field(None, description="Before this moment.")
    updated_after: datetime | None = Field(None, description="From this moment on.")
    updated_before: datetime | None = Field(None, description="Before this moment.")
    deleted: bool = Field(False, description="Show deleted contacts too.")
    limit: int = Field(50, ge=1, le=MOST)
    cursor: str | None = Field(None, description="`next_cursor` of the page before, with the same filters.", max_length=500)


MAY_READ = tenant(Scope.CONTACTS_READ)
MAY_WRITE = tenant(Scope.CONTACTS_WRITE)


@dataclass(frozen=True)
class ContactRoutes:
    """The routes of contacts as methods; the table is in `routes`."""

    gateway: Gateway
    desk: ContactDesk

    async def page(self, who: Annotated[Tenant, MAY_READ], wanted: Annotated[ContactFilter, Query()]) -> Response:
        """Filters that name a list, a tag or an identifier which there is not find nothing."""
        kind = f"contacts{_fingerprint(wanted)}"
        after = position_after(wanted.cursor, kind)
        selection = await _selection(who, wanted)
        found = await who.contacts.page(selection.query(), after=after, limit=wanted.limit + 1) if selection else []
        more, found = next_page(found, wanted.limit, order_of, kind)
        return JSONResponse({"items": await shown(who, found), **more})

    async def create(self, request: Request, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """Needs an email, a mobile or an identifier. 409 `contact_exists` names the contact that has one of them already."""
        saved = await self.desk.create(who, await read_object(request))
        return await _answer(who, saved, 201 if saved.outcome is Outcome.CREATED else 200)

    async def read(
        self,
        contact_id: str,
        who: Annotated[Tenant, MAY_READ],
        deleted: Annotated[bool, Query(description="Also a deleted one.")] = False,
    ) -> Response:
        """By id or UUID."""
        stored = await who.contacts.read(_number(who, contact_id))
        if stored is None or ("deleted_at" in stored and not deleted):
            raise contact_unknown()
        return JSONResponse((await shown(who, [stored]))[0])

    async def replace(self, contact_id: str, request: Request, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """What the body does not mention is cleared. Tags and lists become exactly those named. Ids, stamps, notes, consents,
        channels, and memberships that ended stay. A contact that was read can be sent back; members only shown do nothing."""
        return await _answer(who, await self.desk.replace(who, _number(who, contact_id), await read_object(request)))

    async def change(self, contact_id: str, request: Request, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """JSON merge patch: what is not mentioned stays, null clears. Lists and tags are added, a tag with a leading minus is
        taken off. `channels.email.status: subscribed` re-subscribes a contact that had unsubscribed: no import does that."""
        return await _answer(who, await self.desk.patch(who, _number(who, contact_id), await read_object(request)))

    async def delete(
        self,
        contact_id: str,
        who: Annotated[Tenant, MAY_WRITE],
        erase: Annotated[bool, Query(description="Take it out for good, with every trace in earlier jobs.")] = False,
    ) -> Response:
        """The contact is kept, marked as deleted, until it is restored, erased, or created again."""
        number = _number(who, contact_id)
        await (self.desk.erase(who, number) if erase else self.desk.delete(who, number))
        return Response(status_code=204)

    async def restore(self, contact_id: str, who: Annotated[Tenant, MAY_WRITE]) -> Response:
        """As it was. A contact that is not deleted stays as it is."""
        return await _answer(who, await self.desk.restore(who, _number(who, contact_id)))


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ContactRoutes(gateway, contact_desk(gateway))
    router = APIRouter(tags=["Contacts"], responses=described())
    add, one = router.add_api_route, "/contacts/{contact_id}"
    takes = described(400, 404, 409, 415)
    back: dict[int | str, Any] = {200: {"description": "A deleted contact came back.", "model": ContactBody}}
    made: dict[str, Any] = {"status_code": 201, "responses": {**described(400, 409, 415), **back}}
    gone: dict[str, Any] = {"status_code": 204, "response_model": None, "responses": described(404)}
    whole, merged = request_body(_EXAMPLE), request_body(_EXAMPLE, MEDIA_TYPES)
    contact: dict[str, Any] = {"response_model": ContactBody}
    add("/contacts", to.page, response_model=ContactPage, summary="List contacts, by id", responses=described(400))
    add("/contacts", to.create, methods=["POST"], summary="Create a contact", openapi_extra=whole, **contact, **made)
    add(one, to.read, summary="Read a contact", responses=described(404), **contact)
    add(one, to.replace, methods=["PUT"], summary="Replace a contact", openapi_extra=whole, responses=takes, **contact)
    add(one, to.change, methods=["PATCH"], summary="Change a contact", openapi_extra=merged, responses=takes, **contact)
    add(one, to.delete, methods=["DELETE"], summary="Delete a contact", **gone)
    restored: dict[str, Any] = {"summary": "Restore a deleted contact", "responses": described(404)}
    add(f"{one}/restore", to.restore, methods=["POST"], **restored, **contact)
    return router


async def _answer(who: Tenant, saved: Saved, status: int = 200) -> Response:
    body = (await shown(who, [saved.stored]))[0]
    headers = {"Location": f"/v1/contacts/{body['id']}"} if status == 201 else None
    return JSONResponse(body, status, headers)


def _number(who: Tenant, contact_id: str) -> int:
    number = who.number_of(Thing.CONTACT, contact_id)
    if not number:
        raise contact_unknown()
    return number


def _fingerprint(wanted: ContactFilter) -> str:
    """Ties a cursor to its filters."""
    filters = wanted.model_dump_json(exclude={"limit", "cursor"})
    return hashlib.blake2s(filters.encode(), digest_size=6).hexdigest()


async def _selection(who: Tenant, wanted: ContactFilter) -> Selection | None:
    """None where nothing can fit."""
    list_number = tag_number = None
    if wanted.list is not None:
        list_number = who.number_of(Thing.LIST, wanted.list) if len(wanted.list) == 36 else None
        list_number = list_number or (await list_numbers([wanted.list], who.lists)).get(wanted.list)
    if wanted.tag is not None:
        tag_number = next((tag.number for tag in (await who.tags.by_names([wanted.tag])).values()), None)
    if (wanted.list is not None and list_number is None) or (wanted.tag is not None and tag_number is None):
        return None
    return Selection(
        tuple(_keys(wanted)),
        list_number,
        tag_number,
        wanted.status,
        in_utc(wanted.created_after, "created_after"),
        in_utc(wanted.created_before, "created_before"),
        in_utc(wanted.updated_after, "updated_after"),
        in_utc(wanted.updated_before, "updated_before"),
        wanted.deleted,
    )


def _keys(wanted: ContactFilter) -> list[Key]:
    keys: list[Key] = []
    if wanted.email is not None:
        keys.append((EMAIL, email_key(wanted.email)))
    if wanted.mobile is not None:
        try:
            keys.append((MOBILE, normalise_mobile(wanted.mobile)))
        except ValueProblem as problem:
            raise Problem(422, problem.code, f"mobile: {problem.message}", field="mobile") from problem
    if wanted.identifier is not None:
        name, colon, value = wanted.identifier.partition(":")
        if not colon:
            raise Problem(422, "invalid_request", "identifier: write it as name:value.", field="identifier")
        keys.append((identifier_kind(name), value.strip()))
    return keys
