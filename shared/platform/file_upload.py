"""One file on its way into the bucket: at most two chunks of it are in memory, one that fills and one that is being written.

No write of it is ever left alone: ending an upload waits for the one under way, so nothing lands after the clean-up.
"""

import asyncio
import hashlib
from collections.abc import Awaitable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import structlog
from pymongo.errors import PyMongoError

from shared.platform.clock import Clock
from shared.platform.mongo import Collection

CHUNK_BYTES = 1024 * 1024
TOUCH_SECONDS = 60.0
"""How often a live upload notes that it is alive, at most."""

log = structlog.get_logger(__name__)


class FileTooLarge(Exception):
    """The file has more bytes than it may have."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"the file has more than {limit_bytes} bytes")
        self.limit_bytes = limit_bytes


class FileUnavailable(Exception):
    """There is no file of this id in the state that was asked for."""

    def __init__(self, file_id: str, state: str) -> None:
        super().__init__(f"there is no {state} file {file_id}")
        self.file_id = file_id


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A complete file: its length in bytes and the SHA-256 of exactly these, in hexadecimal digits."""

    file_id: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Bucket:
    """Where uploads write. It holds on to their deletions under way, which outlive a cancelled caller; the loop does not."""

    files: Collection
    chunks: Collection
    clock: Clock
    clean_ups: set[asyncio.Task[None]] = field(default_factory=set)


class Upload:
    """`async with`: begins on entry; without `finish`, or with any exception (a cancellation too), nothing stays on exit."""

    def __init__(self, bucket: Bucket, account: int, name: str, limit_bytes: int, prefix: str = "") -> None:
        self._bucket = bucket
        self._clock = bucket.clock
        self.file_id = prefix + self._clock.new_id()
        self._account = account
        self._name = name
        self._limit_bytes = limit_bytes
        self._bytes = 0
        self._hash = hashlib.sha256()
        self._buffer = bytearray()
        self._written = 0
        self._touched = self._clock.monotonic()
        self._under_way: asyncio.Future[Any] | None = None
        self._is_finished = False

    async def __aenter__(self) -> Self:
        try:
            await self.begin()
        except BaseException:
            await self.abort()
            raise
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is not None or not self._is_finished:
            await self.abort()

    async def begin(self) -> None:
        """Write the document, in state open."""
        now = self._clock.now()
        metadata = {"account": self._account, "state": "open", "touched_at": now}
        document = {"_id": self.file_id, "length": 0, "chunkSize": CHUNK_BYTES, "uploadDate": now, "filename": self._name}
        await self._run(self._bucket.files.insert_one({**document, "metadata": metadata}))

    async def write(self, block: bytes | memoryview) -> None:
        """Append a block of any size; returns when it may be forgotten. Raises FileTooLarge, FileUnavailable if it was swept."""
        self._bytes += len(block)
        if self._bytes > self._limit_bytes:
            raise FileTooLarge(self._limit_bytes)
        self._hash.update(block)
        rest = memoryview(block)
        while rest:
            part = rest[: CHUNK_BYTES - len(self._buffer)]
            self._buffer += part
            rest = rest[len(part) :]
            if len(self._buffer) == CHUNK_BYTES:
                await self._flush()
        if self._clock.monotonic() - self._touched >= TOUCH_SECONDS:
            self._touched = self._clock.monotonic()
            await self._change({"metadata.touched_at": self._clock.now()})

    async def finish(self) -> StoredFile:
        """Make the file ready. After this every byte is durable. Raises FileUnavailable if it was swept meanwhile."""
        if self._buffer:
            await self._flush()
        stored = StoredFile(self.file_id, self._bytes, self._hash.hexdigest())
        now = self._clock.now()
        facts = {"metadata.state": "ready", "metadata.sha256": stored.sha256, "metadata.touched_at": now}
        await self._change({"length": stored.bytes, "uploadDate": now, **facts})
        self._is_finished = True
        return stored

    async def abort(self) -> None:
        """Delete what was written, unless a job has taken it. Goes on to its end even if the caller is cancelled.

        Never raises for the database: what cannot be deleted now, the sweep deletes later.
        """
        clean_up = asyncio.get_running_loop().create_task(self._discard())
        self._bucket.clean_ups.add(clean_up)
        clean_up.add_done_callback(self._bucket.clean_ups.discard)
        await asyncio.shield(clean_up)

    async def _flush(self) -> None:
        """Start writing the chunk that is full, once the one before it is written."""
        await self._settle()
        chunk = {"files_id": self.file_id, "n": self._written, "data": bytes(self._buffer)}
        self._buffer.clear()
        self._written += 1
        self._under_way = asyncio.ensure_future(self._bucket.chunks.insert_one(chunk))

    async def _change(self, facts: dict[str, Any]) -> None:
        result = await self._run(self._bucket.files.update_one({"_id": self.file_id, "metadata.state": "open"}, {"$set": facts}))
        if result.matched_count == 0:
            raise FileUnavailable(self.file_id, "open")

    async def _run(self, operation: Awaitable[Any]) -> Any:
        await self._settle()
        self._under_way = asyncio.ensure_future(operation)
        return await self._settle()

    async def _settle(self) -> Any:
        """Wait for the write under way. A cancelled caller leaves it running: a database command cannot be taken back."""
        if self._under_way is None:
            return None
        result = await asyncio.shield(self._under_way)
        self._under_way = None
        return result

    async def _discard(self) -> None:
        if self._under_way is not None:
            await asyncio.gather(self._under_way, return_exceptions=True)
        try:
            await self._bucket.files.delete_one({"_id": self.file_id, "metadata.state": {"$ne": "taken"}})
            if await self._bucket.files.count_documents({"_id": self.file_id}) == 0:
                await self._bucket.chunks.delete_many({"files_id": self.file_id})
        except PyMongoError as error:
            log.warning("file.left_behind", file=self.file_id, error=type(error).__name__)
