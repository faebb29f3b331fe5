"""Phones, addresses, notes and consents: lists of small documents with ids of their own. Pure; each function gives the new list.

A row names a phone or an address by its kind; the first entry of that kind is meant. The id of an entry stays with it;
one that was taken out may give its id to a later one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contacts.merge import Merge

Entries = list[dict[str, Any]]


def merge_phones(stored: Sequence[Mapping[str, Any]], path: str, value: Any, merge: Merge) -> Entries:
    """`phones.<kind>` sets one number; `phones` replaces the whole list (each entry `{kind, number}`)."""
    _, _, kind = path.partition(".")
    if kind:
        return _merge_part(stored, kind, "number", value, merge, whole=True)
    return _replace_all(stored, value, merge, ("kind", "number"))


def merge_addresses(stored: Sequence[Mapping[str, Any]], path: str, value: Any, merge: Merge) -> Entries:
    """`addresses.<kind>.<part>` sets one part; `addresses` replaces the whole list."""
    _, _, rest = path.partition(".")
    if rest:
        kind, _, part = rest.partition(".")
        return _merge_part(stored, kind, part, value, merge, whole=False)
    return _replace_all(stored, value, merge, ("kind", "street", "street2", "city", "state", "postal_code", "country"))


def add_notes(stored: Sequence[Mapping[str, Any]], texts: Iterable[str], now: datetime) -> Entries:
    """Notes are added at the front, newest first, unless the same text is there already."""
    notes = _copy(stored)
    known = {note["text"] for note in notes}
    for text in texts:
        if text not in known:
            known.add(text)
            notes.insert(0, {"id": _next_id(notes), "at": now, "text": text})
    return notes


def add_consents(stored: Sequence[Mapping[str, Any]], records: Iterable[Mapping[str, Any]], now: datetime) -> Entries:
    """Consent records are evidence: they are added, never changed. One that is there already is not added again."""
    consents = _copy(stored)
    known = [{name: value for name, value in consent.items() if name != "recorded_at"} for consent in consents]
    for record in records:
        if dict(record) not in known:
            known.append(dict(record))
            consents.append({**record, "recorded_at": now})
    return consents


def _merge_part(stored: Sequence[Mapping[str, Any]], kind: str, part: str, value: Any, merge: Merge, *, whole: bool) -> Entries:
    entries = _copy(stored)
    entry = next((entry for entry in entries if entry["kind"] == kind), None)
    if value is None:
        if merge is not Merge.OVERWRITE or entry is None or part not in entry:
            return entries
        del entry[part]
        if whole or entry.keys() <= {"id", "kind"}:
            entries.remove(entry)
        return entries
    if entry is None:
        entry = {"id": _next_id(entries), "kind": kind}
        entries.append(entry)
    if merge is not Merge.FILL_EMPTY or part not in entry:
        entry[part] = value
    return entries


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
