"""Plans a payload in memory and shows what came of it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, cast

from services.importer.planner import Planner
from shared.contacts.patch import FieldBook
from shared.contract.options import ImportOptions
from shared.jobs.chunks import Chunks, decode_rows
from shared.jobs.lanes import Chunk, Limits
from shared.jobs.planning import ChunkSink

BOOK = FieldBook(identifiers=frozenset({"crm"}))
SMALL = Limits(chunk_rows=3, single_lane_rows=6, lanes=4)


class Planned(NamedTuple):
    """What a plan hands on."""

    rows: list[tuple[int, list[Any], str | None, str | None]]
    """Line, cells, code and message, in the order of the lines."""
    lanes: dict[int, list[int]]
    """The lines of each lane, in the order in which they are worked."""
    planner: Planner

    @property
    def lines(self) -> list[int]:
        """The lines of all rows."""
        return [row[0] for row in self.rows]

    @property
    def dropped(self) -> str | None:
        """The message about dropped rows."""
        return next((problem.message for problem in self.planner.warnings if problem.code == "rows_dropped"), None)


class _Kept:
    """Takes chunks and keeps them."""

    def __init__(self) -> None:
        self.chunks: list[Chunk] = []

    async def write(self, job_id: str, planner: int, chunks: Sequence[Chunk]) -> None:
        """See `Chunks.write`."""
        self.chunks += chunks


async def _mine() -> bool:
    return True


def planned(content: bytes, *, places: Sequence[int] = (), limits: Limits = SMALL, name: str = "a.csv", **options: Any) -> Planned:
    """The plan of a payload that arrives in blocks, cut at these places."""
    edges = sorted({0, len(content), *(place for place in places if 0 < place < len(content))})

    async def blocks() -> AsyncIterator[bytes]:
        for start, end in pairwise(edges):
            yield content[start:end]

    return asyncio.run(_planned(Planner(blocks, name, ImportOptions.model_validate(options), BOOK, 10**9), limits))


async def _planned(planner: Planner, limits: Limits) -> Planned:
    kept = _Kept()
    sink = ChunkSink(cast(Chunks, kept), "a job", 0, limits, _mine)
    await planner.run(sink)
    only = await sink.finish()
    lanes: dict[int, list[int]] = {}
    rows: list[Any] = []
    for chunk in [only] if only else kept.chunks:
        found = decode_rows(chunk.body)
        lanes.setdefault(chunk.lane, []).extend(row[0] for row in found)
        rows += found
    return Planned(sorted((line, cells, code, message) for line, cells, code, message in rows), lanes, planner)
