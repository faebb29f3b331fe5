"""What the status service does with each event, and the catching up for those that never came."""

from dataclasses import dataclass, field

from services.status.projection import catch_up, project
from services.status.release import Release
from shared.contract.events import ChunkFinished, JobCancelled, JobCompleted, JobEnded, JobFailed, JobProcessing
from shared.contract.messages import Event
from shared.contract.values import JobState
from shared.delivery.consumer import Table
from shared.jobs.forgetting import Forgetting
from shared.jobs.job import Job
from shared.jobs.ledger import Ledger
from shared.jobs.progress import View
from shared.jobs.store import Jobs
from shared.jobs.views import Views
from shared.platform.clock import Clock
from shared.platform.turns import Turns

RUNNING = (JobState.PROCESSING, JobState.PAUSED, JobState.CANCELLING, JobState.FAILING)
SWEEP_JOBS = 500


@dataclass(frozen=True, slots=True)
class Handlers:
    """Keeps the views, and lets what waited for an ended job go."""

    views: Views
    jobs: Jobs
    ledger: Ledger
    release: Release
    forgetting: Forgetting
    clock: Clock
    turns: Turns = field(default_factory=Turns)

    async def progressed(self, event: Event) -> None:
        """Bring the view up to date."""
        async with self.turns.of(event.job_id):
            await self._project(event)

    async def _project(self, event: Event) -> None:
        while True:
            view = await self.views.read(event.job_id)
            if view is None:
                if await self.jobs.read(event.job_id) is None:
                    return
                view = View(event.job_id, event.account)
            newer = project(view, event)
            if newer == view or await self._keep(newer):
                return

    async def ended(self, event: JobEnded) -> None:
        """Bring the view up to date, release what waited for the job or for its place, drop the parsed rows."""
        job = await self.jobs.read(event.job_id)
        if job is not None:
            await self.progressed(event)
        await self.release.after(event.job_id)
        await self.release.next_of(event.account)
        if job is not None:
            await self._settle(job)

    async def catch_up(self) -> None:
        """Do what events would have done that died with the broker after it had confirmed them: views, and ends."""
        async for job in self.jobs.in_states(*RUNNING):
            await self._compare(job)
        for job in await self.jobs.unsettled(SWEEP_JOBS):
            await self._settle(job)

    async def _settle(self, job: Job) -> None:
        await self._compare(job)
        await self.forgetting.forget_work(job.id)
        await self.jobs.settle(job.id)

    async def _compare(self, job: Job) -> None:
        """Bring the view to what the ledger says."""
        while True:
            lanes = await self.ledger.of_job(job.id)
            view = await self.views.read(job.id) or View(job.id, job.account)
            newer = catch_up(view, job.rows_total, lanes, self.clock.now())
            if newer == view or await self._keep(newer):
                return

    async def _keep(self, view: View) -> bool:
        """Write the view; False where somebody was quicker. A job that was forgotten meanwhile leaves no view behind."""
        is_written = await self.views.write(view)
        if is_written and view.version == 0 and await self.jobs.read(view.job_id) is None:
            await self.views.forget(view.job_id)
        return is_written


def table(handlers: Handlers) -> Table:
    """From message to method."""
    return {
        JobProcessing: handlers.progressed,
        ChunkFinished: handlers.progressed,
        JobCompleted: handlers.ended,
        JobFailed: handlers.ended,
        JobCancelled: handlers.ended,
    }
