"""Moving on what has stalled: a lost message, a wiped broker or a dead worker costs time and nothing else.

The broker holds nothing that the database does not, so every command can be sent again from here. Repeating one is harmless.
"""

from dataclasses import dataclass
from functools import partial

import structlog

from shared.contract.commands import CHUNK_COMMANDS, START_COMMANDS
from shared.contract.values import JobState
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.job import Job
from shared.jobs.ledger import Ledger
from shared.jobs.progress import Lane
from shared.jobs.store import Jobs
from shared.platform.clock import Clock

log = structlog.get_logger(__name__)

SWEEP_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Rescue:
    """Re-sends the commands of jobs and lanes that have not moved for `after_seconds`."""

    jobs: Jobs
    ledger: Ledger
    outbox: Outbox
    clock: Clock
    after_seconds: float

    async def sweep(self) -> int:
        """Re-send what is overdue; returns how many commands went out."""
        now = self.clock.now()
        sent = 0
        for job in await self.jobs.stalled(now, self.after_seconds, SWEEP_LIMIT):
            sent += await self.outbox.transaction(partial(self._restart, job=job))
        for lane in await self.ledger.stalled(now, self.after_seconds, SWEEP_LIMIT):
            sent += await self.outbox.transaction(partial(self._resend, lane=lane))
        if sent:
            log.info("rescue.sent", commands=sent)
        return sent

    async def _restart(self, unit: Unit, job: Job) -> int:
        if job.open_lanes or not await self.jobs.nudge(job, unit.session):
            return 0
        unit.send(START_COMMANDS[job.kind](job_id=job.id, account=job.account))
        return 1

    async def _resend(self, unit: Unit, lane: Lane) -> int:
        job = await self.jobs.read(lane.job_id, unit.session)
        if job is None or not await self.ledger.nudge(unit.session, lane, self.clock.now(), self.after_seconds):
            return 0
        if job.state is JobState.PAUSED:
            return 0  # seen and put back in the queue of those that stand still: its resumption sends the command
        unit.send(CHUNK_COMMANDS[job.kind](job_id=job.id, account=job.account, lane=lane.number, sequence=lane.sequence))
        return 1
