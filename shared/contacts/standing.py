"""On what ground a contact may be written to, in one word: what its channel's status and permission come to. Pure.

What `Ground.of` says of a contact is what `Ground.query` finds it by: both read the same table, so no contact falls between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.contacts.document import value_at


@dataclass(frozen=True, slots=True)
class Ground:
    """How the words of one channel are found: the status says it, or else the permission, or else there is a word for none."""

    channel: str
    key: str
    """Where a contact's address in this channel stands."""
    by_status: Mapping[str, str]
    """Statuses that say it whatever the permission is."""
    unspoken: Mapping[str, str]
    """Words for contacts without a permission, by status."""
    otherwise: str
    """The word for contacts with neither."""
    without: str | None
    """The word for contacts that have no address in this channel; None where there is nothing to say of them."""

    def of(self, stored: Mapping[str, Any]) -> str | None:
        """The word for this contact: one of `shared.contacts.setters.PERMISSIONS`, or None (see `without`)."""
        if self.key not in stored:
            return self.without
        status, permission = value_at(stored, self._status), value_at(stored, self._permission)
        return self.by_status.get(status) or permission or self.unspoken.get(status, self.otherwise)

    def query(self, word: str) -> dict[str, Any]:
        """Contacts of which `of` says this word, deleted ones among them."""
        unset = {self._permission: {"$exists": False}}
        ways: list[dict[str, Any]] = [{self._status: {"$nin": [*self.by_status]}, self._permission: word}]
        if said := [status for status, meant in self.by_status.items() if meant == word]:
            ways.append({self._status: {"$in": said}})
        if said := [status for status, meant in self.unspoken.items() if meant == word]:
            ways.append({self._status: {"$in": said}, **unset})
        if word == self.otherwise:
            ways.append({self._status: {"$nin": [*self.by_status, *self.unspoken]}, **unset})
        found = {self.key: {"$exists": True}, "$or": ways}
        return {"$or": [found, {self.key: {"$exists": False}}]} if word == self.without else found

    @property
    def paths(self) -> tuple[str, str]:
        """Where status and permission stand: all that the word depends on, of a contact with an address."""
        return self._status, self._permission

    @property
    def _status(self) -> str:
        return f"channels.{self.channel}.status"

    @property
    def _permission(self) -> str:
        return f"channels.{self.channel}.permission"


_ENDED = {"unsubscribed": "unsubscribed", "pending": "pending_confirmation"}
EMAIL_GROUND = Ground("email", "email_key", {**_ENDED, "suppressed": "temp_hold"}, {}, "implicit", "not_set")
"""Of e-mail. A contact whose permission nobody stated was given to the account by somebody who knows it: that is `implicit`."""
SMS_GROUND = Ground("sms", "mobile", {**_ENDED, "suppressed": "unsubscribed"}, {"subscribed": "explicit"}, "not_set", None)
"""Of SMS, which needs an agreement: without one nothing is set."""
