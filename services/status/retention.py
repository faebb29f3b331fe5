"""Keeping what was promised for as long as it was promised, and nothing longer."""

from dataclasses import dataclass

import structlog

from shared.jobs.forgetting import Forgetting
from shared.jobs.store import Jobs
from shared.jobs.views import Views
from shared.platform.clock import Clock
from shared.platform.files import Files

log = structlog.get_logger(__name__)

SWEEP_JOBS = 100
SWEEP_VIEWS = 2_000


class LeftViews:
    """Deletes views whose jobs are gone. Whoever writes one looks afterwards whether the job is still there, and may die before.

    A view is written after its job has been read, so one without a job has lost it for good.
    """

    def __init__(self, views: Views, jobs: Jobs, page: int = SWEEP_VIEWS) -> None:
        self._views = views
        self._jobs = jobs
        self._page = page
        self._after = ""

    async def sweep(self) -> int:
        """Look at the next page of views, round and round; returns how many went."""
        job_ids = await self._views.job_ids(self._after, self._page)
        self._after = job_ids[-1] if len(job_ids) == self._page else ""
        left = set(job_ids) - await self._jobs.known(job_ids)
        for job_id in left:
            await self._views.forget(job_id)
        return len(left)


@dataclass(frozen=True, slots=True)
class Retention:
    """Forgets jobs whose time is over or that somebody asked to forget, and clears abandoned uploads and views."""

    jobs: Jobs
    forgetting: Forgetting
    files: Files
    left_views: LeftViews
    clock: Clock

    async def sweep(self) -> int:
        """Forget what is due; returns how many jobs went."""
        now = self.clock.now()
        expired = await self.jobs.expired(now, SWEEP_JOBS)
        for job in expired:
            await self.forgetting.forget(job)
        uploads = await self.files.sweep(now)
        views = await self.left_views.sweep()
        if expired or uploads or views:
            log.info("retention.swept", jobs=len(expired), uploads=uploads, views=views)
        return len(expired)
