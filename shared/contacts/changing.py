"""One change that many contacts undergo at once, as one update for all of them. Pure.

It is given only to contacts that it changes: what a contact has already is not written again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contacts.document import Document


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What is the same for all contacts of a group: memberships begin and end, or tags, or the mark of a deletion."""

    join: tuple[int, ...] = ()
    """Lists on which none of them is."""
    leave: tuple[int, ...] = ()
    """Lists on which each of them is, by a membership that may be taken off."""
    is_on_none: bool = False
    """True where no membership is left to them."""
    tag: tuple[int, ...] = ()
    untag: tuple[int, ...] = ()
    has_no_tags: bool = False
    """True where no tag is left to them."""
    is_deleted: bool | None = None
    """True deletes, False restores."""
    is_erased: bool = False
    """They are taken out for good: there is no update for that."""

    def update(self, now: datetime, via: str) -> Document | list[Document]:
        """For `update_many`."""
        put: Document = {"updated_at": now, "updated_via": via}
        if self.join and self.leave:
            stays = {"$filter": {"input": "$lists", "cond": {"$not": [{"$in": ["$$this.id", list(self.leave)]}]}}}
            return [{"$set": {**put, "lists": {"$concatArrays": [stays, self._memberships(now)]}}}]
        gone = self._gone()
        if self.is_deleted:
            put["deleted_at"] = now
        change: Document = {"$set": put, **({"$unset": gone} if gone else {})}
        if self.join:
            change["$push"] = {"lists": {"$each": self._memberships(now)}}
        elif self.tag:
            change["$push"] = {"tags": {"$each": list(self.tag), "$sort": 1}}
        elif self.leave and not self.is_on_none:
            change["$pull"] = {"lists": {"id": {"$in": list(self.leave)}}}
        elif self.untag and not self.has_no_tags:
            change["$pull"] = {"tags": {"$in": list(self.untag)}}
        return change

    def applied_to(self, stored: Mapping[str, Any], now: datetime) -> Document:
        """The contact as the update leaves it, without its time stamps: what a later row of the same contact meets."""
        after = dict(stored)
        if self.join or self.leave:
            stays = [each for each in stored.get("lists", ()) if each["id"] not in self.leave]
            after["lists"] = [*stays, *self._memberships(now)]
        if self.tag or self.untag:
            after["tags"] = sorted({*stored.get("tags", ()), *self.tag} - {*self.untag})
        if self.is_deleted:
            after["deleted_at"] = now
        elif self.is_deleted is False:
            after.pop("deleted_at", None)
        return after

    def _gone(self) -> Document:
        gone = {"lists": self.is_on_none and not self.join, "tags": self.has_no_tags, "deleted_at": self.is_deleted is False}
        return {path: "" for path, is_gone in gone.items() if is_gone}

    def _memberships(self, now: datetime) -> list[Document]:
        return [{"id": number, "status": "subscribed", "at": now} for number in self.join]
