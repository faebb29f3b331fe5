"""Who has which unique key while the rows of a chunk are decided, and whose loss must be written before another's gain. Pure."""

from collections.abc import Sequence

from shared.contacts.applying import Working
from shared.contacts.document import EMAIL, Key, keys_of
from shared.contacts.freeing import give_up, keep_ended, keep_left


class KeyHolders:
    """Of one chunk. `touched` are its contacts that have changes; whoever loses a key here for the first change joins them."""

    def __init__(self, touched: list[Working]) -> None:
        self.by_key: dict[Key, Working] = {}
        self._touched = touched
        self._released: dict[Key, Working] = {}
        self._handing_over: list[Working] = []

    def handing_over(self) -> list[Working]:
        """Stored contacts that gave up a unique key which another contact of this chunk then took, by `_id`."""
        return sorted(self._handing_over, key=lambda contact: contact.stored["_id"])

    def rekey(self, contact: Working, before: Sequence[Key]) -> bool:
        """Take notice of the keys that the contact has now, where it had those `before`. Another owner loses them to it.

        True where that ended a membership which the contact had.
        """
        after = keys_of(contact.stored)
        has_left = False
        for key in before:
            if key not in after:
                del self.by_key[key]
                if not contact.is_new:
                    self._released.setdefault(key, contact)
        for key in after:
            owner = self.by_key.get(key, contact)
            if owner is not contact:
                has_left = self._take_over(key, owner, contact) or has_left
            self.by_key[key] = contact
            giver = self._released.pop(key, contact)
            if giver is not contact and giver not in self._handing_over:
                self._handing_over.append(giver)
        return has_left

    def _take_over(self, key: Key, owner: Working, contact: Working) -> bool:
        """Let the owner give up the key that the contact has now: it is deleted, for the Decider refuses all others."""
        if not owner.changes:
            self._touched.append(owner)
        keep_ended(contact, give_up(owner, key))
        if not owner.is_new:
            self._released[key] = owner
        return key[0] == EMAIL and keep_left(contact, owner)
