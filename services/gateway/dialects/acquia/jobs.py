"""`/api/contacts/job/{id}`: how a bulk job is doing, what became of each of its contacts in their order, and its end."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.acquia.answers import answer, done
from services.gateway.dialects.acquia.asking import whole
from services.gateway.dialects.acquia.bulk import PAYLOAD_NAME
from services.gateway.dialects.acquia.contact_batch import fields_of
from services.gateway.dialects.acquia.errors import bad_request, not_found
from services.gateway.dialects.acquia.job_details import Details
from services.gateway.dialects.acquia.php import is_true
from services.gateway.dialects.acquia.scopes import ENDS, WATCHES
from services.gateway.row_reports import rows_of
from shared.contract.values import JobState, Kind
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

PATH = "/api/contacts/job"
PAGE = 200
"""Contacts on a page of details."""
_GREATEST_PAGE = 10**6
_STATUSES = {JobState.WAITING: "queued", JobState.QUEUED: "queued"}
"""Of jobs that have not ended; all others are in progress."""


@dataclass(frozen=True)
class JobRoutes:
    """The routes of bulk jobs that were accepted; the table is in `routes`."""

    gateway: Gateway

    async def read(self, job_id: str, request: Request, asker: Annotated[Tenant, WATCHES]) -> Response:
        """Its status; of one that is completed, where `details` are asked for, a page of what became of its contacts."""
        job = await self._found(asker, job_id)
        page = _page(request)
        body: dict[str, Any] = {"status": status_of(job)}
        if job.state.is_end and is_true(request.query_params.get("details", "")):
            body["details"] = await self._details(asker, job, page)
        return answer(body)

    async def delete(self, job_id: str, asker: Annotated[Tenant, ENDS]) -> Response:
        """Stop it where it has not ended, and forget it with everything of it. What was applied by then stays."""
        await self.gateway.desk.forget(await self._found(asker, job_id))
        return done()

    async def _found(self, asker: Tenant, job_id: str) -> Job:
        """Raises Problem 404 for any other job, for one that was deleted and may still be stopping, and for one over its time."""
        job = await asker.jobs.read(job_id)
        if job is None or not _is_ours(job) or job.is_forgotten:
            raise not_found()
        if job.expires_at is not None and job.expires_at <= self.gateway.clock.now():
            raise not_found()
        return job

    async def _details(self, asker: Tenant, job: Job, page: int) -> dict[str, Any]:
        details = Details(job, await fields_of(asker), page, PAGE)
        rows: dict[int, RowOutcome] = {}
        async with aclosing(rows_of(self.gateway, job, after_line=details.first - 1)) as found:
            async for row in found:
                if row.line > details.last:
                    break
                rows[row.line] = row
        # Of contacts that failed every cell is read again: a page of wide ones takes a second.
        return await asyncio.to_thread(details.body, rows, f"{PATH}/{job.id}")


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = JobRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/{{job_id}}", to.read)
    router.add_api_route(f"{PATH}/{{job_id}}", to.delete, methods=["DELETE"])
    return router


def status_of(job: Job) -> str:
    """One of three words: a job that failed or was cancelled is completed, and its details say what became of each contact."""
    return "completed" if job.state.is_end else _STATUSES.get(job.state, "in_progress")


def _is_ours(job: Job) -> bool:
    """Whether it came through `/api`. A name is not enough: any file may have it, and only of ours is the number of rows known."""
    is_named_so = job.payload is not None and job.payload.name == PAYLOAD_NAME
    return is_named_so and job.kind is Kind.IMPORT and bool(job.options.get("most_rows")) and job.options.get("taken") == "merge"


def _page(request: Request) -> int:
    page = whole(request.query_params.get("page", "").strip() or "1", _GREATEST_PAGE)
    if not page:
        raise bad_request("The page is a number from 1.")
    return page
