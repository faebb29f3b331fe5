"""What an account has in use: its open jobs, open imports, jobs that run, and jobs in line for a place to run.

One document an account. Every figure is taken and given back in the transaction that moves the job which holds it, so none
drifts; and whoever decides by these figures writes the document, so no two decisions see the same past.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pymongo import ReturnDocument

from shared.platform.mongo import Document, Mongo, Session


class Figure(StrEnum):
    """What is counted. A document from an earlier release may lack some, which are 0 then."""

    OPEN_JOBS = "open_jobs"
    ACTIVE_IMPORTS = "active_imports"
    RUNNING = "running"
    IN_LINE = "in_line"


PLACES = frozenset({Figure.RUNNING, Figure.IN_LINE})
"""The figures of which a job holds one at most: where it stands."""


@dataclass(frozen=True, slots=True)
class Most:
    """The limits of an account at an acceptance."""

    open_jobs: int
    active_imports: int
    running: int


class QuotaExceeded(Exception):
    """The account has as much of something as it may."""

    def __init__(self, figure: Figure, limit: int) -> None:
        super().__init__(f"{figure} is at its limit of {limit}")
        self.figure = figure
        self.limit = limit


class Quota:
    """The figures of every account."""

    def __init__(self, mongo: Mongo) -> None:
        self._usage = mongo.database["usage"]

    async def open_account(self, account: int, session: Session | None = None) -> None:
        """Start counting for a new account."""
        await self._usage.update_one({"_id": account}, {"$setOnInsert": {Figure.OPEN_JOBS: 0}}, upsert=True, session=session)

    async def take(self, session: Session, account: int, most: Most, *, is_import: bool, may_run: bool) -> Figure | None:
        """Count a new job, and give it a place to run or one in line where it may run already: RUNNING, IN_LINE, else None.

        Nobody jumps the line: a place that is free while others wait is theirs. Raises QuotaExceeded; nothing is taken then.
        """
        limits = {Figure.OPEN_JOBS: most.open_jobs, **({Figure.ACTIVE_IMPORTS: most.active_imports} if is_import else {})}
        has_room = {"$and": [{"$lt": [_now(figure), limit]} for figure, limit in limits.items()]}
        goes = _goes(most.running)
        more: dict[str, Any] = {figure: _plus(figure, 1) for figure in limits}
        if may_run:
            more |= _placed(goes)
        before = await self._usage.find_one_and_update(
            {"_id": account, "$expr": has_room},
            [{"$set": more}],
            projection={"goes": goes},
            return_document=ReturnDocument.BEFORE,
            session=session,
        )
        if before is None:
            await self._refuse(session, account, limits)
            await self.open_account(account, session)
            return await self.take(session, account, most, is_import=is_import, may_run=may_run)
        if not may_run:
            return None
        return Figure.RUNNING if before["goes"] else Figure.IN_LINE

    async def place(self, session: Session, account: int, most_running: int) -> Figure:
        """Give a job that has waited for something else a place to run, or one in line: RUNNING or IN_LINE."""
        goes = _goes(most_running)
        before = await self._usage.find_one_and_update(
            {"_id": account},
            [{"$set": _placed(goes)}],
            projection={"goes": goes},
            return_document=ReturnDocument.BEFORE,
            session=session,
        )
        return Figure.RUNNING if before is not None and before["goes"] else Figure.IN_LINE

    async def next_in_line(self, session: Session, account: int, most_running: int) -> bool:
        """Turn one place in line into one to run. False where nobody stands in line or no place is free."""
        free = {"$and": [{"$gt": [_now(Figure.IN_LINE), 0]}, {"$lt": [_now(Figure.RUNNING), most_running]}]}
        change = {"$inc": {Figure.RUNNING: 1, Figure.IN_LINE: -1}}
        result = await self._usage.update_one({"_id": account, "$expr": free}, change, session=session)
        return result.modified_count == 1

    async def give_back(self, session: Session, account: int, held: Iterable[str]) -> int:
        """Give back what a job holds, when it ends. Returns the number of this end: 1, 2, 3 and so on within the account.

        Whoever can see an end can see all with smaller numbers: each is taken from a figure that the one before had committed.
        """
        change: dict[str, int] = {"ends": 1, **{Figure(figure): -1 for figure in held}}
        document = await self._usage.find_one_and_update(
            {"_id": account}, {"$inc": change}, upsert=True, return_document=ReturnDocument.AFTER, session=session
        )
        return int(document["ends"]) if document else 0

    async def take_spare(self, session: Session, account: int, limit: int, wanted: int = 1) -> bool:
        """Take so many of the contacts that were set aside under this limit, together. False where fewer are left."""
        left = {"_id": account, "spare.limit": limit, "spare.left": {"$gte": wanted}}
        result = await self._usage.update_one(left, {"$inc": {"spare.left": -wanted}}, session=session)
        return result.modified_count == 1

    async def set_spare(self, session: Session, account: int, limit: int, left: int) -> None:
        """Set so many contacts aside for single ones. Always a write: of those who count contacts at once, one counts again."""
        change = {"$set": {"spare": {"limit": limit, "left": left}}, "$inc": {"counted": 1}}
        await self._usage.update_one({"_id": account}, change, upsert=True, session=session)

    async def used(self, account: int) -> int:
        """Open jobs now."""
        return (await self.usage(account))[Figure.OPEN_JOBS]

    async def usage(self, account: int) -> Mapping[Figure, int]:
        """All figures now."""
        document = await self._usage.find_one({"_id": account}) or {}
        return {figure: int(document.get(figure, 0)) for figure in Figure}

    async def _refuse(self, session: Session, account: int, limits: Mapping[Figure, int]) -> None:
        document = await self._usage.find_one({"_id": account}, session=session) or {}
        for figure, limit in limits.items():
            if int(document.get(figure, 0)) >= limit:
                raise QuotaExceeded(figure, limit)


def _now(figure: Figure) -> Document:
    return {"$ifNull": [f"${figure}", 0]}


def _plus(figure: Figure, more: Any) -> Document:
    return {"$add": [_now(figure), more]}


def _goes(most_running: int) -> Document:
    """True in the database where a job that comes now may run at once."""
    return {"$and": [{"$lt": [_now(Figure.RUNNING), most_running]}, {"$lte": [_now(Figure.IN_LINE), 0]}]}


def _placed(goes: Document) -> Document:
    return {
        Figure.RUNNING: _plus(Figure.RUNNING, {"$cond": [goes, 1, 0]}),
        Figure.IN_LINE: _plus(Figure.IN_LINE, {"$cond": [goes, 0, 1]}),
    }
