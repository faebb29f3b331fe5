"""The contacts that a bulk body is about, as a native selection. Pure but for the ids, which the account turns into numbers."""

from datetime import datetime, timedelta
from typing import Any

from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.asking import contacts_of, numbers_of
from services.gateway.dialects.constant_contact.bodies import Excluded, Source, one_selector
from services.gateway.dialects.constant_contact.errors import invalid
from shared.contract.identity import Thing
from shared.contract.selection import MAY_BE_WRITTEN_TO

ACTIVE: dict[str, Any] = {"email_grounds": list(MAY_BE_WRITTEN_TO)}
"""The native selection of contacts that are active: the same as those of `GET /v3/contacts?status=active`."""
NEW_FOR = timedelta(days=30)
"""How long somebody counts as a new subscriber."""


def selection(source: Source, asker: Tenant, now: datetime, *selectors: str) -> dict[str, Any]:
    """The native selection of a source that has exactly one of these selectors. Raises Problem 400."""
    match one_selector(source, *selectors):
        case "contact_ids":
            return {"ids": contacts_of(asker, source.contact_ids or ())}
        case "list_ids":
            return {"lists": numbers_of(asker, Thing.LIST, source.list_ids or ())}
        case "tag_ids":
            return {"tags": numbers_of(asker, Thing.TAG, source.tag_ids or ())}
        case "new_subscriber":
            return new_subscribers(now)
    return dict(ACTIVE)


def new_subscribers(now: datetime) -> dict[str, Any]:
    """Contacts that came within the last 30 days and may be written to."""
    return {**ACTIVE, "created_after": (now - NEW_FOR).isoformat()}


def excluded(exclude: Excluded, source: Source, asker: Tenant) -> dict[str, Any] | None:
    """The native `exclude`; None where nobody is. Raises Problem 400 beside a selector that it cannot go with."""
    if not exclude.contact_ids:
        return None
    if not (source.all_active_contacts or source.list_ids):
        raise invalid("exclude does not have a valid value: it goes with all_active_contacts or list_ids only")
    return {"ids": contacts_of(asker, exclude.contact_ids)}
