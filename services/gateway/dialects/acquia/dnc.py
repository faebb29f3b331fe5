"""Do-not-contact of one contact and channel: `dnc/{channel}/add` and `/remove`, and the older paths, the two the other way round.

Somebody names the contact, so what it ended may begin again here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.contacts import Completion, Saved
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import some_number
from services.gateway.dialects.acquia.bodies import read_object
from services.gateway.dialects.acquia.contact_batch import shown
from services.gateway.dialects.acquia.do_not_contact import CHANNELS, cells_for, is_barred
from services.gateway.dialects.acquia.errors import Unfit, not_valid
from services.gateway.dialects.acquia.scopes import WRITES
from shared.contacts.patch import FieldBook, Patch, patch_from_json

PATH = "/api/contacts/{contact_id}/dnc"
ALIAS = "doNotContact"
"""What is to blame, as the edit of a contact calls it."""
REASONS = "The reason is 1 (unsubscribed), 2 (bounced) or 3 (manual). To take a record back, call remove."


@dataclass(frozen=True)
class DncRoutes:
    """The routes of do-not-contact as methods; the table is in `routes`."""

    gateway: Gateway

    async def add(self, contact_id: str, channel: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Stop writing to the contact on this channel: of several reasons the last one stands."""
        _check(channel)
        patch = _ending(channel, await read_object(request))
        saved = await self._change(asker, contact_id, patch, lambda patch, _: patch)
        (contact,) = await shown(asker, [saved.stored])
        return answer({"contact": contact})

    async def remove(self, contact_id: str, channel: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """Allow it again. A contact without a record stays as it is."""
        _check(channel)
        found = [False]

        def where_barred(patch: Patch, stored: Mapping[str, Any]) -> Patch:
            found[0] = is_barred(stored, channel)
            return patch if found[0] else {}

        saved = await self._change(asker, contact_id, {f"channels.{channel}.status": "subscribed"}, where_barred)
        (contact,) = await shown(asker, [saved.stored])
        return answer({"recordFound": found[0], "contact": contact})

    async def _change(self, asker: Tenant, contact_id: str, patch: Patch, completed: Completion) -> Saved:
        return await contact_desk(self.gateway).change(asker, some_number(contact_id), patch, completed)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = DncRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/{{channel}}/add", to.add, methods=["POST"])
    router.add_api_route(f"{PATH}/{{channel}}/remove", to.remove, methods=["POST"])
    router.add_api_route(f"{PATH}/add/{{channel}}", to.add, methods=["POST"])
    router.add_api_route(f"{PATH}/remove/{{channel}}", to.remove, methods=["POST"])
    return router


def _check(channel: str) -> None:
    if channel not in CHANNELS:
        raise not_valid(ALIAS, f"The channel is one of {', '.join(CHANNELS)}.")


def _ending(channel: str, body: Mapping[str, Any]) -> Patch:
    """What the body says, as a patch. Raises Problem 400, also for a reason that ends nothing."""
    try:
        patch = patch_from_json(cells_for(channel, body.get("reason"), body.get("comments")), FieldBook())
    except Unfit:
        raise not_valid(ALIAS, REASONS) from None
    if patch[f"channels.{channel}.status"] == "subscribed":
        raise not_valid(ALIAS, REASONS)
    return patch
