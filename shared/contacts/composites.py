"""Phones, addresses, notes and consents: lists of small documents with ids of their own. Pure; each function gives the new list.

A row names a phone or an address by its kind; the first entry of that kind is meant. The id of an entry stays with it;
one that was taken out may give its id to a later one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contacts.fields import ADDRESS_PARTS
from shared.contacts.merge import Merge
from shared.contacts.nested import CONSENT_COLUMNS

Entries = list[dict[str, Any]]
MOST_CONSENTS = 500
"""Consent records of one contact. So many of the longest, in letters of four bytes, are 14 MB; a stored document has 16."""
CONSENTS_FULL = (
    "consents_full",
    f"The contact has as many consent records as it can have, which is {MOST_CONSENTS}. Send the row without the consent.",
)

Wanted = Mapping[str, Mapping[str, Any]]
"""What a row says of some kinds: part to value, None where it is blank."""


def merge_parts(stored: Sequence[Mapping[str, Any]], wanted: Wanted, merge: Merge) -> Entries | None:
    """The entries with parts of some kinds changed, one without parts left out; None where nothing changes."""
    if not stored:
        fresh = {kind: {part: value for part, value in parts.items() if value is not None} for kind, parts in wanted.items()}
        return [{"id": number, "kind": kind, **fresh[kind]} for number, kind in enumerate(filter(fresh.get, fresh), 1)] or None
    entries: Entries | None = None
    for kind, parts in wanted.items():
        current = entries if entries is not None else stored
        place = _place_of(current, kind)
        entry = current[place] if place is not None else {}
        changes = {part: value for part, value in parts.items() if entry.get(part) != value}
        if changes:
            changes = _allowed(entry, changes, merge)
        if not changes:
            continue
        entries = _copy(stored) if entries is None else entries
        if place is None:
            entries.append({"id": _next_id(entries), "kind": kind, **changes})
            continue
        left = {part: value for part, value in {**entries[place], **changes}.items() if value is not None}
        entries[place : place + 1] = [left] if left.keys() - {"id", "kind"} else []
    return entries


def replace_phones(stored: Sequence[Mapping[str, Any]], value: Any, merge: Merge) -> Entries:
    """The whole list of phones, each wanted entry `{kind, number}`."""
    return _replace_all(stored, value, merge, ("kind", "number"))


def replace_addresses(stored: Sequence[Mapping[str, Any]], value: Any, merge: Merge) -> Entries:
    """The whole list of addresses, each wanted entry a kind and parts."""
    return _replace_all(stored, value, merge, ("kind", *ADDRESS_PARTS))


def add_notes(stored: Sequence[Mapping[str, Any]], texts: Iterable[str], now: datetime) -> Entries:
    """Notes are added at the front, newest first, unless the same text is there already."""
    notes = _copy(stored)
    known = {note["text"] for note in notes}
    for text in texts:
        if text not in known:
            known.add(text)
            notes.insert(0, {"id": _next_id(notes), "at": now, "text": text})
    return notes


def drop_notes(stored: Sequence[Mapping[str, Any]], ids: Collection[int]) -> Entries:
    """The notes without those of these ids."""
    return [dict(note) for note in stored if note["id"] not in ids]


def add_consents(stored: Sequence[Mapping[str, Any]], records: Iterable[Mapping[str, Any]], now: datetime) -> Entries:
    """Consent records are evidence: they are added, never changed. One that is there already is not added again."""
    return [*_copy(stored), *({**record, "recorded_at": now} for record in _new(records, stored))]


def has_room_for(records: Sequence[Mapping[str, Any]], stored: Sequence[Mapping[str, Any]]) -> bool:
    """True where a contact with the stored consent records has no more than MOST_CONSENTS with these, or gets none by them."""
    if len(stored) + len(records) <= MOST_CONSENTS:
        return True
    fresh = len(_new(records, stored))
    return not fresh or len(stored) + fresh <= MOST_CONSENTS


def join_entries(stored: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> Entries:
    """The phones or addresses, and those of another contact whose kinds are not among them, under ids of their own."""
    kinds = {entry["kind"] for entry in stored}
    entries = _copy(stored)
    for entry in others:
        if entry["kind"] not in kinds:
            entries.append({**entry, "id": _next_id(entries)})
    return entries


def join_notes(stored: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> Entries:
    """The notes of two contacts, newest first; those of the second with another text, under ids of their own."""
    known = {note["text"] for note in stored}
    notes = _copy(stored)
    for note in others:
        if note["text"] not in known:
            notes.append({**note, "id": _next_id(notes)})
    return sorted(notes, key=lambda note: note["at"], reverse=True)


def join_consents(stored: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> Entries:
    """The consent records of two contacts, each as it was recorded; what both have, once."""
    return [*_copy(stored), *map(dict, _new(others, stored))]


def _new(records: Iterable[Mapping[str, Any]], stored: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those of the consent records that are not stored, each once."""
    known = {_said(consent) for consent in stored}
    by_content = {_said(record): record for record in records}
    return [record for said, record in by_content.items() if said not in known]


def _said(record: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(map(record.get, CONSENT_COLUMNS))


def _place_of(entries: Sequence[Mapping[str, Any]], kind: str) -> int | None:
    for index, entry in enumerate(entries):
        if entry["kind"] == kind:
            return index
    return None


def _allowed(entry: Mapping[str, Any], changes: Mapping[str, Any], merge: Merge) -> dict[str, Any]:
    if merge is Merge.FILL_EMPTY:
        return {part: value for part, value in changes.items() if value is not None and part not in entry}
    return {part: value for part, value in changes.items() if value is not None or merge is Merge.OVERWRITE}


def _replace_all(stored: Sequence[Mapping[str, Any]], value: Any, merge: Merge, parts: Sequence[str]) -> Entries:
    entries = _copy(stored)
    if (value is None and merge is not Merge.OVERWRITE) or (entries and merge is Merge.FILL_EMPTY):
        return entries
    left = list(entries)
    result: Entries = []
    for wanted in value or ():
        fresh = {part: wanted[part] for part in parts if wanted.get(part) is not None}
        same = next((entry for entry in left if entry["kind"] == fresh["kind"]), None)
        if same is not None:
            left.remove(same)
        result.append({"id": same["id"] if same else _next_id([*entries, *result]), **fresh})
    return result


def _copy(entries: Sequence[Mapping[str, Any]]) -> Entries:
    return [dict(entry) for entry in entries]


def _next_id(entries: Sequence[Mapping[str, Any]]) -> int:
    return max((entry["id"] for entry in entries), default=0) + 1
