"""What becomes of each row of a chunk, decided by comparing it with what is stored. Pure.

Rows of one contact are applied in the order given, each seeing what the earlier ones did. Non-destructive unless told otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.contacts.composites import add_consents, add_notes, merge_addresses, merge_phones
from shared.contacts.document import (
    BARRED,
    EMAIL,
    IDENTIFIER,
    MOBILE,
    Document,
    Key,
    identifier_kind,
    keys_of,
    put_at,
    secondary_keys,
    value_at,
)
from shared.contacts.merge import Merge, Mode, Rules
from shared.contacts.values.emails import email_key
from shared.contract.identity import unpack
from shared.contract.values import Outcome


@dataclass(slots=True)
class Working:
    """A contact while the rows of a chunk are applied to it. `stored` is changed in place."""

    stored: Document
    is_new: bool
    changes: dict[str, Any] = field(default_factory=dict)
    """Top-level or dotted path to new value; None takes the value out."""

    @property
    def number(self) -> int | None:
        """The contact's number, once it has one."""
        return unpack(self.stored["_id"]) if "_id" in self.stored else None

    def put(self, path: str, value: Any) -> None:
        """Change a value and remember that it changed."""
        put_at(self.stored, path, value)
        self.changes[path] = value


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of one row."""

    outcome: Outcome
    contact: Working | None = None
    code: str | None = None
    message: str | None = None
    field: str | None = None


class Decider:
    """Decides the rows of one chunk, in order."""

    def __init__(self, rules: Rules, existing: Iterable[Document], now: datetime) -> None:
        self._rules = rules
        self._now = now
        self._by_key: dict[Key, Working] = {}
        self._by_number: dict[int, Working] = {}
        self._touched: list[Working] = []
        for document in existing:
            working = Working(document, is_new=False)
            self._by_number[unpack(document["_id"])] = working
            for key in keys_of(document):
                self._by_key[key] = working

    def decide(self, patch: Mapping[str, Any]) -> Decision:
        """Apply one row and say what it came to."""
        found = self._find(patch)
        if isinstance(found, Decision):
            return found
        is_deleted = found is not None and "deleted_at" in found.stored
        barred = self._barred_by_mode(found, is_deleted)
        if barred:
            return barred
        taken = self._taken_key(patch, found)
        if taken:
            return taken
        contact = found or Working({}, is_new=True)
        before = len(contact.changes)
        contact.changes, earlier = {}, contact.changes
        note = self._apply(patch, contact)
        if is_deleted:
            contact.put("deleted_at", None)
            note = note or ("restored", "The contact had been deleted and is back.")
        changed = bool(contact.changes)
        contact.changes = {**earlier, **contact.changes}
        self._remember(contact, found is None, touched=before == 0 and changed)
        outcome = Outcome.CREATED if found is None else Outcome.UPDATED if changed else Outcome.UNCHANGED
        return Decision(outcome, contact, *(note or (None, None)))

    def created(self) -> list[Working]:
        """New contacts, in the order of their rows. They have no `_id` yet."""
        return [contact for contact in self._touched if contact.is_new]

    def updated(self) -> list[Working]:
        """Stored contacts with at least one change, by `_id`: a fixed order keeps two jobs from locking each other out for long."""
        return sorted((c for c in self._touched if not c.is_new), key=lambda contact: contact.stored["_id"])

    def _find(self, patch: Mapping[str, Any]) -> Working | Decision | None:
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
        key = key_of(patch, match)
        return _missing(match) if key is None else self._by_key.get(key)

    def _barred_by_mode(self, found: Working | None, is_deleted: bool) -> Decision | None:
        if found is not None and not is_deleted and self._rules.mode is Mode.CREATE:
            return Decision(Outcome.SKIPPED, found, "contact_exists", "The contact exists, and this job only creates.")
        if (found is None or is_deleted) and self._rules.mode is Mode.UPDATE:
            return Decision(Outcome.SKIPPED, None, "contact_not_found", "There is no such contact, and this job only updates.")
        return None

    def _taken_key(self, patch: Mapping[str, Any], contact: Working | None) -> Decision | None:
        for path in patch:
            if path not in (EMAIL, MOBILE) and not path.startswith("identifiers."):
                continue
            key = key_of(patch, _kind(path))
            owner = self._by_key.get(key) if key else None
            if owner is not None and owner is not contact:
                message = f"{patch[path]!r} belongs to contact {owner.number or 'created by an earlier row'}."
                return Decision(Outcome.REJECTED, contact, f"{path.partition('.')[0]}_taken", message, path)
        return None

    def _apply(self, patch: Mapping[str, Any], contact: Working) -> tuple[str, str] | None:
        note: tuple[str, str] | None = None
        stored, merge = contact.stored, self._rules.merge
        for path, value in patch.items():
            special = _SPECIAL.get(path.partition(".")[0])
            if special is not None:
                special(self, contact, path, value)
            elif value is None:
                if merge is Merge.OVERWRITE and value_at(stored, path) is not None:
                    contact.put(path, None)
            else:
                current = value_at(stored, path)
                if current != value and (current is None or merge is not Merge.FILL_EMPTY):
                    contact.put(path, value)
        if self._rules.lists or patch.get("lists"):
            note = self._join(contact, (*self._rules.lists, *(patch.get("lists") or ())))
        if self._rules.tags:
            self._tag(contact, "tags", self._rules.tags)
        return note

    def _remember(self, contact: Working, is_new: bool, *, touched: bool) -> None:
        if is_new or touched:
            self._touched.append(contact)
        for key in keys_of(contact.stored):
            self._by_key[key] = contact

    def _forget_key(self, contact: Working, kind: str, value: str | None) -> None:
        if value is not None and self._by_key.get((kind, value)) is contact:
            del self._by_key[kind, value]

    def _nothing(self, contact: Working, path: str, value: Any) -> None:
        """Keys that only find a contact, and what is applied elsewhere."""

    def _email(self, contact: Working, path: str, value: Any) -> None:
        stored = contact.stored
        current = stored.get("email_key")
        if value is None:
            if self._rules.merge is not Merge.OVERWRITE or current is None or self._rules.match == EMAIL:
                return
            self._forget_key(contact, EMAIL, current)
            contact.put("email", None)
            contact.put("email_key", None)
            return
        key = email_key(value)
        if key == current or (current is not None and self._rules.merge is Merge.FILL_EMPTY):
            return
        self._forget_key(contact, EMAIL, current)
        contact.put("email", value)
        contact.put("email_key", key)

    def _other_key(self, contact: Working, path: str, value: Any) -> None:
        current = value_at(contact.stored, path)
        if value is None and (self._rules.merge is not Merge.OVERWRITE or self._rules.match == _kind(path)):
            return
        if value == current or (current is not None and self._rules.merge is Merge.FILL_EMPTY):
            return
        self._forget_key(contact, _kind(path), current)
        contact.put(path, value)
        contact.put("keys", secondary_keys(contact.stored) or None)

    def _phones(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, "phones", merge_phones(contact.stored.get("phones", []), path, value, self._rules.merge))

    def _addresses(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, "addresses", merge_addresses(contact.stored.get("addresses", []), path, value, self._rules.merge))

    def _notes(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, path, add_notes(contact.stored.get("notes", []), value or (), self._now))

    def _consents(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, path, add_consents(contact.stored.get("consents", []), value or (), self._now))

    def _preferences(self, contact: Working, path: str, value: Any) -> None:
        for name, wanted in (value or {}).items():
            if value_at(contact.stored, f"preferences.{name}") != wanted:
                contact.put(f"preferences.{name}", wanted)

    def _composite(self, contact: Working, path: str, value: Sequence[Any]) -> None:
        if list(value) != contact.stored.get(path, []):
            contact.put(path, list(value) or None)

    def _tag(self, contact: Working, path: str, value: Any) -> None:
        """Positive numbers are added, negative ones removed."""
        has = set(contact.stored.get("tags", ()))
        wanted = (has | {tag for tag in value or () if tag > 0}) - {-tag for tag in value or () if tag < 0}
        if wanted != has:
            contact.put("tags", sorted(wanted) or None)

    def _join(self, contact: Working, lists: Iterable[int]) -> tuple[str, str] | None:
        memberships = contact.stored.get("lists", [])
        has = {membership["id"]: membership["status"] for membership in memberships}
        wanted = [number for number in dict.fromkeys(lists) if number not in has]
        left = [number for number in dict.fromkeys(lists) if has.get(number) in BARRED]
        barred = value_at(contact.stored, "channels.email.status") in BARRED
        if wanted and not barred:
            joined = [{"id": number, "status": "subscribed", "at": self._now} for number in wanted]
            contact.put("lists", [*memberships, *joined])
        if left or (wanted and barred):
            return "not_resubscribed", "The contact has unsubscribed or is suppressed and was not put on the list."
        return None


_SPECIAL = {
    "id": Decider._nothing,
    "uuid": Decider._nothing,
    "lists": Decider._nothing,
    EMAIL: Decider._email,
    MOBILE: Decider._other_key,
    "identifiers": Decider._other_key,
    "phones": Decider._phones,
    "addresses": Decider._addresses,
    "notes": Decider._notes,
    "consents": Decider._consents,
    "preferences": Decider._preferences,
    "tags": Decider._tag,
}


def key_of(patch: Mapping[str, Any], kind: str) -> Key | None:
    """The key of this kind that the row names."""
    value = patch.get(_path(kind))
    if value is None:
        return None
    return (kind, email_key(value) if kind == EMAIL else str(value))


def _kind(path: str) -> str:
    head, _, name = path.partition(".")
    return identifier_kind(name) if head == "identifiers" else head


def _path(kind: str) -> str:
    head, _, name = kind.partition(":")
    return f"identifiers.{name}" if head == IDENTIFIER else head


def _missing(match: str) -> Decision:
    message = f"The row has no {match.replace('identifier:', '')}, by which this job finds contacts."
    return Decision(Outcome.REJECTED, code=f"{match.partition(':')[0]}_missing", message=message, field=match)
