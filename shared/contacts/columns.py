"""The columns that a file of contacts can have, and how each is read out of a stored contact. Pure.

What a column shows, an import of the same name turns back into what is stored: a value that could not come back is left out.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any

from shared.contacts.fields import Field, FieldType
from shared.contacts.nested import COMPOSITES
from shared.contacts.present import Names, time_text
from shared.contacts.setters import FieldBook
from shared.contacts.shapes import (
    Shape,
    birthday,
    email_ground,
    list_names,
    list_statuses,
    note_texts,
    number_of,
    one_of,
    sms_ground,
    some_of,
    status_shown,
    tag_names,
    updated_via,
    uuid_of,
)
from shared.contacts.targets import Target, resolve_target, target_names
from shared.contacts.values.choices import choices_from_text, join_list, split_list

MOST_CHARACTERS = 32_766
"""Of a list in one cell: what a spreadsheet holds (32,767), less the apostrophe of an escape."""


class ColumnType(StrEnum):
    """What `Column.value` gives: `str`, `int`, `int | float`, `bool`, `"YYYY-MM-DD"`, `datetime` with a zone, `list[str]`."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TEXTS = "texts"


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `name` is canonical (see `resolve_target`): an import finds the field by it."""

    name: str
    type: ColumnType
    path: tuple[str, ...] = ()
    """Keys on the way to the value; of phones and addresses the kind, whose first entry is meant. Empty: the whole contact."""
    shape: Shape | None = None
    """Makes the value of what stands there; None where it is the value."""
    read_list: Callable[[str], list[str] | None] | None = None
    """How an import takes a cell with a list apart; None for a column that no import reads."""
    may_be_cut: bool = False
    """True for a list that an import only adds to, so that a part of it does no harm."""
    title: str = ""
    """What stands above it in the file, in place of its name."""

    @property
    def heading(self) -> str:
        """What stands above it: its title, or its name."""
        return self.title or self.name

    def value(self, stored: Mapping[str, Any], names: Names) -> Any:
        """The value by `type`, None where there is none. A list is never empty."""
        found: Any = stored
        for key in self.path:
            found = _first(found, key) if isinstance(found, list) else found.get(key)
            if found is None:
                return None
        return found if self.shape is None else self.shape(found, names)

    def cell(self, value: Any) -> str:
        """The value as the text of a cell, without any escape.

        A list is `a|b`, or a JSON list where that would be read as something else. Of one longer than MOST_CHARACTERS the
        last items that fit are kept where `may_be_cut`; else the cell is blank.
        """
        match self.type:
            case ColumnType.TEXTS:
                return self._joined(value)
            case ColumnType.DATETIME:
                return time_text(value)
            case ColumnType.BOOLEAN:
                return "true" if value else "false"
            case ColumnType.NUMBER:
                return repr(value)
        return str(value)

    def _joined(self, items: list[str]) -> str:
        text = join_list(items, self.read_list) if self.read_list else "|".join(items)
        if len(text) <= MOST_CHARACTERS:
            return text
        kept = _last_that_fit(items) if self.may_be_cut else []
        return json.dumps(kept, ensure_ascii=False) if kept else ""


def default_columns(book: FieldBook) -> list[str]:
    """The names of every column that an import reads in this account.

    Preferences are not among them, for only contacts know their names, and consent records, of which a contact has any
    number; of several phones or addresses of one kind the first is shown.
    """
    return target_names(book)


def resolve_column(name: str, book: FieldBook) -> Column | None:
    """The column with this canonical name, or None.

    Names: those of `resolve_target` save the JSON composites and consent records, and those in `SHOWN_ONLY`, which no import
    reads.
    """
    if name in _OWN:
        return _OWN[name]
    target = resolve_target(name, book)
    if target is None or target.path.partition(".")[0] == "consents" or target.name in COMPOSITES:
        return None
    head, *rest = target.path.split(".")
    match head:
        case "phones":
            return Column(target.name, ColumnType.TEXT, (head, *rest, "number"))
        case "preferences":
            return Column(target.name, ColumnType.BOOLEAN, (head, target.name.partition(":")[2]))
        case "channels":
            kind = ColumnType.DATETIME if rest[-1] == "at" else ColumnType.TEXT
            return Column(target.name, kind, (head, *rest))
        case "addresses" | "identifiers" | "email" | "mobile":
            return Column(target.name, ColumnType.TEXT, (head, *rest))
    return _of_field(target, (head, *rest), book)


def _of_field(target: Target, path: tuple[str, ...], book: FieldBook) -> Column:
    field = next(field for field in (*book.standard, *book.custom.values()) if field.path == target.path)
    shape, read_list = _choosing(field)
    return Column(target.name, _TYPES.get(field.type, ColumnType.TEXT), path, shape, read_list)


def _choosing(field: Field) -> tuple[Shape | None, Callable[[str], list[str] | None] | None]:
    match field.type:
        case FieldType.SINGLE_SELECT:
            return partial(one_of, frozenset(field.choices)), None
        case FieldType.MULTI_SELECT:
            return partial(some_of, frozenset(field.choices)), choices_from_text(field.choices)
    return None, None


def _first(entries: list[Mapping[str, Any]], kind: str) -> Mapping[str, Any] | None:
    return next((entry for entry in entries if entry["kind"] == kind), None)


def _last_that_fit(items: list[str]) -> list[str]:
    room = MOST_CHARACTERS - 2
    for place in reversed(range(len(items))):
        room -= len(json.dumps(items[place], ensure_ascii=False)) + 2
        if room < 0:
            return items[place + 1 :]
    return items


_TYPES = {
    FieldType.INTEGER: ColumnType.INTEGER,
    FieldType.NUMBER: ColumnType.NUMBER,
    FieldType.CURRENCY: ColumnType.NUMBER,
    FieldType.BOOLEAN: ColumnType.BOOLEAN,
    FieldType.DATE: ColumnType.DATE,
    FieldType.DATETIME: ColumnType.DATETIME,
    FieldType.MULTI_SELECT: ColumnType.TEXTS,
}


def _listed(name: str, path: str, shape: Shape, separators: str) -> Column:
    read_list = partial(split_list, separators=separators)
    # Many contacts have the same few tags and lists; notes are long, and each contact's own.
    return Column(name, ColumnType.TEXTS, (path,), shape, lru_cache(4096)(read_list) if separators else read_list, may_be_cut=True)


_EMAIL = ("channels", "email")
_SHOWN = (
    Column("status", ColumnType.TEXT, (), status_shown),
    Column("email_ground", ColumnType.TEXT, (), email_ground),
    Column("sms_ground", ColumnType.TEXT, (), sms_ground),
    Column("email_opt_out_at", ColumnType.DATETIME, (*_EMAIL, "opt_out", "at")),
    Column("email_opt_out_source", ColumnType.TEXT, (*_EMAIL, "opt_out", "source")),
    Column("email_opt_out_reason", ColumnType.TEXT, (*_EMAIL, "reason")),
    Column("birthday", ColumnType.TEXT, (), birthday),
    *(Column(name, ColumnType.DATETIME, (name,)) for name in ("created_at", "updated_at", "deleted_at")),
    Column("created_via", ColumnType.TEXT, ("created_via",)),
    Column("updated_via", ColumnType.TEXT, (), updated_via),
    Column("list_statuses", ColumnType.TEXTS, ("lists",), list_statuses),
)
SHOWN_ONLY = tuple(column.name for column in _SHOWN)
"""Columns that a file shows and no import reads."""
_OWN = {
    column.name: column
    for column in (
        Column("id", ColumnType.INTEGER, ("_id",), number_of),
        Column("uuid", ColumnType.TEXT, ("_id",), uuid_of),
        _listed("tags", "tags", tag_names, "|;,"),
        _listed("lists", "lists", list_names, "|;,"),
        _listed("notes", "notes", note_texts, ""),
        *_SHOWN,
    )
}
