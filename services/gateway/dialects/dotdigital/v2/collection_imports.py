"""Imports of contacts in JSON: `import-collection`. What is wrong with one contact is a fault of its own, not of the request."""

from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.data_fields import RESERVED, DataField, data_fields
from services.gateway.dialects.dotdigital.imports import native_options, submit_import
from services.gateway.dialects.dotdigital.merging import NO_MERGE, Merge, v2_merge
from services.gateway.dialects.dotdigital.record_payload import (
    Lines,
    match_column,
    most_records,
    read_contacts,
    store,
)
from services.gateway.dialects.dotdigital.scopes import SUBMITS
from services.gateway.dialects.dotdigital.v2.asking import Said, said
from services.gateway.dialects.dotdigital.v2.contact_record import imported_record
from services.gateway.dialects.dotdigital.v2.errors import invalid, no_address_book, refused
from services.gateway.dialects.dotdigital.verdicts import NOT_FINISHED
from services.gateway.json_list import LongList
from services.gateway.record_lines import READING
from services.gateway.submitting import discarding
from shared.contract.identity import NUMBER_BITS

PATH = "/v2/contacts/import-collection"
OWN = {
    "Contact.Id": "id",
    "Contact.Preferences": "preferences",
    "Contact.DataFields": "custom",
    "Contact.ConsentFields": "consents",
}
"""Columns beside those that a file may have, with their native targets. No data field is called so."""


class CollectionImport(Said):
    """The members beside the contacts."""

    addressbookids: tuple[int, ...] = ()
    mergeoption: int | str = 0


@dataclass(frozen=True)
class CollectionImportRoutes:
    """The routes of imports in JSON; the table is in `routes`."""

    gateway: Gateway

    async def collection(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """Contacts, which join the address books where any are named."""
        fields = data_fields(custom.field for custom in await asker.fields.all())
        mapping = {**RESERVED, **OWN, **{name: field.target for name, field in fields.items()}}
        lines = Lines(most_records(self.gateway, asker), {target: heading for heading, target in mapping.items()})
        async with AsyncExitStack() as held, discarding(self.gateway.files) as files:
            body = await read_contacts(self.gateway, asker, request, held)
            contacts = LongList(body, "contacts", spelled=str.lower)
            payload = await store(self.gateway, asker, body, lines.of(_records(contacts, fields)))
            files.append(payload.file_id)
            self._check_contacts(contacts, lines.count)
            merge, books = await _options(asker, contacts.rest)
            columns = mapping | match_column(lines.match)
            native = native_options(merge, books, match=lines.match, mapping=columns, **READING)
            accepted = await submit_import(self.gateway, asker, request, f"POST {PATH}", native, payload)
        return JSONResponse({"id": accepted.job.id, "status": NOT_FINISHED}, 202)

    def _check_contacts(self, contacts: LongList, count: int) -> None:
        if not contacts.is_given and contacts.rest.get("contacts") is not None:
            raise invalid("contacts must be a list.")
        if not count:
            raise refused(400, "ERROR_CONTACTS_ARE_NOT_SPECIFIED")


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    router = APIRouter()
    router.add_api_route(PATH, CollectionImportRoutes(gateway).collection, methods=["POST"], status_code=202)
    return router


def _records(contacts: LongList, fields: Mapping[str, DataField]) -> Iterator[dict[str, Any]]:
    return (imported_record(contact, fields) for contact in contacts.items())


async def _options(asker: Tenant, members: Mapping[str, Any]) -> tuple[Merge, list[int]]:
    """The merge and the lists. Raises Problem: 400 ERROR_PARAMETER_INVALID, 404 ERROR_ADDRESSBOOK_NOT_FOUND."""
    options = said(CollectionImport, members)
    merge = v2_merge(str(options.mergeoption))
    if merge is None:
        raise invalid(NO_MERGE)
    books = list(dict.fromkeys(options.addressbookids))
    if not all(0 < number < 1 << NUMBER_BITS for number in books) or len(await asker.lists.by_numbers(books)) < len(books):
        raise no_address_book()
    return merge, books
