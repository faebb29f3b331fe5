"""Targets: what a column or a JSON key can be aimed at, by canonical names. Exports write these names, so they always come back."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from shared.contacts.fields import ADDRESS_KINDS, ADDRESS_PARTS, IDENTIFIER_LENGTH, PHONE_KINDS
from shared.contacts.nested import (
    COMPOSITES,
    CONSENT_COLUMNS,
    composite_setter,
    consent_setter,
    preference_name,
    preference_setter,
)
from shared.contacts.setters import SINGLE, FieldBook, Patch, Setter, channel_setters, field_setter, text_setter, value_setter
from shared.contacts.values import normalise_phone, trim
from shared.contacts.values.phones import NATIONAL, mobile_from
from shared.contacts.values.text import cell_normaliser

CONSENT_NAMES = tuple(f"consent:{part}" for part in CONSENT_COLUMNS)
"""The targets of one consent record. No heading means them but their own names: a consent nobody gave must not be read."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a cell goes: the canonical name (as `phone:home`), the path in the patch (as `phones.home`) and the setter."""

    name: str
    path: str
    setter: Setter

    @property
    def field(self) -> str:
        """What messages call it: the field alone, without how its cells are read."""
        return self.path if self.name.startswith("mobile:") else self.name


def in_turn(columns: Iterable[tuple[int, Target]]) -> list[tuple[int, Target]]:
    """The same columns, of which those behind the first with the same path are looked at only where that path is still blank."""
    seen: set[str] = set()
    made: list[tuple[int, Target]] = []
    for index, target in columns:
        made.append((index, _where_blank(target) if target.path in seen else target))
        seen.add(target.path)
    return made


def _where_blank(target: Target) -> Target:
    def put(cell: object, patch: Patch) -> None:
        if patch.get(target.path) is None:
            target.setter(cell, patch)

    return Target(target.name, target.path, put)


def resolve_target(name: str, fields: FieldBook, *, day_first: bool = False) -> Target | None:
    """The target with this canonical name, or None.

    Names: `email`, `mobile`, `id`, `uuid`, `tags`, `lists`, `notes`; every standard field; `email_permission`,
    `email_status`, `email_reason`, `email_type`, `opt_in_type`, `opt_in_source`, `opt_in_at`, `sms_permission`, `sms_status`,
    `sms_reason`, `sms_opt_in_at`, `whatsapp_status`; `phone:<kind>`; `address:<kind>:<part>`; `cf:<custom field>` (in any letter
    case); `identifier:<name>`; `preference:<name>`; `consent:<part>`, which make one record together; `mobile:us` (see
    `mobile_from`); and, for JSON, `phones`, `addresses`, `custom`, `identifiers`, `channels`, `consents`, `preferences`.
    """
    if ":" in name:
        return _prefixed(name, fields, day_first)
    if name in SINGLE:
        return Target(name, name, SINGLE[name])
    if name in COMPOSITES:
        return Target(name, name, composite_setter(name, fields, day_first=day_first))
    if known := channel_setters(day_first=day_first).get(name):
        return Target(name, *known)
    field = next((field for field in fields.standard if field.name == name), None)
    return Target(name, field.path, field_setter(field, day_first=day_first)) if field else None


def target_names(fields: FieldBook) -> list[str]:
    """The canonical names that a column can have in this account.

    Left out are those of the JSON composites, of preferences, which anybody can name, and of a consent record, for a contact
    has any number of them.
    """
    return list(
        chain(
            SINGLE,
            (field.name for field in fields.standard),
            channel_setters(),
            (f"phone:{kind}" for kind in PHONE_KINDS),
            (f"address:{kind}:{part}" for kind in ADDRESS_KINDS for part in ADDRESS_PARTS),
            (f"identifier:{name}" for name in sorted(fields.identifiers)),
            (f"cf:{field.name}" for field in fields.custom.values()),
        )
    )


def _prefixed(name: str, fields: FieldBook, day_first: bool) -> Target | None:
    kind, _, rest = name.partition(":")
    if kind == "cf" and (field := fields.custom.get(trim(rest).lower())):
        return Target(f"cf:{field.name}", field.path, field_setter(field, day_first=day_first))
    if kind == "phone" and rest in PHONE_KINDS:
        return Target(name, f"phones.{rest}", value_setter(f"phones.{rest}", cell_normaliser(normalise_phone)))
    if kind == "mobile" and rest in NATIONAL:
        return Target(name, "mobile", value_setter("mobile", cell_normaliser(mobile_from(rest))))
    if kind == "identifier" and rest in fields.identifiers:
        return Target(name, f"identifiers.{rest}", text_setter(f"identifiers.{rest}", IDENTIFIER_LENGTH))
    if kind == "preference" and (wish := preference_name(rest)):
        return Target(f"preference:{wish}", f"preferences.{wish}", preference_setter(wish))
    if kind == "consent" and rest in CONSENT_COLUMNS:
        return Target(name, f"consents.{rest}", consent_setter(rest, day_first=day_first))
    return _address(name, rest) if kind == "address" else None


def _address(name: str, rest: str) -> Target | None:
    kind, _, part = rest.partition(":")
    if kind not in ADDRESS_KINDS or part not in ADDRESS_PARTS:
        return None
    path = f"addresses.{kind}.{part}"
    return Target(name, path, text_setter(path, ADDRESS_PARTS[part]))
