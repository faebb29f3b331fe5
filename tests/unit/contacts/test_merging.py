"""Rows that give their contact a key of another one, in jobs that merge that one into it."""

from copy import deepcopy
from typing import Any

import pytest

from shared.contacts.composites import MOST_CONSENTS
from shared.contacts.decide import Decider, Decision
from shared.contacts.document import Document, keys_of, put_at
from shared.contacts.merge import ROW, Merge, Mode, Rules
from shared.contract.identity import pack, unpack
from shared.contract.values import Outcome
from tests.unit.contacts.stored import ACCOUNT, LATER, NOW, contact
from tests.unit.contacts.test_absorbing import ANA, BO, keyed

CREATED, UPDATED, REJECTED = Outcome.CREATED, Outcome.UPDATED, Outcome.REJECTED
BY_ID = Rules(match="id", merges=True)
BY_EMAIL = Rules(merges=True)
THIRD = "+447700900003"


def stored_after(rules: Rules, stored: list[Document], *rows: dict[str, Any], **how: Any) -> tuple[list[Document], list[Decision]]:
    """The contacts after a chunk, written in the order in which the database is: nobody ever has a key of another."""
    decider = Decider(rules, deepcopy(stored), LATER, **how)
    decisions = [decider.decide(row) for row in rows]
    after = {document["_id"]: deepcopy(document) for document in stored}
    for working in decider.handing_over():
        for path in ("email_key", "keys"):
            if path in working.changes:
                after[working.stored["_id"]].pop(path, None)
    for working in decider.created():
        working.stored["_id"] = pack(ACCOUNT, max(map(unpack, after), default=0) + 1)
        after[working.stored["_id"]] = deepcopy(working.stored)
        no_key_is_had_twice(after)
    for working in decider.updated():
        for path, value in working.changes.items():
            put_at(after[working.stored["_id"]], path, deepcopy(value))
        no_key_is_had_twice(after)
        assert after[working.stored["_id"]] == working.stored
    return list(after.values()), decisions


def no_key_is_had_twice(contacts: dict[int, Document]) -> None:
    """By what the unique indexes hold."""
    keys = [("email", each["email_key"]) for each in contacts.values() if "email_key" in each]
    keys += [("keys", key) for each in contacts.values() for key in each.get("keys", ())]
    assert len(keys) == len(set(keys))


def is_deleted(document: Document) -> bool:
    """True for one that was deleted."""
    return "deleted_at" in document


def test_the_contact_that_has_the_key_is_merged_and_then_the_row_is_applied() -> None:
    bo = keyed(2, mobile=BO, first_name="Bo", last_name="Bolt", tags=[7])
    (one, other), (decision,) = stored_after(BY_ID, [keyed(1), bo], {"id": 1, "email": "C2@example.org", "first_name": "Ana"})
    assert (decision.outcome, decision.code, decision.contact and decision.contact.number) == (UPDATED, "merged", 1)
    assert decision.message == "Contact 2 had a key of this row, and was merged into its contact."
    assert (one["email"], one["mobile"], one["first_name"], one["last_name"], one["tags"]) == (
        "C2@example.org",
        BO,
        "Ana",
        "Bolt",
        [7],
    )
    assert (other["deleted_at"], other["first_name"], keys_of(other)) == (LATER, "Bo", [])


@pytest.mark.parametrize(
    ("rules", "code"), [(Rules(match="id"), "email_taken"), (Rules(match="id", frees_deleted=True), "email_taken")]
)
def test_a_job_that_does_not_merge_rejects_the_row(rules: Rules, code: str) -> None:
    (_, other), (decision,) = stored_after(rules, [keyed(1), keyed(2)], {"id": 1, "email": "c2@example.org"})
    assert (decision.code, is_deleted(other)) == (code, False)


def test_a_contact_for_each_key_of_the_row_is_merged_once() -> None:
    two, three = keyed(2, mobile=BO, identifiers={"crm": "2"}), keyed(3, mobile=THIRD, first_name="Cy")
    row = {"id": 1, "email": "c2@example.org", "identifiers.crm": "2", "mobile": THIRD}
    after, (decision,) = stored_after(BY_ID, [keyed(1), two, three], row)
    assert decision.message == "Contact 2 and contact 3 had a key of this row, and were merged into its contact."
    assert [is_deleted(each) for each in after] == [False, True, True]
    assert (after[0]["mobile"], after[0]["first_name"], after[0]["keys"]) == (THIRD, "Cy", ["identifier:crm:2", f"mobile:{THIRD}"])


def test_a_new_contact_takes_over_the_one_that_has_its_key() -> None:
    (other, made), (decision,) = stored_after(
        BY_EMAIL, [keyed(1, mobile=ANA, points=3)], {"email": "new@example.org", "mobile": ANA}
    )
    assert (decision.outcome, decision.code, is_deleted(other)) == (CREATED, "merged", True)
    assert (made["email"], made["mobile"], made["points"], made["keys"]) == ("new@example.org", ANA, 3, [f"mobile:{ANA}"])
    assert (other["email"], other.get("keys")) == ("c1@example.org", None)


def test_a_deleted_contact_gives_up_its_key_and_what_ended_and_nothing_else() -> None:
    gone = keyed(2, first_name="Bo", deleted_at=NOW, channels={"email": {"status": "unsubscribed"}})
    (one, other), (decision,) = stored_after(BY_ID, [keyed(1), gone], {"id": 1, "email": "c2@example.org"})
    assert (decision.outcome, decision.code) == (UPDATED, None)
    assert ("first_name" in one, one["channels"]["email"]["status"], other["deleted_at"]) == (False, "unsubscribed", NOW)


def test_a_contact_that_comes_back_merges_too_and_both_are_told() -> None:
    (one, other), (decision,) = stored_after(BY_ID, [keyed(1, deleted_at=NOW), keyed(2)], {"id": 1, "email": "c2@example.org"})
    assert (is_deleted(one), is_deleted(other), decision.code) == (False, True, "merged")
    assert decision.message
    assert decision.message.endswith("The contact had been deleted and is back.")


def test_where_stored_values_win_nobody_is_merged_for_a_key_that_is_not_taken() -> None:
    rules = Rules(match="id", merges=True, merge=Merge.FILL_EMPTY)
    after, _ = stored_after(rules, [keyed(1), keyed(2, mobile=BO)], {"id": 1, "email": "c2@example.org"})
    assert not any(map(is_deleted, after))
    row = {"id": 1, "email": "c2@example.org", "mobile": THIRD}
    after, _ = stored_after(rules, [keyed(1, mobile=ANA, email=None), keyed(2), keyed(3, mobile=THIRD)], row)
    assert ([is_deleted(each) for each in after], after[0]["mobile"]) == ([False, True, False], ANA)


def full(letter: str, count: int) -> dict[str, Any]:
    """Members of a contact with so many consent records."""
    return {"consents": [{"text": f"{letter}{number}", "recorded_at": NOW} for number in range(count)]}


@pytest.mark.parametrize(
    ("rules", "own", "theirs", "row", "code"),
    [
        (BY_ID, {}, {}, {"id": 9, "email": "c2@example.org"}, "contact_not_found"),
        (Rules(mode=Mode.CREATE, merges=True), {}, {}, {"email": "c1@example.org", "mobile": BO}, "contact_exists"),
        (Rules(mode=Mode.CREATE, merges=True), {}, {}, {"email": "new@example.org", "mobile": BO}, "mobile_taken"),
        (Rules(mode=Mode.UPDATE, merges=True), {}, {}, {"email": "new@example.org", "mobile": BO}, "contact_not_found"),
        (BY_ID, full("a", 300), full("b", 201), {"id": 1, "mobile": BO}, "consents_full"),
        (
            BY_ID,
            full("a", 300),
            full("b", MOST_CONSENTS - 300),
            {"id": 1, "mobile": BO, "consents": [{"text": "c"}]},
            "consents_full",
        ),
        (
            Rules(match="id", merges=True, refuses_ended=True),
            {"channels": {"email": {"status": "unsubscribed"}}},
            {},
            {"id": 1, "mobile": BO},
            "contact_unsubscribed",
        ),
        (
            Rules(match="id", merges=True, refuses_ended=True),
            {},
            {"channels": {"email": {"status": "suppressed"}}},
            {"id": 1, "mobile": BO},
            "contact_suppressed",
        ),
    ],
)
def test_nobody_is_merged_where_the_row_is_refused(
    rules: Rules, own: dict[str, Any], theirs: dict[str, Any], row: dict[str, Any], code: str
) -> None:
    before = [keyed(1, **own), keyed(2, mobile=BO, **theirs)]
    after, (decision,) = stored_after(rules, before, row)
    assert (decision.code, after) == (code, before)
    assert decision.outcome in (REJECTED, Outcome.SKIPPED)


def test_consent_records_that_fit_are_all_there() -> None:
    before = [keyed(1, **full("a", 300)), keyed(2, mobile=BO, **full("b", 199))]
    after, _ = stored_after(BY_ID, before, {"id": 1, "mobile": BO, "consents": [{"text": "c"}]})
    assert len(after[0]["consents"]) == MOST_CONSENTS


@pytest.mark.parametrize("by_person", [False, True])
@pytest.mark.parametrize("merge", list(Merge))
def test_no_merge_begins_again_what_a_person_ended(merge: Merge, by_person: bool) -> None:
    ended = {"channels": {"email": {"status": "unsubscribed"}}, "lists": [{"id": 5, "status": "unsubscribed", "at": NOW}]}
    live = {"channels": {"email": {"status": "subscribed"}}, "lists": [{"id": 5, "status": "subscribed", "at": NOW}]}
    row = {"id": 1, "mobile": BO, "channels.email.status": "subscribed", "lists": [5]}
    rules = Rules(match="id", merge=merge, merges=True)
    (one, _), (decision,) = stored_after(rules, [keyed(1, **live), keyed(2, mobile=BO, **ended)], row, by_person=by_person)
    assert (one["channels"]["email"]["status"], one["lists"][0]["status"]) == ("unsubscribed", "unsubscribed")
    assert decision.code == "merged"
    if merge is not Merge.FILL_EMPTY:
        assert decision.message
        assert "stays so" in decision.message


def test_a_person_may_still_take_back_what_the_contact_of_the_row_had_ended() -> None:
    row = {"id": 1, "mobile": BO, "channels.email.status": "subscribed"}
    one, other = keyed(1, channels={"email": {"status": "unsubscribed"}}), keyed(2, mobile=BO)
    (one, _), _ = stored_after(BY_ID, [one, other], row, by_person=True)
    assert one["channels"]["email"]["status"] == "subscribed"


def test_a_permission_that_the_job_gives_does_not_reach_a_contact_that_a_merge_barred() -> None:
    rules = Rules(merges=True, new_email_permission="explicit")
    other = keyed(1, mobile=ANA, channels={"email": {"status": "unsubscribed"}})
    (_, made), _ = stored_after(rules, [other], {"email": "new@example.org", "mobile": ANA})
    assert made["channels"]["email"] == {"status": "unsubscribed"}


def test_a_contact_that_an_earlier_row_made_is_merged_and_stays_deleted_under_its_number() -> None:
    rows = {"email": "a@example.org", "mobile": BO, "tags": [1]}, {"email": "c1@example.org", "mobile": BO}
    (one, made), (first, second) = stored_after(BY_EMAIL, [keyed(1)], *rows)
    assert (first.outcome, second.outcome, second.code) == (CREATED, UPDATED, "merged")
    assert second.message == "The contact of an earlier row had a key of this row, and was merged into its contact."
    assert (made["email"], made["deleted_at"], made.get("keys")) == ("a@example.org", LATER, None)
    assert (one["mobile"], one["tags"]) == (BO, [1])


def test_later_rows_find_the_survivor_by_the_keys_that_moved_and_the_deleted_contact_by_its_number() -> None:
    two = keyed(2, mobile=BO, identifiers={"crm": "2"})
    rules = Rules(match=ROW, merges=True)
    rows: list[dict[str, Any]] = [
        {"match_by": "id", "id": 1, "mobile": BO},
        {"match_by": "identifier:crm", "identifiers.crm": "2", "first_name": "Ana"},
        {"match_by": "id", "id": 2, "last_name": "Bolt"},
    ]
    (one, other), decisions = stored_after(rules, [keyed(1), two], *rows)
    assert [decision.code for decision in decisions] == ["merged", None, "restored"]
    assert (one["first_name"], other["last_name"], is_deleted(other)) == ("Ana", "Bolt", False)


@pytest.mark.parametrize(
    ("merge", "mobile", "stays"),
    [(Merge.OVERWRITE_NON_EMPTY, THIRD, True), (Merge.OVERWRITE, None, True), (Merge.OVERWRITE_NON_EMPTY, None, False)],
)
def test_a_key_that_the_row_replaces_or_clears_stays_with_the_merged_contact(merge: Merge, mobile: str | None, stays: bool) -> None:
    rules, row = Rules(match="id", merge=merge, merges=True), {"id": 1, "email": "c2@example.org", "mobile": mobile}
    (one, other), _ = stored_after(rules, [keyed(1), keyed(2, mobile=BO)], row)
    assert (one.get("mobile"), other.get("mobile")) == ((mobile, BO) if stays else (BO, None))


def test_a_key_that_stayed_with_a_merged_contact_may_be_given_to_another_one() -> None:
    rows = {"id": 1, "email": "c2@example.org", "mobile": THIRD}, {"id": 3, "mobile": BO}
    after, decisions = stored_after(BY_ID, [keyed(1), keyed(2, mobile=BO), keyed(3)], *rows)
    assert [each.get("mobile") for each in after] == [THIRD, None, BO]
    assert [decision.code for decision in decisions] == ["merged", None]


def test_a_key_may_go_there_and_back_in_one_chunk() -> None:
    rows = [{"id": number, "mobile": BO} for number in (1, 2, 1)]
    after, decisions = stored_after(BY_ID, [keyed(1), keyed(2, mobile=BO)], *rows)
    assert ([each.get("mobile") for each in after], [is_deleted(each) for each in after]) == ([BO, None], [False, True])
    assert [decision.code for decision in decisions] == ["merged"] * 3


def test_two_contacts_with_one_key_would_be_noticed() -> None:
    with pytest.raises(AssertionError):
        no_key_is_had_twice({1: contact(1), 2: contact(2, email="C1@example.org")})
