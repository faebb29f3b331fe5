"""The body of a request as it arrives: counted, timed, and freed of the transfer's gzip in slices of bounded size.

However the bytes come, at most one block of the server and one slice of 256 KiB are in memory here.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing

from starlette.requests import ClientDisconnect, Request

from services.gateway.problems import Problem

SLICE_BYTES = 256 * 1024
FED_BYTES = 16 * 1024
"""What the decompressor is given at once: each of its slices copies what it has not read yet."""
MOST_MEMBERS = 20_000
"""Of one gzip body. Each costs a copy; block-wise compressors make one for each 64 KB."""
ENVELOPE_BYTES = 256 * 1024
"""What may surround the file in a body: boundaries, part headers, options, the frame of gzip."""
GZIP = {"gzip", "x-gzip"}


def too_large(limit_bytes: int, *, field: str | None = None) -> Problem:
    """The answer to a file over the limit."""
    size = f"{limit_bytes / 2**20:.6g} MB ({limit_bytes} bytes)" if limit_bytes >= 2**20 else f"{limit_bytes} bytes"
    detail = f"The file is larger than {size}, the most that one job takes. Split it into smaller files."
    return Problem(413, "payload_too_large", detail, field=field, limit_bytes=limit_bytes)


def is_gzipped(request: Request) -> bool:
    """True when the transfer is compressed. Raises Problem `encoding_unsupported` (415) for anything but gzip."""
    named = request.headers.getlist("content-encoding")
    encodings = [part.strip().lower() for value in named for part in value.split(",") if part.strip()]
    codings = [encoding for encoding in encodings if encoding != "identity"]
    if codings and (len(codings) > 1 or codings[0] not in GZIP):
        detail = "Of content encodings only gzip is understood, once. Send the body with Content-Encoding: gzip, or as it is."
        raise Problem(415, "encoding_unsupported", detail, headers={"Accept-Encoding": "gzip"})
    return bool(codings)


def check_length(request: Request, most_bytes: int, limit_bytes: int) -> None:
    """Refuse a body that announces more than `most_bytes`, before any of it is read."""
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdecimal() and (len(announced) > 18 or int(announced) > most_bytes):
        raise too_large(limit_bytes)


async def body_blocks(request: Request, most_bytes: int, limit_bytes: int, idle_seconds: float) -> AsyncGenerator[bytes, None]:
    """The body, decompressed, in blocks that are never empty. `most_bytes` is for the whole body, `limit_bytes` for the message.

    Raises Problem: `payload_too_large` (413), `body_idle` (408), `body_truncated` and `body_damaged` (400).
    """
    gunzip = Gunzip() if is_gzipped(request) else None
    arrived = decoded = 0
    async with aclosing(_arriving(request, idle_seconds)) as arriving:
        async for block in arriving:
            arrived += len(block)
            # On the wire too: a gzip body can be endless and yet hold nothing.
            if arrived > most_bytes + (ENVELOPE_BYTES if gunzip else 0):
                raise too_large(limit_bytes)
            for part in gunzip.feed(block) if gunzip else (block,):
                decoded += len(part)
                if decoded > most_bytes:
                    raise too_large(limit_bytes)
                yield part
    if gunzip:
        gunzip.finish()


class Gunzip:
    """A gzip stream of one member or several, one after the other, fed in blocks."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(wbits=31)
        self._members = 1

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Slices of at most 256 KiB of what the block holds. Raises Problem `body_damaged` (400)."""
        for start in range(0, len(block), FED_BYTES):
            yield from self._inflate(block[start : start + FED_BYTES])

    def finish(self) -> None:
        """Raises Problem `body_truncated` (400) unless the stream is complete."""
        if not self._member.eof:
            detail = "The gzip stream of the body ends before its end. Send the request again."
            raise Problem(400, "body_truncated", detail)

    def _inflate(self, data: bytes) -> Iterator[bytes]:
        while True:
            if self._member.eof:
                data = data.lstrip(b"\0")  # some tools pad with NUL after the end
                if not data:
                    return
                self._next_member()
            try:
                part = self._member.decompress(data, SLICE_BYTES)
            except zlib.error:
                detail = "The body says Content-Encoding: gzip and cannot be decompressed. Check how it was compressed."
                raise Problem(400, "body_damaged", detail) from None
            if part:
                yield part
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if not data and len(part) < SLICE_BYTES:
                return

    def _next_member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            detail = f"The gzip stream of the body has more than {MOST_MEMBERS} members. Compress it in one go."
            raise Problem(400, "body_damaged", detail)
        self._member = zlib.decompressobj(wbits=31)


async def _arriving(request: Request, idle_seconds: float) -> AsyncGenerator[bytes, None]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(idle_seconds):
                block = await anext(stream, b"")
        except TimeoutError:
            detail = f"No byte of the body arrived for {idle_seconds:g} seconds. Check the connection and send the request again."
            raise Problem(408, "body_idle", detail) from None
        except ClientDisconnect:
            detail = "The connection ended before the body did. Send the request again."
            raise Problem(400, "body_truncated", detail) from None
        if not block:
            return
        yield block
