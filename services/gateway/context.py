"""What the routes need, made once in `app.py`; and the tenant of a request, whose stores see one account and no other."""

from dataclasses import dataclass
from uuid import UUID

from services.gateway.jobs import JobDesk
from services.gateway.long_bodies import LongBodies
from services.gateway.settings import GatewaySettings
from shared.accounts.keys import Key, Keys, Scope
from shared.accounts.settings import LimitSettings
from shared.accounts.spent_codes import SpentCodes
from shared.accounts.store import Account, Accounts
from shared.accounts.tokens import Tokens
from shared.contacts.erasures import Erasures
from shared.contacts.registry import AccountFields, CustomFields
from shared.contacts.store import AccountContacts, Contacts
from shared.contract.identity import Thing, from_uuid, to_uuid
from shared.jobs.outcomes import Outcomes
from shared.jobs.quota import Quota
from shared.jobs.reservations import Reservations
from shared.jobs.store import AccountJobs, Jobs
from shared.jobs.views import Views
from shared.lists.store import AccountThings, NamedThings
from shared.platform.clock import Clock
from shared.platform.files import Files
from shared.platform.mongo import Mongo


@dataclass(frozen=True, slots=True)
class Gateway:
    """The stores and ports behind the routes."""

    settings: GatewaySettings
    limits: LimitSettings
    clock: Clock
    mongo: Mongo
    accounts: Accounts
    keys: Keys
    tokens: Tokens
    spent_codes: SpentCodes
    contacts: Contacts
    fields: CustomFields
    lists: NamedThings
    tags: NamedThings
    jobs: Jobs
    desk: JobDesk
    quota: Quota
    reservations: Reservations
    erasures: Erasures
    views: Views
    outcomes: Outcomes
    files: Files
    long_bodies: LongBodies

    def tenant(self, account: Account, key: Key) -> "Tenant":
        """The doors of one account, for one request."""
        number = account.number
        return Tenant(
            account,
            key,
            self.contacts.of_account(number),
            self.fields.of_account(number),
            self.lists.of_account(number),
            self.tags.of_account(number),
            self.jobs.of_account(number),
        )


@dataclass(frozen=True, slots=True)
class Tenant:
    """Who asks, and the doors they may use."""

    account: Account
    key: Key
    contacts: AccountContacts
    fields: AccountFields
    lists: AccountThings
    tags: AccountThings
    jobs: AccountJobs

    def may(self, scope: Scope) -> bool:
        """True when the key has the scope."""
        return scope in self.key.scopes

    def uuid_of(self, thing: Thing, number: int) -> UUID:
        """The stable UUID of something the account owns."""
        return to_uuid(self.account.uuid_base, thing, number)

    def number_of(self, thing: Thing, text: str) -> int | None:
        """The number that a path or a body names, as a number or as a UUID; None where it cannot be one of this account's."""
        if text.isascii() and text.isdecimal() and len(text) < 13:
            return int(text)
        try:
            return from_uuid(self.account.uuid_base, thing, UUID(text))
        except ValueError:
            return None
