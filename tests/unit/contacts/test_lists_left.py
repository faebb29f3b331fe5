"""Lists from which a person unsubscribed: what stays as evidence, and who it keeps off the list afterwards."""

from typing import Any

import pytest

from shared.contacts.applying import LISTS_LEFT
from shared.contacts.merge import Merge, Rules
from shared.contacts.permission import memberships_left
from shared.contract.values import Outcome
from tests.unit.contacts.stored import LATER, NOW, contact, written

PERSON = Rules("email", merge=Merge.OVERWRITE)


def on(number: int, status: str = "subscribed") -> dict[str, Any]:
    return {"id": number, "status": status, "at": NOW}


@pytest.mark.parametrize(
    ("stored", "after"),
    [
        ([on(1), on(2)], [on(1), {"id": 2, "status": "unsubscribed", "at": LATER}]),
        ([on(1)], [on(1), {"id": 2, "status": "unsubscribed", "at": LATER}]),
        ([], [{"id": 2, "status": "unsubscribed", "at": LATER}]),
        ([on(2, "unsubscribed")], [on(2, "unsubscribed")]),
        ([on(2, "suppressed"), on(1)], [on(2, "suppressed"), on(1)]),
    ],
)
def test_a_membership_ends_once_also_one_that_had_not_begun(stored: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    assert memberships_left(stored, [2, 2], LATER) == after


def test_leaving_a_list_changes_nothing_else_and_nothing_the_second_time() -> None:
    leaves = {"email": "c1@example.org", LISTS_LEFT: [2]}
    (stored,), decisions = written(PERSON, [contact(lists=[on(1), on(2)])], [leaves])
    assert [(each["id"], each["status"]) for each in stored["lists"]] == [(1, "subscribed"), (2, "unsubscribed")]
    assert "channels" not in stored
    _, again = written(PERSON, [stored], [leaves])
    assert [each.outcome for each in (*decisions, *again)] == [Outcome.UPDATED, Outcome.UNCHANGED]
    _, (joins,) = written(PERSON, [stored], [{"email": "c1@example.org", "lists": [2]}])
    assert (joins.outcome, joins.code) == (Outcome.UNCHANGED, "not_resubscribed")
