"""What names a contact in a file: the match of a job, and the cell that holds it. Pure."""

from typing import Any
from uuid import UUID

from shared.contacts.document import EMAIL, Key
from shared.contacts.fields import IDENTIFIER_LENGTH
from shared.contacts.patch import Patch
from shared.contacts.setters import SINGLE, Setter, text_setter
from shared.contacts.values import ValueProblem, email_key
from shared.contract.identity import Thing, from_uuid

Name = int | Key
"""What finds one contact: its number, or one of its unique keys."""

_identifier = text_setter("identifier", IDENTIFIER_LENGTH)


def path_of_match(match: str) -> str:
    """The path of a patch at which the value stands that finds the contact."""
    kind, _, name = match.partition(":")
    return f"identifiers.{name}" if kind == "identifier" else kind


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
