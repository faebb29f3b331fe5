"""Who may be written to: channel states and list memberships. Pure. What a person ended, no bulk job begins again.

`by_person` means that somebody asked for this one contact by name, who may know that the contact agreed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from shared.contacts.document import BARRED, value_at
from shared.contacts.merge import Merge

NOT_RESUBSCRIBED = ("not_resubscribed", "The contact has unsubscribed or is suppressed and stays so.")
SMS_NOT_RESUBSCRIBED = ("sms_not_resubscribed", "The contact has unsubscribed from SMS or is suppressed there and stays so.")
NOT_SET = "not_set"

Changes = dict[str, Any]
"""Path to new value; None takes it out."""


def channel_changes(
    stored: Mapping[str, Any], path: str, value: Any, *, merge: Merge, by_person: bool, now: datetime
) -> tuple[Changes, bool]:
    """What setting `channels.<channel>.<...>` to a value changes, and whether a new subscription was refused.

    An opt-out by permission is one by status too, and its time is kept; one that a person asks for takes the place of any
    state. Taking it back, which only a person may and only by naming the new state, clears the reason and a permission that
    says otherwise; a status that follows no opt-out clears neither.
    """
    current = value_at(stored, path)
    stays = current is not None and merge is Merge.FILL_EMPTY and not (by_person and value in BARRED)
    if value == current or (value is None and merge is not Merge.OVERWRITE) or stays:
        return {}, False
    channel, _, leaf = path.removeprefix("channels.").partition(".")
    if leaf not in ("status", "permission"):
        return {path: value}, False
    if current in BARRED and value not in BARRED and not (by_person and value is not None):
        return {}, value is not None
    changes: Changes = {path: value}
    if value in BARRED:
        changes |= _opt_out(stored, channel, leaf, now)
    elif leaf == "status" and current in BARRED:
        changes |= _opt_in(stored, channel)
    return changes, False


def permission_changes(
    stored: Mapping[str, Any], channel: str, permission: str, *, merge: Merge, now: datetime
) -> tuple[Changes, bool]:
    """What a permission changes that a job gives to whoever comes by, and whether it was refused.

    Nobody said it of this contact: where the channel is barred by status or by permission, nothing changes. That none is set
    is no permission that could take the place of one: NOT_SET fills where there is none.
    """
    merge = (
        Merge.FILL_EMPTY if permission == NOT_SET and value_at(stored, f"channels.{channel}.permission") not in BARRED else merge
    )
    path = f"channels.{channel}.permission"
    if value_at(stored, f"channels.{channel}.status") in BARRED and value_at(stored, path) != permission:
        return {}, True
    return channel_changes(stored, path, permission, merge=merge, by_person=False, now=now)


def memberships_after(
    stored: Sequence[Mapping[str, Any]], numbers: Iterable[int], now: datetime, *, is_barred: bool, may_resubscribe: bool
) -> tuple[list[dict[str, Any]], bool]:
    """The memberships after joining lists (positive numbers) and leaving others (negative), and whether a joining was refused.

    A membership that has ended is evidence: it is not taken off, and revived only where `may_resubscribe`.
    """
    wanted = dict.fromkeys(numbers)
    left = {-number for number in wanted if number < 0}
    after = [dict(membership) for membership in stored if membership["id"] not in left or membership["status"] in BARRED]
    refused = False
    has = {membership["id"]: membership for membership in after}
    for number in (number for number in wanted if number > 0):
        membership = has.get(number)
        if membership is not None and membership["status"] not in BARRED:
            continue
        if is_barred or (membership is not None and not may_resubscribe):
            refused = True
        elif membership is None:
            after.append({"id": number, "status": "subscribed", "at": now})
        else:
            membership |= {"status": "subscribed", "at": now}
    return after, refused


def memberships_left(stored: Sequence[Mapping[str, Any]], numbers: Iterable[int], now: datetime) -> list[dict[str, Any]]:
    """The memberships after the person unsubscribed from these lists: evidence that stays, of one that had not begun too."""
    wanted = dict.fromkeys(numbers)
    ended = {membership["id"] for membership in stored if membership["status"] in BARRED}
    leaves = [number for number in wanted if number not in ended]
    stays = [dict(membership) for membership in stored if membership["id"] not in leaves]
    return [*stays, *({"id": number, "status": "unsubscribed", "at": now} for number in leaves)]


def memberships_united(stored: Sequence[Mapping[str, Any]], others: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The memberships of two contacts in one. What has ended for either has ended; else the first one's stands."""
    united = {membership["id"]: dict(membership) for membership in stored}
    for membership in others:
        own = united.get(membership["id"])
        if own is None or (membership["status"] in BARRED and own["status"] not in BARRED):
            united[membership["id"]] = dict(membership)
    return list(united.values())


def _opt_out(stored: Mapping[str, Any], channel: str, leaf: str, now: datetime) -> Changes:
    changes: Changes = {}
    if value_at(stored, f"channels.{channel}.status") not in BARRED:
        changes[f"channels.{channel}.opt_out.at"] = now
        if leaf == "permission":
            changes[f"channels.{channel}.status"] = "unsubscribed"
    return changes


def _opt_in(stored: Mapping[str, Any], channel: str) -> Changes:
    changes: Changes = {}
    if value_at(stored, f"channels.{channel}.reason") is not None:
        changes[f"channels.{channel}.reason"] = None
    if value_at(stored, f"channels.{channel}.permission") in BARRED:
        changes[f"channels.{channel}.permission"] = None
    return changes
