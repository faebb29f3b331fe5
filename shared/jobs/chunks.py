"""The only door to the chunks: rows between planning and work. Written once, keyed by job, lane, sequence and planner.

Two planners of one job may find different rows, where what they read changes: only the chunks of the one that began it count.
"""

from collections.abc import Sequence
from typing import Any, cast

import msgspec
from bson import Binary
from pymongo.errors import BulkWriteError

from shared.jobs.lanes import Chunk
from shared.platform.mongo import DUPLICATE_KEY, Document, Mongo


def chunk_key(job_id: str, lane: int, sequence: int) -> str:
    """Sorts by job, lane and sequence."""
    return f"{job_id}:{lane:02d}:{sequence:08d}"


def of_job(job_id: str) -> Document:
    """Everything keyed by `chunk_key` under this job."""
    return {"_id": {"$gte": f"{job_id}:", "$lt": f"{job_id};"}}


def _planned_key(job_id: str, lane: int, sequence: int, planner: int) -> str:
    key = chunk_key(job_id, lane, sequence)
    return f"{key}:{planner}" if planner else key


class Chunks:
    """Chunks of every job. `planner` counts those who have begun to plan it, from 0: see `Job.takeovers`."""

    def __init__(self, mongo: Mongo) -> None:
        self._chunks = mongo.database["chunks"]

    async def write(self, job_id: str, planner: int, chunks: Sequence[Chunk]) -> None:
        """Keep these chunks. Writing one again changes nothing."""
        documents = [
            {
                "_id": _planned_key(job_id, chunk.lane, chunk.sequence, planner),
                "first": chunk.first_line,
                "body": Binary(chunk.body),
            }
            for chunk in chunks
        ]
        try:
            await self._chunks.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if any(failure["code"] != DUPLICATE_KEY for failure in error.details["writeErrors"]):
                raise

    async def read(self, job_id: str, planner: int, lane: int, sequence: int) -> list[Any] | None:
        """The rows of a chunk, or None where there is none (any more)."""
        document = await self._chunks.find_one({"_id": _planned_key(job_id, lane, sequence, planner)})
        return decode_rows(document["body"]) if document else None

    async def forget(self, job_id: str) -> None:
        """Delete the chunks of a job."""
        await self._chunks.delete_many(of_job(job_id))


def decode_rows(body: bytes) -> list[Any]:
    """The rows of a chunk's body."""
    return cast("list[Any]", msgspec.msgpack.decode(body))
