"""Room for contacts in accounts that have a limit: contacts, and what jobs at work may still create, never come to more than it.

An import reserves before it writes, and asks again for what it creates beyond that; requests without a job use some that were set
aside together, so that not each of them counts anew. All write the account's figures: of two that count at once one counts again.
"""

from shared.contacts.store import Contacts
from shared.jobs.job import Job
from shared.jobs.ledger import Ledger
from shared.jobs.quota import Quota
from shared.jobs.store import Jobs
from shared.platform.mongo import Session

SET_ASIDE = 1_000
"""Most contacts that are set aside for requests without a job. The next job takes them back."""


class ContactLimit(Exception):
    """The account has not so much room for contacts left."""

    def __init__(self, limit: int, free: int) -> None:
        super().__init__(f"at most {limit} contacts, room for {free}")
        self.limit = limit
        self.free = free


class Reservations:
    """Asks for room, in the transaction of whoever is going to create contacts."""

    def __init__(self, jobs: Jobs, ledger: Ledger, quota: Quota, contacts: Contacts) -> None:
        self._jobs = jobs
        self._ledger = ledger
        self._quota = quota
        self._contacts = contacts

    async def reserve(self, session: Session, job: Job, limit: int, wanted: int) -> None:
        """Let the job create so many contacts, until it ends. Raises ContactLimit; then the transaction must not commit."""
        free = await self.free(session, job.account, limit, but=job.id)
        if wanted > free:
            raise ContactLimit(limit, max(0, free))
        await self._quota.set_spare(session, job.account, limit, 0)
        await self._jobs.reserve(session, job.id, wanted)

    async def left(self, session: Session, job: Job, lane: int, share: int) -> int:
        """How many of its share of the reservation this lane has not created yet, before the chunk that asks."""
        found = await self._ledger.read(job.id, lane, session)
        return max(0, share - (found.counts.created if found else 0))

    async def take_more(self, session: Session, job: Job, limit: int, wanted: int) -> int:
        """Let a job at work create contacts beyond its reservation in this transaction: as many of these as there is room for.

        For contacts that it was going to update and that were erased since. Where it grants some, it writes the account's figures.
        """
        current = await self._jobs.read(job.id, session)
        granted = max(0, min(wanted, await self.free(session, job.account, limit)))
        if granted and current is not None:
            await self._quota.set_spare(session, job.account, limit, 0)
            await self._jobs.reserve(session, job.id, (current.reserved or 0) + granted)
        return granted

    async def take_one(self, session: Session, account: int, limit: int) -> None:
        """Let the caller create one contact in this transaction. Raises ContactLimit."""
        if not await self.take_some(session, account, limit, 1):
            raise ContactLimit(limit, 0)

    async def take_some(self, session: Session, account: int, limit: int, wanted: int) -> int:
        """Let the caller create contacts in this transaction, without a job: as many of these as there is room for.

        To be asked once in a transaction, before its contacts are written. Where fewer are left of those that were set aside,
        all are counted anew, and others are set aside for the next.
        """
        if wanted < 1:
            return 0
        if await self._quota.take_spare(session, account, limit, wanted):
            return wanted
        free = await self.free(session, account, limit)
        granted = max(0, min(wanted, free))
        if granted:
            await self._quota.set_spare(session, account, limit, max(0, min(free, SET_ASIDE) - granted))
        return granted

    async def free(self, session: Session | None, account: int, limit: int, but: str | None = None) -> int:
        """How many contacts may still be created, those set aside included; negative where there are too many."""
        taken = await self._contacts.of_account(account).total(session)
        for job in await self._jobs.imports_at_work(session, account):
            if job.id != but:
                taken += await self._still_to_come(session, job)
        return limit - taken

    async def _still_to_come(self, session: Session | None, job: Job) -> int:
        """The most that the job may still create. Of one that began before there was a limit only the rows left are known."""
        counts = await self._ledger.totals(session, job.id)
        rows_left = (job.rows_total or 0) - counts.rows
        return rows_left if job.reserved is None else max(0, min(rows_left, job.reserved - counts.created))
