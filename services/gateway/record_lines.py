"""Native records as the payload of an import: one a line, in blocks, so that few of them are in memory at once."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from services.gateway.transfer import too_large
from shared.jobs.job import Payload
from shared.platform.files import Files, FileTooLarge

READING = {"format": "ndjson", "encoding": "utf-8"}
"""How an import reads it."""
AT_ONCE_BYTES = 64 * 1024
"""Of a longer body the records are made in a thread: a megabyte of them takes some 50 ms."""
_BLOCK_BYTES = 256 * 1024
_encode = msgspec.json.Encoder().encode


def lines_of(records: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """The lines in blocks. Raises what making the records raises."""
    block = bytearray()
    for record in records:
        block += _encode(record)
        block += b"\n"
        if len(block) >= _BLOCK_BYTES:
            yield bytes(block)
            block.clear()
    if block:
        yield bytes(block)


async def store_lines(
    files: Files, account: int, name: str, records: Iterable[Mapping[str, Any]], limit_bytes: int, *, beside: bool
) -> Payload:
    """The records as a stored file, ready for a job. `beside`: they are many, and made beside the event loop.

    Raises Problem 413 beyond the limit, and what making the records raises; then nothing of the file stays.
    """
    blocks = lines_of(records)
    async with files.upload(account, name, limit_bytes=limit_bytes) as upload:
        try:
            while block := await asyncio.to_thread(next, blocks, b"") if beside else next(blocks, b""):
                await upload.write(block)
        except FileTooLarge:
            raise too_large(limit_bytes) from None
        stored = await upload.finish()
    return Payload(stored.file_id, name, stored.bytes, stored.sha256, "application/x-ndjson")
