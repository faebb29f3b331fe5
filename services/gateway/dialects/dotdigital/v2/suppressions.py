"""Leaving and coming back, of the account or of one address book: nobody who left is lost sight of, or an import would not know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.dotdigital.scopes import WRITES
from services.gateway.dialects.dotdigital.v2.asking import said_in_body
from services.gateway.dialects.dotdigital.v2.contact_bodies import Address, Resubscription
from services.gateway.dialects.dotdigital.v2.contact_finding import no_contact
from services.gateway.dialects.dotdigital.v2.contact_patch import contact_patch, in_its_words, no_email
from services.gateway.dialects.dotdigital.v2.contact_record import ContactInput
from services.gateway.dialects.dotdigital.v2.contact_showing import shown
from services.gateway.dialects.dotdigital.v2.suppression_bodies import as_left, suppressions
from shared.contacts.applying import LISTS_LEFT
from shared.contacts.document import EMAIL, value_at
from shared.contacts.merge import Mode
from shared.contacts.patch import Patch

PATH = "/v2/contacts"
ADDED = "ContactAdded"
STAYS_SUPPRESSED = "ContactCannotBeUnsuppressed"
"""The vendor's words for what a resubscription came to. ContactChallenged is none: Muster sends no mail that could ask anybody."""
_STATUS, _PERMISSION = "channels.email.status", "channels.email.permission"
_LEFT: Patch = {_STATUS: "unsubscribed"}


@dataclass(frozen=True)
class SuppressionRoutes:
    """The routes of leaving and coming back as methods; the table is in `routes`."""

    gateway: Gateway

    async def unsubscribe(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """From the account."""
        body = await said_in_body(request, Address)
        return JSONResponse(await unsubscribed(self.gateway, asker, body.email))

    async def resubscribe(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """At once, with a challenge or without: whoever asks for it answers for the person's wish."""
        return JSONResponse(await resubscribed(self.gateway, asker, await said_in_body(request, Resubscription)))


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = SuppressionRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/unsubscribe", to.unsubscribe, methods=["POST"])
    for path in ("resubscribe", "resubscribe-with-no-challenge"):
        router.add_api_route(f"{PATH}/{path}", to.resubscribe, methods=["POST"])
    return router


async def unsubscribed(gateway: Gateway, asker: Tenant, email: str, *, list_number: int | None = None) -> dict[str, Any]:
    """The suppression of this address, from the account or from one list, and from the latter alone where the contact is known.

    An address that no contact has becomes one that unsubscribed from the account: no later import will write to it, and a full
    account takes it all the same. The answer is what was written, even where the contact came back or the list went meanwhile.
    Raises Problem 400 ERROR_INVALID_EMAIL.
    """
    patch, now = await contact_patch(asker, ContactInput(email=email)), gateway.clock.now()

    def completed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
        leaves = {LISTS_LEFT: [list_number]} if list_number is not None else {}
        is_known = bool(stored) and "deleted_at" not in stored
        return {**patch, **leaves, **({} if leaves and is_known else _left(stored))}

    with in_its_words():
        saved = await contact_desk(gateway).find_or_make(asker, patch, Mode.UPSERT, completed, takes_room=False)
    return (await suppressions(asker, [as_left(saved.stored, list_number, now)], list_number))[0]


async def resubscribed(gateway: Gateway, asker: Tenant, body: Resubscription, *, lists: Sequence[int] = ()) -> dict[str, Any]:
    """The contact that comes back to the account, and to these lists, with what the body says of it, and what became of it.

    Who is suppressed, as by a bounce, stays so: that was not the person's choice. Raises Problem 400 as `contact_patch` does and
    404 ERROR_CONTACT_NOT_FOUND.
    """
    patch = await contact_patch(asker, body.unsubscribedcontact)
    if EMAIL not in patch:
        raise no_email()
    now = gateway.clock.now()

    def completed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
        is_suppressed = _is_suppressed(stored)
        if not stored or (is_suppressed and "deleted_at" in stored):
            raise no_contact()
        if is_suppressed:
            return {EMAIL: patch[EMAIL]}
        waits = value_at(stored, _PERMISSION) == "pending_confirmation"
        back = {_STATUS: "subscribed", **({_PERMISSION: None} if waits else {}), **({"lists": list(lists)} if lists else {})}
        # What the contact says of when it subscribed is from before it left: clients send back what they have read.
        return {**patch, "channels.email.opt_in.at": now, **back}

    with in_its_words():
        saved = await contact_desk(gateway).find_or_make(asker, patch, Mode.UPSERT, completed)
    contact = (await shown(asker, [saved.stored], is_full=False))[0]
    return {"contact": contact, "status": STAYS_SUPPRESSED if _is_suppressed(saved.stored) else ADDED}


def _left(stored: Mapping[str, Any]) -> Patch:
    """Beside a suppression, which stays and says more, the person's wish is kept as well."""
    return {_PERMISSION: "unsubscribed"} if _is_suppressed(stored) else _LEFT


def _is_suppressed(stored: Mapping[str, Any]) -> bool:
    return bool(value_at(stored, _STATUS) == "suppressed")
