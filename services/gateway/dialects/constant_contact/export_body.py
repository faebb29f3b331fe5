"""The body of `contact_exports`, and the contacts that it is about as a native selection. Pure but for the ids.

At most one selector, or `list_ids` with `new_subscriber`; none means every contact that is not deleted.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from services.gateway.context import Tenant
from services.gateway.dialects.constant_contact.asking import Said, contacts_of, numbers_of
from services.gateway.dialects.constant_contact.bodies import UNSERVED, Bulk, Contacts, Few, Switch
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.dialects.constant_contact.selecting import ACTIVE, new_subscribers
from shared.contract.identity import Thing

STATUSES = {"active": ACTIVE, "unsubscribed": {"status": ["unsubscribed"]}, "removed": {"status": ["deleted"]}}
"""Native selections. Who is suppressed is on hold in the words of this API: in a file without a status, and in none with one."""
_Texts = Annotated[tuple[str, ...], Field(max_length=1_200)]
_OrNone = BeforeValidator(lambda value: value or None)
_SELECTORS = ("contact_ids", "list_ids", "tag_ids", "new_subscriber", "all_active_contacts")
_WITH_STATUS = frozenset({"contact_ids", "list_ids"})
_WITH_EXCLUDE = frozenset({"list_ids", "new_subscriber", "all_active_contacts"})


class Spared(Said):
    """Contacts that are left out of an export."""

    contact_ids: Few = None


class Export(Bulk):
    """`contact_exports`. Beyond the vendor: `column_names: "import"`, headings that an import reads."""

    contact_ids: Contacts = None
    list_ids: Few = None
    tag_ids: Few = None
    new_subscriber: Switch = None
    all_active_contacts: Switch = None
    segment_id: Any = None
    status: Literal["active", "unsubscribed", "removed"] | None = None
    exclude: Spared | None = None
    fields: Annotated[_Texts | None, _OrNone] = None
    column_names: Literal["titles", "import"] = "titles"


def selected(body: Export, asker: Tenant, now: datetime) -> dict[str, Any]:
    """The native `select`, and `exclude` where somebody is left out. Raises Problem 400 for what does not go together."""
    _check(body)
    select: dict[str, Any] = new_subscribers(now) if body.new_subscriber else {}
    if body.all_active_contacts:
        select |= ACTIVE
    if body.status:
        select |= STATUSES[body.status]
    if body.contact_ids:
        select["ids"] = contacts_of(asker, body.contact_ids)
    if body.list_ids:
        select["lists"] = numbers_of(asker, Thing.LIST, body.list_ids)
    if body.tag_ids:
        select["tags"] = numbers_of(asker, Thing.TAG, body.tag_ids)
    spared: Sequence[UUID] = (body.exclude and body.exclude.contact_ids) or ()
    exclude = {"exclude": {"ids": contacts_of(asker, spared)}} if spared else {}
    return {"select": select or {"all": True}, **exclude}


def _check(body: Export) -> None:
    given = [name for name in _SELECTORS if getattr(body, name)]
    if body.segment_id is not None:
        raise invalid(f"segment_id does not have a valid value: {UNSERVED['segment_id']}")
    if len(given) > 1 and given != ["list_ids", "new_subscriber"]:
        raise invalid(f"at most one of {', '.join(_SELECTORS)} may be given: {' and '.join(given)} are mutually exclusive")
    if body.status and not _WITH_STATUS.issuperset(given):
        raise invalid("status does not have a valid value: it goes with contact_ids, with list_ids, or alone")
    if body.exclude and body.exclude.contact_ids and not _WITH_EXCLUDE.intersection(given):
        raise invalid(f"exclude does not have a valid value: it goes with {', '.join(sorted(_WITH_EXCLUDE))} only")
