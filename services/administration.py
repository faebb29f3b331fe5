"""What an operator does from the command line, straight on the database: accounts, their limits and keys."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from shared.accounts.counters import Counters
from shared.accounts.keys import Key, Keys, Scope
from shared.accounts.limits import checked_limit
from shared.accounts.settings import KeySettings
from shared.accounts.store import Account, Accounts
from shared.jobs.quota import Quota
from shared.platform.clock import Clock, SystemClock
from shared.platform.mongo import Mongo
from shared.platform.settings import PlatformSettings


@dataclass(frozen=True, slots=True)
class Administration:
    """Opens accounts, sets their limits and makes keys."""

    accounts: Accounts
    keys: Keys
    quota: Quota
    clock: Clock

    async def open_account(self, name: str) -> Account:
        """Open an account that can be used at once."""
        account = await self.accounts.create(name)
        await self.quota.open_account(account.number)
        return account

    async def make_key(
        self, account: str, name: str, scopes: Sequence[Scope], life: timedelta | None, redirect_uris: Sequence[str] = ()
    ) -> tuple[Key, str]:
        """A new key and its text. Raises LookupError where there is no such account, ValueError for what is no redirect URI."""
        owner = await self._owner(account)
        expires_at = self.clock.now() + life if life else None
        return await self.keys.create(
            owner.number, name=name, scopes=frozenset(scopes), expires_at=expires_at, redirect_uris=redirect_uris
        )

    async def keys_of(self, account: str) -> list[Key]:
        """Every key of an account. Raises LookupError where there is no such account."""
        return await self.keys.of_account((await self._owner(account)).number)

    async def revoke(self, account: str, key_id: str) -> bool:
        """End a key; False where the account has none of this id. Raises LookupError where there is no such account."""
        return await self.keys.revoke((await self._owner(account)).number, key_id)

    async def limit(self, account: str, name: str, value: int | None) -> Account:
        """Give an account a limit of its own, None for the default again; the account as it is then.

        Raises LookupError where there is no such account, ValueError where there is no such limit or it cannot be so small.
        """
        owner = await self._owner(account)
        await self.accounts.set_limit(owner.number, checked_limit(name, value), value)
        return await self._owner(str(owner.number))

    async def _owner(self, account: str) -> Account:
        owner = await self.accounts.find(account)
        if owner is None:
            raise LookupError(f"There is no account {account!r}. `muster account list` shows them.")
        return owner


def open_administration(mongo: Mongo, clock: Clock) -> Administration:
    """The office on this database. Raises ValueError where MUSTER_KEY_PEPPER is not set."""
    pepper = KeySettings().key_pepper.get_secret_value().encode()
    return Administration(Accounts(mongo, Counters(mongo), clock), Keys(mongo, clock, pepper), Quota(mongo), clock)


@asynccontextmanager
async def administration(settings: PlatformSettings) -> AsyncIterator[Administration]:
    """The office, for one command."""
    clock = SystemClock()
    mongo = Mongo(settings, clock)
    try:
        await mongo.check()
        office = open_administration(mongo, clock)
        await office.keys.prepare()
        yield office
    finally:
        await mongo.close()
