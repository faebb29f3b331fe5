"""The events. Other services bind their own queue to `job.completed.#` and the like on the exchange `muster.events`.

Every event of a job carries `rev`, which rises by one with each change of the job's state.
"""

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.contract.messages import Event
from shared.contract.values import Kind


class CountsBody(BaseModel):
    """Rows by outcome, and by the code of whatever was said about them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    rejected: int = 0
    codes: dict[str, int] = {}


class JobEvent(Event):
    """A job moved to another state."""

    kind: Kind
    rev: int
    at: datetime

    def routing_key(self) -> str:
        """`job.<state>.<kind>`."""
        return f"{self.TYPE}.{self.kind}"


class JobProcessing(JobEvent):
    """Planning is over: the totals are known and the chunks are being worked."""

    TYPE: ClassVar[str] = "job.processing"

    rows_total: int
    lanes: int


class JobEnded(JobEvent):
    """What the three ends have in common. Deduplicate by the CloudEvents id: it never changes for one end."""

    rows_total: int | None
    counts: CountsBody
    error_code: str | None = None


class JobCompleted(JobEnded):
    """Every row has an outcome."""

    TYPE: ClassVar[str] = "job.completed"


class JobFailed(JobEnded):
    """The job as a whole was refused or could not go on; `error_code` says why. What the counts say was done, was done."""

    TYPE: ClassVar[str] = "job.failed"


class JobCancelled(JobEnded):
    """Somebody cancelled the job. What the counts say was done, was done; nothing more will be."""

    TYPE: ClassVar[str] = "job.cancelled"


class ChunkFinished(Event):
    """A lane moved on by one chunk. `counts` and `rows_done` are its totals so far: the newest event of a lane says it all."""

    TYPE: ClassVar[str] = "chunk.finished"

    kind: Kind
    lane: int
    sequence: int
    rows_done: int
    counts: CountsBody
    at: datetime

    def routing_key(self) -> str:
        """`chunk.finished.<kind>`."""
        return f"{self.TYPE}.{self.kind}"
