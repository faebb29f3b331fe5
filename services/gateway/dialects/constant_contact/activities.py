"""`/v3/activities`: how activities are doing, newest first. Beyond the vendor: `DELETE` cancels one."""

from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request, Response
from pydantic import Field
from starlette.responses import JSONResponse

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact.activity_body import STATES, STUCK, activity, row_error
from services.gateway.dialects.constant_contact.asking import SUBMITS, WATCHES, Said, said
from services.gateway.dialects.constant_contact.errors import not_found
from services.gateway.dialects.constant_contact.paging import asked, page
from services.gateway.progress import counts_of
from services.gateway.row_reports import rows_of
from shared.contract.values import JobState, Outcome
from shared.jobs.job import Job
from shared.jobs.progress import View

PATH = "/v3/activities"
MOST_ERRORS = 100
"""Rows of which an activity says what is wrong with them; all of them stand in `_links.rejected`."""


class Wanted(Said):
    """Which activities a page shows. The vendor takes no `initialized` here."""

    limit: Annotated[int, Field(ge=1, le=500)] = 50
    state: Literal["processing", "completed", "cancelled", "failed", "timed_out"] | None = None


@dataclass(frozen=True)
class ActivityRoutes:
    """The routes of activities as methods; the table is in `routes`."""

    gateway: Gateway

    async def page(self, request: Request, asker: Annotated[Tenant, WATCHES]) -> Response:
        """Every job of the account that is kept is an activity, however it was submitted."""
        query, before = asked(request.query_params, "activities")
        wanted = said(Wanted, query)
        found, position = await self._found(asker, wanted, before)
        views = await self.gateway.views.read_all(job.id for job in found)
        items = [activity(job, views.get(job.id), _rejections(job, views.get(job.id))) for job in found]
        return JSONResponse(page("activities", items, PATH, query, position))

    async def read(self, activity_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """One activity, with what is wrong with its first rows."""
        return JSONResponse(await self._body(await _job(asker, activity_id)))

    async def cancel(self, activity_id: str, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """Stop it: at once where it has not begun, otherwise at its next chunk. 409 where it has ended."""
        job = await self.gateway.desk.cancel(await _job(asker, activity_id))
        return JSONResponse(await self._body(job), 202)

    async def _body(self, job: Job) -> dict[str, Any]:
        view = await self.gateway.views.read(job.id)
        return activity(job, view, await row_errors(self.gateway, job, view))

    async def _found(self, asker: Tenant, wanted: Wanted, before: str | None) -> tuple[list[Job], str | None]:
        """The jobs of the page, and the last of them where there are more. Stuck jobs are failed ones with certain errors."""
        found = await asker.jobs.page(
            before=before,
            limit=wanted.limit + 1,
            states=(JobState.FAILED,) if wanted.state == "timed_out" else STATES[wanted.state] if wanted.state else (),
            errors=STUCK if wanted.state == "timed_out" else (),
            other_errors=STUCK if wanted.state == "failed" else (),
        )
        position = found[wanted.limit - 1].id if len(found) > wanted.limit else None
        return found[: wanted.limit], position


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ActivityRoutes(gateway)
    router = APIRouter()
    router.add_api_route(PATH, to.page)
    router.add_api_route(f"{PATH}/{{activity_id}}", to.read)
    router.add_api_route(f"{PATH}/{{activity_id}}", to.cancel, methods=["DELETE"], status_code=202)
    return router


async def row_errors(gateway: Gateway, job: Job, view: View | None) -> list[str]:
    """What is wrong with the first rejected rows, in their order; the last entry says how many more there are."""
    rejected = counts_of(job, view).rejected
    if not rejected:
        return []
    errors: list[str] = []
    async with aclosing(rows_of(gateway, job, only=(Outcome.REJECTED,))) as rows:
        async for row in rows:
            errors.append(row_error(job, row))
            if len(errors) == MOST_ERRORS:
                break
    more = rejected - len(errors)
    return [*errors, f"and {more} more; all are in /v1/jobs/{job.id}/rejected.csv"] if more > 0 else errors


def _rejections(job: Job, view: View | None) -> list[str]:
    """What a page says of rejected rows: one job of it has no other question than its neighbours."""
    rejected = counts_of(job, view).rejected
    rows = "1 row was" if rejected == 1 else f"{rejected} rows were"
    return [f"{rows} rejected; see {PATH}/{job.id}"] if rejected else []


async def _job(asker: Tenant, activity_id: str) -> Job:
    job = await asker.jobs.read(activity_id)
    if job is None:
        raise not_found("activity_id is unknown: there is no such activity in this account, or it is older than its retention.")
    return job
