"""A list that somebody left: whoever has the address next has left it too, in whatever order rows move the address."""

from typing import Any

from shared.contacts.merge import ROW, Rules
from shared.contract.values import Outcome
from tests.unit.contacts.stored import NOW
from tests.unit.contacts.test_absorbing import BO, keyed
from tests.unit.contacts.test_merging import stored_after

MERGING = Rules(match=ROW, merges=True)
NEWS, SPORT = 4, 5
LEFT = {"id": NEWS, "status": "unsubscribed", "at": NOW}
TAKES_MOBILE: dict[str, Any] = {"match_by": "id", "id": 1, "mobile": BO}
TAKES_EMAIL: dict[str, Any] = {"match_by": "id", "id": 3, "email": "c2@example.org", "lists": [NEWS, SPORT]}


def statuses(document: dict[str, Any]) -> dict[int, str]:
    """Of its memberships, by list."""
    return {each["id"]: each["status"] for each in document["lists"]}


def test_an_address_moves_with_the_lists_that_were_left_whichever_key_moved_first() -> None:
    people = [keyed(1), keyed(2, mobile=BO, lists=[LEFT]), keyed(3)]
    (_, _, third), (first, second) = stored_after(MERGING, people, TAKES_MOBILE, TAKES_EMAIL)
    assert first.code == "merged"
    assert (third["email"], statuses(third)) == ("c2@example.org", {NEWS: "unsubscribed", SPORT: "subscribed"})
    assert (second.outcome, second.code) == (Outcome.UPDATED, "not_resubscribed")


def test_a_deleted_contact_gives_up_its_address_with_the_lists_that_it_left_and_no_others() -> None:
    deleted = keyed(2, lists=[LEFT, {"id": SPORT, "status": "subscribed", "at": NOW}], deleted_at=NOW)
    row = {"match_by": "id", "id": 3, "email": "c2@example.org"}
    (_, third), (decision,) = stored_after(MERGING, [deleted, keyed(3)], row)
    assert (statuses(third), decision.code) == ({NEWS: "unsubscribed"}, None)


def test_lists_stay_with_a_contact_that_loses_its_mobile_alone() -> None:
    deleted = keyed(2, mobile=BO, lists=[LEFT], deleted_at=NOW)
    (third, _), _ = stored_after(MERGING, [keyed(1), deleted], {"match_by": "id", "id": 1, "mobile": BO, "lists": [NEWS]})
    assert statuses(third) == {NEWS: "subscribed"}
