"""Creating, changing, deleting one contact: the use cases, without HTTP. They decide and write with the code that imports use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.contact_bodies import exactly, patch_of, refused, replacing, unkeyed
from services.gateway.context import Tenant
from services.gateway.problems import Problem
from shared.accounts.limits import Limit, limit_of
from shared.accounts.store import Account
from shared.contacts.applying import Working
from shared.contacts.decide import Decider, Decision, keys_in
from shared.contacts.document import EMAIL, Document, Key, keys_of
from shared.contacts.erasures import Erasures
from shared.contacts.merge import Merge, Mode, Rules
from shared.contacts.naming import resolve_names
from shared.contacts.patch import Patch
from shared.contacts.present import Names, numbers_named, present
from shared.contract.identity import Thing, to_uuid, unpack
from shared.contract.values import Outcome
from shared.jobs.reservations import ContactLimit, Reservations
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo, Session

VIA = "api"
VIA_PERSON = "person"
"""The contact itself did it, as with a form that it filled in."""
Completion = Callable[[Patch, Mapping[str, Any]], Patch]
"""Makes a patch whole by what is stored, which is nothing for a new contact. Called in the transaction; may raise Problem."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A contact as it stands after a request, and what became of it."""

    stored: Document
    outcome: Outcome


def contact_unknown() -> Problem:
    """The answer for a contact that there is not, that is deleted, or that is another account's: always the same."""
    return Problem(404, "not_found", "There is no contact with this id.")


@dataclass(frozen=True, slots=True)
class ContactDesk:
    """Single contacts of the account that asks. Every method raises Problem."""

    mongo: Mongo
    clock: Clock
    reservations: Reservations
    erasures: Erasures
    most_contacts: int
    """Of an account without a limit of its own; 0 is no limit."""

    async def create(self, who: Tenant, body: Mapping[str, Any]) -> Saved:
        """Make a contact with at least one unique key. 409 `contact_exists` names the one that has a key already.

        409 `contact_limit` says that the account has no room. A deleted contact that has the first of the keys comes back,
        with what it had and what the body says.
        """
        patch = await self.read_body(who, body)
        plain = {path: value for path, value in patch.items() if value is not None}
        return await self.find_or_make(who, plain, Mode.CREATE)

    async def find_or_make(
        self,
        who: Tenant,
        patch: Patch,
        mode: Mode,
        completed: Completion | None = None,
        via: str = VIA,
        *,
        by_any_key: bool = False,
        takes_room: bool = True,
        merge: Merge = Merge.OVERWRITE,
        frees_deleted: bool = False,
    ) -> Saved:
        """Change the contact that has the first key of the patch, its e-mail if it has one, or make it; a deleted one comes back.

        However many ask for one contact at once, it is made once. Mode.CREATE is `create`: one that is there is 409.
        With `by_any_key`, a contact without e-mail is found by another key where nobody has the first. Without `takes_room`, as
        for an opt-out that must not be lost, the contact is made in a full account too, which may pass its limit by such contacts.
        With `frees_deleted`, other deleted contacts give up the keys that it is to have: there is no 409 for them.
        """
        keys = sorted(keys_in(patch), key=lambda named: named[0] != EMAIL)
        if not keys:
            raise _key_missing()
        named = [key for _, key in keys]

        def key_of(existing: Sequence[Document]) -> Key:
            return _finding(named, existing) if by_any_key else named[0]

        def change(decider: Decider, existing: Sequence[Document]) -> Decision:
            stored = _with_key(key_of(existing), existing) or {}
            return decider.decide(completed(patch, stored) if completed else patch)

        def rules(existing: Sequence[Document]) -> Rules:
            return Rules(key_of(existing)[0], mode, merge, frees_deleted=frees_deleted)

        return await self._decide(who, rules, [], patch, change, takes_room=takes_room, via=via)

    async def change(
        self,
        who: Tenant,
        number: int,
        patch: Patch,
        completed: Completion,
        *,
        via: str = VIA,
        revives: bool = False,
        merge: Merge = Merge.OVERWRITE,
        frees_deleted: bool = False,
    ) -> Saved:
        """Give the contact the patch, whose tags and lists are numbers. A deleted one comes back with `revives`, or is unknown.

        `frees_deleted` as in `find_or_make`.
        """

        def change(decider: Decider, existing: Sequence[Document]) -> Decision:
            stored = next((document for document in existing if unpack(document["_id"]) == number), {})
            return decider.decide({**completed(patch, stored), "id": number})

        rules = Rules("id", Mode.UPSERT if revives else Mode.UPDATE, merge, frees_deleted=frees_deleted)
        return await self._decide(who, rules, [number], patch, change, via=via)

    async def replace(self, who: Tenant, number: int, body: Mapping[str, Any]) -> Saved:
        """Make the contact what the body says; see `contact_bodies.replacing` for what stays."""
        return await self.change(who, number, await self.read_body(who, body), replacing)

    async def patch(self, who: Tenant, number: int, body: Mapping[str, Any]) -> Saved:
        """Change what the body mentions; null clears. Tags and lists that it names are added."""
        return await self.change(who, number, await self.read_body(who, body), exactly)

    async def delete(self, who: Tenant, number: int) -> None:
        """Mark the contact as deleted. It can be restored, and an import that names it brings it back."""
        await self._decide(who, Rules("id"), [number], {}, lambda decider, _: decider.delete(number), keyed=False)

    async def restore(self, who: Tenant, number: int) -> Saved:
        """Bring a deleted contact back as it was. One that is not deleted stays as it is."""
        stored = await who.contacts.read(number)
        if stored is not None and "deleted_at" not in stored:
            return Saved(stored, Outcome.UNCHANGED)
        return await self._decide(who, Rules("id"), [number], {}, lambda decider, _: decider.restore(number), keyed=False)

    async def erase(self, who: Tenant, number: int) -> None:
        """Take the contact out for good, deleted or not. Its traces in earlier jobs go with the next sweep of the lists service."""
        owner = self.clock.new_id()

        async def attempt(session: Session) -> bool:
            existing = await who.contacts.matching(session, [number], ())
            await who.contacts.erase_all(session, [number])
            await self.erasures.note_contacts(session, owner, who.account.number, existing)
            return bool(existing)

        if not await self.mongo.transaction(attempt):
            raise contact_unknown()

    async def read_body(self, who: Tenant, body: Mapping[str, Any]) -> Patch:
        """The patch of a native body, its tags and lists as numbers; new tags are made. Raises Problem 422."""
        patch = patch_of(body, await who.fields.book(who.account), who.account.uuid_base)
        problem = (await resolve_names([patch], who.tags, who.lists))[0]
        if problem is not None:
            raise refused(problem)
        return patch

    async def _decide(
        self,
        who: Tenant,
        rules: Rules | Callable[[Sequence[Document]], Rules],
        numbers: Sequence[int],
        patch: Mapping[str, Any],
        decide: Callable[[Decider, Sequence[Document]], Decision],
        *,
        keyed: bool = True,
        takes_room: bool = True,
        via: str = VIA,
    ) -> Saved:
        keys = [key for _, key in keys_in(patch)]

        async def attempt(session: Session) -> Decision:
            existing = await who.contacts.matching(session, numbers, keys)
            now: datetime = self.clock.now()
            decider = Decider(rules(existing) if callable(rules) else rules, existing, now, by_person=True)
            decision = decide(decider, existing)
            _check(who, decision, existing, patch)
            if keyed and decision.contact is not None and _loses_its_keys(decision.contact):
                raise _key_missing()
            if takes_room and decider.created():
                await self._take_room(session, who.account)
            await who.contacts.write(session, decider, now, via)
            return decision

        decision = await self.mongo.transaction(attempt)
        number = decision.contact.number if decision.contact else None
        stored = await who.contacts.read(number) if number else None
        if stored is None:
            raise contact_unknown()
        return Saved(stored, decision.outcome)

    async def _take_room(self, session: Session, account: Account) -> None:
        limit = limit_of(account, Limit.CONTACTS, self.most_contacts)
        if not limit:
            return
        try:
            await self.reservations.take_one(session, account.number, limit)
        except ContactLimit as full:
            detail = f"This account may have {limit} contacts, and all are used or reserved by imports at work. Erase some first."
            raise Problem(409, "contact_limit", detail, limit=limit) from full


def _finding(keys: Sequence[Key], existing: Sequence[Document]) -> Key:
    """The first key, unless nobody has it and somebody without e-mail has another."""
    first, *others = keys
    if _with_key(first, existing) is not None:
        return first
    owners = ((key, _with_key(key, existing)) for key in others)
    return next((key for key, owner in owners if owner is not None and "email_key" not in owner), first)


def _with_key(key: Key, existing: Sequence[Document]) -> Document | None:
    return next((document for document in existing if key in keys_of(document)), None)


async def shown(who: Tenant, contacts: Sequence[Document]) -> list[dict[str, Any]]:
    """Contacts as the API shows them."""
    lists, tags = numbers_named(contacts)
    names = Names(
        who.account.uuid_base,
        {number: named.name for number, named in (await who.lists.by_numbers(lists)).items()},
        {number: named.name for number, named in (await who.tags.by_numbers(tags)).items()},
        [custom.field for custom in await who.fields.all()],
    )
    return [present(contact, names) for contact in contacts]


def _check(who: Tenant, decision: Decision, existing: Sequence[Document], patch: Mapping[str, Any]) -> None:
    """Raise for what a job would report and go on; inside the transaction, so that nothing of it is written."""
    match decision.code:
        case None | "restored":
            pass
        case "contact_not_found":
            raise contact_unknown()
        case "not_resubscribed":
            how = "If the person asked for it, send channels.email.status as subscribed in the same request."
            raise Problem(409, "not_resubscribed", f"The contact has unsubscribed or is suppressed, so nothing was changed. {how}")
        case "consents_full":
            raise Problem(422, decision.code, f"consents: {decision.message}", field=decision.field)
        case _:
            raise _exists(who, decision, existing, patch)


def _exists(who: Tenant, decision: Decision, existing: Sequence[Document], patch: Mapping[str, Any]) -> Problem:
    keys = dict(keys_in(patch))
    field = decision.field or next(iter(keys))
    wanted = keys.get(field)
    owner = next((document for document in existing if wanted in keys_of(document)), None)
    number = unpack(owner["_id"]) if owner else decision.contact.number if decision.contact else None
    if number is None:
        return Problem(409, "contact_exists", "Another contact has this key.", field=field)
    is_deleted = owner is not None and "deleted_at" in owner
    what = "is deleted but has this key: restore it or erase it" if is_deleted else "has this key: change that one instead"
    uuid = str(to_uuid(who.account.uuid_base, Thing.CONTACT, number))
    return Problem(409, "contact_exists", f"Contact {number} {what}.", field=field, id=number, uuid=uuid)


def _loses_its_keys(contact: Working) -> bool:
    """True of a new contact that nothing but its id could find, and of one that could be found before. Others stay as they are."""
    return unkeyed(contact.stored) and (contact.is_new or not contact.changes.keys().isdisjoint(("email_key", "keys")))


def _key_missing() -> Problem:
    return Problem(422, "key_missing", "A contact needs an email, a mobile or an identifier. Send at least one.", field="email")
