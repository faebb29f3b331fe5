"""The read model of a job's progress: status writes it, the gateway reads it, nobody decides anything by it."""

from collections.abc import Iterable
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.errors import DuplicateKeyError
from pymongo.write_concern import WriteConcern

from shared.contract.values import Counts
from shared.jobs.progress import LaneView, View
from shared.platform.mongo import Document, Mongo

CHEAP = WriteConcern(w=1)
"""A view lost with its server is made again from the ledger."""


class Views:
    """Views of every job."""

    def __init__(self, mongo: Mongo) -> None:
        self._views = mongo.database["views"].with_options(write_concern=CHEAP)

    async def read(self, job_id: str) -> View | None:
        """The view of a job; None before anything has happened to it."""
        document = await self._views.find_one({"_id": job_id})
        return _view(document) if document else None

    async def read_all(self, job_ids: Iterable[str]) -> dict[str, View]:
        """The views that exist of these jobs, by job."""
        cursor = self._views.find({"_id": {"$in": list(job_ids)}})
        return {document["_id"]: _view(document) async for document in cursor}

    async def job_ids(self, after: str, limit: int) -> list[str]:
        """The jobs that have a view, in order, beyond the id `after`."""
        cursor = self._views.find({"_id": {"$gt": after}}, {"_id": 1}).sort("_id", ASCENDING).limit(limit)
        return [document["_id"] async for document in cursor]

    async def write(self, view: View) -> bool:
        """Keep the view if nobody has written a newer one meanwhile. False: read again and try again."""
        document = _document(view)
        if view.version == 0:
            try:
                await self._views.insert_one(document)
            except DuplicateKeyError:
                return False
            return True
        same = {"_id": view.job_id, "version": view.version}
        kept = await self._views.find_one_and_replace(same, document, return_document=ReturnDocument.AFTER)
        return kept is not None

    async def forget(self, job_id: str) -> None:
        """Delete the view of a job."""
        await self._views.delete_one({"_id": job_id})


def _document(view: View) -> Document:
    lanes = {
        number: {"sequence": lane.sequence, "rows_done": lane.rows_done, "counts": lane.counts.as_document()}
        for number, lane in view.lanes.items()
    }
    return {
        "_id": view.job_id,
        "account": view.account,
        "rows_total": view.rows_total,
        "processing_at": view.processing_at,
        "last_at": view.last_at,
        "lanes": lanes,
        "version": view.version + 1,
    }


def _view(document: Document) -> View:
    facts: dict[str, Any] = {name: value for name, value in document.items() if name != "_id"}
    lanes = {
        number: LaneView(lane["sequence"], lane["rows_done"], Counts.from_document(lane["counts"]))
        for number, lane in facts.pop("lanes").items()
    }
    return View(job_id=document["_id"], lanes=lanes, **facts)
