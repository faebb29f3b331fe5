"""Words that several services share: kinds, states and outcomes, and the counts of a job."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What a job does."""

    IMPORT = "import"
    EXPORT = "export"
    LIST_CHANGE = "list_change"
    TAG_CHANGE = "tag_change"
    DELETION = "deletion"
    RESTORATION = "restoration"


class JobState(StrEnum):
    """Where a job is. The arrows between states stand in `shared.jobs.lifecycle`."""

    WAITING = "waiting"
    QUEUED = "queued"
    PLANNING = "planning"
    PROCESSING = "processing"
    PAUSED = "paused"
    CANCELLING = "cancelling"
    FAILING = "failing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_end(self) -> bool:
        """True for the states that nothing leaves."""
        return self in ENDS


ENDS = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELLED})


class Outcome(StrEnum):
    """What happened to a row. Every row ends in exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"


MOST_CODES = 200
OTHER_CODES = "other"
"""Stands for the codes beyond MOST_CODES, more than Muster has: a payload may bring codes of its own."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows by outcome, and by the code of whatever was said about them. Adds up: a lane's counts are the sum of its chunks'."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    codes: Mapping[str, int] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows that have an outcome."""
        return self.created + self.updated + self.unchanged + self.skipped + self.rejected

    def __add__(self, other: Self) -> "Counts":
        codes = dict(self.codes)
        for code, count in other.codes.items():
            known = code if code in codes or len(codes) < MOST_CODES else OTHER_CODES
            codes[known] = codes.get(known, 0) + count
        return Counts(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.skipped + other.skipped,
            self.rejected + other.rejected,
            codes,
        )

    def as_document(self) -> dict[str, Any]:
        """Plain values for a message or the database."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "rejected": self.rejected,
            "codes": dict(self.codes),
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Counts":
        """The inverse of `as_document`."""
        return cls(**document)
