"""`GET /v1/jobs/{id}/file`: the file that an export made, whole, in parts, or compressed on its way; the same bytes every time."""

import base64
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Send

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.job_file import JobFile, blocks_of, file_of, gzipped
from services.gateway.problems import Problem, described
from services.gateway.ranges import Part, RangeUnsatisfiable, is_known, takes_gzip, wanted_part
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


class FileResponse(StreamingResponse):
    """A stream that is closed however it ends, a client that goes away included."""

    def __init__(self, blocks: AsyncGenerator[bytes, None], status: int, headers: Mapping[str, str]) -> None:
        super().__init__(blocks, status, headers)
        self._blocks = blocks

    async def stream_response(self, send: Send) -> None:
        """See `StreamingResponse`."""
        try:
            await super().stream_response(send)
        finally:
            await self._blocks.aclose()


@dataclass(frozen=True)
class FileRoutes:
    """The routes of files as methods; the table is in `routes`."""

    gateway: Gateway

    async def read(self, job_id: str, request: Request, asker: Annotated[Tenant, MAY_READ]) -> Response:
        """Resume with `Range` and `If-Range`. With `Accept-Encoding: gzip` text travels compressed, and then only as a whole."""
        file = _file(await asker.jobs.read(job_id, whole=True))
        headers = _headers(request, file)
        if is_known(request.headers.get("if-none-match"), headers["ETag"]):
            return _unchanged(headers)
        whole = Part(0, file.bytes)
        if "Content-Encoding" in headers:
            return FileResponse(gzipped(blocks_of(file, self.gateway.files, whole)), 200, headers)
        try:
            part = wanted_part(request.headers.get("range"), request.headers.get("if-range"), headers["ETag"], file.bytes)
        except RangeUnsatisfiable:
            raise _beyond(file) from None
        wanted = part or whole
        headers["Content-Length"] = str(wanted.bytes)
        if part is not None:
            headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.bytes}"
        return FileResponse(blocks_of(file, self.gateway.files, wanted), 206 if part else 200, headers)

    async def look(self, job_id: str, request: Request, asker: Annotated[Tenant, MAY_READ]) -> Response:
        """The headers of the whole file, and nothing else."""
        file = _file(await asker.jobs.read(job_id))
        headers = _headers(request, file)
        if is_known(request.headers.get("if-none-match"), headers["ETag"]):
            return _unchanged(headers)
        response = Response(headers={**headers, "Content-Length": str(file.bytes)})
        if "Content-Encoding" in headers:
            del response.headers["Content-Length"]  # nobody knows it before the file is compressed
        return response


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


def _beyond(file: JobFile) -> Problem:
    detail = f"The file has {file.bytes} bytes and the part begins beyond them. You may have all of it already."
    return Problem(416, "range_unsatisfiable", detail, field="Range", headers={"Content-Range": f"bytes */{file.bytes}"})


def _headers(request: Request, file: JobFile) -> dict[str, str]:
    """What is said of the form that the client gets: as it is, or compressed, which is never given in parts.

    A digest is that of the bytes that travel: those of the compressed form are not known before, so its tag is weak.
    """
    found = {"Content-Type": file.media_type, "Content-Disposition": _disposition(file.name)}
    if file.is_plain:
        found["Vary"] = "Accept-Encoding"
    if file.is_plain and "range" not in request.headers and takes_gzip(request.headers.get("accept-encoding")):
        return found | {"Content-Encoding": "gzip", "ETag": f'W/"{file.sha256}-gzip"', "Accept-Ranges": "none"}
    digest = base64.b64encode(bytes.fromhex(file.sha256)).decode()
    said = {"Repr-Digest": f"sha-256=:{digest}:", "Digest": f"sha-256={digest}"}
    return found | said | {"ETag": f'"{file.sha256}"', "Accept-Ranges": "bytes"}


def _disposition(name: str) -> str:
    """RFC 6266: a plain name for old clients, and the exact one where it is not plain."""
    plain = "".join(letter if letter.isascii() and letter.isprintable() and letter not in '"\\%' else "_" for letter in name)
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def _unchanged(headers: dict[str, str]) -> Response:
    kept = {name: value for name, value in headers.items() if name in ("ETag", "Vary")}
    return Response(status_code=304, headers=kept)
