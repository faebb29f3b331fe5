"""The durable account of which chunks of a lane are done. A chunk is worked by whoever moves its lane on, and by nobody else.

The compare-and-set on `sequence` makes a repeated, late or reordered command harmless, and a cancel on the same document final.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, ReturnDocument

from shared.contract.values import Counts
from shared.jobs.progress import Lane
from shared.platform.clock import Clock
from shared.platform.mongo import Document, Mongo, Session, ensure_indexes

INDEXES = (IndexModel([("moved_at", ASCENDING)], partialFilterExpression={"open": True}),)


def _key(job_id: str, lane: int) -> str:
    return f"{job_id}:{lane:02d}"


def _overdue(now: datetime, after_seconds: float) -> Document:
    patience = {"$multiply": [after_seconds * 1000, {"$pow": [2, {"$min": [{"$ifNull": ["$nudges", 0]}, 6]}]}]}
    return {"open": True, "moved_at": {"$lt": now}, "$expr": {"$lt": [{"$add": ["$moved_at", patience]}, now]}}


def _of_job(job_id: str) -> Document:
    return {"_id": {"$gte": f"{job_id}:", "$lt": f"{job_id};"}}


def _lane(document: Document) -> Lane:
    return Lane(
        document["job"],
        document["account"],
        document["lane"],
        document["sequence"],
        document["chunks"],
        document["open"],
        document["rows_done"],
        Counts.from_document(document["counts"]),
    )


class Ledger:
    """The lanes of every job."""

    def __init__(self, mongo: Mongo, clock: Clock) -> None:
        self._lanes = mongo.database["lanes"]
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._lanes, INDEXES)

    async def open(self, session: Session, job_id: str, account: int, chunks_by_lane: Sequence[int]) -> list[int]:
        """Open every lane that has chunks, and return their numbers."""
        now = self._clock.now()
        rows: list[Document] = [
            {
                "_id": _key(job_id, lane),
                "job": job_id,
                "account": account,
                "lane": lane,
                "sequence": 0,
                "chunks": chunks,
                "open": True,
                "rows_done": 0,
                "counts": Counts().as_document(),
                "moved_at": now,
                "nudges": 0,
            }
            for lane, chunks in enumerate(chunks_by_lane)
            if chunks
        ]
        if rows:
            await self._lanes.insert_many(rows, session=session)
        return [row["lane"] for row in rows]

    async def read(self, job_id: str, lane: int, session: Session | None = None) -> Lane | None:
        """The lane as it stands."""
        document = await self._lanes.find_one({"_id": _key(job_id, lane)}, session=session)
        return _lane(document) if document else None

    async def take(self, session: Session, job_id: str, lane: int, sequence: int) -> Lane | None:
        """Move the lane on from `sequence`, as the first write of the transaction that works this chunk.

        None when the lane is closed or has moved on: change nothing. The lane returned has the counts from before the chunk.
        """
        has_more = {"$lt": ["$sequence", "$chunks"]}
        due = {"_id": _key(job_id, lane), "sequence": sequence, "open": True, "$expr": has_more}
        change = {"$inc": {"sequence": 1}, "$set": {"moved_at": self._clock.now(), "nudges": 0}}
        document = await self._lanes.find_one_and_update(due, change, session=session, return_document=ReturnDocument.AFTER)
        return _lane(document) if document else None

    async def record(self, session: Session, lane: Lane, counts: Counts) -> Lane:
        """Add what the chunk came to. A lane whose last chunk it was is still to be closed."""
        total = lane.counts + counts
        facts: dict[str, Any] = {"counts": total.as_document(), "rows_done": total.rows}
        await self._lanes.update_one({"_id": _key(lane.job_id, lane.number)}, {"$set": facts}, session=session)
        return Lane(lane.job_id, lane.account, lane.number, lane.sequence, lane.chunks, lane.is_open, total.rows, total)

    async def close(self, session: Session, job_id: str, lane: int) -> bool:
        """Close a lane, at its end or before. False when it was closed already."""
        is_open = {"_id": _key(job_id, lane), "open": True}
        result = await self._lanes.update_one(is_open, {"$set": {"open": False}}, session=session)
        return result.modified_count == 1

    async def touch(self, job_id: str, lane: int) -> None:
        """Say that somebody is at work on the lane, so that nobody sends its command again."""
        await self._lanes.update_one({"_id": _key(job_id, lane), "open": True}, {"$set": {"moved_at": self._clock.now()}})

    async def wake(self, session: Session, job_id: str) -> list[Lane]:
        """The open lanes of a job, whose commands are to be sent anew.

        Writes each of them: a chunk that is in hand commits before that, and is seen, or after it, and sends the next command.
        """
        change = {"$set": {"moved_at": self._clock.now(), "nudges": 0}, "$inc": {"woken": 1}}
        await self._lanes.update_many({**_of_job(job_id), "open": True}, change, session=session)
        return [lane for lane in await self.of_job(job_id, session) if lane.is_open]

    async def of_job(self, job_id: str, session: Session | None = None) -> list[Lane]:
        """All lanes of a job, by number."""
        cursor = self._lanes.find(_of_job(job_id), session=session).sort("_id", ASCENDING)
        return [_lane(document) async for document in cursor]

    async def totals(self, session: Session | None, job_id: str) -> Counts:
        """What all lanes of a job came to."""
        total = Counts()
        for lane in await self.of_job(job_id, session):
            total += lane.counts
        return total

    async def stalled(self, now: datetime, after_seconds: float, limit: int) -> list[Lane]:
        """Open lanes that should have moved by now; each nudge doubles the patience."""
        cursor = self._lanes.find(_overdue(now, after_seconds)).sort("moved_at", ASCENDING).limit(limit)
        return [_lane(document) async for document in cursor]

    async def nudge(self, session: Session, lane: Lane, now: datetime, after_seconds: float) -> bool:
        """Take the duty of re-sending the lane's command. False when it moved or somebody else took it."""
        same = {"_id": _key(lane.job_id, lane.number), "sequence": lane.sequence, **_overdue(now, after_seconds)}
        change = {"$set": {"moved_at": self._clock.now()}, "$inc": {"nudges": 1}}
        result = await self._lanes.update_one(same, change, session=session)
        return result.modified_count == 1

    async def forget(self, job_id: str) -> None:
        """Delete the lanes of a job."""
        await self._lanes.delete_many(_of_job(job_id))
