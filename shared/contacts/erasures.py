"""What has been taken out for good and whose traces are still to be removed: the only door to this collection.

Written in the transaction that takes it out, deleted when the last trace is gone: nothing between the two can be forgotten.
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import ASCENDING, IndexModel

from shared.contacts.document import Document, Key, keys_of
from shared.contract.identity import unpack
from shared.platform.mongo import Mongo, Session, ensure_indexes

INDEXES = (IndexModel([("owner", ASCENDING)]),)


@dataclass(frozen=True, slots=True)
class Erased:
    """Some of what one job has taken out."""

    account: int
    what: str
    """`contacts`, `lists`, `tags` or `fields`."""
    numbers: Sequence[int]
    keys: Sequence[Key] = ()
    """The unique keys that the contacts had."""


class Erasures:
    """Erasures of every account. An owner is the id of the job that erased, or of a request that needed none."""

    def __init__(self, mongo: Mongo) -> None:
        self._erasures = mongo.database["erasures"]

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._erasures, INDEXES)

    async def note_contacts(
        self, session: Session, owner: str, account: int, contacts: Iterable[Mapping[str, Any]], lane: int = 0, sequence: int = 0
    ) -> None:
        """Remember whose traces are to go, in the transaction that takes these stored contacts out."""
        numbers, keys = [], []
        for contact in contacts:
            numbers.append(unpack(contact["_id"]))
            keys += [list(key) for key in keys_of(contact)]
        await self._note(session, owner, lane, sequence, {"account": account, "what": "contacts", "numbers": numbers, "keys": keys})

    async def note_definitions(
        self, session: Session, owner: str, account: int, what: str, numbers: Collection[int], lane: int = 0, sequence: int = 0
    ) -> None:
        """Remember what contacts still have of these lists, tags or fields, in the transaction that deletes them."""
        await self._note(session, owner, lane, sequence, {"account": account, "what": what, "numbers": list(numbers), "keys": []})

    async def owners(self) -> list[str]:
        """Whoever has traces that are still to go."""
        return sorted(await self._erasures.distinct("owner"))

    async def first(self, owner: str) -> Erased | None:
        """Some of what this owner has taken out; None where nothing is left of it."""
        found = await self._erasures.find_one({"owner": owner})
        return _erased(found) if found else None

    async def of(self, owner: str, lane: int | None = None, session: Session | None = None) -> AsyncIterator[Erased]:
        """What this owner has taken out, in all lanes or in one."""
        query: Document = {"owner": owner} if lane is None else _of_lane(owner, lane)
        async for found in self._erasures.find(query, session=session).sort("_id", ASCENDING).batch_size(4):
            yield _erased(found)

    async def waiting(self, owner: str) -> list[str] | None:
        """The jobs from which the traces can only be removed when they have ended; None where nobody has looked yet."""
        found = await self._erasures.find_one({"owner": owner}, {"waits_for": 1})
        return found.get("waits_for") if found else None

    async def wait_for(self, owner: str, job_ids: Sequence[str]) -> None:
        """Note that every job has been seen to but these."""
        await self._erasures.update_many({"owner": owner}, {"$set": {"waits_for": list(job_ids)}})

    async def forget(self, owner: str) -> None:
        """Every trace is gone, and so is the knowledge of what was erased."""
        await self._erasures.delete_many({"owner": owner})

    async def _note(self, session: Session, owner: str, lane: int, sequence: int, facts: Document) -> None:
        if facts["numbers"]:
            document = {"_id": f"{owner}:{lane:02d}:{sequence:08d}", "owner": owner, **facts}
            await self._erasures.insert_one(document, session=session)


def _erased(found: Document) -> Erased:
    keys = [(kind, value) for kind, value in found["keys"]]
    return Erased(found["account"], found["what"], found["numbers"], keys)


def _of_lane(owner: str, lane: int) -> Document:
    return {"_id": {"$gte": f"{owner}:{lane:02d}:", "$lt": f"{owner}:{lane:02d};"}}
