"""Removing what is left of things that were taken out for good: from outcomes, payloads, export files and options of other jobs.

It runs outside transactions, may be stopped anywhere and run again, or twice at once: it removes and never adds. What it goes by
is itself forgotten last.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from services.lists.traces import Traces
from shared.contacts.erasures import Erased, Erasures
from shared.contacts.fields import custom_path
from shared.contacts.store import Contacts
from shared.contract.values import JobState, Kind
from shared.jobs.chunks import Chunks
from shared.jobs.job import Job
from shared.jobs.outcomes import Outcomes
from shared.jobs.produced import produced_by
from shared.jobs.store import Jobs
from shared.platform.clock import Clock
from shared.platform.files import Files

log = structlog.get_logger(__name__)

MOST_CONTACTS = 100_000
"""Contacts that are looked for at once. More of them take another pass over the outcomes."""
PAGE = 200


@dataclass(frozen=True, slots=True)
class CleanUp:
    """Finishes erasures, and deletions of lists, tags and fields."""

    erasures: Erasures
    jobs: Jobs
    outcomes: Outcomes
    chunks: Chunks
    files: Files
    contacts: Contacts
    clock: Clock

    async def finish(self, owner: str) -> list[str]:
        """Remove every trace of what the owner has taken out, and return the jobs that have to end before the last one can go.

        The owner's own chunks must all be done.
        """
        first = await self.erasures.first(owner)
        if first is None:
            return []
        if first.what != "contacts":
            await self._take_off(owner)
            return []
        ended, still_open = await self._jobs(owner, first.account)
        if ended:
            async for traces in self._traces(owner):
                for job_id in ended:
                    await self._remove(job_id, owner, traces)
        if still_open:
            await self.erasures.wait_for(owner, still_open)
        else:
            await self.erasures.forget(owner)
        return still_open

    async def forget_source(self, job: Job) -> None:
        """Delete what a job was told to erase: its payload and its chunks. They must all be done."""
        if job.payload is not None:
            await self._delete_payload(job)
        await self.chunks.forget(job.id)

    async def sweep(self) -> int:
        """Go on with erasures whose jobs have ended: for jobs that ended since, and for those that were stopped half way.

        Returns how many there were.
        """
        seen = 0
        for owner in await self.erasures.owners():
            job = await self.jobs.read(owner)
            if job is None or job.state.is_end:
                still_open = await self.finish(owner)
                seen += 1
                log.info("erasure.swept", job=owner, waits_for=len(still_open))
        return seen

    async def _jobs(self, owner: str, account: int) -> tuple[list[str], list[str]]:
        """Jobs that have ended and have not been seen to, and jobs that are still open."""
        waiting = await self.erasures.waiting(owner)
        ended: list[str] = []
        still_open: list[str] = []
        async for job in self._all(account) if waiting is None else self._these(waiting):
            (ended if job.state.is_end or job.id == owner else still_open).append(job.id)
        return ended, still_open

    async def _all(self, account: int) -> AsyncIterator[Job]:
        before: str | None = None
        while page := await self.jobs.of_account(account).page(before=before, limit=PAGE):
            for job in page:
                yield job
            before = page[-1].id

    async def _these(self, job_ids: Sequence[str]) -> AsyncIterator[Job]:
        for job_id in job_ids:
            job = await self.jobs.read(job_id)
            if job is not None:
                yield job

    async def _traces(self, owner: str) -> AsyncIterator[Traces]:
        traces = Traces()
        async for erased in self.erasures.of(owner):
            traces.add(erased.numbers, erased.keys)
            if len(traces.numbers) >= MOST_CONTACTS:
                yield traces
                traces = Traces()
        if traces.numbers:
            yield traces

    async def _remove(self, job_id: str, owner: str, traces: Traces) -> None:
        """The outcomes come last: they say whether there is something to remove, also to whoever takes this up again."""
        job = await self.jobs.read(job_id)
        if job is None:
            return
        await self.chunks.forget(job_id)
        is_mentioned = await self.outcomes.mention(job_id, traces.numbers, traces.holds)
        if job.payload is not None and (is_mentioned or job_id == owner or job.state is not JobState.COMPLETED):
            # Rows that a job never came to have no outcome that could say whom they name.
            await self._delete_payload(job)
        if job.kind is Kind.EXPORT and job.result and is_mentioned:
            await self.jobs.overwrite(job_id, {"result.erased_at": self.clock.now()})
            await self.files.delete_below(produced_by(job_id))
        facts = _told(job)
        changed = {name: without for name, told in facts.items() if (without := traces.without(told)) != told}
        if changed:
            await self.jobs.overwrite(job_id, changed)
        if is_mentioned:
            await self.outcomes.scrub(job_id, traces.numbers, traces.holds)

    async def _delete_payload(self, job: Job) -> None:
        if job.payload is not None:
            if job.payload.erased_at is None:
                await self.jobs.overwrite(job.id, {"payload.erased_at": self.clock.now()})
            await self.files.delete(job.payload.file_id)

    async def _take_off(self, owner: str) -> None:
        async for erased in self.erasures.of(owner):
            await self._take_off_contacts(erased)
        await self.erasures.forget(owner)

    async def _take_off_contacts(self, erased: Erased) -> None:
        contacts = self.contacts.of_account(erased.account)
        if erased.what == "fields":
            for number in erased.numbers:
                await contacts.clear(custom_path(number))
        else:
            await contacts.take_out(erased.what, erased.numbers)


def _told(job: Job) -> dict[str, Any]:
    """What a job itself tells of contacts, beside its outcomes."""
    return {
        "name": job.name,
        "options": dict(job.options),
        "problems": [problem.as_document() for problem in job.problems],
        "error": job.error.as_document() if job.error else None,
    }
