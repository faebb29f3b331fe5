"""What people ask for themselves: `sign_up_form`, which makes or changes their contact, and `resubscribe` after they had left."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.contacts import VIA_PERSON, ContactDesk
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.constant_contact.asking import WRITES, said_in_body
from services.gateway.dialects.constant_contact.contact_desk import in_its_words, number_of
from services.gateway.dialects.constant_contact.contact_ids import known
from services.gateway.dialects.constant_contact.contact_patch import sign_up
from services.gateway.dialects.constant_contact.contact_permission import resubscription
from services.gateway.dialects.constant_contact.contact_requests import Resubscription, SignUp
from services.gateway.dialects.constant_contact.contact_showing import shown
from shared.contacts.merge import Mode
from shared.contacts.patch import Patch
from shared.contract.identity import Thing, unpack
from shared.contract.values import Outcome


@dataclass(frozen=True)
class SignUpRoutes:
    """The routes of sign-ups as methods; the table is in `routes`."""

    gateway: Gateway
    desk: ContactDesk

    async def sign_up(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """However many forms are sent for one contact at once, it is made once: one is answered 201, the others 200."""
        body = await said_in_body(request, SignUp)
        things = await known(asker, body.list_memberships, None, body.custom_fields)
        wanted = sign_up(body, things, self.gateway.clock.now())
        with in_its_words():
            saved = await self.desk.find_or_make(asker, wanted.patch, Mode.UPSERT, wanted.completed, VIA_PERSON, by_any_key=True)
        is_new = saved.outcome is Outcome.CREATED
        contact_id = str(asker.uuid_of(Thing.CONTACT, unpack(saved.stored["_id"])))
        return JSONResponse({"contact_id": contact_id, "action": "created" if is_new else "updated"}, 201 if is_new else 200)

    async def resubscribe(self, contact_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Muster sends no mail: whoever does finds the contact as pending, and on these lists."""
        number = number_of(asker, contact_id)
        body = await said_in_body(request, Resubscription)
        things = await known(asker, body.list_ids, None, None, list_member="list_ids")
        now = self.gateway.clock.now()

        def completed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
            return {**patch, **resubscription(stored, now)}

        with in_its_words("list_ids"):
            saved = await self.desk.change(asker, number, {"lists": list(things.lists or ())}, completed)
        return JSONResponse((await shown(asker, [saved.stored]))[0])


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = SignUpRoutes(gateway, contact_desk(gateway))
    router = APIRouter()
    router.add_api_route("/v3/contacts/sign_up_form", to.sign_up, methods=["POST"])
    router.add_api_route("/v3/contacts/resubscribe/{contact_id}", to.resubscribe, methods=["PUT"])
    return router
