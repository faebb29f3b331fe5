"""A stored contact as this API shows it. Pure. Every field is there, with null where nothing is set.

A group without fields is `[]`, and so are other empty maps: clients know them so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.gateway.dialects.acquia.contact_fields import GROUPS, IP_ADDRESS, OWNER, STAGE, ContactField, ContactFields
from services.gateway.dialects.acquia.do_not_contact import records_of
from shared.contacts.columns import Column, resolve_column
from shared.contacts.document import Document
from shared.contacts.present import Names
from shared.contract.identity import unpack

_NO_NAMES = Names(0)


@dataclass(frozen=True, slots=True)
class Shower:
    """Shows contacts of one account; made once for as many as an answer has."""

    fields: ContactFields
    tags: Mapping[int, str] = field(default_factory=dict)
    """Names of the tags that the contacts have."""
    _columns: Mapping[str, Column] = field(init=False)
    _heads: Sequence[tuple[ContactField, Mapping[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        wanted = [each.target for each in self.fields.all] + [f"cf:{name}" for name in self.fields.beside]
        columns = {target: resolve_column(target, self.fields.book) for target in wanted}
        object.__setattr__(self, "_columns", {target: column for target, column in columns.items() if column is not None})
        object.__setattr__(self, "_heads", [(each, field_head(each)) for each in self.fields.all])

    def contact(self, stored: Document) -> dict[str, Any]:
        """The contact with all that this API knows of it."""
        number = unpack(stored["_id"])
        values = {each.alias: self._value(stored, each) for each in self.fields.all}
        created, updated = stored["created_at"], stored["updated_at"]
        address = self._beside(stored, IP_ADDRESS)
        return {
            "isPublished": True,
            "dateAdded": moment(created),
            "dateModified": moment(updated) if updated != created else None,
            "createdBy": None,
            "createdByUser": None,
            "modifiedBy": None,
            "modifiedByUser": None,
            "id": number,
            "points": values["points"],
            "color": None,
            "fields": {**self._groups(values), "all": {"id": number, **{name: _shown(value) for name, value in values.items()}}},
            "lastActive": _as_moment(values["last_active"]),
            "owner": self._person(stored),
            "ipAddresses": {address: {"ipAddress": address}} if address else [],
            "tags": [{"id": tag, "tag": self.tags[tag]} for tag in stored.get("tags", ()) if tag in self.tags],
            "utmtags": None,
            "stage": {"id": stage} if (stage := self._beside(stored, STAGE)) is not None else None,
            "dateIdentified": moment(created) if "email" in stored else None,
            "preferredProfileImage": None,
            "doNotContact": records_of(stored, number),
            "frequencyRules": [],
        }

    def _groups(self, values: Mapping[str, Any]) -> dict[str, Any]:
        groups: dict[str, dict[str, Any]] = {group: {} for group in GROUPS}
        for each, head in self._heads:
            value = values[each.alias]
            groups[each.group][each.alias] = {**head, "value": _shown(value), "normalizedValue": value_normalized(value)}
        return {group: found or [] for group, found in groups.items()}

    def _value(self, stored: Document, each: ContactField) -> Any:
        column = self._columns.get(each.target)
        value = column.value(stored, _NO_NAMES) if column else None
        if value is None and each.target == "points":
            return 0
        # A number that receives SMS is a unique key, and stands in a place of its own.
        return stored.get("mobile") if value is None and each.alias == "mobile" else value

    def _beside(self, stored: Document, name: str) -> Any:
        column = self._columns.get(f"cf:{name}") if name in self.fields.beside else None
        return column.value(stored, _NO_NAMES) if column else None

    def _person(self, stored: Document) -> dict[str, Any] | None:
        """The owner. Muster has keys and no users: of an owner it knows the id."""
        owner = self._beside(stored, OWNER)
        return {"id": owner, "username": None, "firstName": None, "lastName": None} if owner is not None else None


def field_head(each: ContactField) -> dict[str, Any]:
    """What is said of a field wherever its value stands. The id is a text there."""
    return {"id": str(each.id), "label": each.label, "alias": each.alias, "type": each.type, "group": each.group}


def moment(when: datetime) -> str:
    """ISO 8601 with seconds and the offset of UTC."""
    return when.astimezone(UTC).isoformat(timespec="seconds")


def value_normalized(value: Any) -> Any:
    """A value in the type that it has: several choices as a list, true and false as such."""
    return _shown(value) if isinstance(value, datetime) else value


def _as_moment(value: Any) -> str | None:
    return moment(value) if isinstance(value, datetime) else None


def _shown(value: Any) -> Any:
    """As the vendor writes it: `Y-m-d H:i:s` in UTC, 1 and 0, choices with bars between."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "seconds")
    if isinstance(value, bool):
        return int(value)
    return "|".join(value) if isinstance(value, list) else value
