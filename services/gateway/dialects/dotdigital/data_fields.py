"""Data fields: what both APIs call the fields of a contact, by upper-case names, and what each is here. Pure.

Some are built in and stand for standard fields; every other one is a custom field of the account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from shared.contacts.fields import Field, FieldType

Type = Literal["String", "Numeric", "Date", "Boolean"]


@dataclass(frozen=True, slots=True)
class DataField:
    """One data field: its name in upper case, its type, and the canonical name of its native target (see `resolve_target`)."""

    name: str
    type: Type
    target: str


BUILT_IN: tuple[DataField, ...] = (
    DataField("FIRSTNAME", "String", "first_name"),
    DataField("LASTNAME", "String", "last_name"),
    DataField("FULLNAME", "String", "full_name"),
    DataField("GENDER", "String", "gender"),
    DataField("POSTCODE", "String", "address:home:postal_code"),
    DataField("LASTSUBSCRIBED", "Date", "opt_in_at"),
)
_TYPES: dict[FieldType, Type] = {
    FieldType.INTEGER: "Numeric",
    FieldType.NUMBER: "Numeric",
    FieldType.CURRENCY: "Numeric",
    FieldType.BOOLEAN: "Boolean",
    FieldType.DATE: "Date",
    FieldType.DATETIME: "Date",
}
NATIVE_TYPES: dict[Type, FieldType] = {
    "String": FieldType.TEXT,
    "Numeric": FieldType.NUMBER,
    "Date": FieldType.DATETIME,
    "Boolean": FieldType.BOOLEAN,
}
"""The type of a custom field that is made as a data field."""
RESERVED: dict[str, str] = {
    "EMAIL": "email",
    "EMAILTYPE": "email_type",
    "OPTINTYPE": "opt_in_type",
    "CONSENTTEXT": "consent:text",
    "CONSENTURL": "consent:url",
    "CONSENTDATETIME": "consent:at",
    "CONSENTIP": "consent:ip",
    "CONSENTUSERAGENT": "consent:user_agent",
}
"""Columns of imports that are no data fields, with their native targets: no data field has such a name."""


def data_fields(custom: Iterable[Field]) -> dict[str, DataField]:
    """Those of the account by name, the built-in ones first.

    A custom field with the name of a built-in one, or with one that is reserved, is not among them.
    """
    found = {field.name: field for field in BUILT_IN}
    for field in custom:
        name = field.name.upper()
        if name not in RESERVED:
            found.setdefault(name, DataField(name, _TYPES.get(field.type, "String"), f"cf:{field.name}"))
    return found
