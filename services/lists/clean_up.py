"""Removing what is left of things that were taken out for good: from outcomes, payloads, export files and options of other jobs.

It runs outside transactions, may be stopped anywhere and run again, or twice at once: it removes and never adds. What it goes by
is itself forgotten last. Of lists, tags and fields it takes off twice: see `AGAIN_SECONDS`.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from services.lists.traces import Traces
from shared.contacts.erasures import Erased, Erasures, Notes
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
CLAIM_SECONDS = 600.0
"""So long others leave alone what a sweep has begun with; what takes longer may be done twice."""


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
        return await self._finish(self.erasures.of_owner(owner), {owner})

    async def forget_source(self, job: Job) -> None:
        """Delete what a job was told to erase: its payload and its chunks. They must all be done."""
        if job.payload is not None:
            await self._delete_payload(job)
        await self.chunks.forget(job.id)

    async def sweep(self) -> int:
        """Go on with erasures whose jobs have ended, or that needed none: for jobs that ended since, and for what was stopped
        half way. All of an account take one pass, by one process.

        Returns of how many owners there was something.
        """
        seen = 0
        for owners in (await self.erasures.owners()).values():
            settled = await self._settled(owners)
            seen += len(settled)
            if settled:
                await self._sweep(settled)
        return seen

    async def _sweep(self, owners: Sequence[str]) -> None:
        by = self.clock.new_id()
        try:
            notes = await self.erasures.claim(by, owners, CLAIM_SECONDS)
            again = notes.definitions(is_again=True)
            await self._take_off(again)
            await again.forget()
            still_open = await self._finish(notes, owners)
            log.info("erasure.swept", owners=len(owners), waits_for=len(still_open))
        finally:
            await self.erasures.unclaim(by)

    async def _settled(self, owners: Sequence[str]) -> list[str]:
        """Those that take nothing more out: requests, and jobs that have ended."""
        known = await self.jobs.known(owners)
        jobs = {owner: await self.jobs.read(owner) for owner in owners if owner in known}
        return [owner for owner in owners if (job := jobs.get(owner)) is None or job.state.is_end]

    async def _finish(self, notes: Notes, owners: Collection[str]) -> list[str]:
        deleted = notes.definitions(is_again=False)
        await self._take_off(deleted)
        await deleted.do_again()
        awaited = await self._finish_waiting(notes.contacts(is_waiting=True), owners)
        return sorted({*awaited, *await self._finish_new(notes.contacts(is_waiting=False), owners)})

    async def _finish_waiting(self, notes: Notes, owners: Collection[str]) -> list[str]:
        """Remove traces from the jobs that have ended since, and return those that have not."""
        awaited = await notes.awaited()
        jobs = [job async for job in self._these(awaited)]
        still_open = [job.id for job in jobs if not job.state.is_end]
        await self._remove_from([job.id for job in jobs if job.state.is_end], owners, notes)
        await notes.seen_to([job_id for job_id in awaited if job_id not in still_open])
        return still_open

    async def _finish_new(self, notes: Notes, owners: Collection[str]) -> list[str]:
        """Remove traces from every job of the account that has ended, and return those that have not."""
        account = await notes.account()
        if account is None:
            return []
        ended: list[str] = []
        still_open: list[str] = []
        async for job in self._all(account):
            (ended if job.state.is_end or job.id in owners else still_open).append(job.id)
        await self._remove_from(ended, owners, notes)
        await notes.wait_for(still_open)
        return still_open

    async def _remove_from(self, job_ids: Sequence[str], owners: Collection[str], notes: Notes) -> None:
        if job_ids:
            async for traces in self._traces(notes):
                for job_id in job_ids:
                    await self._remove(job_id, owners, traces)

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

    async def _traces(self, notes: Notes) -> AsyncIterator[Traces]:
        traces = Traces()
        async for erased in notes.each():
            traces.add(erased.numbers, erased.keys)
            if len(traces.numbers) >= MOST_CONTACTS:
                yield traces
                traces = Traces()
        if traces.numbers:
            yield traces

    async def _remove(self, job_id: str, owners: Collection[str], traces: Traces) -> None:
        """The outcomes come last: they say whether there is something to remove, also to whoever takes this up again."""
        job = await self.jobs.read(job_id)
        if job is None:
            return
        await self.chunks.forget(job_id)
        is_mentioned = await self.outcomes.mention(job_id, traces.numbers, traces.holds)
        if job.payload is not None and (is_mentioned or job_id in owners or job.state is not JobState.COMPLETED):
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

    async def _take_off(self, notes: Notes) -> None:
        async for erased in notes.each():
            await self._take_off_contacts(erased)

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
