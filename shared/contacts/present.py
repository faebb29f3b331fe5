"""A stored contact as the API shows it. Pure, and the only place that knows this shape.

The shape is stable: standard fields that are not set are null, lists that are empty are there, times are ISO 8601 in UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.contacts.document import BARRED, value_at
from shared.contacts.fields import ADDRESS_PARTS, STANDARD_FIELDS, Field
from shared.contract.identity import Thing, to_uuid, unpack
from shared.contract.selection import Status

READ_ONLY = ("id", "uuid", "status", "created_at", "updated_at", "created_via", "updated_via", "deleted_at")
"""Members that a contact shows and that no request sets."""


@dataclass(frozen=True, slots=True)
class Names:
    """The words behind an account's numbers. What has no name any more is not shown."""

    uuid_base: int
    lists: Mapping[int, str] = field(default_factory=dict)
    tags: Mapping[int, str] = field(default_factory=dict)
    custom: Sequence[Field] = ()


def numbers_named(documents: Iterable[Mapping[str, Any]]) -> tuple[set[int], set[int]]:
    """The numbers of lists and of tags whose names `present` needs for these contacts."""
    lists: set[int] = set()
    tags: set[int] = set()
    for document in documents:
        lists.update(membership["id"] for membership in document.get("lists", ()))
        tags.update(document.get("tags", ()))
    return lists, tags


def present(stored: Mapping[str, Any], names: Names) -> dict[str, Any]:
    """The contact as JSON."""
    number = unpack(stored["_id"])
    body: dict[str, Any] = {
        "id": number,
        "uuid": str(to_uuid(names.uuid_base, Thing.CONTACT, number)),
        "status": str(status_of(stored)),
        "email": stored.get("email"),
        "mobile": stored.get("mobile"),
        "identifiers": dict(stored.get("identifiers", {})),
        **{field.name: _shown(value_at(stored, field.path)) for field in STANDARD_FIELDS},
        "custom": _custom(stored, names.custom),
        "phones": [{"id": phone["id"], "kind": phone["kind"], "number": phone["number"]} for phone in stored.get("phones", ())],
        "addresses": [_address(address) for address in stored.get("addresses", ())],
        "lists": _memberships(stored, names),
        "tags": sorted(names.tags[tag] for tag in stored.get("tags", ()) if tag in names.tags),
        "notes": [
            {"id": note["id"], "created_at": time_text(note["at"]), "text": note["text"]} for note in stored.get("notes", ())
        ],
        "consents": [_shown(consent) for consent in stored.get("consents", ())],
        "preferences": dict(stored.get("preferences", {})),
        "channels": {name: _shown(channel) for name, channel in stored.get("channels", {}).items()},
        "created_at": time_text(stored["created_at"]),
        "updated_at": time_text(stored["updated_at"]),
        "created_via": stored.get("created_via"),
        "updated_via": stored.get("updated_via", stored.get("created_via")),
    }
    if "deleted_at" in stored:
        body["deleted_at"] = time_text(stored["deleted_at"])
    return body


def status_of(stored: Mapping[str, Any]) -> Status:
    """`selection.status_query` finds the same contacts for each status."""
    if "deleted_at" in stored:
        return Status.DELETED
    status = value_at(stored, "channels.email.status")
    if status in BARRED or status == Status.PENDING:
        return Status(status)
    if status is None and value_at(stored, "channels.email.permission") == "pending_confirmation":
        return Status.PENDING
    return Status.ACTIVE


def time_text(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(value: Any) -> Any:
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, Mapping):
        return {name: _shown(inner) for name, inner in value.items()}
    return list(value) if isinstance(value, list) else value


def _custom(stored: Mapping[str, Any], fields: Sequence[Field]) -> dict[str, Any]:
    values = {field.name: value_at(stored, field.path) for field in fields}
    return {name: _shown(value) for name, value in values.items() if value is not None}


def _address(address: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": address["id"], "kind": address["kind"], **{part: address.get(part) for part in ADDRESS_PARTS}}


def _memberships(stored: Mapping[str, Any], names: Names) -> list[dict[str, Any]]:
    return [
        {
            "id": membership["id"],
            "uuid": str(to_uuid(names.uuid_base, Thing.LIST, membership["id"])),
            "name": names.lists[membership["id"]],
            "status": membership["status"],
            "since": time_text(membership["at"]),
        }
        for membership in stored.get("lists", ())
        if membership["id"] in names.lists
    ]
