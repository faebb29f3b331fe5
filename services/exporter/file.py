"""The file of an export in the store: parts that commit with their chunks, and the manifest that says how they make one file."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from services.exporter.assembly import Order, assembled
from services.exporter.render import Contacts, Renderer
from shared.jobs.job import Job
from shared.jobs.produced import part_id, parts_of
from shared.platform.files import Files, StoredFile
from shared.platform.mongo import Session

PART_BYTES = 8_000_000
"""A part beyond this is written down before the chunk's next contacts are read: contacts may be large."""
Segment = dict[str, Any]


class Parts:
    """Writes what one chunk becomes, in the transaction of the chunk: one part where pieces are joined, else one a piece."""

    def __init__(self, files: Files, session: Session, job: Job, lane: int, sequence: int, *, are_joined: bool) -> None:
        self._files = files
        self._session = session
        self._job = job
        self._lane = lane
        self._sequence = sequence
        self._are_joined = are_joined
        self._pieces: list[bytes] = []
        self._number = 0

    async def add(self, renderer: Renderer, contacts: Contacts) -> None:
        """Render the next contacts."""
        piece = renderer.part(contacts)
        if not piece:
            return
        if self._pieces and (between := renderer.between()):
            self._pieces.append(between)
        self._pieces.append(piece)
        if not self._are_joined or sum(map(len, self._pieces)) > PART_BYTES:
            await self.close()

    async def close(self) -> None:
        """Write down what has not been written yet."""
        if self._pieces:
            job, data = self._job, b"".join(self._pieces)
            where = part_id(job.id, self._lane, self._sequence, self._number)
            await self._files.put(self._session, where, job.account, job.id, f"part {self._number}", data)
            self._pieces.clear()
            self._number += 1


async def manifest(files: Files, job: Job, renderer: Renderer, order: Order, rows: int) -> Mapping[str, Any]:
    """Name, media type, rows, bytes and SHA-256 of the file, and its segments in order: each a stored file, or bytes as they are.

    The same parts always give the same manifest, but for the id of a file that had to be made of them.
    """
    parts = await files.below(parts_of(job.id))
    if order.is_book:
        whole = await assembled(files, job, order, parts)
        segments, digest = [_file(whole)], whole.sha256
    else:
        segments = laid_out(renderer, parts)
        digest = await _digest(files, segments)
    return {
        "name": f"contacts-{job.created_at:%Y%m%d-%H%M%S}{renderer.ending}",
        "media_type": renderer.media_type,
        "rows": rows,
        "bytes": sum(segment["bytes"] for segment in segments),
        "sha256": digest,
        "segments": segments,
    }


def laid_out(renderer: Renderer, parts: Sequence[StoredFile]) -> list[Segment]:
    """Head, parts and tail, with what stands between two parts."""
    segments = [_data(renderer.head())]
    for number, part in enumerate(parts):
        if number:
            segments.append(_data(renderer.between()))
        segments.append(_file(part))
    segments.append(_data(renderer.tail()))
    return [segment for segment in segments if segment["bytes"]]


async def _digest(files: Files, segments: Sequence[Segment]) -> str:
    whole = sha256()
    for segment in segments:
        if "data" in segment:
            whole.update(segment["data"])
        else:
            async for block in files.read(segment["file"]):
                whole.update(block)
    return whole.hexdigest()


def _file(stored: StoredFile) -> Segment:
    return {"file": stored.file_id, "bytes": stored.bytes}


def _data(data: bytes) -> Segment:
    return {"data": data, "bytes": len(data)}
