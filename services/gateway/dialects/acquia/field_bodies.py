"""Contact fields as this API shows them, at length and in brief, and what finds and sorts them. Pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.gateway.dialects.acquia.contact_fields import FIRST_CUSTOM, KEPT, ContactField
from services.gateway.dialects.acquia.contact_showing import field_head, moment
from services.gateway.dialects.acquia.directions import is_falling
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.field_choices import choices_shown, words_shown
from services.gateway.spelling import SELECTS

Body = dict[str, Any]
SORTED = ("id", "label", "alias", "type", "group", "order")
"""The columns by which fields are sorted."""


def field_body(field: ContactField, order: int, opened_at: datetime) -> Body:
    """A field with all that is known of it. The vendor's own are as old as the account, which was opened at this time."""
    custom = field.custom if field.id >= FIRST_CUSTOM else None
    kept = custom.metadata.get(KEPT, {}) if custom else {}
    changed_at = custom.updated_at if custom and custom.updated_at != custom.created_at else None
    return {
        "isPublished": True,
        "dateAdded": moment(custom.created_at if custom else opened_at),
        "createdBy": None,
        "createdByUser": None,
        "dateModified": moment(changed_at) if changed_at else None,
        "modifiedBy": None,
        "modifiedByUser": None,
        **field_head(field),
        "id": field.id,
        "order": order,
        "object": "lead",
        "defaultValue": kept.get("defaultValue"),
        "isRequired": kept.get("isRequired", False),
        "isPubliclyUpdatable": kept.get("isPubliclyUpdatable", False),
        "isUniqueIdentifier": field.target == "email",
        "properties": _properties(field),
    }


def brief_body(field: ContactField, order: int) -> Body:
    """A field as the list beside contacts has it, where its numbers are texts."""
    return {**field_head(field), "order": str(order), "object": "lead"}


def searched(bodies: Sequence[Body], search: str) -> list[Body]:
    """Those whose label or alias has each word of the search. All are published: to ask for such finds them all."""
    words = [word for word in search.casefold().split() if word != "is:published"]
    return [body for body in bodies if all(word in f"{body['label']} {body['alias']}".casefold() for word in words)]


def in_order(bodies: Sequence[Body], column: str, direction: str) -> list[Body]:
    """Sorted by a column, which may have the name of a table before it; by `order` where it is blank. Raises Problem 400."""
    name = column.strip().rpartition(".")[2] or "order"
    if name not in SORTED:
        raise bad_request(f"orderBy is one of {', '.join(SORTED)}.")
    return sorted(bodies, key=lambda body: body[name], reverse=is_falling(direction))


def _properties(field: ContactField) -> Any:
    """An empty list where the type has none, as PHP writes it."""
    kept = field.custom.metadata.get(KEPT, {}).get("properties") or {} if field.custom else {}
    if field.custom is not None and field.native in SELECTS:
        return choices_shown(field.custom.field.choices, kept)
    return words_shown(kept) if field.type == "boolean" else []
