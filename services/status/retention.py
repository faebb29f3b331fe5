"""Keeping what was promised for as long as it was promised, and nothing longer."""

from dataclasses import dataclass

import structlog

from shared.jobs.forgetting import Forgetting
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.files import Files

log = structlog.get_logger(__name__)

SWEEP_JOBS = 100


@dataclass(frozen=True, slots=True)
class Retention:
    """Forgets jobs whose time is over, deletes those that somebody asked to forget, and clears abandoned uploads."""

    jobs: Jobs
    forgetting: Forgetting
    files: Files
    clock: Clock

    async def sweep(self) -> int:
        """Forget what is due; returns how many jobs went."""
        now = self.clock.now()
        expired = await self.jobs.expired(now, SWEEP_JOBS)
        for job in expired:
            await self.forgetting.forget(job)
        uploads = await self.files.sweep(now)
        if expired or uploads:
            log.info("retention.swept", jobs=len(expired), uploads=uploads)
        return len(expired)
