"""The file of an export as an answer, in whatever API: whole, in parts, or compressed on its way; the same bytes every time."""

import base64
from collections.abc import AsyncGenerator, Mapping
from urllib.parse import quote

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Send

from services.gateway.job_file import JobFile, blocks_of, gzipped
from services.gateway.problems import Problem
from services.gateway.ranges import Part, RangeUnsatisfiable, is_known, takes_gzip, wanted_part
from shared.platform.files import Files


def streamed(request: Request, file: JobFile, files: Files) -> Response:
    """The file as the request asks for it. Raises Problem 416 `range_unsatisfiable`."""
    headers = _headers(request, file)
    if is_known(request.headers.get("if-none-match"), headers["ETag"]):
        return _unchanged(headers)
    whole = Part(0, file.bytes)
    if "Content-Encoding" in headers:
        return FileResponse(gzipped(blocks_of(file, files, whole)), 200, headers)
    try:
        part = wanted_part(request.headers.get("range"), request.headers.get("if-range"), headers["ETag"], file.bytes)
    except RangeUnsatisfiable:
        raise _beyond(file) from None
    wanted = part or whole
    headers["Content-Length"] = str(wanted.bytes)
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.bytes}"
    return FileResponse(blocks_of(file, files, wanted), 206 if part else 200, headers)


def announced(request: Request, file: JobFile) -> Response:
    """The headers of the whole file, and nothing else."""
    headers = _headers(request, file)
    if is_known(request.headers.get("if-none-match"), headers["ETag"]):
        return _unchanged(headers)
    response = Response(headers={**headers, "Content-Length": str(file.bytes)})
    if "Content-Encoding" in headers:
        del response.headers["Content-Length"]  # nobody knows it before the file is compressed
    return response


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
