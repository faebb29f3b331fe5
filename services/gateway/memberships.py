"""How many contacts are on lists or have tags: counted for a whole page in one question, and alike in every API."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from services.gateway.context import Tenant
from shared.contacts.selection import Selection
from shared.contract.selection import MAY_BE_WRITTEN_TO


class Counted(StrEnum):
    """Which contacts of a list count. A deleted contact never does."""

    ALL = "all"
    """Those included that left it."""
    ACTIVE = "active"
    """Those that have an e-mail and may be written to."""
    PRESENT = "present"
    """Those on it now, whether or not they may be written to: whom `Selection.on_lists` finds."""
    SMS = "sms"
    """Those that may be sent an SMS."""


_SELECTED: Mapping[Counted, Selection] = {
    Counted.ALL: Selection(),
    Counted.ACTIVE: Selection(email_grounds=MAY_BE_WRITTEN_TO),
    Counted.PRESENT: Selection(),
    Counted.SMS: Selection(sms_grounds=("explicit",)),
}


async def members_of(who: Tenant, lists: Collection[int], counted: Counted = Counted.ALL) -> dict[int, int]:
    """Contacts on each of these lists."""
    return await who.contacts.count_each("lists", lists, _SELECTED[counted].query(), ended_too=counted is Counted.ALL)


async def contacts_with(who: Tenant, tags: Collection[int]) -> dict[int, int]:
    """Contacts that have each of these tags."""
    return await who.contacts.count_each("tags", tags, _SELECTED[Counted.ALL].query())
