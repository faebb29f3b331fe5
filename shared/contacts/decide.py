"""What becomes of each row of a chunk, decided by comparing it with what is stored. Pure.

Rows of one contact are applied in the order given, each seeing what the earlier ones did. Non-destructive unless told otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from shared.contacts.applying import Applier, Working, kind_of
from shared.contacts.composites import CONSENTS_FULL, has_room_for
from shared.contacts.document import EMAIL, MOBILE, Document, Key, keys_of, value_at
from shared.contacts.ended import ended, ends
from shared.contacts.freeing import give_up, keep_ended
from shared.contacts.merge import (
    EMAIL_OR_MOBILE,
    MATCH_BY,
    ROW,
    Merge,
    Mode,
    Rules,
    code_of_missing,
    kinds_of_match,
    words_of_match,
)
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
        self._follow(rules)
        self._by_key: dict[Key, Working] = {}
        self._by_number: dict[int, Working] = {}
        self._touched: list[Working] = []
        self._released: dict[Key, Working] = {}
        self._handing_over: list[Working] = []
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
        if self._is_by_row:
            if patch.get(MATCH_BY) is None:
                return _UNSAID
            self._follow(replace(self._rules, match=patch[MATCH_BY]))
        found = self._find(patch, own_keys)
        if isinstance(found, Decision):
            return found
        is_deleted = found is not None and "deleted_at" in found.stored
        barred = self._barred_by_mode(found, is_deleted)
        if barred:
            return barred
        if self._rules.refuses_ended and found is not None and (refused := self._refused_as_ended(found, patch)):
            return refused
        refused = self._taken_key(own_keys, found) or self._too_many_consents(patch, found)
        if refused:
            return refused
        contact = found or Working({}, is_new=True)
        earlier, contact.changes = contact.changes, {}
        before = keys_of(contact.stored) if found and self._may_rekey(found, own_keys) else ()
        if self._rules.permits:
            note = self._applier.apply_and_permit(patch, contact, begins=found is None or is_deleted)
        else:
            note = self._applier.apply(patch, contact)
        if is_deleted:
            contact.put("deleted_at", None)
            note = note or ("restored", "The contact had been deleted and is back.")
        changed = contact.changes
        if earlier:
            contact.changes = {**earlier, **changed}
        if found is None or (changed and not earlier):
            self._touched.append(contact)
        if "email_key" in changed or "keys" in changed:
            self._rekey(contact, before)
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
        return sorted(self._handing_over, key=lambda contact: contact.stored["_id"])

    def _follow(self, rules: Rules) -> None:
        """Decide by these rules from here on."""
        self._rules = rules
        self._kinds = kinds_of_match(rules.match)
        self._applier = Applier(rules, self._now, self._by_person)

    def _mark(self, number: int, deleted_at: datetime | None) -> Decision:
        contact = self._by_number.get(number)
        if contact is None or ("deleted_at" in contact.stored) == (deleted_at is not None):
            return Decision(Outcome.SKIPPED, None, "contact_not_found", f"There is no contact with id {number}.", "id")
        if not contact.changes:
            self._touched.append(contact)
        contact.put("deleted_at", deleted_at)
        return Decision(Outcome.UPDATED, contact)

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

    def _too_many_consents(self, patch: Mapping[str, Any], contact: Working | None) -> Decision | None:
        records = patch.get("consents")
        if not records or has_room_for(records, contact.stored.get("consents", ()) if contact else ()):
            return None
        return Decision(Outcome.REJECTED, contact, *CONSENTS_FULL, "consents")

    def _may_free(self, owner: Working) -> bool:
        return self._rules.frees_deleted and "deleted_at" in owner.stored

    def _keeps(self, contact: Working | None, path: str) -> bool:
        """True where the stored value wins, so that nobody's key is asked for."""
        return self._rules.merge is Merge.FILL_EMPTY and contact is not None and value_at(contact.stored, path) is not None

    def _may_rekey(self, contact: Working, keys: Sequence[tuple[str, Key]]) -> bool:
        """False where the row can only name keys that the contact has already: most rows of most files."""
        return self._rules.merge is Merge.OVERWRITE or any(self._by_key.get(key) is not contact for _, key in keys)

    def _rekey(self, contact: Working, before: Sequence[Key]) -> None:
        after = keys_of(contact.stored)
        for key in before:
            if key not in after:
                del self._by_key[key]
                if not contact.is_new:
                    self._released.setdefault(key, contact)
        for key in after:
            owner = self._by_key.get(key, contact)
            if owner is not contact:
                self._take_over(key, owner, contact)
            self._by_key[key] = contact
            giver = self._released.pop(key, contact)
            if giver is not contact and giver not in self._handing_over:
                self._handing_over.append(giver)

    def _take_over(self, key: Key, owner: Working, contact: Working) -> None:
        """Let the owner give up the key that the contact has now: it is deleted, for `_taken_key` refuses all others."""
        if not owner.changes:
            self._touched.append(owner)
        keep_ended(contact, give_up(owner, key))
        self._released[key] = owner


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
    message="The row has no match_by, which says what finds its contact: email, mobile, id or an identifier of the account.",
    field=MATCH_BY,
)
