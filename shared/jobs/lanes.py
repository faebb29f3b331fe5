"""From rows to chunks. Pure, and a function of the rows and the limits alone: a second planner cuts the same chunks.

A small payload keeps the file's order in one lane. A larger one is spread over lanes by a stable hash of the match key,
so all rows of one contact stay in one lane, in file order; or, where the order of all rows counts, in runs, lane after lane.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Limits:
    """How rows are cut."""

    chunk_rows: int = 1_000
    chunk_bytes: int = 2_000_000
    single_lane_rows: int = 10_000
    single_lane_bytes: int = 8_000_000
    lanes: int = 16


class PlannedRow(NamedTuple):
    """A row on its way into a chunk: its line, the key that decides its lane, and its content in MessagePack."""

    line: int
    key: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of rows of one lane, numbered from 0 within it."""

    lane: int
    sequence: int
    first_line: int
    last_line: int
    rows: int
    body: bytes
    """The rows as one MessagePack array."""


@dataclass(slots=True)
class _Lane:
    number: int
    sequence: int = 0
    size: int = 0
    rows: list[PlannedRow] = field(default_factory=list)

    def cut(self) -> Chunk:
        rows, self.rows, self.size = self.rows, [], 0
        body = b"\xdd" + len(rows).to_bytes(4, "big") + b"".join([row.content for row in rows])
        chunk = Chunk(self.number, self.sequence, rows[0].line, rows[-1].line, len(rows), body)
        self.sequence += 1
        return chunk


def lane_of(key: str, lanes: int) -> int:
    """The lane of a match key: the same in every process and every release."""
    return crc32(key.encode("utf-8", "surrogatepass")) % lanes


class Cutter:
    """Takes rows in file order and gives chunks as they fill up. Holds at most one unfinished chunk a lane."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._held: list[PlannedRow] = []
        self._held_bytes = 0
        self._lanes: list[_Lane] = []
        self._expected: int | None = None
        self._placed = 0
        self.rows = 0

    @property
    def chunks_by_lane(self) -> list[int]:
        """How many chunks each lane has so far; the totals once `finish` has been read to its end."""
        return [lane.sequence for lane in self._lanes]

    def keep_order(self, expected_rows: int) -> None:
        """Spread about so many rows in runs: lane after lane gives all rows in the order in which they were added."""
        self._expected = max(expected_rows, 1)

    def add(self, row: PlannedRow) -> Iterator[Chunk]:
        """Take the next row; gives the chunks that are full now."""
        self.rows += 1
        if self._lanes:
            return self._place(row)
        self._held.append(row)
        self._held_bytes += len(row.content)
        if len(self._held) > self._limits.single_lane_rows or self._held_bytes > self._limits.single_lane_bytes:
            return self._spread(self._limits.lanes)
        return iter(())

    def finish(self) -> Iterator[Chunk]:
        """Give the rest."""
        if not self._lanes:
            yield from self._spread(1)
        for lane in self._lanes:
            if lane.rows:
                yield lane.cut()

    def _spread(self, lanes: int) -> Iterator[Chunk]:
        self._lanes = [_Lane(number) for number in range(lanes)]
        held, self._held = self._held, []
        for row in held:
            yield from self._place(row)

    def _place(self, row: PlannedRow) -> Iterator[Chunk]:
        lane = self._lanes[self._number_of(row)]
        if lane.rows and lane.size + len(row.content) > self._limits.chunk_bytes:
            yield lane.cut()
        lane.rows.append(row)
        lane.size += len(row.content)
        if len(lane.rows) >= self._limits.chunk_rows:
            yield lane.cut()

    def _number_of(self, row: PlannedRow) -> int:
        lanes = len(self._lanes)
        if lanes == 1:
            return 0
        if self._expected is None:
            return lane_of(row.key, lanes)
        number = min(self._placed * lanes // self._expected, lanes - 1)
        self._placed += 1
        return number
