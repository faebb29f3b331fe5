"""Deletes one list, tag or custom field at once and takes it off the contacts, whichever API asks for it."""

from dataclasses import dataclass

from services.gateway.context import Tenant
from shared.contacts.erasures import Erasures
from shared.contacts.fields import custom_path
from shared.contacts.registry import AccountFields
from shared.lists.store import AccountThings
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo, Session


@dataclass(frozen=True, slots=True)
class Deleting:
    """Deletes one definition and takes it off the contacts: now, and once more by a sweep of the lists service."""

    mongo: Mongo
    clock: Clock
    erasures: Erasures

    async def delete(self, who: Tenant, what: str, number: int) -> bool:
        """Delete one of `lists`, `tags` or `fields`. False where there is none."""
        owner = self.clock.new_id()
        doors: dict[str, AccountThings | AccountFields] = {"lists": who.lists, "tags": who.tags, "fields": who.fields}

        async def attempt(session: Session) -> bool:
            is_there = await doors[what].delete(number, session)
            await self.erasures.note_definitions(session, owner, who.account.number, what, [number] if is_there else [])
            return is_there

        is_deleted = await self.mongo.transaction(attempt)
        if is_deleted:
            await (who.contacts.clear(custom_path(number)) if what == "fields" else who.contacts.take_out(what, [number]))
            await self.erasures.of_owner(owner).do_again()
        return is_deleted
