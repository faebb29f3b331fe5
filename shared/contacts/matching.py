"""What names a contact in a file: the match of a job or of a row, and the cell that holds it. Pure."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.contacts.document import EMAIL, MOBILE, Key, identifier_kind
from shared.contacts.fields import IDENTIFIER_LENGTH
from shared.contacts.merge import MATCH_BY, NEW, words_of_row
from shared.contacts.patch import FieldBook, Patch, Target, resolve_target
from shared.contacts.refused import REFUSED, refused_target
from shared.contacts.setters import SINGLE, Setter, text_setter, value_setter
from shared.contacts.values import ValueProblem, email_key, shown, trim
from shared.contacts.values.text import cell_normaliser
from shared.contract.identity import Thing, from_uuid

Name = int | Key
"""What finds one contact: its number, or one of its unique keys."""

_identifier = text_setter("identifier", IDENTIFIER_LENGTH)


def path_of_match(match: str) -> str:
    """The path of a patch at which the value stands that finds the contact."""
    kind, _, name = match.partition(":")
    return f"identifiers.{name}" if kind == "identifier" else kind


def match_by_target(fields: FieldBook) -> Target:
    """Where a row says what finds its contact: `email`, `mobile`, `id`, `identifier:<name>`, or the name of an identifier alone.

    Several with `|` between are tried in turn. `new` finds nobody, and stands alone or last. It is no field: no export shows
    it, and no body of the API has it. Another word, or none where one is due, is the problem `match_by_unknown`.
    """
    always = (EMAIL, MOBILE, "id", NEW)
    own = {name: identifier_kind(name) for name in sorted(fields.identifiers)}
    known = own | {kind: kind for kind in own.values()}

    def understood(text: str) -> str:
        if (word := text.lower()) in always:
            return word
        if text not in known:
            words = f"{shown(text)} finds no contacts. Write one of: {', '.join((*always[:-1], *own.values()))}; or new."
            raise ValueProblem("match_by_unknown", words)
        return known[text]

    def in_turn(text: str) -> str:
        words = [understood(trim(word)) for word in words_of_row(text)]
        if NEW in words[:-1]:
            raise ValueProblem("match_by_unknown", f"{shown(text)} has words behind new, which are never tried. Put new last.")
        return "|".join(dict.fromkeys(words))

    return Target(MATCH_BY, MATCH_BY, value_setter(MATCH_BY, cell_normaliser(in_turn)))


def import_target(name: str, fields: FieldBook, *, day_first: bool = False) -> Target | None:
    """As `resolve_target`, and MATCH_BY and REFUSED too."""
    if name == REFUSED:
        return refused_target()
    return match_by_target(fields) if name == MATCH_BY else resolve_target(name, fields, day_first=day_first)


def standing_target(name: str, path: str | None, fields: FieldBook, *, day_first: bool = False) -> Target | None:
    """As `import_target`, for a column that was planned before: a custom field is known by its `path`, which no new name changes.

    None where the field is gone; another one that has its name by now is not it.
    """
    if path is None:
        return import_target(name, fields, day_first=day_first)
    field = next((field for field in fields.custom.values() if field.path == path), None)
    return resolve_target(f"cf:{field.name}", fields, day_first=day_first) if field else None


def unless_blank(target: Target) -> Target:
    """The same target, which blank text leaves alone, by itself or in an object. Null still says that there is no value."""

    def put(cell: object, patch: Patch) -> None:
        if isinstance(cell, Mapping):
            target.setter({name: value for name, value in cell.items() if not is_blank(value)}, patch)
        elif not is_blank(cell):
            target.setter(cell, patch)

    return Target(target.name, target.path, put)


def is_blank(cell: object) -> bool:
    """True for text of blanks alone, or of nothing. Null and absent cells are no text."""
    return isinstance(cell, str) and not trim(cell)


def key_text(match: str, cell: Any, setter: Setter | None = None) -> str:
    """The same text for all cells that name the same contact, so that its rows meet in one lane. `setter` reads its column."""
    if match == EMAIL:
        return email_key(str(cell))
    try:
        return str(_value(match, cell, setter) or "")
    except ValueProblem:
        return str(cell).strip()


def name_in(match: str, cell: Any, uuid_base: int) -> Name | None:
    """What the cell says: a number, 0 for a UUID of nothing in this account, or a key; None when blank. Raises ValueProblem."""
    value = _value(match, cell)
    if value is None:
        return None
    if isinstance(value, UUID):
        return from_uuid(uuid_base, Thing.CONTACT, value) or 0
    if match == "id":
        return int(value)
    return (EMAIL, email_key(value)) if match == EMAIL else (match, str(value))


def _value(match: str, cell: Any, setter: Setter | None = None) -> Any:
    patch: Patch = {}
    (setter or SINGLE.get(match, _identifier))(cell, patch)
    return next(iter(patch.values()))
