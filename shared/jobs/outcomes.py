"""The only door to the outcomes: what became of each row, kept per chunk in line order, read back in source order.

Lines rise within a lane, so a merge over the lanes gives the order of the source without sorting anything.
"""

import heapq
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence, Set
from contextlib import aclosing
from typing import Any, NamedTuple

import msgspec
from bson import Binary
from pymongo import ASCENDING, IndexModel

from shared.contract.values import Counts, Outcome
from shared.jobs.chunks import chunk_key, of_job
from shared.platform.mongo import Document, Mongo, Session, ensure_indexes

_LETTERS = {Outcome.CREATED: "c", Outcome.UPDATED: "u", Outcome.UNCHANGED: "n", Outcome.SKIPPED: "s", Outcome.REJECTED: "r"}
_CONTACT, _CODE, _MESSAGE, _CELLS = 2, 3, 4, 6
Holds = Callable[[Sequence[Any]], bool]
"""Says of the message and the cells of a row whether there is something in them that is looked for."""
_OUTCOMES = {letter: outcome for outcome, letter in _LETTERS.items()}


class RowOutcome(NamedTuple):
    """What happened to one row. `cells` are the row's original values, kept where somebody may have to mend them."""

    line: int
    outcome: Outcome
    contact: int | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None
    cells: Sequence[Any] | None = None


def count(outcomes: Sequence[RowOutcome]) -> Counts:
    """Rows by outcome and by code."""
    by_outcome: dict[str, int] = dict.fromkeys(Outcome, 0)
    codes: dict[str, int] = {}
    for row in outcomes:
        by_outcome[row.outcome] += 1
        if row.code:
            codes[row.code] = codes.get(row.code, 0) + 1
    return Counts(**by_outcome, codes=codes)


def _pack(row: RowOutcome) -> tuple[Any, ...]:
    if row.code is None and row.cells is None:
        return (row.line, _LETTERS[row.outcome], row.contact)
    return (row.line, _LETTERS[row.outcome], row.contact, row.code, row.message, row.field, row.cells)


def _unpack(packed: Sequence[Any]) -> RowOutcome:
    return RowOutcome(packed[0], _OUTCOMES[packed[1]], *packed[2:])


def _said(packed: Sequence[Any]) -> list[Any]:
    """The message and the cells of a row."""
    return [packed[_MESSAGE], *(packed[_CELLS] or ())]


def _bare(packed: Sequence[Any]) -> tuple[Any, ...]:
    """The row without its contact, its message, its field and its cells."""
    line, letter, code = packed[0], packed[1], packed[_CODE] if len(packed) > _CODE else None
    return (line, letter, None) if code is None else (line, letter, None, code, None, None, None)


INDEXES = (IndexModel([("job", ASCENDING), ("lane", ASCENDING), ("last", ASCENDING)]),)
"""Where a page begins in a lane, without reading the chunks before it."""


class Outcomes:
    """Outcomes of every job."""

    def __init__(self, mongo: Mongo) -> None:
        self._outcomes = mongo.database["outcomes"]

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._outcomes, INDEXES)

    async def write(
        self, session: Session, job_id: str, account: int, lane: int, sequence: int, rows: Sequence[RowOutcome], counts: Counts
    ) -> None:
        """Keep the outcomes of one chunk, in the transaction that wrote its contacts."""
        document = {
            "_id": chunk_key(job_id, lane, sequence),
            "job": job_id,
            "account": account,
            "lane": lane,
            "last": rows[-1].line,
            "has": [outcome for outcome in Outcome if getattr(counts, outcome)],
            "body": Binary(msgspec.msgpack.encode([_pack(row) for row in rows])),
        }
        await self._outcomes.insert_one(document, session=session)

    async def read(
        self, job_id: str, lanes: Sequence[int], *, after_line: int = 0, only: Collection[Outcome] = ()
    ) -> AsyncIterator[RowOutcome]:
        """Rows in source order, beyond a line, of the given outcomes only. Holds one chunk a lane in memory."""
        streams = [self._lane(job_id, lane, after_line, only) for lane in lanes]
        heap: list[tuple[int, int, RowOutcome]] = []
        for number, stream in enumerate(streams):
            await _advance(heap, number, stream)
        while heap:
            _, number, row = heapq.heappop(heap)
            yield row
            await _advance(heap, number, streams[number])

    async def forget(self, job_id: str) -> None:
        """Delete the outcomes of a job."""
        await self._outcomes.delete_many(of_job(job_id))

    async def mention(self, job_id: str, contacts: Set[int], holds: Holds) -> bool:
        """True where an outcome of the job is about one of these contacts, or says or holds something of them."""
        async with aclosing(self._mentioning(job_id, contacts, holds)) as found:
            return await anext(found, None) is not None

    async def scrub(self, job_id: str, contacts: Set[int], holds: Holds) -> int:
        """Leave of these outcomes their line, outcome and code. Returns how many there were. One chunk is in memory."""
        scrubbed = 0
        is_disturbed = False
        async for document, rows, found in self._mentioning(job_id, contacts, holds):
            bare = [_bare(row) if index in found else row for index, row in enumerate(rows)]
            same = {"_id": document["_id"], "body": document["body"]}
            change = {"$set": {"body": Binary(msgspec.msgpack.encode(bare))}}
            is_mine = (await self._outcomes.update_one(same, change)).matched_count == 1
            scrubbed += len(found) if is_mine else 0
            is_disturbed = is_disturbed or not is_mine
        # Where somebody else took other contacts out of the same chunk, what they left has to be looked at again.
        return scrubbed + await self.scrub(job_id, contacts, holds) if is_disturbed else scrubbed

    async def _mentioning(
        self, job_id: str, contacts: Set[int], holds: Holds
    ) -> AsyncGenerator[tuple[Document, list[Sequence[Any]], set[int]], None]:
        """Chunks with at least one such outcome: the document, its packed rows, and which of them it is."""
        async for document in self._outcomes.find(of_job(job_id), {"body": 1}).batch_size(4):
            rows = msgspec.msgpack.decode(document["body"])
            found = {
                index for index, row in enumerate(rows) if row[_CONTACT] in contacts or (len(row) > _MESSAGE and holds(_said(row)))
            }
            if found:
                yield document, rows, found

    async def _lane(self, job_id: str, lane: int, after_line: int, only: Collection[Outcome]) -> AsyncIterator[RowOutcome]:
        query: dict[str, Any] = {"job": job_id, "lane": lane, "last": {"$gt": after_line}}
        if only:
            query["has"] = {"$in": list(only)}
        async for document in self._outcomes.find(query).sort("last", ASCENDING).batch_size(2):
            for packed in msgspec.msgpack.decode(document["body"]):
                row = _unpack(packed)
                if row.line > after_line and (not only or row.outcome in only):
                    yield row


async def _advance(heap: list[tuple[int, int, RowOutcome]], number: int, stream: AsyncIterator[RowOutcome]) -> None:
    row = await anext(stream, None)
    if row is not None:
        heapq.heappush(heap, (row.line, number, row))
