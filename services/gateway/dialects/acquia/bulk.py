"""`/api/contacts/bulk/*`: up to 10,000 contacts in one request, which become a job. Its payload is a native record a line."""

from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.acquia.batches import too_many
from services.gateway.dialects.acquia.bodies import MOST_BYTES, no_contacts, read_items
from services.gateway.dialects.acquia.contact_batch import FIRST, fields_of, with_missing
from services.gateway.dialects.acquia.contact_fields import ContactFields
from services.gateway.dialects.acquia.contact_record import Record, Way, is_of_object, names_needed, record_of
from services.gateway.dialects.acquia.errors import refused
from services.gateway.dialects.acquia.php import Key
from services.gateway.dialects.acquia.scopes import SUBMITS
from services.gateway.import_options import checked
from services.gateway.problems import Problem
from services.gateway.record_lines import READING, store_lines
from services.gateway.submitting import Checked, Sent, discarding, idempotency_key, submit
from shared.accounts.limits import Limit, limit_of
from shared.contacts.matching import import_target
from shared.contacts.merge import ROW
from shared.contract.values import Kind
from shared.jobs.job import Payload

PATH = "/api/contacts/bulk"
PATHS = frozenset({f"{PATH}/new", f"{PATH}/edit"})
MOST_CONTACTS = 10_000
KEPT_DAYS = 2
"""Days after its end for which a job is known."""
PAYLOAD_NAME = "bulk-contacts.ndjson"
"""What the payload of a job of this API is called."""
STORED_BYTES = 4 * MOST_BYTES
"""Records are longer than contacts: PUT says of each field that it is cleared."""


@dataclass(slots=True)
class Lines:
    """What is noted of records on their way into the lines of a payload."""

    most: int = MOST_CONTACTS
    """Records that the job may have."""
    count: int = 0
    targets: dict[str, None] = field(default_factory=lambda: dict.fromkeys(FIRST))
    """What the records have, in the order in which it was first met; what may refuse a row comes first."""
    needed: dict[str, None] = field(default_factory=dict)
    """Those of them for which the account is to have a field."""
    has_contacts: bool = False
    """Whether any of them is of an item that was an object."""

    def of(self, records: Iterable[Record]) -> Iterator[Record]:
        """The records, once they are noted. Raises Problem 400 for too many."""
        for record in records:
            self.count += 1
            if self.count > self.most:
                raise too_many(self.most, 400)
            self.targets.update(dict.fromkeys(record))
            self.needed.update(dict.fromkeys(names_needed([record])))
            self.has_contacts = self.has_contacts or is_of_object(record)
            yield record

    def options(self, way: Way, fields: ContactFields) -> dict[str, Any]:
        """How they are imported: one after the other in their order, for each may take in the contact of another (`taken`).

        A column is not read for which there is no field: only records that are refused have it.
        """
        return {
            **READING,
            "columns": "given",
            "mapping": {name: name if import_target(name, fields.book) else None for name in self.targets},
            "match": ROW,
            "mode": "update" if way is Way.PATCH else "upsert",
            "merge": "overwrite",
            "duplicates": "merge",
            "taken": "merge",
            "most_rows": self.count,
        }


@dataclass(frozen=True)
class BulkRoutes:
    """The routes of bulk jobs as methods; the table is in `routes`."""

    gateway: Gateway

    async def create(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """Make the contacts, or write to those that have their e-mails."""
        return await self._accept(request, asker, Way.NEW)

    async def replace(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """PUT: fields that are not sent are cleared."""
        return await self._accept(request, asker, Way.PUT)

    async def edit(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """PATCH: blanks leave alone."""
        return await self._accept(request, asker, Way.PATCH)

    async def _accept(self, request: Request, asker: Tenant, way: Way) -> Response:
        known = await fields_of(asker)
        async with AsyncExitStack() as held, discarding(self.gateway.files) as files:
            items, is_long, digest = await read_items(
                self.gateway, asker, request, held, MOST_CONTACTS, too_many(MOST_CONTACTS, 400)
            )
            lines, payload = await self._store(asker, _records(items(), known, way), is_long)
            files.append(payload.file_id)
            if not lines.has_contacts:
                raise no_contacts()
            fields = await with_missing(asker, known, lines.needed)
            if fields is not known:
                await self.gateway.files.discard(files.pop())
                lines, payload = await self._store(asker, _records(items(), fields, way), is_long)
                files.append(payload.file_id)
            job_id = await self._submit(asker, request, digest, lines.options(way, fields), payload)
        return JSONResponse({"id": job_id}, 202)

    async def _store(self, asker: Tenant, records: Iterator[Record], is_long: bool) -> tuple[Lines, Payload]:
        """The records as a payload, and what was noted of them. Raises Problem as they do."""
        most_rows = limit_of(asker.account, Limit.ROWS_PER_JOB, self.gateway.limits.rows_per_job)
        lines, files = Lines(min(MOST_CONTACTS, most_rows)), self.gateway.files
        noted = lines.of(records)
        try:
            return lines, await store_lines(files, asker.account.number, PAYLOAD_NAME, noted, STORED_BYTES, beside=is_long)
        except Problem as problem:
            raise too_much(lines) if problem.code == "payload_too_large" else problem from None

    async def _submit(self, asker: Tenant, request: Request, digest: str, given: dict[str, Any], payload: Payload) -> str:
        days = limit_of(asker.account, Limit.RETENTION_DAYS, self.gateway.settings.most_retention_days)
        native = {**given, "retention_days": min(KEPT_DAYS, days)}
        # What is made of a body depends on the fields of the account, which it may have changed when it came first.
        sent = Sent(f"{request.method} {request.url.path}", {"body": digest}, idempotency_key(request))

        async def check() -> Checked:
            return await checked(native, asker), payload

        accepted = await submit(self.gateway, asker, Kind.IMPORT, sent, check)
        if accepted.is_replay:  # `check` may not have been asked for the payload
            await self.gateway.files.discard(payload.file_id)
        return accepted.job.id


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = BulkRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/new", to.create, methods=["POST"], status_code=202)
    router.add_api_route(f"{PATH}/edit", to.replace, methods=["PUT"], status_code=202)
    router.add_api_route(f"{PATH}/edit", to.edit, methods=["PATCH"], status_code=202)
    return router


def too_much(lines: Lines) -> Problem:
    """The refusal of contacts that are short as they came and long as records."""
    fields = len(lines.targets) - len(FIRST)
    said = (
        f"With the {fields} fields that they write or clear, these contacts have more than {STORED_BYTES / 2**20:g} MB "
        f"({STORED_BYTES} bytes), the most that one job takes. Send fewer than {lines.count} at once."
    )
    return refused(413, said)


def _records(items: Iterator[tuple[Key, Any]], fields: ContactFields, way: Way) -> Iterator[Record]:
    return (record_of(item, fields, way) for _, item in items)
