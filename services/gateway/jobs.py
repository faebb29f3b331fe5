"""Accepting, cancelling and forgetting jobs: the use cases, without HTTP.

One transaction accepts a job, and its commit is the acceptance.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from services.gateway.problems import Problem
from services.gateway.settings import GatewaySettings
from shared.accounts.store import Account
from shared.contract.commands import START_COMMANDS
from shared.contract.values import JobState, Kind
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.ending import Ending
from shared.jobs.forgetting import Forgetting
from shared.jobs.idempotency import Idempotency, Remembered
from shared.jobs.job import Job, Payload, job_from_document
from shared.jobs.lifecycle import after_cancel
from shared.jobs.quota import Quota, QuotaExceeded
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.files import Files
from shared.platform.turns import Turns

RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class NewJob:
    """What a request asks for, checked and with its names resolved."""

    kind: Kind
    options: Mapping[str, Any]
    name: str | None = None
    payload: Payload | None = None
    after: Sequence[str] = ()
    idempotency_key: str | None = None
    fingerprint: str = ""
    """Hash of the whole request, payload included: what an idempotency key stands for."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job that answers a request, and whether an earlier request with the same key made it."""

    job: Job
    is_replay: bool


@dataclass(frozen=True, slots=True)
class JobDesk:
    """Takes jobs in and lets go of them."""

    jobs: Jobs
    quota: Quota
    idempotency: Idempotency
    files: Files
    ending: Ending
    forgetting: Forgetting
    outbox: Outbox
    clock: Clock
    settings: GatewaySettings
    turns: Turns = field(default_factory=Turns)

    async def accept(self, account: Account, new: NewJob) -> Accepted:
        """Accept a job durably, or answer with the one that the same idempotency key made. Once this returns, the job will end.

        Raises Problem: `idempotency_key_reused` (422), `predecessor_unknown` (422), `too_many_jobs` (429).
        """
        job_id = self.clock.new_id()

        async def attempt(unit: Unit) -> Accepted:
            earlier = await self._earlier(unit, account, new)
            if earlier is not None:
                return earlier
            state = await self._first_state(unit, account, new)
            job = await self._insert(unit, account, new, job_id, state)
            if state is JobState.QUEUED:
                unit.send(START_COMMANDS[new.kind](job_id=job.id, account=account.number))
            return Accepted(job, is_replay=False)

        try:
            async with self.turns.of(account.number):
                return await self.outbox.transaction(attempt, wait=False)
        except QuotaExceeded as error:
            raise Problem(
                429,
                "too_many_jobs",
                f"This account may have {error.limit} jobs queued or running at once. Wait until one ends, then send this again.",
                headers={"Retry-After": str(RETRY_SECONDS)},
                limit=error.limit,
            ) from error

    async def cancel(self, job: Job) -> Job:
        """Stop a job: at once where it has not started, otherwise at the next chunk. Cancelling twice is fine.

        Raises Problem `job_ended` (409) where it has already completed or failed.
        """

        stopped = await self._stop(job.id)
        if stopped is None:
            raise Problem(404, "job_not_found", "The job has been deleted meanwhile.")
        if after_cancel(stopped.state) is None:
            raise Problem(409, "job_ended", f"The job is {stopped.state}; only jobs that have not ended can be cancelled.")
        return stopped

    async def forget(self, job: Job) -> Job | None:
        """Delete an ended job with everything of it: None. One that still runs is cancelled, and goes as soon as it has stopped."""
        # First of all, so that it goes even if it ends this very moment, or if this process does.
        await self.jobs.forget_at_end(job.id)
        left = await self._stop(job.id)
        if left is None or not left.state.is_end:
            return left
        await self.forgetting.forget(left)
        return None

    async def _stop(self, job_id: str) -> Job | None:
        """The job after it was told to stop, or as it ended; None where there is none."""

        async def attempt(unit: Unit) -> Job | None:
            current = await self.jobs.read(job_id, unit.session)
            new = after_cancel(current.state) if current else None
            if current is None or new is None or new is current.state:
                return current
            if new is JobState.CANCELLED:
                return await self.ending.end(unit, current, new)
            moved = await self.jobs.move(unit.session, current, new)
            if moved is not None and moved.open_lanes == 0:
                unit.send(START_COMMANDS[moved.kind](job_id=moved.id, account=moved.account))
            return moved

        while (stopped := await self.outbox.transaction(attempt)) is None:
            if await self.jobs.read(job_id) is None:
                return None
        return stopped

    async def _earlier(self, unit: Unit, account: Account, new: NewJob) -> Accepted | None:
        if new.idempotency_key is None:
            return None
        known = await self.idempotency.find(unit.session, account.number, new.idempotency_key)
        if known is None:
            return None
        if known.fingerprint != new.fingerprint:
            detail = (
                "This Idempotency-Key was used for another request. Use a new key for a new request, or send exactly the same one."
            )
            raise Problem(422, "idempotency_key_reused", detail, field="Idempotency-Key")
        job = await self.jobs.read(known.job_id, unit.session)
        return Accepted(job, is_replay=True) if job is not None else None

    async def _first_state(self, unit: Unit, account: Account, new: NewJob) -> JobState:
        state = JobState.QUEUED
        for job_id in new.after:
            before = await self.jobs.note_follower(unit.session, account.number, job_id)
            if before is None:
                raise Problem(422, "predecessor_unknown", f"There is no job {job_id!r} in this account.", field="after")
            if before.state is not JobState.COMPLETED:
                state = JobState.WAITING
        return state

    async def _insert(self, unit: Unit, account: Account, new: NewJob, job_id: str, state: JobState) -> Job:
        now = self.clock.now()
        document: dict[str, Any] = {
            "_id": job_id,
            "account": account.number,
            "kind": str(new.kind),
            "state": str(state),
            "rev": 1,
            "name": new.name,
            "options": dict(new.options),
            "payload": asdict(new.payload) if new.payload else None,
            "after": list(new.after),
            "created_at": now,
            "moved_at": now,
            "retention_seconds": int(timedelta(days=self.settings.retention_days).total_seconds()),
        }
        await self.jobs.insert(document, unit.session)
        if new.payload is not None:
            await self.files.take(unit.session, new.payload.file_id, job_id)
        if new.idempotency_key is not None:
            remembered = Remembered(job_id, new.fingerprint)
            await self.idempotency.keep(unit.session, account.number, new.idempotency_key, remembered)
        limit = account.limits.get("open_jobs", self.settings.open_jobs)
        await self.quota.take(unit.session, account.number, limit)
        return job_from_document(document)
