"""Single contacts of v3, by any of their identifiers: made, read, replaced, merged with, deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.contacts import ContactDesk, Saved
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import contact_desk
from services.gateway.dialects.dotdigital.account_fields import account_fields
from services.gateway.dialects.dotdigital.merging import V3
from services.gateway.dialects.dotdigital.scopes import READS, WRITES
from services.gateway.dialects.dotdigital.v3.asking import known_of, said_contact
from services.gateway.dialects.dotdigital.v3.contact_finding import (
    CONTACT_ID,
    Name,
    as_written,
    contact_not_found,
    find,
    find_live,
    name_of,
)
from services.gateway.dialects.dotdigital.v3.contact_showing import EVERYTHING, shown, wanted
from services.gateway.dialects.dotdigital.v3.contact_writing import Replacing, Writing, in_its_words, is_unchallenged
from services.gateway.dialects.dotdigital.v3.errors import detail, refused
from services.gateway.dialects.dotdigital.v3.filters import bad_filter
from services.gateway.json_body import read_object
from services.gateway.problems import Problem
from shared.contacts.document import Document, Key
from shared.contacts.merge import Merge, Mode
from shared.contacts.patch import Patch
from shared.contract.identity import unpack
from shared.contract.values import Outcome

PATH = "/contacts/v3"
ONE = f"{PATH}/{{identifier}}/{{value:path}}"
MERGE_OPTION = "merge-option"


@dataclass(frozen=True)
class ContactRoutes:
    """The routes of single contacts; the table is in `routes`."""

    gateway: Gateway
    desk: ContactDesk

    async def create(self, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """409 names the identifier that somebody has already. A deleted contact comes back: that is a creation too."""
        contact = await _contact(request)
        if contact["identifiers"].get(CONTACT_ID) is not None:
            raise _invalid(f"identifiers.{CONTACT_ID}", "Nobody can set it: leave it out.")
        with in_its_words():
            patch = await self._patch(asker, contact)
            saved = await self._made(asker, patch, Writing(is_unchallenged(contact)))
        return await _answer(asker, saved, 201)

    async def read(self, identifier: str, value: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """With everything, unless the query says what of it."""
        stored = await find_live(asker, identifier, value)
        return JSONResponse(await shown(asker, stored, wanted(request, EVERYTHING)))

    async def replace(self, identifier: str, value: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """The contact is what the body says from then on; see `Replacing` for what stays."""
        stored = await find_live(asker, identifier, value)
        contact = await _contact(request)
        with in_its_words(identifier):
            patch = await self._patch(asker, contact)
            replacing = Replacing(Writing(is_unchallenged(contact)), *await account_fields(asker)).replacing
            saved = await self.desk.change(asker, unpack(stored["_id"]), patch, replacing, frees_deleted=True)
        return await _answer(asker, saved)

    async def merge(self, identifier: str, value: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """Change the contact by what the body mentions, or make it where there is none; a deleted one comes back."""
        name, merge = name_of(identifier, value, asker.account.identifiers), _merge(request)
        contact = await read_object(request)
        writing = Writing(is_unchallenged(contact), merge)
        with in_its_words(identifier):
            patch = _without_blank_keys(await self._patch(asker, contact))
            named = {} if isinstance(name, int) else _named(as_written(identifier, value, asker.account.identifiers))
            saved, is_new = await self._merged(asker, name, patch, named, writing)
        return await _answer(asker, saved, 201 if is_new else 200)

    async def delete(self, identifier: str, value: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """It can be restored over the native API, and comes back when it is made or imported again."""
        number = unpack((await find_live(asker, identifier, value))["_id"])
        with in_its_words(identifier):
            await self.desk.delete(asker, number)
        return JSONResponse({CONTACT_ID: number})

    async def _patch(self, asker: Tenant, contact: Mapping[str, Any]) -> Patch:
        return await self.desk.read_body(asker, said_contact(contact, await known_of(asker)))

    async def _merged(self, asker: Tenant, name: Name, patch: Patch, named: Patch, writing: Writing) -> tuple[Saved, bool]:
        """The contact, and whether it is new. Who is made by somebody else in between is changed after all.

        A new one has what the path names it by, `named`, unless the body has something else in its place.
        """
        stored = await find(asker, name)
        if stored is None:
            if isinstance(name, int):
                raise contact_not_found(CONTACT_ID)
            try:
                made = await self._made(asker, named | patch, writing)
                return made, made.outcome is Outcome.CREATED
            except Problem as problem:
                stored = await find(asker, name) if problem.code == "contact_exists" else None
                if stored is None:
                    raise
        return await self._changed(asker, stored, patch, writing), False

    async def _changed(self, asker: Tenant, stored: Document, patch: Patch, writing: Writing) -> Saved:
        number, how = unpack(stored["_id"]), writing.merge
        return await self.desk.change(asker, number, patch, writing.merging, revives=True, merge=how, frees_deleted=True)

    async def _made(self, asker: Tenant, patch: Patch, writing: Writing) -> Saved:
        filled, how = _filled(patch), writing.merge
        return await self.desk.find_or_make(asker, filled, Mode.CREATE, writing.merging, merge=how, frees_deleted=True)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method. Imports and deletions, whose paths would fit too, stand before these."""
    to = ContactRoutes(gateway, contact_desk(gateway))
    router = APIRouter()
    router.add_api_route(PATH, to.create, methods=["POST"], status_code=201)
    router.add_api_route(ONE, to.read)
    router.add_api_route(ONE, to.replace, methods=["PUT"])
    router.add_api_route(ONE, to.merge, methods=["PATCH"])
    router.add_api_route(ONE, to.delete, methods=["DELETE"])
    return router


async def _answer(asker: Tenant, saved: Saved, status: int = 200) -> Response:
    return JSONResponse(await shown(asker, saved.stored), status)


async def _contact(request: Request) -> dict[str, Any]:
    """A body that names its contact. Raises Problem 400 where it does not."""
    contact = await read_object(request)
    if not isinstance(contact.get("identifiers"), dict):
        raise _invalid("identifiers", "identifiers is missing: send an object with email, mobileNumber or both.")
    return contact


def _invalid(item: str, why: str) -> Problem:
    return refused(400, "invalidContacts", f"The body is not valid: {item}: {why}", [detail(item, why)])


def _merge(request: Request) -> Merge:
    said = request.query_params.get(MERGE_OPTION, "overwrite")
    word = V3.get(said.replace("-", "").lower())
    if word is None:
        raise bad_filter(MERGE_OPTION, "It is none of overwrite, overwrite-if-not-empty, overwrite-if-empty.")
    return Merge(word)


def _filled(patch: Patch) -> Patch:
    """Without what is blank: a new contact has nothing to clear, and one that comes back keeps what it had."""
    return {path: value for path, value in patch.items() if value is not None}


def _without_blank_keys(patch: Patch) -> Patch:
    """Data fields are cleared by null, identifiers never."""
    keys = ("email", "mobile", "identifiers.")
    return {path: value for path, value in patch.items() if value is not None or not path.startswith(keys)}


def _named(written: Key) -> Patch:
    kind, value = written
    return {kind.replace("identifier:", "identifiers.", 1): value}
