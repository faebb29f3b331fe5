"""Data fields as v2 takes and shows them. Pure. What only the vendor has of a field is kept with the field, as it was said."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.dialects.dotdigital.data_fields import BUILT_IN, NATIVE_TYPES, RESERVED, DataField, data_fields
from services.gateway.dialects.dotdigital.v2.asking import Said
from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.problems import Problem
from shared.contacts.fields import CUSTOM_TEXT_LENGTH, FieldType
from shared.contacts.registry import CustomField

KEPT = "dotdigital"
"""The member of a field's metadata in which these two are kept: `visibility` and `default`."""
PUBLIC, PRIVATE = "Public", "Private"
_VISIBILITIES = {word.lower(): word for word in (PUBLIC, PRIVATE)}
_TYPES = {word.lower(): native for word, native in NATIVE_TYPES.items()}
_NAME = re.compile("[A-Za-z0-9_-]{1,20}")
_GREATEST = 2**63 - 1


class DataFieldInput(Said):
    """`POST` of a data field. Its members are looked at by `new_field`, for each refusal has a code of its own."""

    name: Any = None
    type: Any = None
    visibility: Any = None
    defaultvalue: Any = None


@dataclass(frozen=True, slots=True)
class NewField:
    """A custom field to make: its name in upper case, its native type, and what is kept with it."""

    name: str
    type: FieldType
    metadata: Mapping[str, Any]


def new_field(body: DataFieldInput) -> NewField:
    """The field that is asked for. Raises Problem 400: ERROR_DATAFIELD_INVALID, and as `not_unique` for a built-in one."""
    if not (isinstance(body.name, str) and _NAME.fullmatch(body.name)):
        raise invalid("The name of a data field has 1 to 20 letters, digits, underscores and hyphens.")
    name = body.name.upper()
    if any(name == field.name for field in BUILT_IN):
        raise not_unique()
    if name in RESERVED:
        raise invalid("A column of this name means something else in imports. Choose another name.")
    kind = _TYPES.get(body.type.strip().lower()) if isinstance(body.type, str) else None
    if kind is None:
        raise invalid("The type of a data field is String, Numeric, Date or Boolean.")
    return NewField(name, kind, {KEPT: {"visibility": _visibility(body.visibility), "default": _default(body.defaultvalue)}})


def bodies(custom: Iterable[CustomField]) -> list[dict[str, Any]]:
    """The JSON of all data fields of an account, the built-in ones first."""
    known = list(custom)
    kept = {f"cf:{each.field.name}": each.metadata.get(KEPT, {}) for each in known}
    return [_body(field, kept.get(field.target)) for field in data_fields(each.field for each in known).values()]


def body_of(custom: CustomField) -> dict[str, Any]:
    """The JSON of a data field that was just made."""
    return bodies([custom])[len(BUILT_IN)]


def invalid(sentence: str) -> Problem:
    """The refusal of a data field that there cannot be: 400 ERROR_DATAFIELD_INVALID."""
    return refused(400, "ERROR_DATAFIELD_INVALID", sentence)


def not_unique() -> Problem:
    """The refusal of a name that is taken; clients compare it as a whole."""
    return refused(400, "ERROR_NON_UNIQUE_DATAFIELD", "Field already exists.")


def _body(field: DataField, kept: Mapping[str, Any] | None) -> dict[str, Any]:
    """A built-in field keeps nothing; a native one that was not made here has kept nothing yet."""
    visibility = PUBLIC if kept is None else kept.get("visibility", PRIVATE)
    return {"name": field.name, "type": field.type, "visibility": visibility, "defaultValue": (kept or {}).get("default")}


def _visibility(said: Any) -> str:
    if said is None:
        return PRIVATE
    found = _VISIBILITIES.get(said.strip().lower()) if isinstance(said, str) else None
    if found is None:
        raise invalid("The visibility of a data field is Public or Private.")
    return found


def _default(said: Any) -> str | float | bool | None:
    """Kept in whatever type it came: clients send texts for numbers too."""
    if isinstance(said, str) and len(said) <= CUSTOM_TEXT_LENGTH and "\0" not in said:
        return said
    if said is None or isinstance(said, bool | float) or (isinstance(said, int) and abs(said) <= _GREATEST):
        return said
    raise invalid(f"The default value is a text of at most {CUSTOM_TEXT_LENGTH} characters, a number, true or false.")
