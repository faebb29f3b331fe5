"""Many contacts in one request: decided and written together, in the order of their rows, with the code that imports use.

Without HTTP. Either the whole batch is in or nothing of it is; a row that is refused is told in its result, not raised.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.gateway.contacts import VIA
from services.gateway.context import Tenant
from shared.accounts.limits import Limit, limit_of
from shared.accounts.store import Account
from shared.contacts.decide import Decider
from shared.contacts.merge import Rules
from shared.contacts.patch import Target
from shared.jobs.reservations import Reservations
from shared.jobs.rows import Row, RowWriter, Written
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo, Session


@dataclass(frozen=True, slots=True)
class BatchDesk:
    """Batches of contacts of the account that asks."""

    mongo: Mongo
    clock: Clock
    reservations: Reservations
    most_contacts: int
    """Of an account without a limit of its own; 0 is no limit."""

    async def write(
        self,
        who: Tenant,
        columns: Sequence[tuple[int, Target]],
        rows: Sequence[Row],
        rules: Rules,
        *,
        via: str = VIA,
        by_person: bool = False,
        checks_birthdays: bool = False,
    ) -> list[Written]:
        """Write the rows in one transaction: one result a row, in order. How many there may be is the caller's to say.

        Each row sees what the earlier ones did; one that is refused changes nothing and hinders no other. Rows for whose contact
        the account has no room are rejected with `contact_limit`. However many ask for one contact at once, it is made once.

        A result's contact is as it stands after the whole batch. That of a refused row may be another's, which has its key.
        """
        writer = RowWriter(who.contacts, who.tags, who.lists, who.account.uuid_base)
        readied = await writer.read(rows, columns, checks_birthdays=checks_birthdays)

        async def attempt(session: Session) -> list[Written]:
            async def room(wanted: int) -> int:
                return await self._room(session, who.account, wanted)

            return await writer.write(session, readied, rules, self.clock.now(), via, room, by_person=by_person)

        return await self.mongo.transaction(attempt)

    async def delete(self, who: Tenant, numbers: Sequence[int], *, via: str = VIA) -> list[int]:
        """Mark these contacts as deleted, together. Returns those that there were."""

        async def attempt(session: Session) -> list[int]:
            now = self.clock.now()
            decider = Decider(Rules("id"), await who.contacts.matching(session, numbers, ()), now, by_person=True)
            deleted = [number for number in numbers if decider.delete(number).contact is not None]
            await who.contacts.write(session, decider, now, via)
            return deleted

        return await self.mongo.transaction(attempt)

    async def _room(self, session: Session, account: Account, wanted: int) -> int:
        limit = limit_of(account, Limit.CONTACTS, self.most_contacts)
        return await self.reservations.take_some(session, account.number, limit, wanted) if limit else wanted
