"""Imports of a file, into the account or into an address book, with a merge option or without."""

import re
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.data_fields import RESERVED, data_fields
from services.gateway.dialects.dotdigital.imports import MOST_BYTES, native_options, submit_import
from services.gateway.dialects.dotdigital.merging import NO_MERGE, Merge, v2_merge
from services.gateway.dialects.dotdigital.scopes import SUBMITS
from services.gateway.dialects.dotdigital.v2.asking import address_book
from services.gateway.dialects.dotdigital.v2.errors import invalid, refused
from services.gateway.dialects.dotdigital.v2.file_intake import receive_file
from services.gateway.dialects.dotdigital.verdicts import NOT_FINISHED
from services.gateway.submitting import discarding, payload_of
from services.gateway.upload import Received
from shared.accounts.limits import Limit, limit_of
from shared.contacts.mapping import plan_mapping
from shared.contacts.patch import FieldBook
from shared.jobs.job import Payload
from shared.payloads import PayloadRows
from shared.readers import UnreadablePayload

ACCOUNT = "/v2/contacts/import"
BOOK = "/v2/address-books/{book_id}/contacts/import"
MERGING = "/with-merge-option/{merge_option}"
FORMATS = (".csv", ".xls", ".xlsx")
_PATHS = re.compile(r"/v2/(?:contacts|address-books/[^/]+/contacts)/import(?:/with-merge-option/[^/]+)?")


def is_upload(path: str) -> bool:
    """True for the paths that take files: they limit their bodies themselves."""
    return _PATHS.fullmatch(path) is not None


@dataclass(frozen=True)
class FileImportRoutes:
    """The routes of imports of files; the table is in `routes`."""

    gateway: Gateway

    async def into_account(self, request: Request, asker: Annotated[Tenant, SUBMITS], merge_option: str = "0") -> Response:
        """A file of contacts. Without a merge option blanks overwrite."""
        return await self._accepted(request, asker, _merge(merge_option), ())

    async def into_book(
        self, request: Request, book_id: str, asker: Annotated[Tenant, SUBMITS], merge_option: str = "0"
    ) -> Response:
        """A file of contacts that join an address book."""
        merge = _merge(merge_option)
        book = await address_book(asker, book_id)
        return await self._accepted(request, asker, merge, (book.number,))

    async def _accepted(self, request: Request, asker: Tenant, merge: Merge, lists: tuple[int, ...]) -> Response:
        async with discarding(self.gateway.files) as files:
            received = await self._received(request, asker)
            files.append(received.file.file_id)
            payload, book = payload_of(received), await asker.fields.book(asker.account)
            mapping = _mapping(book)
            reading = {"format": _format(received.name), "formula_escape": False}
            if not payload.bytes or (reading["format"] == "csv" and await self._lacks_email(payload, mapping, book, reading)):
                detail = "The file has no column named Email: its first line names the columns, and one of them must be Email."
                raise refused(400, "ERROR_NO_EMAIL_COLUMN", detail)
            native = native_options(merge, lists, match="email", mapping=mapping, **reading)
            operation = f"POST {request.url.path}"
            accepted = await submit_import(self.gateway, asker, request, operation, native, payload)
        return JSONResponse({"id": accepted.job.id, "status": NOT_FINISHED}, 202)

    async def _received(self, request: Request, asker: Tenant) -> Received:
        limit = min(MOST_BYTES, limit_of(asker.account, Limit.PAYLOAD_BYTES, self.gateway.settings.upload_bytes))
        return await receive_file(request, self.gateway.files, asker.account.number, limit_bytes=limit)

    async def _lacks_email(self, payload: Payload, mapping: Mapping[str, str], book: FieldBook, reading: Mapping[str, Any]) -> bool:
        """True where the importer would find no column that names contacts. What cannot be read is not judged here."""
        rows = PayloadRows(lambda: self.gateway.files.read(payload.file_id), file_name=payload.name, **reading)
        try:
            async with aclosing(aiter(rows)) as found:
                await anext(found, None)
        except UnreadablePayload as problem:
            return problem.code == "empty_file"
        plan = plan_mapping(rows.columns, mapping, book, match="email", nested=False, only_given=True)
        return not any(target.name == "email" for _, target in plan.targets)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = FileImportRoutes(gateway)
    router = APIRouter()
    for path, method in ((ACCOUNT, to.into_account), (BOOK, to.into_book)):
        router.add_api_route(path, method, methods=["POST"], status_code=202)
        router.add_api_route(f"{path}{MERGING}", method, methods=["POST"], status_code=202)
    return router


def _mapping(book: FieldBook) -> dict[str, str]:
    """Every column that an import of this account may have, with its native target. `Preference:<name>` is understood as it is."""
    return RESERVED | {name: field.target for name, field in data_fields(book.custom.values()).items()}


def _merge(said: str) -> Merge:
    merge = v2_merge(said)
    if merge is None:
        raise invalid(NO_MERGE)
    return merge


def _format(name: str) -> str:
    for ending in FORMATS:
        if name.lower().endswith(ending):
            return ending[1:]
    raise refused(400, "ERROR_IMPORT_UNSUPPORTED_FORMAT", f"The name of the file must end in {', '.join(FORMATS)}.")
