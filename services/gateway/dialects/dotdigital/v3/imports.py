"""Imports of v3: contacts in JSON, each of which says by which identifier it is found. All are checked before any is taken."""

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.imports import native_options, submit_import
from services.gateway.dialects.dotdigital.merging import V3, Merge
from services.gateway.dialects.dotdigital.record_payload import (
    Lines,
    match_column,
    most_records,
    read_contacts,
    store,
)
from services.gateway.dialects.dotdigital.scopes import SUBMITS
from services.gateway.dialects.dotdigital.v3.asking import invalid_contacts, known_of
from services.gateway.dialects.dotdigital.v3.contact_record import Faults, Known, imported_record
from services.gateway.json_list import LongList
from services.gateway.record_lines import READING
from services.gateway.submitting import discarding

PATH = "/contacts/v3/import"
METHODS = ("PUT", "POST")


def is_upload(path: str) -> bool:
    """True for the path that takes contacts: it limits its bodies itself."""
    return path == PATH


@dataclass(frozen=True)
class ImportRoutes:
    """The routes of imports; the table is in `routes`."""

    gateway: Gateway

    async def accept(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """Contacts to create or update."""
        known, faults = await known_of(asker), Faults()
        async with AsyncExitStack() as held, discarding(self.gateway.files) as files:
            body = await read_contacts(self.gateway, asker, request, held)
            contacts, lines = LongList(body, "contacts"), Lines(most_records(self.gateway, asker))
            payload = await store(self.gateway, asker, body, lines.of(_records(contacts, known, faults)))
            files.append(payload.file_id)
            merge = _merge(contacts, lines.count, faults)
            match, mapping = lines.match, {target: target for target in known.targets}
            native = native_options(merge, (), match=match, mapping=mapping | match_column(match), **READING)
            accepted = await submit_import(self.gateway, asker, request, f"PUT {PATH}", native, payload)
        return JSONResponse({"importId": accepted.job.id}, 202)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ImportRoutes(gateway)
    router = APIRouter()
    for method in METHODS:
        router.add_api_route(PATH, to.accept, methods=[method], status_code=202)
    return router


def _records(contacts: LongList, known: Known, faults: Faults) -> Iterator[dict[str, Any]]:
    """The records of contacts that are right. From the first wrong one on the rest is only looked through.

    Raises Problem 400 once enough is wrong.
    """
    for place, contact in enumerate(contacts.items()):
        faults.place = place
        record = imported_record(contact, known, faults)
        if not faults.details:
            yield record
        elif faults.is_full:
            raise invalid_contacts(faults)
    faults.place = None


def _merge(contacts: LongList, count: int, faults: Faults) -> Merge:
    """How values are merged. Raises Problem 400 for whatever is wrong with the body."""
    said = contacts.rest.get("mergeOption")
    merge = V3.get(str("overwrite" if said is None else said).strip().lower())
    if not (count or faults.details):
        faults.add("contacts", "contacts must be a list of at least one contact.")
    if merge is None:
        faults.add("mergeOption", "mergeOption must be overwrite, overwriteIfNotEmpty or overwriteIfEmpty.")
    if merge is None or faults.details:
        raise invalid_contacts(faults)
    return merge
