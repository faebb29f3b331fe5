"""What each change makes of each kind of contact."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.lists.judging import Judged, add, delete, move, remove, restore, tag, untag
from shared.contacts.changing import ContactChange

NOW = datetime(2026, 3, 4, tzinfo=UTC)
BEFORE = datetime(2025, 1, 1, tzinfo=UTC)


def on(*numbers: int, status: str = "subscribed") -> dict[str, Any]:
    """A contact that is on these lists."""
    return {"lists": [{"id": number, "status": status, "at": BEFORE} for number in numbers]}


BARRED = {"channels": {"email": {"status": "unsubscribed"}}}
SUPPRESSED = {"channels": {"email": {"status": "suppressed"}}}


def said(judged: Judged) -> tuple[str, str | None]:
    """Outcome and code."""
    return str(judged.outcome), judged.note[0] if judged.note else None


@pytest.mark.parametrize(
    ("stored", "outcome", "code", "joined"),
    [
        ({}, "updated", None, (1, 2)),
        (on(1), "updated", None, (2,)),
        (on(1, 2), "unchanged", None, ()),
        (on(1, 2, status="pending"), "unchanged", None, ()),
        (BARRED, "skipped", "not_resubscribed", ()),
        (SUPPRESSED, "skipped", "not_resubscribed", ()),
        (BARRED | on(1, 2), "unchanged", None, ()),
        (BARRED | on(1), "skipped", "not_resubscribed", ()),
        (on(1, status="unsubscribed"), "updated", "not_resubscribed", (2,)),
        (on(1, 2, status="suppressed"), "skipped", "not_resubscribed", ()),
    ],
)
def test_a_contact_joins_the_lists_that_it_may_join(
    stored: dict[str, Any], outcome: str, code: str | None, joined: tuple[int, ...]
) -> None:
    judged = add((1, 2), NOW, stored)
    assert (*said(judged), judged.change.join) == (outcome, code, joined)


@pytest.mark.parametrize(
    ("stored", "outcome", "code", "left", "is_on_none"),
    [
        ({}, "unchanged", None, (), False),
        (on(3), "unchanged", None, (), False),
        (on(1, 3), "updated", None, (1,), False),
        (on(1, 2), "updated", None, (1, 2), True),
        (BARRED | on(1), "updated", None, (1,), True),
        (on(1, status="unsubscribed"), "skipped", "membership_ended", (), False),
        ({"lists": [*on(1)["lists"], *on(2, status="suppressed")["lists"]]}, "updated", "membership_ended", (1,), False),
    ],
)
def test_a_contact_leaves_lists_but_keeps_the_evidence_that_it_left_itself(
    stored: dict[str, Any], outcome: str, code: str | None, left: tuple[int, ...], is_on_none: bool
) -> None:
    judged = remove((1, 2), NOW, stored)
    assert (*said(judged), judged.change.leave, judged.change.is_on_none) == (outcome, code, left, is_on_none)


@pytest.mark.parametrize(
    ("stored", "outcome", "code", "joined", "left"),
    [
        (on(8, 9), "updated", None, (1,), (8, 9)),
        (on(8), "updated", None, (1,), (8,)),
        (on(1, 8), "updated", None, (), (8,)),
        (on(1), "unchanged", None, (), ()),
        ({}, "updated", None, (1,), ()),
        (BARRED | on(8), "skipped", "not_resubscribed", (), ()),
        (BARRED | on(1, 8), "updated", None, (), (8,)),
        (on(8, status="unsubscribed"), "skipped", "membership_ended", (), ()),
        ({"lists": [*on(8)["lists"], *on(1, status="unsubscribed")["lists"]]}, "skipped", "not_resubscribed", (), ()),
        ({"lists": [*on(8)["lists"], *on(9, status="suppressed")["lists"]]}, "updated", "membership_ended", (1,), (8,)),
    ],
)
def test_a_contact_that_may_not_join_does_not_leave_either(
    stored: dict[str, Any], outcome: str, code: str | None, joined: tuple[int, ...], left: tuple[int, ...]
) -> None:
    judged = move((1,), (8, 9), NOW, stored)
    assert (*said(judged), judged.change.join, judged.change.leave) == (outcome, code, joined, left)


@pytest.mark.parametrize("judge", [add, lambda lists, now, stored: move(lists, (8,), now, stored)])
def test_nobody_is_changed_for_lists_that_are_gone(judge: Any) -> None:
    assert said(judge((), NOW, on(8))) == ("skipped", "list_gone")


@pytest.mark.parametrize(
    ("stored", "given", "taken", "has_none"),
    [
        ({}, (5, 7), (), False),
        ({"tags": [5]}, (7,), (5,), True),
        ({"tags": [5, 6, 7]}, (), (5, 7), False),
        ({"tags": [6]}, (5, 7), (), False),
    ],
)
def test_tags_are_given_to_those_who_lack_them_and_taken_from_those_who_have_them(
    stored: dict[str, Any], given: tuple[int, ...], taken: tuple[int, ...], has_none: bool
) -> None:
    tagged, untagged = tag((5, 7), stored), untag((5, 7), stored)
    assert (tagged.change.tag, str(tagged.outcome)) == (given, "updated" if given else "unchanged")
    assert (untagged.change.untag, str(untagged.outcome)) == (taken, "updated" if taken else "unchanged")
    assert untagged.change.has_no_tags == has_none


def test_a_contact_is_deleted_once_and_restored_once() -> None:
    gone = {"deleted_at": BEFORE}
    assert said(delete({})) == ("updated", None)
    assert said(delete(gone)) == ("skipped", "already_deleted")
    assert said(restore(gone)) == ("updated", None)
    assert said(restore({})) == ("unchanged", None)


@pytest.mark.parametrize(
    ("stored", "judged"),
    [
        (on(1), add((1, 2), NOW, on(1))),
        (on(1, 3), remove((1, 2), NOW, on(1, 3))),
        (on(8, 3), move((1,), (8,), NOW, on(8, 3))),
        ({"tags": [4]}, tag((5, 3), {"tags": [4]})),
        ({"tags": [4, 5]}, untag((5,), {"tags": [4, 5]})),
    ],
)
def test_a_change_that_was_applied_has_nothing_left_to_change(stored: dict[str, Any], judged: Judged) -> None:
    after = judged.change.applied_to(stored, NOW)
    again = {
        "join": lambda: add((1, 2), NOW, after),
        "leave": lambda: remove((1, 2), NOW, after),
        "both": lambda: move((1,), (8,), NOW, after),
        "tag": lambda: tag((5, 3), after),
        "untag": lambda: untag((5,), after),
    }
    change = judged.change
    key = (
        "both"
        if change.join and change.leave
        else next(name for name in ("join", "leave", "tag", "untag") if getattr(change, name))
    )
    assert said(again[key]()) == ("unchanged", None)


def test_contacts_that_need_the_same_change_share_one() -> None:
    assert add((1, 2), NOW, {}).change == add((1, 2), NOW, {"tags": [1]}).change == ContactChange(join=(1, 2))
    assert hash(add((1, 2), NOW, {}).change) == hash(ContactChange(join=(1, 2)))
