"""Setters: each takes one cell, checks it, and writes the stored value into a row's patch. Blank cells write None."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any
from uuid import UUID

from shared.contacts.fields import STANDARD_FIELDS, TAG_LENGTH, Field, FieldType
from shared.contacts.values import ValueProblem, normalise_mobile, normaliser, shown
from shared.contacts.values.choices import split_list, texts_of, unique
from shared.contacts.values.emails import email_of_cell
from shared.contacts.values.text import cell_normaliser, check_text, text_normaliser
from shared.contract.selection import EmailGround

Patch = dict[str, Any]
Setter = Callable[[object, Patch], None]

NOTE_LENGTH = 2000
SOURCE_LENGTH = 255
REASON_LENGTH = 255
MOST_TAGS = 1_000
"""Named at once; a contact may come to have more."""
PERMISSIONS = tuple(str(ground) for ground in EmailGround)
CHANNEL_STATES = ("subscribed", "unsubscribed", "suppressed", "pending", "none")
EMAIL_TYPES = ("html", "plain")
OPT_IN_TYPES = ("unknown", "single", "double", "verified_double")

_FLOATS = frozenset({FieldType.NUMBER, FieldType.CURRENCY})
_DECIMAL_ID = re.compile(r"0*([1-9][0-9]{0,18})(?:\.0+)?").fullmatch
_GREATEST_ID = 2**63 - 1


class RowProblem(Exception):
    """What makes a row unfit: a stable code, the field by its canonical name, and a message that begins with that name."""

    def __init__(self, code: str, field: str, message: str) -> None:
        super().__init__(code, field, message)
        self.code = code
        self.field = field
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class FieldBook:
    """The fields of one account: the standard ones, its custom ones by lower-case name, the names of its own identifiers."""

    custom: Mapping[str, Field] = field(default_factory=dict)
    identifiers: frozenset[str] = frozenset()
    standard: tuple[Field, ...] = STANDARD_FIELDS


def value_setter(path: str, normalise: Callable[[object], object]) -> Setter:
    """Writes what `normalise` makes of the cell under `path`."""

    def put(cell: object, patch: Patch) -> None:
        patch[path] = normalise(cell)

    return put


def text_setter(path: str, max_length: int) -> Setter:
    """As `value_setter` for text, in one call: most cells of most files pass here."""
    normalise = text_normaliser(max_length)

    def put(cell: object, patch: Patch) -> None:
        if isinstance(cell, str):
            text = cell.strip()
            if len(text) <= max_length and text.isprintable():
                patch[path] = text or None
                return
        patch[path] = normalise(cell)

    return put


def field_setter(field: Field, *, day_first: bool = False) -> Setter:
    """The setter of a standard or custom field."""
    if field.type is FieldType.TEXT and field.max_length is not None:
        return text_setter(field.path, field.max_length)
    normalise = normaliser(field, day_first=day_first)
    return value_setter(field.path, _or_as_printed(normalise) if field.type in _FLOATS else normalise)


def choice_setter(path: str, choices: tuple[str, ...], aliases: Mapping[str, str] = MappingProxyType({})) -> Setter:
    """One of a fixed set, compared by letters and digits only: "Verified Double" is `verified_double`."""
    known = {bare(choice): choice for choice in choices} | dict(aliases)

    def choose(text: str) -> str:
        if (found := known.get(bare(text))) is None:
            raise ValueProblem("choice_unknown", f"{shown(text)} is not one of the choices. Choose from: {', '.join(choices)}.")
        return found

    return value_setter(path, cell_normaliser(choose))


def channel_setters(*, day_first: bool = False) -> dict[str, tuple[str, Setter]]:
    """Path and setter of what is known about a channel, by canonical name."""
    when = normaliser(Field("opt_in_at", FieldType.DATETIME, ""), day_first=day_first)
    email, sms, whatsapp = "channels.email", "channels.sms", "channels.whatsapp"
    return {
        "email_permission": (path := f"{email}.permission", choice_setter(path, PERMISSIONS)),
        "email_status": (path := f"{email}.status", choice_setter(path, CHANNEL_STATES)),
        "email_reason": (path := f"{email}.reason", text_setter(path, REASON_LENGTH)),
        "email_type": (path := f"{email}.type", choice_setter(path, EMAIL_TYPES, {"plaintext": "plain"})),
        "opt_in_type": (path := f"{email}.opt_in.type", choice_setter(path, OPT_IN_TYPES)),
        "opt_in_source": (path := f"{email}.opt_in.source", text_setter(path, SOURCE_LENGTH)),
        "opt_in_at": (path := f"{email}.opt_in.at", value_setter(path, when)),
        "sms_permission": (path := f"{sms}.permission", choice_setter(path, PERMISSIONS)),
        "sms_status": (path := f"{sms}.status", choice_setter(path, CHANNEL_STATES)),
        "sms_reason": (path := f"{sms}.reason", text_setter(path, REASON_LENGTH)),
        "sms_opt_in_at": (path := f"{sms}.opt_in.at", value_setter(path, when)),
        "whatsapp_status": (path := f"{whatsapp}.status", choice_setter(path, CHANNEL_STATES)),
    }


def bare(text: str) -> str:
    """Lower case, letters and digits only."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _or_as_printed(normalise: Callable[[object], object]) -> Callable[[object], object]:
    """Takes, beside what `normalise` takes, a float exactly as it prints: JSON brought it in, and a file must be able to."""

    def number(cell: object) -> object:
        try:
            return normalise(cell)
        except ValueProblem:
            printed = _printed_float(cell)
            if printed is None:
                raise
            return normalise(printed)

    return number


def _printed_float(cell: object) -> float | None:
    if not isinstance(cell, str):
        return None
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if repr(number) == cell.strip() else None


def _id(text: str) -> int:
    match = _DECIMAL_ID(text)
    if not match or int(match[1]) > _GREATEST_ID:
        raise ValueProblem("number_invalid", f"{shown(text)} is not a contact id. Write the whole number that the export shows.")
    return int(match[1])


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ValueProblem(
            "uuid_invalid", f"{shown(text)} is not a UUID. Write 32 hexadecimal digits, as the export shows."
        ) from None


def _uuid_of(cell: object) -> UUID:
    if isinstance(cell, UUID):
        return cell
    raise ValueProblem("type_invalid", f"{shown(cell)} is not a UUID. Write it as text.")


def _listing(separators: str, max_length: int) -> Callable[[object], list[str] | None]:
    def listed(cell: object) -> list[str] | None:
        items = split_list(cell, separators) if isinstance(cell, str) else texts_of(cell)
        return [check_text(item, max_length) for item in unique(items)] or None

    return listed


def _tags(cell: object) -> list[str] | None:
    tags = _in_text(cell)
    if tags and len(tags) > MOST_TAGS:
        raise ValueProblem("too_many", f"There are {len(tags):,} tags. Write at most {MOST_TAGS:,} at once.")
    if tags and (bad := next((tag for tag in tags if not tag.removeprefix("-").strip()), None)):
        raise ValueProblem("tag_invalid", f"{shown(bad)} is not a tag. Write the tag's name after the minus.")
    return tags


def _lists(cell: object) -> Sequence[str | int] | None:
    """As tags, but a whole number of JSON stays one: it is a list's number, where a text is a name first."""
    if isinstance(cell, str):
        return _in_text(cell)
    named: list[str | int] = []
    for item in cell if isinstance(cell, (list, tuple)) else (cell,):
        named.extend([item] if isinstance(item, int) and not isinstance(item, bool) else _in_text((item,)) or ())
    return list(dict.fromkeys(named)) or None


_in_text = _listing("|;,", TAG_LENGTH)
_whole = _listing("", NOTE_LENGTH)

SINGLE: dict[str, Setter] = {
    "email": value_setter("email", email_of_cell),
    "mobile": value_setter("mobile", cell_normaliser(normalise_mobile)),
    "id": value_setter("id", cell_normaliser(_id)),
    "uuid": value_setter("uuid", cell_normaliser(_uuid, _uuid_of)),
    "tags": value_setter("tags", _tags),
    "lists": value_setter("lists", _lists),
    "notes": value_setter("notes", _whole),
}
"""Setters of what every account has beside its fields, by name; the name is also the path."""
