"""How an import is doing, and what came of it: its status, its figures, its faults."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Response
from starlette.responses import JSONResponse, StreamingResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.record_payload import is_of_records
from services.gateway.dialects.dotdigital.scopes import WATCHES
from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.dialects.dotdigital.v2.fault_rows import FaultRows
from services.gateway.dialects.dotdigital.verdicts import figures_found, figures_of, status_of
from services.gateway.progress import counts_of
from services.gateway.row_reports import csv_blocks, rows_of
from shared.contacts.merge import MATCH_BY
from shared.contract.values import Kind, Outcome
from shared.jobs.job import Job

PATH = "/v2/contacts/import/{import_id}"
UNKNOWN = "Unknown"


@dataclass(frozen=True)
class ImportStatusRoutes:
    """The routes of imports that were accepted; the table is in `routes`."""

    gateway: Gateway

    async def status(self, import_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """One of the vendor's eight words; `Unknown` for an id that is no import of this account."""
        job = await _import(asker, import_id)
        return JSONResponse({"id": import_id, "status": status_of(job) if job else UNKNOWN})

    async def report(self, import_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """The figures of an import that has ended; of a file that was refused for its quality, what was found in it.

        Raises Problem 404 before that, and for one that there is not.
        """
        job = await _ended(asker, import_id)
        if survey := job.plan.get("survey"):
            return JSONResponse(figures_found(survey["codes"]))
        return JSONResponse(figures_of(counts_of(job, await self.gateway.views.read(job.id))))

    async def faults(self, import_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """The rows that were not applied, in the order of the file. Raises Problem 404 as `report` does."""
        job = await _ended(asker, import_id)
        return StreamingResponse(csv_blocks(_faults(self.gateway, job), "\n"), media_type="text/plain")


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ImportStatusRoutes(gateway)
    router = APIRouter()
    router.add_api_route(PATH, to.status)
    router.add_api_route(f"{PATH}/report", to.report)
    router.add_api_route(f"{PATH}/report-faults", to.faults)
    return router


async def _faults(gateway: Gateway, job: Job) -> AsyncGenerator[Sequence[Any], None]:
    faults = FaultRows(job, hidden=(MATCH_BY,) if is_of_records(job) else ())
    yield faults.head
    async for row in rows_of(gateway, job, only=(Outcome.REJECTED, Outcome.SKIPPED)):
        yield faults.row(row)


async def _ended(asker: Tenant, import_id: str) -> Job:
    job = await _import(asker, import_id)
    if job is None or not job.state.is_end:
        raise refused(404, "ERROR_IMPORT_REPORT_NOT_FOUND")
    return job


async def _import(asker: Tenant, import_id: str) -> Job | None:
    job = await asker.jobs.read(import_id.lower())
    return job if job is not None and job.kind is Kind.IMPORT else None
