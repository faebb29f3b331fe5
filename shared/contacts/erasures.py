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

INDEXES = (IndexModel([("owner", ASCENDING), ("account", ASCENDING)]), IndexModel([("claim.by", ASCENDING)], sparse=True))
AGAIN_SECONDS = 150
"""A transaction that began before a deletion may still write what was deleted: it is tried for 30 s, and the server ends one that
is older than 60 s, looking every 30 s at the latest. After this long, counted from behind the deletion, none of them is left.
"""


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

    async def owners(self) -> dict[int, list[str]]:
        """Whoever has traces that are still to go, by account."""
        found: dict[int, dict[str, None]] = {}
        async for note in self._erasures.find({}, {"_id": 0, "owner": 1, "account": 1}).sort("owner", ASCENDING):
            found.setdefault(note["account"], {})[note["owner"]] = None
        return {account: list(owners) for account, owners in found.items()}

    def of_owner(self, owner: str) -> "Notes":
        """All that this owner has taken out."""
        return Notes(self._erasures, {"owner": owner})

    async def claim(self, by: str, owners: Collection[str], seconds: float) -> "Notes":
        """What these owners have taken out and nobody else is at work on, for a while. The database's own clock judges the claim.

        What is not yet to be done again is left out. Every note is claimed by one at a time.
        """
        free = {"$and": [{"$lt": ["$claim.until", "$$NOW"]}, {"$lt": ["$again_at", "$$NOW"]}]}
        claim = {"by": by, "until": {"$add": ["$$NOW", int(seconds * 1000)]}}
        await self._erasures.update_many({"owner": {"$in": list(owners)}, "$expr": free}, [{"$set": {"claim": claim}}])
        return Notes(self._erasures, {"claim.by": by})

    async def unclaim(self, by: str) -> None:
        """Let somebody else go on at once with what is left of a claim."""
        await self._erasures.update_many({"claim.by": by}, {"$unset": {"claim": ""}})

    async def of(self, owner: str, lane: int | None = None, session: Session | None = None) -> AsyncIterator[Erased]:
        """What this owner has taken out, in all lanes or in one."""
        query: Document = {"owner": owner} if lane is None else _of_lane(owner, lane)
        async for found in self._erasures.find(query, session=session).sort("_id", ASCENDING).batch_size(4):
            yield _erased(found)

    async def _note(self, session: Session, owner: str, lane: int, sequence: int, facts: Document) -> None:
        if facts["numbers"]:
            document = {"_id": f"{owner}:{lane:02d}:{sequence:08d}", "owner": owner, **facts}
            await self._erasures.insert_one(document, session=session)


@dataclass(frozen=True, slots=True)
class Notes:
    """Some of what has been taken out: by one owner, or what somebody has claimed. Notes that come in later are no part of it."""

    _notes: Any
    _query: Document

    def definitions(self, *, is_again: bool) -> "Notes":
        """Those of lists, tags and fields: whose contacts are to be gone through for the first time, or again."""
        return self._narrowed({"what": {"$ne": "contacts"}, "again_at": {"$exists": is_again}})

    def contacts(self, *, is_waiting: bool) -> "Notes":
        """Those of contacts: for which no job has been looked at yet, or that wait for jobs."""
        return self._narrowed({"what": "contacts", "waits_for": {"$exists": is_waiting}})

    async def each(self) -> AsyncIterator[Erased]:
        """All of them, few at a time."""
        async for found in self._notes.find(self._query).sort("_id", ASCENDING).batch_size(4):
            yield _erased(found)

    async def account(self) -> int | None:
        """Whose they are; None where there are none."""
        found = await self._notes.find_one(self._query, {"account": 1})
        return int(found["account"]) if found else None

    async def awaited(self) -> list[str]:
        """The jobs that these wait for."""
        return sorted(await self._notes.distinct("waits_for", self._query))

    async def seen_to(self, ended: Collection[str]) -> None:
        """Wait for these jobs no longer. What waits for none is forgotten."""
        await self._notes.update_many(self._query, {"$pull": {"waits_for": {"$in": list(ended)}}})
        await self._notes.delete_many({"$and": [self._query, {"waits_for": []}]})

    async def wait_for(self, job_ids: Sequence[str]) -> None:
        """Every job has been seen to but these, from which the traces can only be removed when they have ended."""
        if job_ids:
            await self._notes.update_many(self._query, {"$set": {"waits_for": list(job_ids)}})
        else:
            await self.forget()

    async def do_again(self) -> None:
        """Go through the contacts once more when nothing from before the deletion can write any longer."""
        again = {"$add": ["$$NOW", AGAIN_SECONDS * 1000]}
        await self._notes.update_many(self._query, [{"$set": {"again_at": again}}])

    async def forget(self) -> None:
        """Every trace is gone, and so is the knowledge of what was erased."""
        await self._notes.delete_many(self._query)

    def _narrowed(self, query: Document) -> "Notes":
        return Notes(self._notes, {**self._query, **query})


def _erased(found: Document) -> Erased:
    keys = [(kind, value) for kind, value in found["keys"]]
    return Erased(found["account"], found["what"], found["numbers"], keys)


def _of_lane(owner: str, lane: int) -> Document:
    return {"_id": {"$gte": f"{owner}:{lane:02d}:", "$lt": f"{owner}:{lane:02d};"}}
