"""`/v1/jobs`: how jobs are doing, what became of their rows, and how to stop or forget them."""

import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.responses import StreamingResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.moments import in_utc
from services.gateway.native.job_body import job_body
from services.gateway.native.job_schema import JobBody, JobPage, RowPage
from services.gateway.paging import decode_cursor, decode_number, encode_cursor
from services.gateway.problems import Problem, described
from services.gateway.row_reports import cell_text, csv_blocks, rows_of
from shared.accounts.keys import Scope
from shared.contract.formula import escape
from shared.contract.options import MENDING_COLUMNS
from shared.contract.values import JobState, Kind, Outcome
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

MAY_READ = tenant(Scope.JOBS_READ)
MAY_WRITE = tenant(Scope.JOBS_WRITE)


@dataclass(frozen=True)
class JobRoutes:
    """The routes of jobs as methods; the table is in `routes`."""

    gateway: Gateway

    async def page(
        self,
        asker: Annotated[Tenant, MAY_READ],
        state: Annotated[list[JobState] | None, Query()] = None,
        kind: Annotated[list[Kind] | None, Query()] = None,
        created_after: datetime | None = None,
        created_before: datetime | None = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
    ) -> dict[str, Any]:
        """Filters may be repeated. A page ends with `next_cursor` where there is more."""
        jobs = await asker.jobs.page(
            before=decode_cursor(cursor, "jobs") if cursor else None,
            limit=limit + 1,
            states=state or (),
            kinds=kind or (),
            created_after=in_utc(created_after, "created_after"),
            created_before=in_utc(created_before, "created_before"),
        )
        shown = jobs[:limit]
        views = await self.gateway.views.read_all(job.id for job in shown)
        now = self.gateway.clock.now()
        answer: dict[str, Any] = {"items": [job_body(job, views.get(job.id), now) for job in shown]}
        if len(jobs) > limit:
            answer["next_cursor"] = encode_cursor(shown[-1].id, "jobs")
        return answer

    async def read(self, job_id: str, asker: Annotated[Tenant, MAY_READ]) -> dict[str, Any]:
        """Never 404 for a job that was accepted, until its retention ends."""
        return await self._body(await _found(asker, job_id))

    async def cancel(self, job_id: str, asker: Annotated[Tenant, MAY_WRITE]) -> dict[str, Any]:
        """A job that has not started is cancelled at once; one that runs stops at its next chunk and says what was done."""
        return await self._body(await self.gateway.desk.cancel(await _found(asker, job_id)))

    async def pause(self, job_id: str, asker: Annotated[Tenant, MAY_WRITE]) -> dict[str, Any]:
        """The chunks in hand are finished and no more are started. The job keeps its places. Pausing it again changes nothing."""
        return await self._body(await self.gateway.desk.pause(await _found(asker, job_id)))

    async def resume(self, job_id: str, asker: Annotated[Tenant, MAY_WRITE]) -> dict[str, Any]:
        """A paused job goes on where it stands; one that is processing already simply does."""
        return await self._body(await self.gateway.desk.resume(await _found(asker, job_id)))

    async def forget(self, job_id: str, asker: Annotated[Tenant, MAY_WRITE]) -> Response:
        """204 when everything of the job is gone; 202 when it still has to stop and goes the moment it has."""
        left = await self.gateway.desk.forget(await _found(asker, job_id))
        return Response(status_code=202 if left else 204)

    async def rows(
        self,
        job_id: str,
        asker: Annotated[Tenant, MAY_READ],
        outcome: Annotated[list[Outcome] | None, Query()] = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> dict[str, Any]:
        """In the order of the payload. While the job runs, rows that have no outcome yet are left out."""
        job = await _found(asker, job_id)
        found: list[RowOutcome] = []
        async for row in rows_of(self.gateway, job, after_line=decode_number(cursor, "rows"), only=outcome or ()):
            found.append(row)
            if len(found) > limit:
                break
        columns = job.plan.get("columns", [])
        answer: dict[str, Any] = {"items": [_row_body(row, columns) for row in found[:limit]]}
        if len(found) > limit:
            answer["next_cursor"] = encode_cursor(str(found[limit - 1].line), "rows")
        return answer

    async def rejected(self, job_id: str, asker: Annotated[Tenant, MAY_READ]) -> StreamingResponse:
        """`line`, `code` and `message`, which an import leaves alone, then the original columns and values.

        Cells that a spreadsheet would run have an apostrophe in front, which an import with the same options takes off.
        """
        job = await _found(asker, job_id)
        headers = {"Content-Disposition": f'attachment; filename="rejected-{job.id}.csv"'}
        return StreamingResponse(
            csv_blocks(_rejected(self.gateway, job), "\r\n"), media_type="text/csv; charset=utf-8", headers=headers
        )

    async def _body(self, job: Job) -> dict[str, Any]:
        return job_body(job, await self.gateway.views.read(job.id), self.gateway.clock.now())


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = JobRoutes(gateway)
    router = APIRouter(tags=["Jobs"], responses=described(401, 403))
    add, missing = router.add_api_route, described(404)
    paged: dict[str, Any] = {"response_model_exclude_unset": True}
    csv_file: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {}}}, **missing}
    one, stopped = "/jobs/{job_id}", described(404, 409)
    add("/jobs", to.page, response_model=JobPage, summary="List jobs, newest first", **paged)
    add(one, to.read, response_model=JobBody, summary="How a job is doing", responses=missing)
    add(f"{one}/cancel", to.cancel, methods=["POST"], response_model=JobBody, summary="Stop a job", responses=stopped)
    add(f"{one}/pause", to.pause, methods=["POST"], response_model=JobBody, summary="Let a job rest", responses=stopped)
    add(f"{one}/resume", to.resume, methods=["POST"], response_model=JobBody, summary="Go on with a paused job", responses=stopped)
    add(
        one,
        to.forget,
        methods=["DELETE"],
        status_code=204,
        response_model=None,
        summary="Cancel a job, then forget it",
        responses=stopped,
    )
    add(f"{one}/rows", to.rows, response_model=RowPage, summary="What became of each row", responses=missing, **paged)
    add(
        f"{one}/rejected.csv",
        to.rejected,
        response_class=StreamingResponse,
        summary="The rejected rows, to mend and send again",
        responses=csv_file,
    )
    return router


async def _found(asker: Tenant, job_id: str) -> Job:
    job = await asker.jobs.read(job_id)
    if job is None:
        raise Problem(404, "job_not_found", "There is no such job in this account, or its retention is over.")
    return job


async def _rejected(gateway: Gateway, job: Job) -> AsyncIterator[Sequence[Any]]:
    made_safe = escape if job.options.get("formula_escape", True) else str
    yield [*MENDING_COLUMNS, *map(made_safe, job.plan.get("columns", []))]
    async for row in rows_of(gateway, job, only=[Outcome.REJECTED]):
        yield [row.line, row.code, made_safe(row.message or ""), *(made_safe(cell_text(cell)) for cell in row.cells or ())]


def _row_body(row: RowOutcome, columns: list[str]) -> dict[str, Any]:
    values = None
    if row.cells is not None:
        surplus = (f"column {number}" for number in itertools.count(len(columns) + 1))
        names = itertools.chain(columns, surplus)
        values = {name: cell for name, cell in zip(names, row.cells, strict=False) if not isinstance(cell, bytes)}
    return {
        "line": row.line,
        "outcome": str(row.outcome),
        "contact_id": row.contact,
        "code": row.code,
        "field": row.field,
        "message": row.message,
        "values": values,
    }
