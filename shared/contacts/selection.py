"""Which contacts a list shows: typed filters in, a query out. Pure. No value of a client ever stands where an operator could."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.contacts.document import BARRED, EMAIL, Key, stored_key
from shared.contacts.standing import EMAIL_GROUND, SMS_GROUND
from shared.contract.identity import unpack
from shared.contract.selection import Status

_EMAIL_STATUS = "channels.email.status"
_OPT_OUT = "channels.email.opt_out.at"
_PENDING_PERMISSION = {_EMAIL_STATUS: {"$exists": False}, "channels.email.permission": "pending_confirmation"}


@dataclass(frozen=True, slots=True)
class Selection:
    """All that is given must hold. Bounds of time: from `after` on, and before `before`."""

    keys: tuple[Key, ...] = ()
    list_number: int | None = None
    tag_number: int | None = None
    status: Status | None = None
    created_after: datetime | None = None
    created_before: datetime | None = None
    updated_after: datetime | None = None
    updated_before: datetime | None = None
    with_deleted: bool = False
    on_lists: tuple[int, ...] = ()
    """On any of these lists now: a contact that left one, or is deleted, is not on it."""
    tags: tuple[int, ...] = ()
    """With any of these tags."""
    email_grounds: tuple[str, ...] = ()
    """With any of these words of `standing.EMAIL_GROUND`. Deleted contacts fit whatever theirs is, `with_deleted`."""
    sms_grounds: tuple[str, ...] = ()
    opted_out_after: datetime | None = None
    """Unsubscribed from e-mail, and since when."""
    opted_out_before: datetime | None = None
    barred_after: datetime | None = None
    """Unsubscribed from e-mail or suppressed there, and since when."""
    left: tuple[int, datetime] | None = None
    """Off this list, which it left or where it was suppressed, and since when."""

    def query(self) -> dict[str, Any]:
        """For `AccountContacts.page` and `count`. The parts of it that can use an index carry what the index asks for."""
        parts: list[Mapping[str, Any]] = [_key(key) for key in self.keys]
        if self.list_number is not None:
            parts.append({"lists": {"$exists": True}, "lists.id": self.list_number})
        if self.tag_number is not None:
            parts.append({"tags": self.tag_number})
        if self.status is not None:
            parts.append(status_query(self.status))
        if not self.with_deleted and self.status is not Status.DELETED:
            parts.append({"deleted_at": {"$exists": False}})
        parts.extend(_between("created_at", self.created_after, self.created_before))
        parts.extend(_between("updated_at", self.updated_after, self.updated_before))
        parts.extend(self._memberships())
        parts.extend(self._grounds())
        return {"$and": parts} if parts else {}

    def _memberships(self) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        if self.on_lists:
            live = {"id": {"$in": list(self.on_lists)}, "status": {"$nin": sorted(BARRED)}}
            indexed = {"lists": {"$exists": True, "$elemMatch": live}, "lists.id": {"$in": list(self.on_lists)}}
            parts.append({**indexed, "deleted_at": {"$exists": False}})
        if self.left is not None:
            number, since = self.left
            ended = {"id": number, "status": {"$in": sorted(BARRED)}, "at": {"$gte": since}}
            parts.append({"lists": {"$exists": True, "$elemMatch": ended}, "lists.id": number})
        if self.tags:
            parts.append({"tags": {"$exists": True, "$in": list(self.tags)}})
        return parts

    def _grounds(self) -> list[dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        if self.email_grounds:
            ways = [EMAIL_GROUND.query(word) for word in self.email_grounds]
            parts.append({"$or": [*ways, {"deleted_at": {"$exists": True}}] if self.with_deleted else ways})
        if self.sms_grounds:
            parts.append({"$or": [SMS_GROUND.query(word) for word in self.sms_grounds]})
        if self.barred_after is not None:
            parts.append({_EMAIL_STATUS: {"$in": sorted(BARRED)}, _OPT_OUT: {"$gte": self.barred_after}})
        left = _between(_OPT_OUT, self.opted_out_after, self.opted_out_before)
        return [*parts, *left, EMAIL_GROUND.query("unsubscribed")] if left else parts


def status_query(status: Status) -> dict[str, Any]:
    """Contacts of which `present.status_of` says this."""
    if status is Status.DELETED:
        return {"deleted_at": {"$exists": True}}
    found: dict[str, Any] = {"deleted_at": {"$exists": False}}
    match status:
        case Status.PENDING:
            return found | {"$or": [{_EMAIL_STATUS: "pending"}, _PENDING_PERMISSION]}
        case Status.ACTIVE:
            ended = {_EMAIL_STATUS: {"$in": ["unsubscribed", "suppressed", "pending"]}}
            return found | {"$nor": [ended, _PENDING_PERMISSION]}
    return found | {_EMAIL_STATUS: str(status)}


def order_of(stored: Mapping[str, Any]) -> int:
    """The position of a contact in a list: pages begin after one."""
    return unpack(stored["_id"])


def _key(key: Key) -> dict[str, Any]:
    return {"email_key": key[1]} if key[0] == EMAIL else {"keys": stored_key(key)}


def _between(path: str, after: datetime | None, before: datetime | None) -> list[dict[str, Any]]:
    bounds = {operator: bound for operator, bound in (("$gte", after), ("$lt", before)) if bound is not None}
    return [{path: bounds}] if bounds else []
