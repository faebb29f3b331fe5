"""What becomes of each row of a chunk, decided by comparing it with what is stored. Pure.

Rows of one contact are applied in the order given, each seeing what the earlier ones did. Non-destructive unless told otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from shared.contacts.absorbing import CONSENTS_FULL_TOGETHER, absorb, consents_fit, keep_endings, merged
from shared.contacts.applying import Applier, Working, kind_of
from shared.contacts.composites import CONSENTS_FULL
from shared.contacts.document import EMAIL, MOBILE, Document, Key, keys_of, value_at
from shared.contacts.ended import ended, ends
from shared.contacts.holders import KeyHolders
from shared.contacts.merge import (
    EMAIL_OR_MOBILE,
    MATCH_BY,
    NEW,
    ROW,
    Merge,
    Mode,
    Rules,
    code_of_missing,
    kinds_of_match,
    words_of_match,
    words_of_row,
)
from shared.contacts.permission import NOT_RESUBSCRIBED
from shared.contacts.values import email_key, shown
from shared.contract.identity import unpack
from shared.contract.values import Outcome


class Decision(NamedTuple):
    """What became of one row."""

    outcome: Outcome
    contact: Working | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class Decider:
    """Decides the rows of one chunk, in order. `by_person`: somebody asked for one contact by name, who may re-subscribe it."""

    def __init__(self, rules: Rules, existing: Iterable[Document], now: datetime, *, by_person: bool = False) -> None:
        self._now = now
        self._by_person = by_person
        self._is_by_row = rules.match == ROW
        self._merges = rules.merges and rules.mode is not Mode.CREATE
        self._frees_deleted = rules.frees_deleted or self._merges
        self._rules = rules
        self._ways: dict[str, tuple[Rules, tuple[str, ...], Applier]] = {}
        self._follow(rules.match)
        self._by_number: dict[int, Working] = {}
        self._touched: list[Working] = []
        self._holders = KeyHolders(self._touched)
        self._by_key = self._holders.by_key
        for document in existing:
            working = Working(document, is_new=False)
            self._by_number[unpack(document["_id"])] = working
            if "email_key" in document:
                self._by_key[EMAIL, document["email_key"]] = working
            if "mobile" in document or "identifiers" in document:
                self._by_key.update(dict.fromkeys(keys_of(document), working))

    def decide(self, patch: Mapping[str, Any], keys: Sequence[tuple[str, Key]] | None = None) -> Decision:
        """Apply one row and say what it came to. `keys` are the row's `keys_in`, where the caller has them."""
        own_keys = keys_in(patch) if keys is None else keys
        found = self._find_by_row(patch, own_keys) if self._is_by_row else self._find(patch, own_keys)
        if isinstance(found, Decision):
            return found
        is_deleted = found is not None and "deleted_at" in found.stored
        barred = self._barred_by_mode(found, is_deleted)
        if barred:
            return barred
        others = self._to_merge(own_keys, found) if self._merges else ()
        refused = self._refused(patch, own_keys, found, others)
        if refused:
            return refused
        contact = found or Working({}, is_new=True)
        earlier, contact.changes = contact.changes, {}
        before = keys_of(contact.stored) if found and self._may_rekey(found, own_keys) else ()
        if others:
            self._merge(contact, others, patch)
        if self._rules.permits:
            note = self._applier.apply_and_permit(patch, contact, begins=found is None or is_deleted)
        else:
            note = self._applier.apply(patch, contact)
        if is_deleted:
            contact.put("deleted_at", None)
            note = note or ("restored", "The contact had been deleted and is back.")
        if others:
            # The row came last, and may have begun again what another contact had ended.
            begun = [other for other in others if keep_endings(contact, other)]
            note = merged(others, NOT_RESUBSCRIBED if begun else note)
        changed = contact.changes
        if earlier:
            contact.changes = {**earlier, **changed}
        if found is None or (changed and not earlier):
            self._touched.append(contact)
        if ("email_key" in changed or "keys" in changed) and self._holders.rekey(contact, before):
            # Whoever unsubscribed at this address has left the list that the row would have joined.
            note = note or (None if self._by_person else NOT_RESUBSCRIBED)
        outcome = Outcome.CREATED if found is None else Outcome.UPDATED if changed else Outcome.UNCHANGED
        return Decision(outcome, contact, *(note or (None, None)))

    def delete(self, number: int) -> Decision:
        """Mark a contact as deleted. It keeps its keys, and comes back when it is restored or created again."""
        return self._mark(number, self._now)

    def restore(self, number: int) -> Decision:
        """Take the mark off."""
        return self._mark(number, None)

    def created(self) -> list[Working]:
        """New contacts, in the order of their rows. They have no `_id` yet."""
        return [contact for contact in self._touched if contact.is_new]

    def updated(self) -> list[Working]:
        """Stored contacts with at least one change, by `_id`: a fixed order keeps two jobs from locking each other out for long."""
        return sorted((c for c in self._touched if not c.is_new), key=lambda contact: contact.stored["_id"])

    def handing_over(self) -> list[Working]:
        """Stored contacts that gave up a unique key which another contact of this chunk then took: write their loss first."""
        return self._holders.handing_over()

    def _follow(self, match: str) -> None:
        """Decide by this match from here on."""
        way = self._ways.get(match)
        if way is None:
            rules = replace(self._rules, match=match)
            way = self._ways[match] = rules, kinds_of_match(match), Applier(rules, self._now, self._by_person)
        self._rules, self._kinds, self._applier = way

    def _mark(self, number: int, deleted_at: datetime | None) -> Decision:
        contact = self._by_number.get(number)
        if contact is None or ("deleted_at" in contact.stored) == (deleted_at is not None):
            return Decision(Outcome.SKIPPED, None, "contact_not_found", f"There is no contact with id {number}.", "id")
        if not contact.changes:
            self._touched.append(contact)
        contact.put("deleted_at", deleted_at)
        return Decision(Outcome.UPDATED, contact)

    def _find_by_row(self, patch: Mapping[str, Any], keys: Sequence[tuple[str, Key]]) -> Working | Decision | None:
        """Whom the row finds by the first of its words that finds anybody. From here on that word is the match."""
        said = patch.get(MATCH_BY)
        if said is None:
            return _UNSAID
        refused: Decision | None = None
        is_named = False
        for word in words_of_row(said):
            self._follow(word)
            found = None if word == NEW else self._find(patch, keys)
            if isinstance(found, Working) or word == NEW:
                return found
            if found is None:
                is_named = True
            else:
                refused = refused or found
        return None if is_named else refused

    def _find(self, patch: Mapping[str, Any], keys: Sequence[tuple[str, Key]]) -> Working | Decision | None:
        match = self._rules.match
        if match in ("id", "uuid"):
            number = patch.get("id")
            if number is None:
                return _missing(match)
            return self._by_number.get(number) or Decision(
                Outcome.SKIPPED if self._rules.mode is Mode.UPDATE else Outcome.REJECTED,
                code="contact_not_found",
                message=f"There is no contact with {match} {patch.get(match, number)}.",
                field=match,
            )
        is_named = False
        for kind in self._kinds:
            for _, key in keys:
                if key[0] == kind:
                    found = self._by_key.get(key)
                    # Behind an e-mail, a mobile finds only whoever has no e-mail: others are other people.
                    if found is not None and not (is_named and EMAIL in found.stored):
                        return found
                    is_named = True
        return None if is_named else _missing(match)

    def _to_merge(self, keys: Sequence[tuple[str, Key]], contact: Working | None) -> list[Working]:
        """The contacts that have a key which the row gives to its own: live ones, for deleted ones give it up."""
        others: list[Working] = []
        for path, key in keys:
            owner = self._by_key.get(key)
            if owner is None or owner is contact or "deleted_at" in owner.stored or self._keeps(contact, path):
                continue
            if not any(owner is other for other in others):
                others.append(owner)
        return others

    def _refused(
        self, patch: Mapping[str, Any], keys: Sequence[tuple[str, Key]], found: Working | None, others: Sequence[Working]
    ) -> Decision | None:
        """Why nothing of the row is applied and nobody is merged, if there is a reason."""
        if self._rules.refuses_ended:
            if found is not None and (refused := self._refused_as_ended(found, patch)):
                return refused
            for other in others:
                if refused := self._refused_as_ended(other, patch):
                    return refused._replace(contact=found)
        if not others and (refused := self._taken_key(keys, found)):
            return refused
        records = patch.get("consents") or ()
        if (records or others) and not consents_fit(found, others, records):
            return Decision(Outcome.REJECTED, found, *(CONSENTS_FULL_TOGETHER if others else CONSENTS_FULL), "consents")
        return None

    def _merge(self, contact: Working, others: Sequence[Working], patch: Mapping[str, Any]) -> None:
        """A key that the row gives or clears stays with whoever had it: taken first and then replaced, it would be nobody's."""
        clears = self._rules.merge is Merge.OVERWRITE
        said = {_KINDS[path] for path, value in patch.items() if clears or value is not None}
        for other in others:
            if not other.changes:
                self._touched.append(other)
            absorb(contact, other, self._now, but=said)

    def _barred_by_mode(self, found: Working | None, is_deleted: bool) -> Decision | None:
        if found is not None and not is_deleted and self._rules.mode is Mode.CREATE:
            return Decision(Outcome.SKIPPED, found, "contact_exists", "The contact exists, and this job only creates.")
        if (found is None or is_deleted) and self._rules.mode is Mode.UPDATE:
            return Decision(Outcome.SKIPPED, None, "contact_not_found", "There is no such contact, and this job only updates.")
        return None

    def _refused_as_ended(self, found: Working, patch: Mapping[str, Any]) -> Decision | None:
        """The refusal of a row whose contact may not be written to. One that came since the job was planned had ended nothing."""
        if found.number is None or 0 < self._rules.first_new <= found.number:
            return None
        is_ending = ends(patch, found.stored, self._rules.merge)
        why = ended(found.stored, (*self._rules.lists, *(patch.get("lists") or ())), is_ending=is_ending)
        return Decision(Outcome.REJECTED, found, *why) if why else None

    def _taken_key(self, keys: Sequence[tuple[str, Key]], contact: Working | None) -> Decision | None:
        for path, key in keys:
            owner = self._by_key.get(key)
            if owner is not None and owner is not contact and not self._keeps(contact, path) and not self._may_free(owner):
                whose = f"contact {owner.number}" if owner.number else "the contact of an earlier row"
                if "deleted_at" in owner.stored:
                    whose = f"{whose}, which is deleted: restore it or erase it"
                message = f"{path}: {shown(key[1])} belongs to {whose}."
                return Decision(Outcome.REJECTED, contact, f"{path.partition('.')[0]}_taken", message, path)
        return None

    def _may_free(self, owner: Working) -> bool:
        return self._frees_deleted and "deleted_at" in owner.stored

    def _keeps(self, contact: Working | None, path: str) -> bool:
        """True where the stored value wins, so that nobody's key is asked for."""
        return self._rules.merge is Merge.FILL_EMPTY and contact is not None and value_at(contact.stored, path) is not None

    def _may_rekey(self, contact: Working, keys: Sequence[tuple[str, Key]]) -> bool:
        """False where the row can only name keys that the contact has already: most rows of most files."""
        return self._rules.merge is Merge.OVERWRITE or any(self._by_key.get(key) is not contact for _, key in keys)


def keys_in(patch: Mapping[str, Any]) -> list[tuple[str, Key]]:
    """Every unique key that the row names, with its path."""
    found: list[tuple[str, Key]] = []
    for path, value in patch.items():
        kind = _KINDS[path]
        if kind is not None and value is not None:
            found.append((path, (kind, email_key(value) if kind == EMAIL else str(value))))
    return found


class _Kinds(dict[str, str | None]):
    """The kind of unique key that stands at each path, worked out once; None where there is none."""

    def __missing__(self, path: str) -> str | None:
        kind = kind_of(path) if path in (EMAIL, MOBILE) or path.startswith("identifiers.") else None
        self[path] = kind
        return kind


_KINDS = _Kinds()


def _missing(match: str) -> Decision:
    what = "neither e-mail nor mobile" if match == EMAIL_OR_MOBILE else f"no {words_of_match(match)}"
    message = f"The row has {what}, by which this job finds contacts."
    field = EMAIL if match == EMAIL_OR_MOBILE else match
    return Decision(Outcome.REJECTED, code=code_of_missing(match), message=message, field=field)


_UNSAID = Decision(
    Outcome.REJECTED,
    code=code_of_missing(ROW),
    message="The row has no match_by, which says what finds its contact: email, mobile, id, new or an identifier of the account.",
    field=MATCH_BY,
)
