"""Forgetting a job: everything that hangs on it goes first, its document last, so that a crash half way is taken up again."""

from dataclasses import dataclass

from shared.jobs.chunks import Chunks
from shared.jobs.job import Job
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import Outcomes
from shared.jobs.produced import files_of, produced_by
from shared.jobs.store import Jobs
from shared.jobs.views import Views
from shared.platform.files import Files


@dataclass(frozen=True, slots=True)
class Forgetting:
    """Deletes what is kept of ended jobs."""

    jobs: Jobs
    ledger: Ledger
    chunks: Chunks
    outcomes: Outcomes
    views: Views
    files: Files

    async def forget(self, job: Job) -> None:
        """Payload, file, chunks, outcomes, lanes and view of an ended job are gone when this returns, and the job with them."""
        if job.payload is not None:
            await self.files.delete(job.payload.file_id)
        await self.files.delete_below(produced_by(job.id))
        await self.chunks.forget(job.id)
        await self.outcomes.forget(job.id)
        await self.ledger.forget(job.id)
        await self.views.forget(job.id)
        await self.jobs.delete(job.id)

    async def forget_work(self, job_id: str) -> None:
        """Keep what the file of an ended job consists of; delete what else it has made, and its chunks.

        Whatever a worker that comes late still writes stays untaken, and goes with the sweep of abandoned files.
        """
        await self.chunks.forget(job_id)
        job = await self.jobs.read(job_id)
        needed = files_of(job) if job else frozenset()
        if not needed:
            await self.files.delete_below(produced_by(job_id))
            return
        for stored in await self.files.below(produced_by(job_id)):
            if stored.file_id in needed:
                await self.files.keep(stored.file_id, job_id)
            else:
                await self.files.delete(stored.file_id)
