"""How many contacts are on lists or have tags: counted for a whole page in one question, and alike in every API."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from services.gateway.context import Tenant
from shared.contacts.choosing import query_of
from shared.contacts.patch import FieldBook
from shared.contract.selection import Condition, ContactSelection, Status


class Counted(StrEnum):
    """Which contacts of a list count. A deleted contact never does."""

    ALL = "all"
    """Those included that left it."""
    ACTIVE = "active"
    """Those that may be written to."""
    SMS = "sms"
    """Those that may be sent an SMS."""


_SELECTED: Mapping[Counted, ContactSelection] = {
    Counted.ALL: ContactSelection(all=True),
    Counted.ACTIVE: ContactSelection(status=(Status.ACTIVE,)),
    Counted.SMS: ContactSelection(where=(Condition(field="sms_status", value="subscribed"),)),
}


async def members_of(who: Tenant, lists: Collection[int], counted: Counted = Counted.ALL) -> dict[int, int]:
    """Contacts on each of these lists."""
    query = query_of(_SELECTED[counted], who.account.number, FieldBook())
    return await who.contacts.count_each("lists", lists, query, ended_too=counted is Counted.ALL)


async def contacts_with(who: Tenant, tags: Collection[int]) -> dict[int, int]:
    """Contacts that have each of these tags."""
    return await who.contacts.count_each("tags", tags, query_of(_SELECTED[Counted.ALL], who.account.number, FieldBook()))
