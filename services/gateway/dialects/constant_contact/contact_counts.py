"""`/v3/contacts/counts`, contacts by their permission; and `contact_id_xrefs`, the ids of contacts whose numbers are known."""

from collections import Counter
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import AfterValidator, Field
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact.asking import READS, Said, said_in_query
from services.gateway.dialects.constant_contact.selecting import NEW_FOR
from shared.contacts.selection import Selection
from shared.contacts.standing import EMAIL_GROUND
from shared.contract.identity import NUMBER_BITS, Thing
from shared.contract.selection import MAY_BE_WRITTEN_TO

MOST_XREFS = 500
_SHOWN = {"explicit": "explicit", "implicit": "implicit", "pending_confirmation": "pending", "unsubscribed": "unsubscribed"}
"""Permissions that are counted, and what the answer calls them."""


class CountsQuery(Said):
    """What is counted beside the permissions."""

    include: Literal["new_subscriber", "new_subscribers"] | None = None


def _few(ids: str) -> str:
    if ids.count(",") >= MOST_XREFS:
        raise ValueError(f"sequence_ids does not have a valid value: at most {MOST_XREFS} fit")
    return ids


class XrefsQuery(Said):
    """Which contacts, by their numbers."""

    sequence_ids: Annotated[str, Field(min_length=1), AfterValidator(_few)]


@dataclass(frozen=True)
class CountRoutes:
    """The routes of counts as methods; the table is in `routes`."""

    gateway: Gateway

    async def counts(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """Deleted contacts are not counted. The total has contacts that no other figure has: without an e-mail, or held back."""
        wanted = said_in_query(request, CountsQuery)
        alive = Selection().query()
        with_email = {**alive, "email_key": {"$exists": True}}
        counted: Counter[str] = Counter()
        for kind, contacts in await asker.contacts.tally(with_email, EMAIL_GROUND.paths):
            counted[str(EMAIL_GROUND.of({**kind, EMAIL_GROUND.key: ""}))] += contacts
        body = {"total": await asker.contacts.count(alive), **{shown: counted[word] for word, shown in _SHOWN.items()}}
        if wanted.include:
            since = self.gateway.clock.now() - NEW_FOR
            new = Selection(email_grounds=MAY_BE_WRITTEN_TO, created_after=since)
            body["new_subscriber"] = await asker.contacts.count(new.query())
        return JSONResponse(body)

    async def xrefs(self, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A sequence id is the contact's number in the native API, shown as it was written. What is none is left out."""
        wanted = said_in_query(request, XrefsQuery)
        by_text = {text: _number(text) for text in map(str.strip, wanted.sequence_ids.split(","))}
        found = await asker.contacts.among(None, [*by_text.values()], {})
        ids = {number: str(asker.uuid_of(Thing.CONTACT, number)) for number in found}
        known = {text: ids[number] for text, number in by_text.items() if number in ids}
        return JSONResponse({"xrefs": [{"sequence_id": text, "contact_id": each} for text, each in known.items()]})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = CountRoutes(gateway)
    router = APIRouter()
    router.add_api_route("/v3/contacts/counts", to.counts)
    router.add_api_route("/v3/contacts/contact_id_xrefs", to.xrefs)
    return router


def _number(text: str) -> int:
    """0 is the number of nothing."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 14 else 0
    return number if number < 1 << NUMBER_BITS else 0
