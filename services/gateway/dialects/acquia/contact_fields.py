"""Contact fields as this API knows them, by alias: its own in their order, then the account's custom fields. Pure.

Those of its own for which contacts have no place are custom fields of the account, made when somebody first sends a value.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from shared.contacts.fields import Field, FieldType
from shared.contacts.patch import FieldBook
from shared.contacts.registry import CustomField

KEPT = "mautic"
"""The member of a custom field's metadata in which this API keeps what only it knows: `type`, `group`, `properties`."""
GROUPS = ("core", "social", "personal", "professional")
FIRST_CUSTOM = 100
"""Ids of custom fields are their numbers beyond this one; those below are of its own fields."""
ALIAS_LENGTH = 50
RESERVED = frozenset({"id", "tags", "date_added", "date_modified", "date_identified", "is_published"})
"""What means something else of a contact where aliases stand, so no field is called that."""

_WORD = re.compile("[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class ContactField:
    """One field: its id and alias here, and the canonical name of its native target (see `resolve_target`)."""

    id: int
    alias: str
    label: str
    type: str
    group: str
    target: str
    native: FieldType = FieldType.TEXT
    """What its values are; of a field that is still to be made, what it will be."""
    custom: CustomField | None = None
    """The account's own field behind it, once there is one."""


def _core(id: int, alias: str, label: str, target: str, type: str = "text", native: FieldType = FieldType.TEXT) -> ContactField:
    return ContactField(id, alias, label, type, "core", target, native)


def _social(id: int, alias: str, label: str) -> ContactField:
    return ContactField(id, alias, label, "text", "social", f"cf:{alias}")


DEFAULTS: tuple[ContactField, ...] = (
    _core(1, "title", "Title", "title", "lookup"),
    _core(2, "firstname", "First Name", "first_name"),
    _core(3, "lastname", "Last Name", "last_name"),
    _core(4, "company", "Primary company", "company_name"),
    _core(5, "position", "Position", "job_title"),
    _core(6, "email", "Email", "email", "email"),
    _core(7, "mobile", "Mobile", "phone:mobile", "tel"),
    _core(8, "phone", "Phone", "phone:other", "tel"),
    _core(9, "points", "Points", "points", "number", FieldType.INTEGER),
    _core(10, "fax", "Fax", "phone:fax", "tel"),
    _core(11, "address1", "Address Line 1", "address:home:street"),
    _core(12, "address2", "Address Line 2", "address:home:street2"),
    _core(13, "city", "City", "address:home:city"),
    _core(14, "state", "State", "address:home:state", "region"),
    _core(15, "zipcode", "Zip Code", "address:home:postal_code"),
    _core(16, "country", "Country", "address:home:country", "country"),
    _core(17, "preferred_locale", "Preferred Locale", "locale", "locale"),
    _core(18, "timezone", "Preferred Timezone", "timezone", "timezone"),
    _core(19, "last_active", "Date Last Active", "cf:last_active", "datetime", FieldType.DATETIME),
    _core(20, "attribution_date", "Attribution Date", "cf:attribution_date", "datetime", FieldType.DATETIME),
    _core(21, "attribution", "Attribution", "cf:attribution", "number", FieldType.NUMBER),
    _core(22, "website", "Website", "website", "url", FieldType.URL),
    _social(23, "facebook", "Facebook"),
    _social(24, "foursquare", "Foursquare"),
    _social(25, "instagram", "Instagram"),
    _social(26, "linkedin", "LinkedIn"),
    _social(27, "skype", "Skype"),
    _social(28, "twitter", "Twitter"),
)
"""The vendor's own fields in its order."""

OWNER, STAGE, IP_ADDRESS = "owner", "stage", "ip_address"
BESIDE: Mapping[str, tuple[str, FieldType]] = MappingProxyType(
    {OWNER: ("Owner", FieldType.INTEGER), STAGE: ("Stage", FieldType.INTEGER), IP_ADDRESS: ("IP address", FieldType.TEXT)}
)
"""What a contact has beside its fields, kept in custom fields of these names that are shown in places of their own.

A custom field of such a name and another type is one of the account, like any other.
"""
TYPES: Mapping[str, FieldType] = MappingProxyType(
    {
        "text": FieldType.TEXT,
        "lookup": FieldType.TEXT,
        "email": FieldType.TEXT,
        "tel": FieldType.TEXT,
        "country": FieldType.TEXT,
        "region": FieldType.TEXT,
        "locale": FieldType.TEXT,
        "timezone": FieldType.TEXT,
        "time": FieldType.TEXT,
        "textarea": FieldType.TEXT_AREA,
        "html": FieldType.TEXT_AREA,
        "number": FieldType.NUMBER,
        "boolean": FieldType.BOOLEAN,
        "date": FieldType.DATE,
        "datetime": FieldType.DATETIME,
        "url": FieldType.URL,
        "select": FieldType.SINGLE_SELECT,
        "multiselect": FieldType.MULTI_SELECT,
    }
)
"""The vendor's types with the native ones."""
_SHOWN_TYPES: Mapping[FieldType, str] = MappingProxyType(
    {
        FieldType.TEXT: "text",
        FieldType.TEXT_AREA: "textarea",
        FieldType.INTEGER: "number",
        FieldType.NUMBER: "number",
        FieldType.CURRENCY: "number",
        FieldType.BOOLEAN: "boolean",
        FieldType.DATE: "date",
        FieldType.DATETIME: "datetime",
        FieldType.PHONE: "tel",
        FieldType.URL: "url",
        FieldType.SINGLE_SELECT: "select",
        FieldType.MULTI_SELECT: "multiselect",
    }
)


@dataclass(frozen=True, slots=True)
class MissingField:
    """A custom field that is to be made, as `AccountFields.create` takes it."""

    name: str
    label: str
    type: FieldType
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ContactFields:
    """The fields of one account."""

    all: Sequence[ContactField]
    """In the order in which they are listed."""
    book: FieldBook
    beside: frozenset[str] = frozenset(BESIDE)
    """Those of BESIDE that its contacts can have: no field of another type has their name."""
    by_alias: Mapping[str, ContactField] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_alias", {each.alias: each for each in self.all})

    def missing(self, targets: Iterable[str]) -> list["MissingField"]:
        """The custom fields behind these targets that the account lacks."""
        named = {_custom_name(target).lower() for target in targets}
        lacking = {name for name in named if name and name not in self.book.custom}
        own = [
            MissingField(each.alias, each.label, each.native, {KEPT: {"type": each.type, "group": each.group}})
            for each in DEFAULTS
            if _custom_name(each.target) in lacking
        ]
        return own + [MissingField(name, label, kind, {}) for name, (label, kind) in BESIDE.items() if name in lacking]


def contact_fields(custom: Sequence[CustomField], identifiers: frozenset[str]) -> ContactFields:
    """The vendor's own fields and those of the account."""
    by_name = {each.field.name.lower(): each for each in custom}
    own = [_kept(each, by_name.get(_custom_name(each.target))) for each in DEFAULTS]
    beside = frozenset(name for name, (_, kind) in BESIDE.items() if name not in by_name or by_name[name].field.type is kind)
    taken = {each.alias for each in own} | {*beside, *RESERVED}
    others: list[ContactField] = []
    for each in custom:
        name = each.field.name.lower()
        if name in beside or any(f"cf:{name}" == default.target for default in DEFAULTS):
            continue
        alias = _alias(each.field.name, taken)
        taken.add(alias)
        others.append(_of_account(each, alias))
    book = FieldBook({name: each.field for name, each in by_name.items()}, identifiers)
    return ContactFields((*own, *others), book, beside)


def alias_of(label: str) -> str:
    """What a label is as an alias: lower case, words joined by underscores; "" where nothing is left of it."""
    return _WORD.sub("_", label.lower()).strip("_")[:ALIAS_LENGTH].rstrip("_")


def free_alias(label: str, fields: ContactFields) -> str:
    """The alias of a new field with this label: of letters first, with a number behind it where another field has it."""
    alias = alias_of(label) or "field"
    return _alias(alias if alias[:1].isalpha() else f"f_{alias}", {*fields.by_alias, *BESIDE, *RESERVED})


def type_of(known: Field, kept: Mapping[str, Any]) -> str:
    """The vendor's word for the type of a custom field: the one it was made with, where that is still true."""
    said = str(kept.get("type", ""))
    return said if TYPES.get(said) is known.type else _SHOWN_TYPES[known.type]


def _custom_name(target: str) -> str:
    return target.removeprefix("cf:") if target.startswith("cf:") else ""


def _kept(default: ContactField, custom: CustomField | None) -> ContactField:
    """The vendor's own field, over the custom field of the account where it is kept in one."""
    if custom is None:
        return default
    kind = custom.field.type
    shown = default.type if kind is default.native else _SHOWN_TYPES[kind]
    return ContactField(default.id, default.alias, default.label, shown, default.group, f"cf:{custom.field.name}", kind, custom)


def _of_account(custom: CustomField, alias: str) -> ContactField:
    kept, known = custom.metadata.get(KEPT, {}), custom.field
    group = kept.get("group") if kept.get("group") in GROUPS else "core"
    target = f"cf:{known.name}"
    return ContactField(
        FIRST_CUSTOM + custom.number, alias, known.label, type_of(known, kept), str(group), target, known.type, custom
    )


def _alias(name: str, taken: set[str]) -> str:
    """Its name where that is an alias already; what comes nearest to it otherwise, with a number where somebody has that."""
    alias = alias_of(name) or "field"
    found, number = alias, 1
    while found in taken:
        number += 1
        found = f"{alias}_{number}"
    return found
