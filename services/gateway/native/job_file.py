"""`GET /v1/jobs/{id}/file`: the file that an export made, whole, in parts, or compressed on its way; the same bytes every time."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.file_answer import announced, streamed
from services.gateway.job_file import JobFile, file_of
from services.gateway.problems import Problem, described
from shared.accounts.keys import Scope
from shared.contract.values import JobState, Kind
from shared.jobs.job import Job

RETRY_SECONDS = 2
MAY_READ = tenant(Scope.CONTACTS_READ, Scope.JOBS_READ)
_DESCRIPTIONS = {
    200: "The whole file. `ETag` and `Repr-Digest` are made of its SHA-256.",
    206: "The part that `Range` asks for.",
    304: "The client has it already.",
    416: "The file ends before the part begins.",
}
_HEADERS = ("Range", "If-Range", "If-None-Match", "Accept-Encoding")


@dataclass(frozen=True)
class FileRoutes:
    """The routes of files as methods; the table is in `routes`."""

    gateway: Gateway

    async def read(self, job_id: str, request: Request, asker: Annotated[Tenant, MAY_READ]) -> Response:
        """Resume with `Range` and `If-Range`. With `Accept-Encoding: gzip` text travels compressed, and then only as a whole."""
        return streamed(request, _file(await asker.jobs.read(job_id, whole=True)), self.gateway.files)

    async def look(self, job_id: str, request: Request, asker: Annotated[Tenant, MAY_READ]) -> Response:
        """The headers of the whole file, and nothing else."""
        return announced(request, _file(await asker.jobs.read(job_id)))


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = FileRoutes(gateway)
    router = APIRouter(tags=["Exports"], responses=described(404, 409, 410))
    add, path = router.add_api_route, "/jobs/{job_id}/file"
    binary = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": _DESCRIPTIONS[200], "content": binary},
        206: {"description": _DESCRIPTIONS[206], "content": binary},
        304: {"description": _DESCRIPTIONS[304]},
        416: {**described(416)[416], "description": _DESCRIPTIONS[416]},
    }
    asked = {"parameters": [{"name": name, "in": "header", "required": False, "schema": {"type": "string"}} for name in _HEADERS]}
    plain: dict[str, Any] = {"response_class": Response, "response_model": None}
    add(path, to.read, summary="The file of an export", responses=answers, openapi_extra=asked, **plain)
    known: dict[int | str, dict[str, Any]] = {200: {"description": "Its headers."}, 304: answers[304]}
    add(path, to.look, methods=["HEAD"], summary="The headers of the file", responses=known, **plain)
    return router


def _file(job: Job | None) -> JobFile:
    """The job's file. Raises Problem for every reason why there is none."""
    if job is None:
        raise Problem(404, "job_not_found", "There is no such job in this account, or its retention is over.")
    if job.kind is not Kind.EXPORT:
        raise _missing(f"Exports have files; this job is of kind {job.kind}. See its rows for what it did.")
    if not job.state.is_end:
        detail = f"The job is {job.state}. Poll GET /v1/jobs/{job.id} until it is completed, then ask again."
        raise Problem(409, "file_not_ready", detail, headers={"Retry-After": str(RETRY_SECONDS)})
    if job.state is not JobState.COMPLETED:
        reason = f" ({job.error.code}: {job.error.message})" if job.error else ""
        raise _missing(f"The job is {job.state}{reason} and left no file. Send the export again.")
    if "erased_at" in job.result:
        raise Problem(410, "file_erased", "A contact in the file has been erased since, and the file with it. Export again.")
    file = file_of(job)
    if file is None:
        raise _missing("The job left no file. Send the export again.")
    return file


def _missing(detail: str) -> Problem:
    return Problem(404, "file_missing", detail)
