"""A chunk of rows: who is found, who is missing, and who is named twice."""

from datetime import UTC, datetime
from typing import Any

import pytest

from services.lists.change import Aim, Decider
from shared.contacts.changing import ContactChange
from shared.contract.identity import pack

NOW = datetime(2026, 3, 4, tzinfo=UTC)
ANA, BEN, CEM = 1, 2, 3


def contact(number: int, **facts: Any) -> dict[str, Any]:
    """A stored contact of account 7."""
    return {"_id": pack(7, number), "email_key": f"{number}@example.org", **facts}


def decider(aim: Aim, *contacts: dict[str, Any], **more: Any) -> Decider:
    """With the lists 1 to 9 in place."""
    return Decider(aim, contacts, NOW, lists=range(1, 10), **more)


def by(number: int) -> tuple[str, str]:
    """The contact's key."""
    return ("email", f"{number}@example.org")


@pytest.mark.parametrize(
    ("is_named", "outcome", "code"), [(True, "rejected", "contact_not_found"), (False, "skipped", "contact_gone")]
)
@pytest.mark.parametrize("action", ["add", "remove", "move", "tag", "untag"])
def test_a_contact_that_is_gone_is_rejected_where_it_was_named_and_skipped_where_it_was_found(
    action: str, is_named: bool, outcome: str, code: str
) -> None:
    decide = decider(Aim(action, (1,), (2,), (3,), is_named=is_named), contact(ANA, deleted_at=NOW))
    for name in (ANA, BEN):
        verdict = decide.decide(name)
        assert (str(verdict.outcome), verdict.code) == (outcome, code)
    assert not decide.groups


def test_deleted_contacts_that_were_asked_for_are_changed() -> None:
    decide = decider(Aim("tag", tags=(3,), reaches_deleted=True), contact(ANA, deleted_at=NOW))
    assert decide.decide(ANA).outcome == "updated"


@pytest.mark.parametrize(
    ("aim", "stored", "second"),
    [
        (Aim("add", (1,), is_named=True), {}, ("unchanged", None)),
        (Aim("remove", leave=(1,), is_named=True), {"lists": [{"id": 1, "status": "subscribed"}]}, ("unchanged", None)),
        (Aim("tag", tags=(3,), is_named=True), {}, ("unchanged", None)),
        (Aim("delete", is_named=True), {}, ("skipped", "already_deleted")),
        (Aim("erase", is_named=True), {}, ("skipped", "already_deleted")),
        (Aim("restore", is_named=True), {"deleted_at": NOW}, ("unchanged", None)),
    ],
)
def test_a_contact_that_is_named_twice_is_changed_once(aim: Aim, stored: dict[str, Any], second: tuple[str, str | None]) -> None:
    decide = decider(aim, contact(ANA, **stored))
    assert decide.decide(by(ANA)).outcome == "updated"
    again = decide.decide(ANA)
    assert (str(again.outcome), again.code) == second
    assert list(decide.groups.values()) == [[ANA]]


def test_a_contact_that_an_earlier_chunk_erased_is_no_mistake_of_the_file() -> None:
    decide = decider(Aim("erase", is_named=True), erased=[by(ANA)])
    assert decide.decide(by(ANA)).code == "already_deleted"
    assert decide.decide(by(BEN)).code == "contact_not_found"


def test_excluded_contacts_are_skipped_and_not_changed() -> None:
    decide = decider(Aim("tag", tags=(3,), is_named=True), contact(ANA), contact(BEN), excluded=[ANA])
    assert (decide.decide(by(ANA)).code, decide.decide(by(BEN)).outcome) == ("excluded", "updated")
    assert decide.groups == {ContactChange(tag=(3,)): [BEN]}


def test_contacts_are_grouped_by_the_change_they_need() -> None:
    stored = {"lists": [{"id": 1, "status": "subscribed", "at": NOW}]}
    decide = decider(Aim("add", (1, 2)), contact(ANA), contact(BEN, **stored), contact(CEM))
    for number in (ANA, BEN, CEM):
        decide.decide(number)
    assert decide.groups == {ContactChange(join=(1, 2)): [ANA, CEM], ContactChange(join=(2,)): [BEN]}


def test_a_list_that_a_move_joins_is_not_left() -> None:
    stored = {"lists": [{"id": number, "status": "subscribed", "at": NOW} for number in (1, 2)]}
    decide = decider(Aim("move", (1,), (1, 2)), contact(ANA, **stored))
    decide.decide(ANA)
    assert decide.groups == {ContactChange(leave=(2,)): [ANA]}
