"""What one kind of job does: the three methods that a working service brings. `stages` brings everything else."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from shared.delivery.outbox import Unit
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan


class Work(Protocol):
    """The second kind costs nothing to learn: it fills in the same three methods."""

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """Read once what the job is about and hand its rows to the sink. Raises JobRefused before anything is written."""

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """Do one chunk inside the transaction and say what became of each row, in line order. May run again after a conflict."""

    def leaves_something(self, job: Job) -> bool:
        """True where `finish` has something to do for this job."""

    async def finish(self, job: Job) -> Mapping[str, Any]:
        """Make what the job leaves behind, when all its chunks are done and before it is completed; kept as `Job.result`.

        Outside any transaction, so it may take its time. It may run again, or twice at once, and must come to the same.
        """
