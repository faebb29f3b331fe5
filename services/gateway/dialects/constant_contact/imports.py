"""Imports of contacts: a CSV in a form, or records in JSON. Beyond the vendor, what was left out for its limits is said.

The bytes stream to the store as they come; the importer reads them, and drops what is beyond the limits of the vendor.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact.activity_body import activity
from services.gateway.dialects.constant_contact.asking import SUBMITS, as_unknown, idempotency_key, numbers_of, said
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.dialects.constant_contact.import_columns import Import, native_options
from services.gateway.dialects.constant_contact.import_records import read_records
from services.gateway.import_options import checked
from services.gateway.json_body import check_media_type
from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.problems import Problem
from services.gateway.submitting import Checked, Sent, discarding, payload_of, submit
from services.gateway.transfer import too_large
from services.gateway.upload import Form, plain_text, receive
from shared.accounts.limits import Limit, limit_of
from shared.contract.identity import Thing
from shared.contract.values import Kind
from shared.jobs.job import Payload
from shared.payloads import PayloadRows
from shared.platform.files import FileTooLarge
from shared.readers import UnreadablePayload

FILE = "contacts_file_import"
JSON = "contacts_json_import"
PATHS = frozenset({f"/v3/activities/{FILE}", f"/v3/activities/{JSON}"})
JSON_NAME = "upload_from_json.csv"
"""What the vendor calls the file of an import that came as JSON."""
MOST_ROWS = {FILE: 39_999, JSON: 40_000}
"""Contacts of one import. A file has a line more, its header."""
MOST_BYTES = 4 * 1024 * 1024
"""Of a file, or of the list `import_data` as it is written."""
_READ: dict[str, dict[str, Any]] = {FILE: {"format": "csv", "delimiter": ","}, JSON: {"format": "json", "encoding": "utf-8"}}
_LINE_END_BYTES = 2
"""At most, of a line end behind the last row: it is no part of what is limited."""
_LISTS = ("list_ids", "after")
_FORM = Form(frozenset({*_LISTS, "sms_permission_to_send"}), plain_text, ignores_others=True, is_only_way=True)
_BLOCK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class ImportRoutes:
    """The routes of imports; the table is in `routes`."""

    gateway: Gateway

    async def file(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """A form with a CSV. Its parts come in any order."""
        async with discarding(self.gateway.files) as files:
            limit = limit_of(asker.account, Limit.PAYLOAD_BYTES, self.gateway.settings.upload_bytes)
            received = await receive(request, self.gateway.files, asker.account.number, limit_bytes=limit, form=_FORM)
            files.append(received.file.file_id)
            if not received.name.lower().endswith(".csv"):
                detail = "file does not have a valid value: the name of the file must end in .csv"
                raise Problem(415, "media_type_unsupported", detail, field="file")
            if not received.file.bytes:
                raise invalid("file does not have a valid value: it is empty")
            return await self._accepted(request, asker, FILE, said(Import, _members(received.texts)), payload_of(received))

    async def records(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """Contacts in JSON. A record that is no contact is a problem of its own, not of the request."""
        check_media_type(request)
        async with AsyncExitStack() as held, discarding(self.gateway.files) as files:
            limit = self.gateway.settings.selection_bytes
            text = await self.gateway.long_bodies.read(request, asker.account.number, limit, held)
            body = read_records(text) if len(text) <= SHORT_BYTES else await asyncio.to_thread(read_records, text)
            payload = await self._stored(asker, body.text)
            files.append(payload.file_id)
            return await self._accepted(request, asker, JSON, body, payload)

    async def _stored(self, asker: Tenant, text: memoryview) -> Payload:
        """The records as a payload, ready for a job. Raises Problem 413."""
        limit = limit_of(asker.account, Limit.PAYLOAD_BYTES, self.gateway.settings.upload_bytes)
        async with self.gateway.files.upload(asker.account.number, JSON_NAME, limit_bytes=limit) as upload:
            try:
                for at in range(0, len(text), _BLOCK_BYTES):
                    await upload.write(text[at : at + _BLOCK_BYTES])
            except FileTooLarge:
                raise too_large(limit) from None
            stored = await upload.finish()
        return Payload(stored.file_id, JSON_NAME, stored.bytes, stored.sha256, "application/json")

    async def _accepted(self, request: Request, asker: Tenant, name: str, body: Import, payload: Payload) -> Response:
        """The activity of the job: a new one, or the one that the same key made before."""
        lists = numbers_of(asker, Thing.LIST, body.list_ids)
        native = native_options(body, lists, **_READ[name], most_rows=MOST_ROWS[name], most_bytes=MOST_BYTES)
        given = {"name": name, **native}
        sent = Sent(f"POST /v3/activities/{name}", given, idempotency_key(request), payload)

        async def check() -> Checked:
            if self.gateway.settings.constant_contact_oversize == "refuse":
                await self._refuse_oversize(name, payload)
            return await checked(given, asker), payload

        try:
            accepted = await submit(self.gateway, asker, Kind.IMPORT, sent, check)
        except Problem as problem:
            raise as_unknown(problem, 404 if name == FILE else 400) from None
        return JSONResponse(activity(accepted.job), 201, {"Location": f"/v3/activities/{accepted.job.id}"})

    async def _refuse_oversize(self, name: str, payload: Payload) -> None:
        """Raises Problem 413 for a payload of which the importer would drop something. What cannot be read is not judged here."""
        try:
            is_longer = payload.bytes > MOST_BYTES + _LINE_END_BYTES
            fits = not is_longer and await self._has_at_most(MOST_ROWS[name], payload, _READ[name])
        except UnreadablePayload:
            return
        if not fits:
            what = "a file of 40,000 lines (1 header and 39,999 contacts)" if name == FILE else "40,000 contacts in import_data"
            detail = f"An import takes at most {what} and {MOST_BYTES} bytes. Split it into several imports."
            raise Problem(413, "payload_too_large", detail)

    async def _has_at_most(self, most: int, payload: Payload, reading: Mapping[str, Any]) -> bool:
        rows = PayloadRows(
            lambda: self.gateway.files.read(payload.file_id), file_name=payload.name, **reading, mark_bytes=MOST_BYTES
        )
        count = 0
        async with aclosing(aiter(rows)) as found:
            async for each in found:
                count += len(each)
                if count > most or (each and rows.mark_line is not None and each[-1].line >= rows.mark_line):
                    return False
        return True


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ImportRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"/v3/activities/{FILE}", to.file, methods=["POST"], status_code=201, name=FILE)
    router.add_api_route(f"/v3/activities/{JSON}", to.records, methods=["POST"], status_code=201, name=JSON)
    return router


def _members(texts: Mapping[str, str]) -> dict[str, Any]:
    """The small parts of a form as the members of a JSON body; one that is empty is as if it were not there."""
    given = {name: _items(text) if name in _LISTS else text for name, text in texts.items()}
    return {name: value for name, value in given.items() if value}


def _items(text: str) -> list[str]:
    return [item for each in text.split(",") if (item := each.strip())]
