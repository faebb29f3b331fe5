"""Merging one contact into another: the one keeps what it has and takes what it lacks, the other is deleted. Pure.

What a person ended in the other has ended: no value of the row that merges them begins it again, not even by a person.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contacts.applying import Note, Working
from shared.contacts.composites import CONSENTS_FULL, MOST_CONSENTS, has_room_for, join_consents, join_entries, join_notes
from shared.contacts.document import BARRED, EMAIL, IDENTIFIER, MOBILE, Key, keys_of, secondary_keys, value_at
from shared.contacts.fields import STANDARD_FIELDS
from shared.contacts.freeing import ended_in, give_up, keep_ended
from shared.contacts.permission import memberships_united

CONSENTS_FULL_TOGETHER = (
    CONSENTS_FULL[0],
    f"The contact and the one that it would be merged with have more consent records together than the {MOST_CONSENTS} that a "
    "contact can have. Leave out the key that belongs to the other one.",
)

_POINTS = next(field for field in STANDARD_FIELDS if field.name == "points")
_BIRTHDAY = ("birthday_month", "birthday_day")
_ALONE = (*(field.path for field in STANDARD_FIELDS if field.path not in (_POINTS.path, *_BIRTHDAY)), "owner")
"""What is taken or not by itself. Of a birthday the month of one contact and the day of another would be nobody's."""
_CHANNELS = ("email", "sms", "whatsapp")
_AWAITED = ("pending", "pending_confirmation")


def absorb(contact: Working, other: Working, now: datetime, *, but: Collection[str | None] = ()) -> None:
    """Give the contact what it lacks of the other, which loses the unique keys that it gives, is deleted, and keeps all else.

    Fields, keys but for those of the kinds `but`, phones and addresses of kinds it lacks, preferences; tags, lists, notes and
    consent records of both; the points of both added up. The consent records must have been found to fit: `consents_fit`.
    """
    stored, theirs = contact.stored, other.stored
    for path, value in _lacking(stored, theirs):
        contact.put(path, value)
    _unite(contact, theirs)
    for channel in _CHANNELS:
        _fill_channel(contact, theirs, channel)
    keep_endings(contact, other)
    _take_keys(contact, other, but)
    other.put("deleted_at", now)


def keep_endings(contact: Working, other: Working) -> bool:
    """Channels and list memberships that ended for the other have ended for the contact too. True where that changed any."""
    before, contact.changes = contact.changes, {}
    keep_ended(contact, ended_in(other, (f"channels.{channel}" for channel in _CHANNELS)))
    ended = [membership for membership in other.stored.get("lists", ()) if membership["status"] in BARRED]
    _put_list(contact, "lists", memberships_united(contact.stored.get("lists", ()), ended))
    changed = contact.changes
    contact.changes = {**before, **changed}
    return bool(changed)


def consents_fit(contact: Working | None, others: Iterable[Working], records: Sequence[Mapping[str, Any]]) -> bool:
    """True where the contact may have the consent records of the others, and these, beside its own. None is a new contact."""
    joined = [*records, *(record for other in others for record in other.stored.get("consents", ()))]
    return has_room_for(joined, contact.stored.get("consents", ()) if contact else ())


def merged(others: Sequence[Working], note: Note | None) -> Note:
    """What is said of a row that merged these contacts into its own. What else there was to say of the row follows."""
    whose = " and ".join(f"contact {other.number}" if other.number else "the contact of an earlier row" for other in others)
    was = "was" if len(others) == 1 else "were"
    words = f"{whose[0].upper()}{whose[1:]} had a key of this row, and {was} merged into its contact."
    return "merged", f"{words} {note[1]}" if note else words


def _lacking(stored: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Single values of the other that the contact has not, by path."""
    yield from ((path, theirs[path]) for path in _ALONE if path in theirs and path not in stored)
    if not any(path in stored for path in _BIRTHDAY):
        yield from ((path, theirs[path]) for path in _BIRTHDAY if path in theirs)
    own = stored.get("custom", {})
    yield from [(f"custom.{number}", value) for number, value in theirs.get("custom", {}).items() if number not in own]


def _unite(contact: Working, theirs: Mapping[str, Any]) -> None:
    stored = contact.stored
    if points := theirs.get("points"):
        together = stored.get("points", 0) + points
        contact.put("points", max(_POINTS.minimum or 0, min(_POINTS.maximum or 0, together)))
    if preferences := theirs.get("preferences"):
        own = stored.get("preferences", {})
        if not preferences.keys() <= own.keys():
            contact.put("preferences", {**preferences, **own})
    for path, join in _JOINS:
        if theirs.get(path):
            _put_list(contact, path, join(stored.get(path, ()), theirs[path]))


def _tags(stored: Sequence[int], theirs: Sequence[int]) -> list[int]:
    return sorted({*stored, *theirs})


_JOINS = (
    ("phones", join_entries),
    ("addresses", join_entries),
    ("notes", join_notes),
    ("consents", join_consents),
    ("lists", memberships_united),
    ("tags", _tags),
)


def _put_list(contact: Working, path: str, value: Sequence[Any]) -> None:
    if list(value) != list(contact.stored.get(path, ())):
        contact.put(path, value)


def _fill_channel(contact: Working, theirs: Mapping[str, Any], channel: str) -> None:
    """Take what is known of a channel, each time or source with what it belongs to. Nothing fills what ended or is awaited."""
    path = f"channels.{channel}"
    own, said = value_at(contact.stored, path) or {}, value_at(theirs, path) or {}
    is_settled = own.get("status") in (*BARRED, *_AWAITED) or own.get("permission") in (*BARRED, *_AWAITED)
    if is_settled or said.get("status") in BARRED:
        said = {member: value for member, value in said.items() if member == "type"}
    for member in [member for member in said if member not in own]:
        for leaf, value in _leaves(f"{path}.{member}", said[member]):
            contact.put(leaf, value)


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """By themselves: a row may change one of them, and two changes must not speak of a whole and of its part."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for name, inner in value.items():
        yield from _leaves(f"{path}.{name}", inner)


def _take_keys(contact: Working, other: Working, but: Collection[str | None]) -> None:
    has = {*but, *(kind for kind, _ in keys_of(contact.stored))}
    taken = [key for key in keys_of(other.stored) if key[0] not in has]
    if any(kind == EMAIL for kind, _ in taken):
        contact.put("email", other.stored["email"])
        contact.put("email_key", other.stored["email_key"])
    for key in taken:
        _put_key(contact, key)
        give_up(other, key)
    if any(kind != EMAIL for kind, _ in taken):
        contact.put("keys", secondary_keys(contact.stored))


def _put_key(contact: Working, key: Key) -> None:
    kind, value = key
    if kind == MOBILE:
        contact.put(MOBILE, value)
    elif kind != EMAIL:
        contact.put(f"identifiers.{kind.removeprefix(f'{IDENTIFIER}:')}", value)
