"""What a deleted contact hands over with a unique key that another one takes. Pure.

The key, and nothing else that it had: but who ended a subscription at that address or number has ended it for whoever has it next,
and so have those who left a list with that address.
"""

from collections.abc import Iterable
from typing import Any

from shared.contacts.applying import Working
from shared.contacts.document import BARRED, EMAIL, IDENTIFIER, MOBILE, Key, secondary_keys, value_at
from shared.contacts.permission import memberships_united

Ended = dict[str, dict[str, Any]]
"""By path of a channel that may not be written to, what says so by path below it."""
_CHANNELS = {EMAIL: ("email",), MOBILE: ("sms", "whatsapp")}
_SAID = ("status", "permission", "reason", "opt_out.at")


def give_up(owner: Working, key: Key) -> Ended:
    """Take the unique key out of the contact, which may be left with none. What ended at this address or number is told."""
    kind, _ = key
    owner.put(kind.replace(f"{IDENTIFIER}:", "identifiers.", 1), None)
    if kind == EMAIL:
        owner.put("email_key", None)
    else:
        owner.put("keys", secondary_keys(owner.stored) or None)
    return ended_in(owner, (f"channels.{name}" for name in _CHANNELS.get(kind, ())))


def ended_in(owner: Working, channels: Iterable[str]) -> Ended:
    """Which of these channels, each by its path, may not be written to, and what says so."""
    return {channel: _ended(owner, channel) for channel in channels if _is_barred(owner, channel)}


def keep_ended(contact: Working, ended: Ended) -> None:
    """These channels have ended for this contact too, unless they have already. Naming it again, a person may undo that."""
    for channel, said in ended.items():
        if not _is_barred(contact, channel):
            for path, value in said.items():
                contact.put(f"{channel}.{path}", value)


def keep_left(contact: Working, owner: Working) -> bool:
    """The lists that the owner left, whose e-mail the contact has now, the contact has left too. True where it was on one."""
    own = contact.stored.get("lists", ())
    left = [membership for membership in owner.stored.get("lists", ()) if membership["status"] in BARRED]
    united = memberships_united(own, left)
    if united == list(own):
        return False
    contact.put("lists", united)
    has_left = {membership["id"] for membership in left}
    return any(membership["id"] in has_left and membership["status"] not in BARRED for membership in own)


def _is_barred(contact: Working, channel: str) -> bool:
    return value_at(contact.stored, f"{channel}.status") in BARRED


def _ended(owner: Working, channel: str) -> dict[str, Any]:
    said = {path: value_at(owner.stored, f"{channel}.{path}") for path in _SAID}
    return {path: value for path, value in said.items() if value is not None and (path != "permission" or value in BARRED)}
