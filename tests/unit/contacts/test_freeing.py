"""Unique keys of deleted contacts that others are to have."""

from copy import deepcopy
from typing import Any

import pytest

from shared.contacts.decide import Decider
from shared.contacts.document import Document, secondary_keys
from shared.contacts.merge import Merge, Mode, Rules
from shared.contract.values import Outcome
from tests.unit.contacts.stored import LATER, NOW, contact, decided

FREES = Rules(match="id", merge=Merge.OVERWRITE, frees_deleted=True)
EMAIL = "c1@example.org"


def gone(**members: Any) -> Document:
    """A deleted contact with a key of each kind."""
    made = contact(1, mobile="+447700900123", identifiers={"crm": "A-1", "till": "9"}, deleted_at=NOW, **members)
    return made | {"keys": secondary_keys(made)}


def after(rules: Rules, stored: list[Document], patch: dict[str, Any]) -> list[Document]:
    """The contacts after one patch."""
    decider = Decider(rules, deepcopy(stored), LATER, by_person=True)
    decision = decider.decide(patch)
    assert decision.outcome in (Outcome.CREATED, Outcome.UPDATED), decision
    assert [working.stored for working in decider.handing_over()] == [working.stored for working in decider.updated()][:1]
    return [working.stored for working in (*decider.updated(), *decider.created())]


def test_each_key_that_is_taken_goes_from_the_deleted_contact_and_nothing_else_does() -> None:
    owner, taker = after(
        FREES, [gone(first_name="Ana"), contact(2)], {"id": 2, "mobile": "+447700900123", "identifiers.crm": "A-1"}
    )
    assert (owner["email"], owner.get("mobile"), owner["identifiers"], owner["keys"]) == (
        EMAIL,
        None,
        {"till": "9"},
        ["identifier:till:9"],
    )
    assert (owner["first_name"], owner["deleted_at"]) == ("Ana", NOW)
    assert taker["keys"] == ["identifier:crm:A-1", "mobile:+447700900123"]


def test_a_deleted_contact_may_be_left_without_any_key() -> None:
    patch = {"id": 2, "email": EMAIL, "mobile": "+447700900123", "identifiers.crm": "A-1", "identifiers.till": "9"}
    owner, taker = after(FREES, [gone(), contact(2)], patch)
    assert not {"email", "email_key", "mobile", "identifiers", "keys"} & set(owner)
    assert taker["email"] == EMAIL


def test_a_new_contact_takes_a_key_too() -> None:
    rules = Rules(match="email", mode=Mode.CREATE, frees_deleted=True)
    owner, made = after(rules, [gone()], {"email": "new@example.org", "identifiers.crm": "A-1"})
    assert (owner["identifiers"], made["identifiers"]) == ({"till": "9"}, {"crm": "A-1"})


def test_the_deleted_contact_that_is_found_comes_back_with_all_its_keys() -> None:
    rules = Rules(match="email", mode=Mode.CREATE, frees_deleted=True)
    (found,) = decided(rules, [gone()], {"email": EMAIL, "identifiers.crm": "A-1"})
    assert found.code == "restored"
    assert found.contact is not None
    assert found.contact.stored["identifiers"] == {"crm": "A-1", "till": "9"}


@pytest.mark.parametrize(
    ("rules", "owner"),
    [(Rules(match="id"), gone()), (FREES, {name: value for name, value in gone().items() if name != "deleted_at"})],
    ids=["not asked for", "not deleted"],
)
def test_otherwise_a_key_stays_with_whoever_has_it(rules: Rules, owner: Document) -> None:
    (found,) = decided(rules, [owner, contact(2)], {"id": 2, "identifiers.crm": "A-1"})
    assert (found.outcome, found.code) == (Outcome.REJECTED, "identifiers_taken")


def test_a_key_that_the_contact_does_not_take_stays_with_the_deleted_one() -> None:
    rules = Rules(match="id", merge=Merge.FILL_EMPTY, frees_deleted=True)
    stored = [gone(), contact(2, mobile="+447700900999")]
    decider = Decider(rules, stored, LATER, by_person=True)
    decider.decide({"id": 2, "mobile": "+447700900123", "first_name": "Bo"})
    assert [working.number for working in decider.updated()] == [2]


@pytest.mark.parametrize(
    ("path", "value", "channel"),
    [("email", EMAIL, "email"), ("mobile", "+447700900123", "sms"), ("mobile", "+447700900123", "whatsapp")],
)
def test_what_ended_at_an_address_has_ended_for_whoever_takes_it(path: str, value: str, channel: str) -> None:
    said = {"status": "suppressed", "reason": "Hard bounced", "permission": "explicit", "opt_out": {"at": NOW}, "type": "plain"}
    _, taker = after(
        FREES, [gone(channels={channel: said}), contact(2)], {"id": 2, path: value, f"channels.{channel}.status": "subscribed"}
    )
    assert taker["channels"] == {channel: {"status": "suppressed", "reason": "Hard bounced", "opt_out": {"at": NOW}}}


def test_what_ended_already_stays_as_it_was_said_first() -> None:
    first = {"email": {"status": "unsubscribed", "opt_out": {"at": NOW}}}
    ended = {"email": {"status": "suppressed", "reason": "Hard bounced"}}
    _, taker = after(FREES, [gone(channels=ended), contact(2, channels=first)], {"id": 2, "email": EMAIL})
    assert taker["channels"] == first


def test_another_key_brings_nothing_that_ended_with_it() -> None:
    ended = {"email": {"status": "unsubscribed"}}
    _, taker = after(FREES, [gone(channels=ended), contact(2)], {"id": 2, "identifiers.crm": "A-1"})
    assert "channels" not in taker
