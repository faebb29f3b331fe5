"""The file of a completed export as bytes: its segments in order, or the part of them that was asked for.

Nothing is joined: one block of at most 1 MiB is in memory, and one more while it is compressed.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from services.gateway.ranges import Part
from shared.jobs.job import Job
from shared.platform.files import Files

FACTS = ("name", "media_type", "rows", "bytes", "sha256")
"""What is told of a file."""
GZIP_LEVEL = 6
_GZIP_BITS = 31
_PLAIN = frozenset({"text/csv", "application/x-ndjson", "application/json"})
"""Media types that become much smaller on their way."""


@dataclass(frozen=True, slots=True)
class JobFile:
    """What an export made, as its manifest says."""

    name: str
    media_type: str
    rows: int
    bytes: int
    sha256: str
    segments: tuple[Mapping[str, Any], ...]
    """What it consists of; nothing where the job was not read whole."""

    @property
    def is_plain(self) -> bool:
        """True for text that is not compressed already."""
        return self.media_type.partition(";")[0].strip() in _PLAIN


def file_of(job: Job) -> JobFile | None:
    """The file of the job; None where it has none, or none any more."""
    result = job.result
    if "sha256" not in result or "erased_at" in result:
        return None
    facts = {name: result[name] for name in FACTS}
    return JobFile(**facts, segments=tuple(result.get("segments", ())))


async def blocks_of(file: JobFile, files: Files, part: Part) -> AsyncGenerator[bytes, None]:
    """The bytes of the part, in blocks of at most 1 MiB. Raises what `Files.read` does."""
    begin = 0
    for segment in file.segments:
        end = begin + segment["bytes"]
        if begin >= part.end:
            return
        if end > part.start:
            first, last = max(part.start, begin) - begin, min(part.end, end) - begin
            async with aclosing(_of_segment(files, segment, first, last)) as blocks:
                async for block in blocks:
                    yield block
        begin = end


async def gzipped(blocks: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """The same as one gzip member, without a time in it. Compresses beside the loop."""
    packer = zlib.compressobj(GZIP_LEVEL, wbits=_GZIP_BITS)
    async with aclosing(blocks):
        async for block in blocks:
            if packed := await asyncio.to_thread(packer.compress, block):
                yield packed
    yield packer.flush()


async def _of_segment(files: Files, segment: Mapping[str, Any], first: int, last: int) -> AsyncGenerator[bytes, None]:
    if "data" in segment:
        yield bytes(segment["data"])[first:last]
        return
    left = last - first
    stored: AsyncIterator[bytes] = files.read(segment["file"], offset=first)
    async for block in stored:
        yield block[:left]
        left -= len(block)
        if left <= 0:
            return
