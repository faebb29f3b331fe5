"""Which contacts may not be written to any more, in which code, and what becomes of rows for them where a job refuses those."""

from dataclasses import replace
from typing import Any

import pytest

from shared.contacts.ended import ended
from shared.contacts.merge import Merge, Mode, Rules
from shared.contract.values import Outcome
from tests.unit.contacts.stored import NOW, contact, decided, written

REFUSING = Rules(refuses_ended=True)
EMAIL = "c1@example.org"


def standing(**email: Any) -> dict[str, Any]:
    """A stored contact whose e-mail channel stands so."""
    return contact(channels={"email": email})


@pytest.mark.parametrize(
    ("email", "code"),
    [
        ({}, None),
        ({"status": "subscribed", "permission": "explicit"}, None),
        ({"status": "none"}, None),
        ({"permission": "temp_hold"}, None),
        ({"status": "subscribed", "reason": "Hard bounced"}, None),
        ({"status": "unsubscribed"}, "contact_unsubscribed"),
        ({"permission": "unsubscribed"}, "contact_unsubscribed"),
        ({"status": "unsubscribed", "reason": "Hard bounced"}, "contact_unsubscribed"),
        ({"status": "pending", "permission": "unsubscribed"}, "contact_unsubscribed"),
        ({"status": "pending"}, "contact_pending"),
        ({"permission": "pending_confirmation"}, "contact_pending"),
        ({"status": "suppressed"}, "contact_suppressed"),
        ({"status": "suppressed", "permission": "unsubscribed"}, "contact_suppressed"),
        ({"status": "suppressed", "reason": "Told us so on the phone"}, "contact_suppressed"),
        ({"status": "suppressed", "reason": "Blocked"}, "contact_blocked"),
    ],
)
def test_what_ended_is_said_by_status_or_by_permission(email: dict[str, Any], code: str | None) -> None:
    found = ended(standing(**email), ())
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("hard_bounced: 550 no such user: mailbox gone", "contact_hard_bounced"),
        ("Blocked:", "contact_blocked"),
        ("hard: bounced", "contact_hard_bounced"),
        ("Told us: blocked", "contact_suppressed"),
        (": blocked by us", "contact_suppressed"),
    ],
)
def test_a_comment_may_stand_behind_a_known_reason_and_a_colon(reason: str, code: str) -> None:
    found = ended(standing(status="suppressed", reason=reason), ())
    assert (found and found.code) == code


@pytest.mark.parametrize(
    ("code", "spellings"),
    [
        ("contact_hard_bounced", ["Hard bounced", "hard_bounce", "HardBounced", "HARD-BOUNCE"]),
        ("contact_soft_bounced", ["Soft bounced", "softBounced", "soft_bounce"]),
        ("contact_complained", ["IspComplained", "spam complaint", "Complained", "marked as spam"]),
        ("contact_direct_complaint", ["DirectComplaint", "direct_complaint", "Direct complaint"]),
        ("contact_mail_blocked", ["MailBlocked", "mail blocked"]),
        ("contact_domain_suppressed", ["DomainSuppressed", "domain_suppression"]),
        ("contact_blocked", ["blocked", "Blocked."]),
    ],
)
def test_a_reason_is_known_in_the_spellings_that_systems_write(code: str, spellings: list[str]) -> None:
    assert {ended(standing(status="suppressed", reason=text), ())[0] for text in spellings} == {code}  # type: ignore[index]


LEFT = contact(lists=[{"id": 4, "status": "unsubscribed", "at": NOW}, {"id": 5, "status": "subscribed", "at": NOW}])


@pytest.mark.parametrize(("joins", "code"), [([4], "list_unsubscribed"), ([5, 4], "list_unsubscribed"), ([5], None), ([-4], None)])
def test_a_list_that_the_contact_has_left_counts_where_it_would_join_it(joins: list[int], code: str | None) -> None:
    found = ended(LEFT, joins)
    assert (found and found.code) == code


@pytest.mark.parametrize("by_row", [True, False])
def test_a_list_is_joined_by_the_job_or_by_the_row(by_row: bool) -> None:
    rules, row = (REFUSING, {"lists": [4]}) if by_row else (replace(REFUSING, lists=(4,)), {})
    decision = decided(rules, [LEFT], {"email": EMAIL, **row})[0]
    assert (decision.outcome, decision.code, decision.field) == (Outcome.REJECTED, "list_unsubscribed", "lists")


def test_nothing_is_written_of_a_row_for_a_contact_that_ended() -> None:
    stored = standing(status="unsubscribed")
    end, decisions = written(REFUSING, [stored], [{"email": EMAIL, "first_name": "Ana"}])
    assert (end, decisions[0].outcome, decisions[0].code) == ([stored], Outcome.REJECTED, "contact_unsubscribed")
    assert decisions[0].contact is not None
    assert decisions[0].contact.number == 1
    end, decisions = written(Rules(), [stored], [{"email": EMAIL, "first_name": "Ana"}])
    assert (end[0]["first_name"], decisions[0].outcome) == ("Ana", Outcome.UPDATED)


@pytest.mark.parametrize("merge", list(Merge))
def test_a_deleted_contact_that_had_unsubscribed_does_not_come_back(merge: Merge) -> None:
    stored = standing(status="unsubscribed") | {"deleted_at": NOW}
    end, decisions = written(replace(REFUSING, merge=merge), [stored], [{"email": EMAIL}])
    assert (end, decisions[0].code) == ([stored], "contact_unsubscribed")


@pytest.mark.parametrize(("mode", "code"), [(Mode.CREATE, "contact_exists"), (Mode.UPDATE, "contact_unsubscribed")])
def test_the_mode_is_asked_first(mode: Mode, code: str) -> None:
    decision = decided(replace(REFUSING, mode=mode), [standing(status="unsubscribed")], {"email": EMAIL})[0]
    assert decision.code == code


def test_a_row_may_say_itself_that_the_contact_unsubscribes() -> None:
    rows = [{"email": EMAIL, "channels.email.status": "unsubscribed"}, {"email": EMAIL, "first_name": "Ana"}]
    outcomes = [decision.outcome for decision in decided(REFUSING, [contact()], *rows)]
    assert outcomes == [Outcome.UPDATED, Outcome.REJECTED]


def test_all_rows_of_a_new_contact_are_applied_whatever_the_first_says() -> None:
    rows = [{"email": EMAIL, "channels.email.status": "pending"}, {"email": EMAIL, "first_name": "Ana"}]
    assert [decision.outcome for decision in decided(REFUSING, [], *rows)] == [Outcome.CREATED, Outcome.UPDATED]


@pytest.mark.parametrize(("first_new", "outcome"), [(0, Outcome.REJECTED), (2, Outcome.REJECTED), (1, Outcome.UPDATED)])
def test_a_contact_that_an_earlier_chunk_of_the_job_created_is_still_new(first_new: int, outcome: Outcome) -> None:
    rules = replace(REFUSING, first_new=first_new)
    assert decided(rules, [standing(status="pending")], {"email": EMAIL, "first_name": "Ana"})[0].outcome is outcome


BARS = [
    {"channels.email.status": "unsubscribed"},
    {"channels.email.status": "suppressed"},
    {"channels.email.permission": "unsubscribed"},
]


@pytest.mark.parametrize("row", BARS)
@pytest.mark.parametrize(
    "stored",
    [
        standing(status="pending", permission="pending_confirmation"),
        standing(permission="pending_confirmation"),
        standing(status="unsubscribed", permission="unsubscribed"),
        LEFT,
    ],
)
def test_an_opt_out_that_the_row_says_itself_is_kept_and_no_list_joined(stored: dict[str, Any], row: dict[str, Any]) -> None:
    after, (decision,) = written(replace(REFUSING, lists=(4, 9)), [stored], [{"email": EMAIL, "first_name": "Ana", **row}])
    assert (decision.outcome, decision.code, after[0]["first_name"]) == (Outcome.UPDATED, "not_resubscribed", "Ana")
    assert after[0]["channels"]["email"]["status"] == row.get("channels.email.status", "unsubscribed")
    assert after[0].get("lists", []) == stored.get("lists", [])


@pytest.mark.parametrize("row", BARS)
def test_a_suppression_is_not_made_an_opt_out(row: dict[str, Any]) -> None:
    stored = standing(status="suppressed", reason="Hard bounced")
    end, decisions = written(REFUSING, [stored], [{"email": EMAIL, **row}])
    assert (end, decisions[0].code) == ([stored], "contact_hard_bounced")


@pytest.mark.parametrize(
    ("stored", "code"), [({"status": "pending"}, "contact_pending"), ({"status": "none"}, "list_unsubscribed")]
)
def test_an_opt_out_that_the_stored_status_keeps_out_saves_no_row(stored: dict[str, Any], code: str) -> None:
    kept = [{**standing(**stored), "lists": LEFT["lists"]}]
    rules = replace(REFUSING, merge=Merge.FILL_EMPTY, lists=(4,))
    end, decisions = written(rules, kept, [{"email": EMAIL, "channels.email.status": "unsubscribed"}])
    assert (end, decisions[0].code) == (kept, code)


@pytest.mark.parametrize("merge", list(Merge))
def test_a_state_that_ends_nothing_saves_no_row(merge: Merge) -> None:
    row = {"email": EMAIL, "channels.email.status": "subscribed", "channels.email.permission": None}
    assert decided(replace(REFUSING, merge=merge), [standing(status="pending")], row)[0].code == "contact_pending"
