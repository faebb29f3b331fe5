"""Values of custom fields as this API shows and takes them. Pure. A choice that was renamed is shown by its name of today.

A value whose choice is gone is shown, too, and whoever has it keeps it when it is sent back: what was shown and is sent again
changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from services.gateway.dialects.constant_contact.contact_limits import CUSTOM_FIELDS, VALUE, cut
from services.gateway.dialects.constant_contact.contact_requests import CustomValue
from services.gateway.dialects.constant_contact.errors import invalid
from shared.contacts.columns import Column, resolve_column
from shared.contacts.fields import FieldType
from shared.contacts.patch import FieldBook, Patch, patch_from_json
from shared.contacts.present import Names
from shared.contacts.registry import CustomField
from shared.contacts.values.choices import choices_from_text, join_list, split_list, unique

_SELECTS = frozenset({FieldType.SINGLE_SELECT, FieldType.MULTI_SELECT})
_NO_NAMES = Names(0)


class Shown(NamedTuple):
    """A value as text, and the ids of its choices."""

    value: str
    choice_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownField:
    """A custom field: its id, itself, and how its value is read as text."""

    id: UUID
    custom: CustomField
    column: Column

    def of(self, stored: Mapping[str, Any]) -> Shown | None:
        """Its value, None where the contact has none."""
        if self.custom.field.type not in _SELECTS:
            value = self.column.value(stored, _NO_NAMES)
            return None if value is None else Shown(cut(self.column.cell(value), VALUE))
        labels = labels_of(self.custom, stored)
        ids = [self.custom.choice_ids[label] for label in labels if label in self.custom.choice_ids]
        return Shown(_joined(self.custom, labels), tuple(ids)) if labels else None


def shown_fields(fields: Mapping[UUID, CustomField]) -> list[ShownField]:
    """How each of them is shown, in their order."""
    book = _book(fields.values())
    columns = [(id, each, resolve_column(f"cf:{each.field.name}", book)) for id, each in fields.items()]
    return [ShownField(id, each, column) for id, each, column in columns if column]


def values_shown(stored: Mapping[str, Any], fields: Iterable[ShownField]) -> dict[UUID, Shown]:
    """The values of a contact by the ids of their fields: the first, as many as the vendor has."""
    has = stored.get("custom", {})
    found = ((each.id, each.of(stored)) for each in fields if str(each.custom.number) in has)
    return dict([(id, shown) for id, shown in found if shown is not None][:CUSTOM_FIELDS])


def labels_of(custom: CustomField, stored: Mapping[str, Any]) -> list[str]:
    """The choices that a contact has, each by its name of today; by its last one where it is gone."""
    value = stored.get("custom", {}).get(str(custom.number))
    labels = value if isinstance(value, list) else [] if value is None else [str(value)]
    return unique(_today(custom, label) for label in labels)


def new_values(sent: Sequence[CustomValue], fields: Mapping[UUID, CustomField], stored: Mapping[str, Any] | None = None) -> Patch:
    """The patch of values; of a contact that is stored, the choices that it has are taken even when they are gone.

    Raises RowProblem, and Problem 400 for a choice that the field does not have.
    """
    open_to = {each.custom_field_id: _open_to(fields[each.custom_field_id], stored or {}) for each in sent}
    # Each value under its own name, so that what is wrong with one names it.
    native = {f"cf:{open_to[each.custom_field_id].field.name}": _value(each, open_to[each.custom_field_id]) for each in sent}
    return patch_from_json(native, _book(open_to.values()))


def replaced_values(sent: Sequence[CustomValue], fields: Mapping[UUID, CustomField], stored: Mapping[str, Any]) -> Patch:
    """As `new_values`, of which those that are as they were shown change nothing; what was shown and is not sent is cleared."""
    shown = values_shown(stored, shown_fields(fields))
    named = {each.custom_field_id for each in sent}
    changed = [each for each in sent if not _is_shown(each, shown.get(each.custom_field_id))]
    cleared: Patch = {fields[id].field.path: None for id in shown if id not in named}
    return {**new_values(changed, fields, stored), **cleared}


def _is_shown(sent: CustomValue, shown: Shown | None) -> bool:
    if shown is None:
        return False
    return sent.choice_ids == shown.choice_ids if sent.choice_ids else sent.value == shown.value


def _open_to(custom: CustomField, stored: Mapping[str, Any]) -> CustomField:
    """The field with the choices that this contact has of it, and of which it has no longer all."""
    if custom.field.type not in _SELECTS:
        return custom
    return replace(custom, field=replace(custom.field, choices=tuple(unique([*custom.field.choices, *labels_of(custom, stored)]))))


def _value(said: CustomValue, custom: CustomField) -> Any:
    is_multiple = custom.field.type is FieldType.MULTI_SELECT
    if not said.choice_ids:
        return _renamed(said.value, custom) if said.value and custom.field.type in _SELECTS else said.value
    labels = {number: label for label, number in custom.choice_ids.items() if label in custom.field.choices}
    if unknown := [str(each) for each in said.choice_ids if each not in labels]:
        raise invalid(f"custom_fields does not have a valid value: {said.custom_field_id} has no choice {', '.join(unknown)}")
    chosen = [labels[each] for each in said.choice_ids]
    return chosen if is_multiple else chosen[-1]


def _renamed(text: str, custom: CustomField) -> str | list[str]:
    """Choices by names that they had before are those that they are now."""
    if text in custom.choice_ids or custom.field.type is not FieldType.MULTI_SELECT:
        return _today(custom, text)
    labels = split_list(text, "|;")
    renamed = [_today(custom, label) for label in labels]
    return text if renamed == labels else renamed


def _today(custom: CustomField, label: str) -> str:
    """What the choice of this name is called now; the name itself where the field has no such choice."""
    if label in custom.field.choices or label not in custom.choice_ids:
        return label
    number = custom.choice_ids[label]
    return next((choice for choice in custom.field.choices if custom.choice_ids.get(choice) == number), label)


def _joined(custom: CustomField, labels: Sequence[str]) -> str:
    """As many of the labels as fit, as `new_values` reads them."""
    if custom.field.type is not FieldType.MULTI_SELECT:
        return cut(labels[0], VALUE)
    join = partial(join_list, read=choices_from_text((*custom.field.choices, *labels)))
    fitting = next((kept for end in range(len(labels), 0, -1) if len(kept := join(labels[:end])) <= VALUE), "")
    return fitting or cut(labels[0], VALUE)


def _book(fields: Iterable[CustomField]) -> FieldBook:
    return FieldBook({each.field.name.lower(): each.field for each in fields})
