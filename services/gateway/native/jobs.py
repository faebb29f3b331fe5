"""`/v1/jobs`: how jobs are doing, what became of their rows, and how to stop or forget them."""

import csv
import io
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from starlette.responses import StreamingResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.native.job_body import job_body
from services.gateway.native.job_schema import JobBody, JobPage, RowPage
from services.gateway.paging import decode_cursor, decode_number, encode_cursor
from services.gateway.problems import Problem, described
from shared.accounts.keys import Scope
from shared.contract.options import MENDING_COLUMNS
from shared.contract.values import JobState, Kind, Outcome
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

CSV_BLOCK = 256 * 1024


def routes(gateway: Gateway) -> APIRouter:
    """The routes of jobs."""
    router = APIRouter(tags=["Jobs"], responses=described(401, 403, 404))
    may_read, may_write = tenant(Scope.JOBS_READ), tenant(Scope.JOBS_WRITE)

    async def body(job: Job) -> dict[str, Any]:
        return job_body(job, await gateway.views.read(job.id), gateway.clock.now())

    @router.get("/jobs", response_model=JobPage, response_model_exclude_unset=True, summary="List jobs, newest first")
    async def page(
        asker: Annotated[Tenant, may_read],
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
            created_after=created_after,
            created_before=created_before,
        )
        shown = jobs[:limit]
        views = await gateway.views.read_all(job.id for job in shown)
        now = gateway.clock.now()
        answer: dict[str, Any] = {"items": [job_body(job, views.get(job.id), now) for job in shown]}
        if len(jobs) > limit:
            answer["next_cursor"] = encode_cursor(shown[-1].id, "jobs")
        return answer

    @router.get("/jobs/{job_id}", response_model=JobBody, summary="How a job is doing")
    async def read(job_id: str, asker: Annotated[Tenant, may_read]) -> dict[str, Any]:
        """Never 404 for a job that was accepted, until its retention ends."""
        return await body(await _found(asker, job_id))

    @router.post("/jobs/{job_id}/cancel", response_model=JobBody, summary="Stop a job", responses=described(409))
    async def cancel(job_id: str, asker: Annotated[Tenant, may_write]) -> dict[str, Any]:
        """A job that has not started is cancelled at once; one that runs stops at its next chunk and says what was done."""
        return await body(await gateway.desk.cancel(await _found(asker, job_id)))

    @router.delete("/jobs/{job_id}", summary="Cancel a job if it runs, then forget it", status_code=204, response_model=None)
    async def forget(job_id: str, asker: Annotated[Tenant, may_write]) -> Response:
        """204 when everything of the job is gone; 202 when it still has to stop and goes the moment it has."""
        left = await gateway.desk.forget(await _found(asker, job_id))
        return Response(status_code=202 if left else 204)

    @router.get("/jobs/{job_id}/rows", response_model=RowPage, response_model_exclude_unset=True, summary="What became of each row")
    async def rows(
        job_id: str,
        asker: Annotated[Tenant, may_read],
        outcome: Annotated[list[Outcome] | None, Query()] = None,
        cursor: str | None = None,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> dict[str, Any]:
        """In the order of the payload. While the job runs, rows that have no outcome yet are left out."""
        job = await _found(asker, job_id)
        after = decode_number(cursor, "rows")
        found: list[RowOutcome] = []
        async for row in _rows(gateway, job, after, outcome or ()):
            found.append(row)
            if len(found) > limit:
                break
        columns = job.plan.get("columns", [])
        answer: dict[str, Any] = {"items": [_row_body(row, columns) for row in found[:limit]]}
        if len(found) > limit:
            answer["next_cursor"] = encode_cursor(str(found[limit - 1].line), "rows")
        return answer

    @router.get(
        "/jobs/{job_id}/rejected.csv",
        summary="The rejected rows as a file to mend and send again",
        response_class=StreamingResponse,
        responses={200: {"content": {"text/csv": {}}}},
    )
    async def rejected(job_id: str, asker: Annotated[Tenant, may_read]) -> StreamingResponse:
        """The original columns and values, then `line`, `code` and `message`, which an import leaves alone."""
        job = await _found(asker, job_id)
        headers = {"Content-Disposition": f'attachment; filename="rejected-{job.id}.csv"'}
        return StreamingResponse(_rejected(gateway, job), media_type="text/csv; charset=utf-8", headers=headers)

    return router


async def _found(asker: Tenant, job_id: str) -> Job:
    job = await asker.jobs.read(job_id)
    if job is None:
        raise Problem(404, "job_not_found", "There is no such job in this account, or its retention is over.")
    return job


async def _rows(gateway: Gateway, job: Job, after: int, only: list[Outcome] | tuple[()]) -> AsyncIterator[RowOutcome]:
    lanes = range(int(job.plan.get("lanes", 0)))
    async for row in gateway.outcomes.read(job.id, lanes, after_line=after, only=only):
        yield row


async def _rejected(gateway: Gateway, job: Job) -> AsyncIterator[bytes]:
    columns = list(job.plan.get("columns", []))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([*columns, *MENDING_COLUMNS])
    async for row in _rows(gateway, job, 0, [Outcome.REJECTED]):
        cells = [_cell(cell) for cell in row.cells or ()]
        cells += [""] * (len(columns) - len(cells))
        writer.writerow([*cells, row.line, row.code, row.message])
        if text.tell() > CSV_BLOCK:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _cell(cell: Any) -> str:
    if cell is None or isinstance(cell, bytes):
        return ""
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)


def _row_body(row: RowOutcome, columns: list[str]) -> dict[str, Any]:
    values = None
    if row.cells is not None:
        values = {name: cell for name, cell in zip(columns, row.cells, strict=False) if not isinstance(cell, bytes)}
    return {
        "line": row.line,
        "outcome": str(row.outcome),
        "contact_id": row.contact,
        "code": row.code,
        "field": row.field,
        "message": row.message,
        "values": values,
    }
