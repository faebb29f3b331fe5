"""Setters of JSON objects and lists: phones, addresses, custom fields, identifiers, channels, consents, preferences.

A problem inside names the whole way to it, as `channels.email.status`.
null in place of a list means blank; in place of an object it says nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from shared.contacts.fields import (
    ADDRESS_KINDS,
    ADDRESS_PARTS,
    IDENTIFIER_LENGTH,
    PHONE_KINDS,
    TAG_LENGTH,
    Field,
    FieldType,
)
from shared.contacts.setters import (
    FieldBook,
    Patch,
    RowProblem,
    Setter,
    channel_setters,
    choice_setter,
    field_setter,
    text_setter,
    value_setter,
)
from shared.contacts.values import ValueProblem, normalise_phone, normaliser, shown, trim
from shared.contacts.values.text import cell_normaliser

CONSENT_PARTS = {"text": 4000, "url": 2048, "ip": 45, "user_agent": 1000}
"""Parts of a consent record that are text, with their greatest length; `at`, a moment, is the fifth."""
CONSENT_COLUMNS = ("text", "url", "at", "ip", "user_agent")
"""The parts that can stand in columns of their own."""

COMPOSITES = ("phones", "addresses", "consents", "custom", "identifiers", "channels", "preferences")
"""The names of all JSON composites."""

_YES_OR_NO = normaliser(Field("", FieldType.BOOLEAN, ""))


def composite_setter(name: str, fields: FieldBook, *, day_first: bool = False) -> Setter:
    """The setter of the JSON composite with this name, one of COMPOSITES."""
    match name:
        case "phones":
            number = value_setter("number", cell_normaliser(normalise_phone))
            return _list_setter(name, {"kind": choice_setter("kind", PHONE_KINDS), "number": number}, ("kind", "number"))
        case "addresses":
            parts = {part: text_setter(part, length) for part, length in ADDRESS_PARTS.items()}
            return _list_setter(name, {"kind": choice_setter("kind", ADDRESS_KINDS)} | parts, ("kind",))
        case "consents":
            return _consents_setter(_list_setter(name, _consent_parts(day_first), ()))
        case "custom":
            custom = {name: field_setter(field, day_first=day_first) for name, field in fields.custom.items()}
            return _names_setter(name, custom, str.lower, "Define it as a custom field first.")
        case "identifiers":
            own = {name: text_setter(f"identifiers.{name}", IDENTIFIER_LENGTH) for name in fields.identifiers}
            return _names_setter(name, own, str, "Define it as an identifier of the account first.")
        case "channels":
            return _channels_setter(dict(channel_setters(day_first=day_first).values()))
        case "preferences":
            return _preferences
    raise ValueError(name)


class _OfColumns(dict[str, Any]):
    """The consent record that the columns of a row make, told apart from those of a JSON list beside them."""


def consent_setter(part: str, *, day_first: bool = False) -> Setter:
    """One of CONSENT_COLUMNS: those of a row make one record together, which is added to `consents`; a blank cell says nothing."""
    read = _consent_parts(day_first)[part]

    def put(cell: object, patch: Patch) -> None:
        made: Patch = {}
        read(cell, made)
        if made[part] is None:
            return
        records = patch.get("consents") or []
        own = next((record for record in records if isinstance(record, _OfColumns)), None)
        if own is None:
            patch["consents"] = [*records, _OfColumns(made)]
        else:
            own |= made

    return put


def preference_name(text: str) -> str | None:
    """The name of a preference, trimmed; None for what can be none."""
    name = trim(text)
    return name if name and len(name) <= TAG_LENGTH and name.isprintable() else None


def preference_setter(name: str) -> Setter:
    """One preference in a column of its own: adds to the row's `preferences`; a blank cell says nothing."""

    def put(cell: object, patch: Patch) -> None:
        if (chosen := _YES_OR_NO(cell)) is not None:
            patch["preferences"] = (patch.get("preferences") or {}) | {name: chosen}

    return put


def run(setter: Setter, cell: object, patch: Patch, name: str) -> None:
    """Applies a setter; what it refuses becomes a RowProblem that names the field."""
    try:
        setter(cell, patch)
    except ValueProblem as problem:
        raise RowProblem(problem.code, name, f"{name}: {problem.message}") from None


def unknown_field(name: str, advice: str) -> RowProblem:
    """The problem of a name that nothing is known by, the name made fit to show and to store."""
    short = shown(name)[1:-1]
    return RowProblem("unknown_field", short, f"{short}: there is no such field. {advice}")


def _consent_parts(day_first: bool) -> dict[str, Setter]:
    parts = {part: text_setter(part, length) for part, length in CONSENT_PARTS.items()}
    return parts | {"at": value_setter("at", normaliser(Field("at", FieldType.DATETIME, "at"), day_first=day_first))}


def _consents_setter(listed: Setter) -> Setter:
    """What the row's columns said before is kept: a record is evidence."""

    def put(cell: object, patch: Patch) -> None:
        said = [record for record in patch.get("consents") or () if isinstance(record, _OfColumns)]
        listed(cell, patch)
        if said:
            patch["consents"] = [*(patch["consents"] or ()), *said]

    return put


def _list_setter(path: str, parts: Mapping[str, Setter], needed: tuple[str, ...]) -> Setter:
    def put(cell: object, patch: Patch) -> None:
        if cell is not None and not isinstance(cell, (list, tuple)):
            raise ValueProblem("type_invalid", f"{shown(cell)} is not a list. Write a JSON list of objects.")
        patch[path] = [_item(f"{path}.{index}", item, parts, needed) for index, item in enumerate(cell or ())] or None

    return put


def _item(name: str, item: object, parts: Mapping[str, Setter], needed: tuple[str, ...]) -> Patch:
    made: Patch = {}
    for key, cell in _entries(name, item):
        setter = parts.get(key)
        if setter is None:
            raise unknown_field(f"{name}.{key}", f"Known are: {', '.join(parts)}.")
        run(setter, cell, made, f"{name}.{key}")
    filled = {key: value for key, value in made.items() if value is not None}
    missing = next((key for key in needed if key not in filled), None) if filled else "*"
    if missing:
        raise RowProblem("value_missing", name, f"{name}: {'it is empty' if missing == '*' else f'{missing} is missing'}.")
    return filled


def _entries(name: str, cell: object) -> Iterator[tuple[str, Any]]:
    if cell is None:
        return
    if not isinstance(cell, Mapping):
        raise RowProblem("type_invalid", name, f"{name}: {shown(cell)} is not an object. Write a JSON object.")
    for key, value in cell.items():
        yield str(key), value


def _names_setter(name: str, setters: Mapping[str, Setter], spelled: Callable[[str], str], advice: str) -> Setter:
    def put(cell: object, patch: Patch) -> None:
        for key, value in _entries(name, cell):
            setter = setters.get(spelled(key))
            if setter is None:
                raise unknown_field(f"{name}.{key}", advice)
            run(setter, value, patch, f"{name}.{key}")

    return put


def _channels_setter(setters: Mapping[str, Setter]) -> Setter:
    inner = {path.rsplit(".", 1)[0] for path in setters}

    def descend(name: str, cell: object, patch: Patch) -> None:
        for key, value in _entries(name, cell):
            path = f"{name}.{key}"
            if setter := setters.get(path):
                run(setter, value, patch, path)
            elif path in inner:
                descend(path, value, patch)
            else:
                raise unknown_field(path, f"Known are: {', '.join(setters)}.")

    return lambda cell, patch: descend("channels", cell, patch)


def _preferences(cell: object, patch: Patch) -> None:
    chosen: dict[str, object] = {}
    for key, value in _entries("preferences", cell):
        name = preference_name(key)
        if name is None:
            raise RowProblem("type_invalid", "preferences", f"preferences: {shown(key)} is not a preference's name.")
        try:
            chosen[name] = _YES_OR_NO(value)
        except ValueProblem as problem:
            raise RowProblem(problem.code, f"preferences.{name}", f"preferences.{name}: {problem.message}") from None
    patch["preferences"] = {name: truth for name, truth in chosen.items() if truth is not None} or None
