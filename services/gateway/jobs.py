"""Accepting, pausing, cancelling and forgetting jobs: the use cases, without HTTP.

One transaction accepts a job, and its commit is the acceptance.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from services.gateway.problems import Problem
from services.gateway.settings import GatewaySettings
from services.gateway.terms import most_of, quota_problem, retention_of, start_of
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Account
from shared.contract.commands import CHUNK_COMMANDS, START_COMMANDS
from shared.contract.values import JobState, Kind
from shared.delivery.outbox import Outbox, Unit
from shared.jobs.ending import Ending
from shared.jobs.forgetting import Forgetting
from shared.jobs.idempotency import Idempotency, Remembered
from shared.jobs.job import Job, Payload, job_from_document
from shared.jobs.ledger import Ledger
from shared.jobs.lifecycle import after_cancel, after_pause, after_resumption
from shared.jobs.quota import Figure, Quota, QuotaExceeded
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.files import Files
from shared.platform.mongo import Session
from shared.platform.turns import Turns


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
    """Hash of the whole request as it was sent, payload included: what an idempotency key stands for."""
    run_at: datetime | None = None
    """Not to start before; a moment without an offset is in UTC."""
    retention_days: float | None = None
    """Days after its end for which it is kept; the default of the gateway when absent."""
    most_imports: int | None = None
    """Imports that the account may have open with this one, where its own limit is not less."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The job that answers a request, and whether an earlier request with the same key made it."""

    job: Job
    is_replay: bool


@dataclass(frozen=True, slots=True)
class JobDesk:
    """Takes jobs in and lets go of them."""

    jobs: Jobs
    ledger: Ledger
    quota: Quota
    idempotency: Idempotency
    files: Files
    ending: Ending
    forgetting: Forgetting
    outbox: Outbox
    clock: Clock
    settings: GatewaySettings
    limits: LimitSettings
    turns: Turns = field(default_factory=Turns)

    async def accept(self, account: Account, new: NewJob) -> Accepted:
        """Accept a job durably, or answer with the one that the same idempotency key made. Once this returns, the job will end.

        Raises Problem: `idempotency_key_reused`, `predecessor_unknown` and `option_invalid` (422), `too_many_jobs` and
        `too_many_imports` (429).
        """
        job_id = self.clock.new_id()

        async def attempt(unit: Unit) -> Accepted:
            if new.idempotency_key is not None:
                earlier = await self.earlier(account, new.idempotency_key, new.fingerprint, unit.session)
                if earlier is not None:
                    return earlier
            job = await self._insert(unit, account, new, job_id)
            if job.state is JobState.QUEUED:
                unit.send(START_COMMANDS[new.kind](job_id=job.id, account=account.number))
            return Accepted(job, is_replay=False)

        try:
            async with self.turns.of(account.number):
                return await self.outbox.transaction(attempt, wait=False)
        except QuotaExceeded as error:
            raise quota_problem(error) from error

    async def earlier(self, account: Account, key: str, fingerprint: str, session: Session | None = None) -> Accepted | None:
        """The job that the key made, if it is still kept. Raises Problem `idempotency_key_reused` (422) for another request's."""
        known = await self.idempotency.find(session, account.number, key)
        if known is None:
            return None
        if known.fingerprint != fingerprint:
            detail = (
                "This Idempotency-Key was used for another request. Use a new key for a new request, or send exactly the same one."
            )
            raise Problem(422, "idempotency_key_reused", detail, field="Idempotency-Key")
        job = await self.jobs.read(known.job_id, session)
        return Accepted(job, is_replay=True) if job is not None else None

    async def cancel(self, job: Job) -> Job:
        """Stop a job: at once where it has not started, otherwise at the next chunk. Cancelling twice is fine.

        Raises Problem `job_ended` (409) where it has already completed or failed.
        """

        stopped = await self._stop(job.id)
        if stopped is None:
            raise _gone()
        if after_cancel(stopped.state) is None:
            raise Problem(409, "job_ended", f"The job is {stopped.state}; only jobs that have not ended can be cancelled.")
        return stopped

    async def pause(self, job: Job) -> Job:
        """Let the chunks in hand finish and start no more. A paused job keeps its places. Pausing twice is fine.

        Raises Problem `not_pausable` (409) where the job is not at work.
        """
        advice = "Only a job that is processing can be paused. One that has not begun can be cancelled and sent again."
        return await self._change(job, after_pause, "not_pausable", advice)

    async def resume(self, job: Job) -> Job:
        """Go on with a paused job. Resuming one that is at work is fine. Raises Problem `not_resumable` (409)."""
        return await self._change(job, after_resumption, "not_resumable", "Only a job that is paused can be resumed.")

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
            elif moved is not None and current.state is JobState.PAUSED:
                await self._send_lanes(unit, moved)
            return moved

        while (stopped := await self.outbox.transaction(attempt)) is None:
            if await self.jobs.read(job_id) is None:
                return None
        return stopped

    async def _change(self, job: Job, after: Callable[[JobState], JobState | None], code: str, advice: str) -> Job:
        async def attempt(unit: Unit) -> Job:
            current = await self.jobs.read(job.id, unit.session)
            if current is None:
                raise _gone()
            new = after(current.state)
            if new is None:
                raise Problem(409, code, f"The job is {current.state}. {advice}")
            if new is current.state:
                return current
            moved = await self.jobs.move(unit.session, current, new)
            if moved is not None and new is JobState.PROCESSING:
                await self._send_lanes(unit, moved)
            return moved or current

        return await self.outbox.transaction(attempt)

    async def _send_lanes(self, unit: Unit, job: Job) -> None:
        """Send the commands of the open lanes: those that came while the job was paused are gone."""
        for lane in await self.ledger.wake(unit.session, job.id):
            command = CHUNK_COMMANDS[job.kind](job_id=job.id, account=job.account, lane=lane.number, sequence=lane.sequence)
            unit.send(command)

    async def _pending(self, unit: Unit, account: Account, new: NewJob) -> list[str]:
        """Those of its predecessors that have not completed: whichever does from now on takes itself out."""
        pending = []
        for job_id in new.after:
            before = await self.jobs.note_follower(unit.session, account.number, job_id)
            if before is None:
                raise Problem(422, "predecessor_unknown", f"There is no job {job_id!r} in this account.", field="after")
            if before.state is not JobState.COMPLETED:
                pending.append(job_id)
        return pending

    async def _insert(self, unit: Unit, account: Account, new: NewJob, job_id: str) -> Job:
        now = self.clock.now()
        run_at, retention = start_of(new.run_at, now), retention_of(new.retention_days, account, self.settings)
        pending = await self._pending(unit, account, new)
        is_import = new.kind is Kind.IMPORT
        place = await self.quota.take(
            unit.session,
            account.number,
            most_of(account, self.settings, self.limits, new.most_imports),
            is_import=is_import,
            may_run=not pending and run_at is None,
        )
        document: dict[str, Any] = {
            "_id": job_id,
            "account": account.number,
            "kind": str(new.kind),
            "state": str(JobState.QUEUED if place is Figure.RUNNING else JobState.WAITING),
            "rev": 1,
            "name": new.name,
            "options": dict(new.options),
            "payload": asdict(new.payload) if new.payload else None,
            "after": list(new.after),
            "pending": pending,
            "is_cleared": not pending,
            "holds": [str(Figure.OPEN_JOBS), *([str(Figure.ACTIVE_IMPORTS)] if is_import else [])],
            "created_at": now,
            "moved_at": now,
            "retention_seconds": int(retention.total_seconds()),
            **({"place": str(place)} if place else {}),
            **({"run_at": run_at} if run_at else {}),
        }
        await self.jobs.insert(document, unit.session)
        if new.payload is not None:
            await self.files.take(unit.session, new.payload.file_id, job_id)
        if new.idempotency_key is not None:
            remembered = Remembered(job_id, new.fingerprint)
            await self.idempotency.keep(unit.session, account.number, new.idempotency_key, remembered)
        return job_from_document(document)


def _gone() -> Problem:
    return Problem(404, "job_not_found", "The job has been deleted meanwhile.")
