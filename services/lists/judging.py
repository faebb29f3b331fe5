"""What one kind of change makes of one stored contact. Pure. Nothing that a person ended is begun again, or wiped out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from shared.contacts.changing import ContactChange
from shared.contacts.document import BARRED, Document, value_at
from shared.contacts.permission import NOT_RESUBSCRIBED, memberships_after
from shared.contract.values import Outcome

NOTHING = ContactChange()
ALREADY_DELETED = ("already_deleted", "The contact is deleted already.")
MEMBERSHIP_ENDED = ("membership_ended", "The contact has left the list or is suppressed on it. That is evidence and stays.")
LIST_GONE = ("list_gone", "The list was deleted after the job had begun.")
TAG_GONE = ("tag_gone", "The tag was deleted after the job had begun.")


class Judged(NamedTuple):
    """The outcome of a row, the change that its contact needs, and a code with a message."""

    outcome: Outcome
    change: ContactChange = NOTHING
    note: tuple[str, str] | None = None


UNCHANGED = Judged(Outcome.UNCHANGED)


def add(lists: Sequence[int], now: datetime, stored: Document) -> Judged:
    """Put the contact on lists, as far as it may be put there."""
    if not lists:
        return Judged(Outcome.SKIPPED, note=LIST_GONE)
    join, refused = _joined(lists, now, stored)
    note = NOT_RESUBSCRIBED if refused else None
    if join:
        return Judged(Outcome.UPDATED, ContactChange(join=join), note)
    return Judged(Outcome.SKIPPED, note=note) if note else UNCHANGED


def remove(lists: Sequence[int], now: datetime, stored: Document) -> Judged:
    """Take the contact off lists. A membership that has ended stays."""
    leave, is_on_none = _left(lists, now, stored)
    note = MEMBERSHIP_ENDED if any(each["status"] in BARRED for each in _on(lists, stored)) else None
    if leave:
        return Judged(Outcome.UPDATED, ContactChange(leave=leave, is_on_none=is_on_none), note)
    return Judged(Outcome.SKIPPED, note=note) if note else UNCHANGED


def move(lists: Sequence[int], leave: Sequence[int], now: datetime, stored: Document) -> Judged:
    """Put the contact on lists and take it off others: both or neither. Whoever has left all the others is not moved."""
    if not lists:
        return Judged(Outcome.SKIPPED, note=LIST_GONE)
    ended = [each["status"] in BARRED for each in _on(leave, stored)]
    if ended and all(ended):
        return Judged(Outcome.SKIPPED, note=MEMBERSHIP_ENDED)
    join, refused = _joined(lists, now, stored)
    if refused:
        return Judged(Outcome.SKIPPED, note=NOT_RESUBSCRIBED)
    left, is_on_none = _left(leave, now, stored)
    if not join and not left:
        return UNCHANGED
    change = ContactChange(join=join, leave=left, is_on_none=is_on_none and not join)
    return Judged(Outcome.UPDATED, change, MEMBERSHIP_ENDED if any(ended) else None)


def tag(tags: Sequence[int], stored: Document) -> Judged:
    """Put tags on the contact."""
    if not tags:
        return Judged(Outcome.SKIPPED, note=TAG_GONE)
    has = stored.get("tags", ())
    new = tuple(number for number in tags if number not in has)
    return Judged(Outcome.UPDATED, ContactChange(tag=new)) if new else UNCHANGED


def untag(tags: Sequence[int], stored: Document) -> Judged:
    """Take tags off the contact."""
    has = stored.get("tags", ())
    gone = tuple(number for number in tags if number in has)
    return Judged(Outcome.UPDATED, ContactChange(untag=gone, has_no_tags=len(gone) == len(has))) if gone else UNCHANGED


def delete(stored: Document) -> Judged:
    """Mark the contact as deleted."""
    if "deleted_at" in stored:
        return Judged(Outcome.SKIPPED, note=ALREADY_DELETED)
    return Judged(Outcome.UPDATED, ContactChange(is_deleted=True))


def restore(stored: Document) -> Judged:
    """Take the mark off."""
    return Judged(Outcome.UPDATED, ContactChange(is_deleted=False)) if "deleted_at" in stored else UNCHANGED


def erase(_: Document) -> Judged:
    """Take the contact out for good, deleted or not."""
    return Judged(Outcome.UPDATED, ContactChange(is_erased=True))


def _joined(lists: Sequence[int], now: datetime, stored: Document) -> tuple[tuple[int, ...], bool]:
    """The lists of these that the contact joins, and whether one was refused."""
    memberships = stored.get("lists", ())
    is_barred = value_at(stored, "channels.email.status") in BARRED
    if not memberships and not is_barred:
        return tuple(lists), False
    after, refused = memberships_after(memberships, lists, now, is_barred=is_barred, may_resubscribe=False)
    return tuple(each["id"] for each in after[len(memberships) :]), refused


def _left(lists: Sequence[int], now: datetime, stored: Document) -> tuple[tuple[int, ...], bool]:
    """The lists of these that the contact leaves, and whether it is on none afterwards."""
    memberships = stored.get("lists", ())
    after, _ = memberships_after(memberships, [-number for number in lists], now, is_barred=False, may_resubscribe=False)
    has, stays = {each["id"] for each in memberships}, {each["id"] for each in after}
    return tuple(number for number in lists if number in has and number not in stays), not after


def _on(lists: Sequence[int], stored: Document) -> list[dict[str, Any]]:
    return [each for each in stored.get("lists", ()) if each["id"] in lists]
