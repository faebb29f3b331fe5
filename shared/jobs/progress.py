"""How far a job is, as values: its lanes as the ledger keeps them, and its view as clients poll it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.contract.values import Counts


@dataclass(frozen=True, slots=True)
class Lane:
    """How far a lane is. `sequence` is the next chunk to be worked."""

    job_id: str
    account: int
    number: int
    sequence: int
    chunks: int
    is_open: bool
    rows_done: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class LaneView:
    """The newest that is known of a lane."""

    sequence: int
    rows_done: int
    counts: Counts


@dataclass(frozen=True, slots=True)
class View:
    """What is known of a job's progress. Grows only: no lane ever goes back."""

    job_id: str
    account: int
    rows_total: int | None = None
    processing_at: datetime | None = None
    last_at: datetime | None = None
    lanes: Mapping[str, LaneView] = field(default_factory=dict)
    version: int = 0

    @property
    def rows_done(self) -> int:
        """Rows that have an outcome."""
        return sum(lane.rows_done for lane in self.lanes.values())

    @property
    def counts(self) -> Counts:
        """Rows by outcome so far."""
        total = Counts()
        for lane in self.lanes.values():
            total += lane.counts
        return total
