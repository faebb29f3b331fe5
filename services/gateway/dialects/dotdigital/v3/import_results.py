"""The result of an import over v3: one reply with every contact in it, streamed, for there is no paging and no report beside it."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Response
from starlette.responses import JSONResponse, StreamingResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.scopes import WATCHES
from services.gateway.dialects.dotdigital.v3.errors import refused
from services.gateway.dialects.dotdigital.v3.import_result import Failures, applied, status_word, summary_of
from services.gateway.dialects.dotdigital.v3.imports import PATH
from services.gateway.progress import counts_of
from services.gateway.row_reports import rows_of
from shared.contract.identity import unpack
from shared.contract.values import Counts, Kind, Outcome
from shared.jobs.job import Job

BATCH = 500
_BLOCK_BYTES = 64 * 1024
_PARTS = ("email", "mobile", "identifiers")
_CREATED = (Outcome.CREATED,)
_UPDATED = (Outcome.UPDATED, Outcome.UNCHANGED)
_REFUSED = (Outcome.REJECTED, Outcome.SKIPPED)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True)
class ImportResultRoutes:
    """The routes of imports that were accepted; the table is in `routes`."""

    gateway: Gateway

    async def result(self, import_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """How it is doing and, once it has ended, what came of it. Raises Problem: 400 `invalidId`, 404 `importNotFound`."""
        job = await _found(asker, import_id)
        body: dict[str, Any] = {"importId": job.id, "status": status_word(job)}
        if not job.state.is_end:
            return JSONResponse(body)
        body["summary"] = summary_of(await self._counts(job))
        return StreamingResponse(self._blocks(asker, job, body), media_type="application/json")

    async def _counts(self, job: Job) -> Counts:
        """What became of its contacts; of an import that was refused for their quality, what was found in it."""
        survey = job.plan.get("survey")
        return Counts(codes=survey["codes"]) if survey else counts_of(job, await self.gateway.views.read(job.id))

    async def _blocks(self, asker: Tenant, job: Job, body: dict[str, Any]) -> AsyncGenerator[bytes, None]:
        yield _encode(body)[:-1]
        failures = Failures(job)
        for name, items in (
            ("created", self._applied(asker, job, _CREATED)),
            ("updated", self._applied(asker, job, _UPDATED)),
            ("failures", self._refused(job, failures)),
        ):
            yield f',"{name}":['.encode()
            async with aclosing(items), aclosing(_joined(items)) as blocks:
                async for block in blocks:
                    yield block
            yield b"]"
        yield b"}"

    async def _applied(self, asker: Tenant, job: Job, only: Sequence[Outcome]) -> AsyncGenerator[dict[str, Any], None]:
        numbers: list[int] = []
        async with aclosing(rows_of(self.gateway, job, only=only)) as rows:
            async for row in rows:
                if row.contact is not None:  # or it was erased since
                    numbers.append(row.contact)
                if len(numbers) == BATCH:
                    for item in await _shown(asker, numbers):
                        yield item
                    numbers = []
        for item in await _shown(asker, numbers):
            yield item

    async def _refused(self, job: Job, failures: Failures) -> AsyncGenerator[dict[str, Any], None]:
        async with aclosing(rows_of(self.gateway, job, only=_REFUSED)) as rows:
            async for row in rows:
                yield failures.of(row)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    router = APIRouter()
    router.add_api_route(f"{PATH}/{{import_id}}", ImportResultRoutes(gateway).result)
    return router


async def _found(asker: Tenant, import_id: str) -> Job:
    try:
        job = await asker.jobs.read(str(UUID(import_id)))
    except ValueError:
        raise refused(400, "invalidId", "The id of the import is not a UUID. Send it as the import was answered.") from None
    if job is None or job.kind is not Kind.IMPORT:
        raise refused(404, "importNotFound", "There is no such import in this account, or it is over its retention.")
    return job


async def _shown(asker: Tenant, numbers: Sequence[int]) -> list[dict[str, Any]]:
    stored: dict[int, Any] = {}
    if numbers:
        async for found in asker.contacts.of_numbers(None, numbers, _PARTS):
            stored |= {unpack(document["_id"]): document for document in found}
    return [applied(number, stored.get(number, {})) for number in numbers]


async def _joined(items: AsyncIterator[dict[str, Any]]) -> AsyncGenerator[bytes, None]:
    """The items with commas between, a block of them in memory at a time."""
    block, comma = bytearray(), b""
    async for item in items:
        block += comma + _encode(item)
        comma = b","
        if len(block) > _BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    yield bytes(block)
