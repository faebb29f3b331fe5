"""Payloads in GridFS's own layout, written by ourselves: the driver's upload holds 48 MB of each file in memory.

A file's document stands before its first chunk is written and goes before its chunks do: what has no document is rubbish.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from bson import ObjectId
from pymongo import ASCENDING, IndexModel

from shared.platform.clock import Clock
from shared.platform.file_upload import CHUNK_BYTES, Bucket, FileTooLarge, FileUnavailable, StoredFile, Upload
from shared.platform.mongo import Mongo, Session, aggregate, ensure_indexes

__all__ = ["FileDamaged", "FileTooLarge", "FileUnavailable", "Files", "StoredFile", "Upload"]

FILES_COLLECTION = "payloads.files"
CHUNKS_COLLECTION = "payloads.chunks"
FILE_INDEXES = (IndexModel([("metadata.state", ASCENDING), ("metadata.touched_at", ASCENDING)]),)
CHUNK_INDEXES = (IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], unique=True),)

ABANDONED_AFTER = timedelta(hours=2)
"""How long an upload may stand still, and a complete file may wait for a job, before the sweep takes it."""
ORPHANED_AFTER = timedelta(hours=24)
SWEEP_BATCH = 100


class FileDamaged(Exception):
    """A chunk of the file is missing or has the wrong length: the file cannot be read to its end."""

    def __init__(self, file_id: str, chunk: int) -> None:
        super().__init__(f"chunk {chunk} of file {file_id} is missing or damaged")
        self.file_id = file_id
        self.chunk = chunk


class Files:
    """The bucket `payloads`. Any GridFS reader can read it; a file is open, then ready, then taken by one job."""

    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._files = mongo.database[FILES_COLLECTION]
        self._chunks = mongo.database[CHUNKS_COLLECTION]
        self._bucket = Bucket(self._files, self._chunks, clock)

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._files, FILE_INDEXES)
        await ensure_indexes(self._chunks, CHUNK_INDEXES)

    def upload(self, account: int, name: str, *, limit_bytes: int, prefix: str = "") -> Upload:
        """A new file of at most `limit_bytes`. Use it as `async with`: unless it was finished there, nothing stays of it.

        With a prefix `below` and `delete_below` find it.
        """
        return Upload(self._bucket, account, name, limit_bytes, prefix)

    async def put(self, session: Session, file_id: str, account: int, job_id: str, name: str, data: bytes) -> None:
        """Write a whole file that a job has taken, in the caller's transaction: for parts that commit with the work."""
        now = self._bucket.clock.now()
        facts = {"account": account, "state": "taken", "job_id": job_id, "touched_at": now, "sha256": sha256(data).hexdigest()}
        document = {"_id": file_id, "length": len(data), "chunkSize": CHUNK_BYTES, "uploadDate": now, "filename": name}
        await self._files.insert_one({**document, "metadata": facts}, session=session)
        slices = range(0, len(data), CHUNK_BYTES)
        chunks = [{"files_id": file_id, "n": n, "data": data[at : at + CHUNK_BYTES]} for n, at in enumerate(slices)]
        if chunks:
            await self._chunks.insert_many(chunks, session=session)

    async def below(self, prefix: str) -> list[StoredFile]:
        """The complete files whose ids begin so, by id."""
        query = {**_below(prefix), "metadata.state": {"$ne": "open"}}
        cursor = self._files.find(query, {"length": 1, "metadata.sha256": 1}).sort("_id", ASCENDING)
        return [StoredFile(found["_id"], int(found["length"]), found["metadata"]["sha256"]) async for found in cursor]

    async def delete_below(self, prefix: str) -> None:
        """Delete every file whose id begins so, whatever its state; to be repeated when it was interrupted."""
        await self._files.delete_many(_below(prefix))
        await self._chunks.delete_many(_below(prefix, "files_id"))

    async def keep(self, file_id: str, job_id: str) -> None:
        """Give a ready file to the job that made it. Again is harmless."""
        ready = {"_id": file_id, "metadata.state": "ready"}
        await self._files.update_one(ready, {"$set": {"metadata.state": "taken", "metadata.job_id": job_id}})

    async def take(self, session: Session, file_id: str, job_id: str) -> None:
        """Give a ready file to a job, in the caller's transaction. Raises FileUnavailable if it is not ready, or taken."""
        ready = {"_id": file_id, "metadata.state": "ready"}
        change = {"$set": {"metadata.state": "taken", "metadata.job_id": job_id}}
        if (await self._files.update_one(ready, change, session=session)).matched_count == 0:
            raise FileUnavailable(file_id, "ready")

    async def read(self, file_id: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """The bytes from `offset` on, in blocks of up to a chunk; one is in memory at a time, and no cursor is kept open.

        Raises FileUnavailable when there is no complete file of this id, FileDamaged at the first chunk that is not whole.
        """
        complete = {"_id": file_id, "metadata.state": {"$ne": "open"}}
        document = await self._files.find_one(complete, {"length": 1, "chunkSize": 1})
        if document is None:
            raise FileUnavailable(file_id, "complete")
        length, size = int(document["length"]), int(document["chunkSize"])
        number, skip = divmod(offset, size)
        while number * size < length:
            block = await self._chunk(file_id, number, min(size, length - number * size))
            yield block[skip:] if skip else block
            number, skip = number + 1, 0

    async def delete(self, file_id: str) -> None:
        """Delete the file, whatever its state. Does nothing where there is none; to be repeated when it was interrupted."""
        await self._files.delete_one({"_id": file_id})
        await self._chunks.delete_many({"files_id": file_id})

    async def discard(self, file_id: str) -> bool:
        """Delete the file unless a job has taken it: for a request that stored it and then failed. True if it was deleted.

        Waits for a transaction that is taking it just now, so an accepted job never loses its payload.
        """
        result = await self._files.delete_one({"_id": file_id, "metadata.state": {"$ne": "taken"}})
        if result.deleted_count:
            await self._chunks.delete_many({"files_id": file_id})
        return bool(result.deleted_count)

    async def sweep(self, now: datetime, open_older_than: timedelta = ABANDONED_AFTER) -> int:
        """Delete what nobody will ask for; returns how many files that were. Safe beside live uploads and other sweeps.

        These are: uploads that have not moved and complete files that no job has taken for `open_older_than`, and chunks
        without a document that are older than 24 hours.
        """
        return await self._sweep_abandoned(now - open_older_than) + await self._sweep_orphans(now - ORPHANED_AFTER)

    async def settle(self) -> None:
        """Wait for the deletions that aborted uploads began: to be called before the database client is closed."""
        await asyncio.gather(*self._bucket.clean_ups, return_exceptions=True)

    async def _chunk(self, file_id: str, number: int, expected_bytes: int) -> bytes:
        chunk = await self._chunks.find_one({"files_id": file_id, "n": number}, {"_id": 0, "data": 1})
        data = chunk.get("data") if chunk else None
        if not isinstance(data, bytes) or len(data) != expected_bytes:
            raise FileDamaged(file_id, number)
        return data

    async def _sweep_abandoned(self, before: datetime) -> int:
        abandoned = {"metadata.state": {"$in": ["open", "ready"]}, "metadata.touched_at": {"$lt": before}}
        swept = 0
        while True:
            ids = [document["_id"] async for document in self._files.find(abandoned, {"_id": 1}).limit(SWEEP_BATCH)]
            for file_id in ids:
                # Asked again in the deletion itself: it may have been touched or taken since.
                if (await self._files.delete_one({"_id": file_id, **abandoned})).deleted_count:
                    await self._chunks.delete_many({"files_id": file_id})
                    swept += 1
            if len(ids) < SWEEP_BATCH:
                return swept

    async def _sweep_orphans(self, before: datetime) -> int:
        oldest = ObjectId.from_datetime(before)
        swept, last = 0, None
        while True:
            ids = [document["_id"] for document in await aggregate(self._chunks, _orphans_after(last))]
            for file_id in ids:
                deleted = await self._chunks.delete_many({"files_id": file_id, "_id": {"$lt": oldest}})
                swept += 1 if deleted.deleted_count else 0
            if len(ids) < SWEEP_BATCH:
                return swept
            last = ids[-1]


def _below(prefix: str, path: str = "_id") -> Mapping[str, Any]:
    return {path: {"$gte": prefix, "$lt": f"{prefix}\U0010ffff"}}


def _orphans_after(last: str | None) -> Sequence[Mapping[str, Any]]:
    """Ids of files that have chunks but no document, in order. Reads the index of the chunks, one key for each file."""
    first = [] if last is None else [{"$match": {"files_id": {"$gt": last}}}]
    return [
        *first,
        {"$sort": {"files_id": 1, "n": 1}},
        {"$group": {"_id": "$files_id", "first": {"$first": "$n"}}},
        {"$sort": {"_id": 1}},
        {"$lookup": {"from": FILES_COLLECTION, "localField": "_id", "foreignField": "_id", "as": "file"}},
        {"$match": {"file": []}},
        {"$limit": SWEEP_BATCH},
        {"$project": {"_id": 1}},
    ]
