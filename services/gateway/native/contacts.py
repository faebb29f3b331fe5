"""`/v1/contacts`: one contact at a time, and lists of them by filter and cursor."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.contacts import ContactDesk, Saved, contact_unknown, shown
from services.gateway.context import Gateway, Tenant
from services.gateway.json_body import MEDIA_TYPES, read_object
from services.gateway.native.contact_schema import ContactBody, ContactPage, request_body
from services.gateway.pages import next_page, position_after
from services.gateway.problems import Problem, described
from shared.accounts.keys import Scope
from shared.contacts.document import EMAIL, MOBILE, Document, Key, identifier_kind
from shared.contacts.naming import list_numbers
from shared.contacts.present import Status
from shared.contacts.selection import Selection, order_of
from shared.contacts.values import ValueProblem, email_key, normalise_mobile
from shared.contract.identity import Thing
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


def routes(gateway: Gateway) -> APIRouter:
    """The routes of contacts."""
    router = APIRouter(tags=["Contacts"], responses=described())
    desk = ContactDesk(gateway.mongo, gateway.clock)
    may_read, may_write = tenant(Scope.CONTACTS_READ), tenant(Scope.CONTACTS_WRITE)

    @router.get("/contacts", response_model=ContactPage, summary="List contacts, by id", responses=described(400))
    async def page(who: Annotated[Tenant, may_read], wanted: Annotated[ContactFilter, Query()]) -> Response:
        """Filters that name a list, a tag or an identifier which there is not find nothing."""
        kind = f"contacts{_fingerprint(wanted)}"
        after = position_after(wanted.cursor, kind)
        selection = await _selection(who, wanted)
        found = await who.contacts.page(selection.query(), after=after, limit=wanted.limit + 1) if selection else []
        more, found = next_page(found, wanted.limit, order_of, kind)
        return JSONResponse({"items": await shown(who, found), **more})

    @router.post(
        "/contacts",
        response_model=ContactBody,
        status_code=201,
        summary="Create a contact",
        openapi_extra=request_body(_EXAMPLE),
        responses=described(400, 409, 415) | {200: {"description": "A deleted contact came back.", "model": ContactBody}},
    )
    async def create(request: Request, who: Annotated[Tenant, may_write]) -> Response:
        """Needs an email, a mobile or an identifier. 409 `contact_exists` names the contact that has one of them already."""
        saved = await desk.create(who, await read_object(request))
        return await _answer(who, saved, 201 if saved.outcome is Outcome.CREATED else 200)

    @router.get("/contacts/{contact_id}", response_model=ContactBody, summary="Read a contact", responses=described(404))
    async def read(
        contact_id: str,
        who: Annotated[Tenant, may_read],
        deleted: Annotated[bool, Query(description="Also a deleted one.")] = False,
    ) -> Response:
        """By id or UUID."""
        stored = await who.contacts.read(_number(who, contact_id))
        if stored is None or ("deleted_at" in stored and not deleted):
            raise contact_unknown()
        return JSONResponse((await shown(who, [stored]))[0])

    @router.put(
        "/contacts/{contact_id}",
        response_model=ContactBody,
        summary="Replace a contact",
        openapi_extra=request_body(_EXAMPLE),
        responses=described(400, 404, 409, 415),
    )
    async def replace(contact_id: str, request: Request, who: Annotated[Tenant, may_write]) -> Response:
        """What the body does not mention is cleared. Tags and lists become exactly those named. Ids, stamps, notes, consents,
        channels, and memberships that ended stay. A contact that was read can be sent back: members that it only shows are left out."""
        return await _answer(who, await desk.replace(who, _number(who, contact_id), await read_object(request)))

    @router.patch(
        "/contacts/{contact_id}",
        response_model=ContactBody,
        summary="Change a contact",
        openapi_extra=request_body(_EXAMPLE, MEDIA_TYPES),
        responses=described(400, 404, 409, 415),
    )
    async def change(contact_id: str, request: Request, who: Annotated[Tenant, may_write]) -> Response:
        """JSON merge patch: what is not mentioned stays, null clears. Lists and tags are added, a tag with a leading minus is
        taken off. `channels.email.status: subscribed` re-subscribes a contact that had unsubscribed: no import does that."""
        return await _answer(who, await desk.patch(who, _number(who, contact_id), await read_object(request)))

    @router.delete(
        "/contacts/{contact_id}", status_code=204, response_model=None, summary="Delete a contact", responses=described(404)
    )
    async def delete(
        contact_id: str,
        who: Annotated[Tenant, may_write],
        erase: Annotated[bool, Query(description="Take it out for good, deleted or not; it cannot be restored.")] = False,
    ) -> Response:
        """The contact is kept, marked as deleted, until it is restored, erased, or created again."""
        number = _number(who, contact_id)
        await (desk.erase(who, number) if erase else desk.delete(who, number))
        return Response(status_code=204)

    @router.post(
        "/contacts/{contact_id}/restore", response_model=ContactBody, summary="Restore a deleted contact", responses=described(404)
    )
    async def restore(contact_id: str, who: Annotated[Tenant, may_write]) -> Response:
        """As it was. A contact that is not deleted stays as it is."""
        return await _answer(who, await desk.restore(who, _number(who, contact_id)))

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
        *map(_utc, ("created_after", "created_before", "updated_after", "updated_before"), _bounds(wanted)),
        with_deleted=wanted.deleted,
    )


def _bounds(wanted: ContactFilter) -> Sequence[datetime | None]:
    return wanted.created_after, wanted.created_before, wanted.updated_after, wanted.updated_before


def _utc(name: str, moment: datetime | None) -> datetime | None:
    """In UTC; a moment without an offset is taken for UTC."""
    try:
        return moment and (moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
    except OverflowError:
        raise Problem(422, "invalid_request", f"{name}: out of range. Write a moment of our age.", field=name) from None


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
