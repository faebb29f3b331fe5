"""One patch onto one contact: what each kind of value does to the stored one. Pure. Only what differs is changed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.contacts.composites import add_consents, add_notes, drop_notes, merge_parts, replace_addresses, replace_phones
from shared.contacts.document import BARRED, EMAIL, MOBILE, Document, identifier_kind, put_at, secondary_keys, value_at
from shared.contacts.merge import MATCH_BY, Merge, Rules
from shared.contacts.permission import (
    NOT_RESUBSCRIBED,
    SMS_NOT_RESUBSCRIBED,
    channel_changes,
    memberships_after,
    memberships_left,
    permission_changes,
)
from shared.contacts.values import email_key
from shared.contract.identity import unpack

_SMS_PERMISSION = "channels.sms.permission"

Note = tuple[str, str]
"""A code and a message about a row that was applied all the same."""
NOTES_GONE = "notes.gone"
"""In a patch: ids of the notes to take out. No file and no body of the native API says it, for notes are records."""

LISTS_LEFT = "lists.left"
"""In a patch: numbers of lists from which the person unsubscribed. No file and no body of the native API says it either."""


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
        if value is not None and "." not in path:
            self.stored[path] = value
        else:
            put_at(self.stored, path, value)
        self.changes[path] = value


@dataclass(frozen=True, slots=True)
class Applier:
    """Applies patches by the rules of a job. `by_person`: somebody asked for one contact by name, who may re-subscribe it."""

    rules: Rules
    now: datetime
    by_person: bool = False

    def apply(self, patch: Mapping[str, Any], contact: Working) -> Note | None:
        """Change the contact as the patch asks, and say what was refused of it."""
        note: Note | None = None
        stored, merge, changes = contact.stored, self.rules.merge, contact.changes
        parts: dict[str, dict[str, dict[str, Any]]] = {}
        for path, value in patch.items():
            way = _WAYS[path]
            if way is _TOP:
                current = stored.get(path)
                if current == value:
                    continue
                if value is None:
                    if merge is Merge.OVERWRITE:
                        contact.put(path, None)
                elif current is None or merge is not Merge.FILL_EMPTY:
                    stored[path] = changes[path] = value
            elif way is _INNER:
                self._inner(contact, path, value)
            elif isinstance(way, tuple):
                head, kind, part = way
                parts.setdefault(head, {}).setdefault(kind, {})[part] = value
            else:
                note = way(self, contact, path, value) or note
        for path, wanted in parts.items():
            self._part(contact, path, wanted)
        if self.rules.lists or patch.get("lists"):
            resubscribe = self.by_person and patch.get("channels.email.status") == "subscribed"
            note = self._join(contact, (*self.rules.lists, *(patch.get("lists") or ())), resubscribe) or note
        if self.rules.tags:
            self._tag(contact, "tags", self.rules.tags)
        return note

    def apply_and_permit(self, patch: Mapping[str, Any], contact: Working, *, begins: bool) -> Note | None:
        """As `apply`, and then give what the job permits. `begins`: the patch makes the contact or brings it back."""
        gives_sms = self.rules.sms_permission is not None and patch.get(MOBILE) is not None
        # A blank would be cleared and given again, row by row. One that says to clear more than it gives is heard.
        gives_anew = self.rules.sms_permission in (value_at(contact.stored, _SMS_PERMISSION), "explicit")
        if gives_sms and gives_anew and patch.get(_SMS_PERMISSION, "") is None:
            patch = {path: value for path, value in patch.items() if path != _SMS_PERMISSION}
        note = self.apply(patch, contact)
        if begins and "email_key" in contact.stored:
            self._permit(contact, patch, "email", self.rules.new_email_permission)
        if gives_sms and contact.stored.get(MOBILE) == patch[MOBILE]:
            refused = self._permit(contact, patch, "sms", self.rules.sms_permission)
            note = note or refused  # that a list was refused says more
        return note

    def _permit(self, contact: Working, patch: Mapping[str, Any], channel: str, permission: str | None) -> Note | None:
        """A permission that the job gives, unless the patch says one."""
        if permission is None or patch.get(f"channels.{channel}.permission") is not None:
            return None
        changes, refused = permission_changes(contact.stored, channel, permission, merge=self.rules.merge, now=self.now)
        for path, value in changes.items():
            contact.put(path, value)
        return self._barred(channel) if refused else None

    def _barred(self, channel: str) -> Note:
        return SMS_NOT_RESUBSCRIBED if channel == "sms" and not self.by_person else NOT_RESUBSCRIBED

    def _inner(self, contact: Working, path: str, value: Any) -> None:
        current = value_at(contact.stored, path)
        if value is None:
            if current is not None and self.rules.merge is Merge.OVERWRITE:
                contact.put(path, None)
        elif current != value and (current is None or self.rules.merge is not Merge.FILL_EMPTY):
            contact.put(path, value)

    def _part(self, contact: Working, path: str, wanted: Any) -> None:
        """Parts of phones or of addresses, all that the row says of them together."""
        entries = merge_parts(contact.stored.get(path, ()), wanted, self.rules.merge)
        if entries is not None:
            contact.put(path, entries or None)

    def _nothing(self, contact: Working, path: str, value: Any) -> None:
        """Keys that only find a contact, and what is applied elsewhere."""

    def _email(self, contact: Working, path: str, value: Any) -> None:
        stored = contact.stored
        current = stored.get("email_key")
        if value is None:
            if self.rules.merge is not Merge.OVERWRITE or current is None or self.rules.finds_by(EMAIL):
                return
            contact.put("email", None)
            contact.put("email_key", None)
            return
        key = email_key(value)
        if current is not None and self.rules.merge is Merge.FILL_EMPTY:
            return
        if key == current:
            if value != stored["email"] and not self.rules.finds_by(EMAIL):
                contact.put("email", value)
            return
        contact.put("email", value)
        contact.put("email_key", key)

    def _other_key(self, contact: Working, path: str, value: Any) -> None:
        current = value_at(contact.stored, path)
        if value is None and (self.rules.merge is not Merge.OVERWRITE or self.rules.finds_by(kind_of(path))):
            return
        if value == current or (current is not None and self.rules.merge is Merge.FILL_EMPTY):
            return
        contact.put(path, value)
        contact.put("keys", secondary_keys(contact.stored) or None)

    def _phones(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, "phones", replace_phones(contact.stored.get("phones", []), value, self.rules.merge))

    def _addresses(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, "addresses", replace_addresses(contact.stored.get("addresses", []), value, self.rules.merge))

    def _lists(self, contact: Working, path: str, value: Any) -> None:
        """Lists are joined when all else is applied: `_join`."""
        if path == LISTS_LEFT:
            self._composite(contact, "lists", memberships_left(contact.stored.get("lists", []), value, self.now))

    def _notes(self, contact: Working, path: str, value: Any) -> None:
        notes = contact.stored.get("notes", [])
        after = drop_notes(notes, value) if path == NOTES_GONE else add_notes(notes, value or (), self.now)
        self._composite(contact, "notes", after)

    def _consents(self, contact: Working, path: str, value: Any) -> None:
        self._composite(contact, path, add_consents(contact.stored.get("consents", []), value or (), self.now))

    def _preferences(self, contact: Working, path: str, value: Any) -> None:
        """Written whole: a preference may have any name, also one that a path could not hold. None within takes one out."""
        stored, merge = contact.stored.get("preferences", {}), self.rules.merge
        if value is None:
            wanted = {} if merge is Merge.OVERWRITE else stored
        elif merge is Merge.FILL_EMPTY:
            wanted = {**value, **stored}
        else:
            wanted = {**stored, **value}
        wanted = {name: chosen for name, chosen in wanted.items() if chosen is not None}
        if wanted != stored:
            contact.put("preferences", wanted or None)

    def _channels(self, contact: Working, path: str, value: Any) -> Note | None:
        changes, refused = channel_changes(
            contact.stored, path, value, merge=self.rules.merge, by_person=self.by_person, now=self.now
        )
        for changed, new in changes.items():
            contact.put(changed, new)
        return self._barred(path.split(".")[1]) if refused else None

    def _composite(self, contact: Working, path: str, value: Sequence[Any]) -> None:
        if list(value) != contact.stored.get(path, []):
            contact.put(path, list(value) or None)

    def _tag(self, contact: Working, path: str, value: Any) -> None:
        """Positive numbers are added, negative ones removed."""
        has = set(contact.stored.get("tags", ()))
        wanted = (has | {tag for tag in value or () if tag > 0}) - {-tag for tag in value or () if tag < 0}
        if wanted != has:
            contact.put("tags", sorted(wanted) or None)

    def _join(self, contact: Working, lists: Iterable[int], resubscribe: bool) -> Note | None:
        stored = contact.stored.get("lists", [])
        barred = value_at(contact.stored, "channels.email.status") in BARRED
        after, refused = memberships_after(stored, lists, self.now, is_barred=barred, may_resubscribe=resubscribe)
        self._composite(contact, "lists", after)
        return NOT_RESUBSCRIBED if refused else None


Way = Callable[[Applier, Working, str, Any], Note | None]
_SPECIAL: dict[str, Way] = {
    "id": Applier._nothing,
    "uuid": Applier._nothing,
    "lists": Applier._lists,
    MATCH_BY: Applier._nothing,
    EMAIL: Applier._email,
    MOBILE: Applier._other_key,
    "identifiers": Applier._other_key,
    "phones": Applier._phones,
    "addresses": Applier._addresses,
    "notes": Applier._notes,
    "consents": Applier._consents,
    "preferences": Applier._preferences,
    "channels": Applier._channels,
    "tags": Applier._tag,
}


def _no_way(*_: Any) -> None:
    """Stands for a value that needs no way of its own."""


_TOP: Way = _no_way
_INNER: Way = Applier._inner


class _Ways(dict[str, Way | tuple[str, str, str]]):
    """How each path is applied, worked out once: a way, or the head, kind and part of a phone or an address."""

    def __missing__(self, path: str) -> Way | tuple[str, str, str]:
        head, _, rest = path.partition(".")
        way: Way | tuple[str, str, str]
        if rest and head in ("phones", "addresses"):
            kind, _, part = rest.partition(".")
            way = (head, kind, part or "number")
        else:
            way = _SPECIAL.get(head) or (_INNER if rest else _TOP)
        self[path] = way
        return way


_WAYS = _Ways()


def kind_of(path: str) -> str:
    """The kind of key that stands at this path."""
    head, _, name = path.partition(".")
    return identifier_kind(name) if head == "identifiers" else head
