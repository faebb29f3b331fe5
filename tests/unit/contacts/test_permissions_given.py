"""Permissions that a job gives by itself: to new contacts, and to rows with a mobile; never against what a person ended."""

from typing import Any

import pytest

from shared.contacts.document import value_at
from shared.contacts.merge import Merge, Rules
from shared.contract.values import Outcome
from tests.unit.contacts.stored import NOW, contact, written

NEW = Rules(new_email_permission="explicit")
SMS = Rules(sms_permission="explicit")
ANA = "+447700900001"
EMAIL, TEXT = "channels.email.permission", "channels.sms.permission"


def after(rules: Rules, stored: list[dict[str, Any]], row: dict[str, Any]) -> tuple[Any, Any, str | None]:
    """E-mail and SMS permission of the contact after one row, and the code of its note."""
    end, decisions = written(rules, stored, [row])
    return value_at(end[0], EMAIL), value_at(end[0], TEXT), decisions[0].code


def test_a_new_contact_begins_with_the_permission_of_the_job() -> None:
    assert after(NEW, [], {"email": "new@example.org"}) == ("explicit", None, None)


@pytest.mark.parametrize("said", ["implicit", "not_set", "unsubscribed"])
def test_what_the_row_says_comes_first(said: str) -> None:
    assert after(NEW, [], {"email": "new@example.org", EMAIL: said})[0] == said


def test_a_blank_cell_says_nothing() -> None:
    for merge in Merge:
        rules = Rules(new_email_permission="implicit", merge=merge)
        assert after(rules, [], {"email": "new@example.org", EMAIL: None})[0] == "implicit"


@pytest.mark.parametrize("permission", [None, "implicit", "unsubscribed"])
def test_a_contact_that_is_there_keeps_its_own(permission: str | None) -> None:
    stored = contact(channels={"email": {"permission": permission}}) if permission else contact()
    assert after(NEW, [stored], {"email": "c1@example.org"})[0] == permission


def test_only_an_email_may_be_written_to() -> None:
    rules = Rules(match="mobile", new_email_permission="explicit")
    assert after(rules, [], {"mobile": ANA})[0] is None
    assert after(rules, [], {"mobile": ANA, "email": "new@example.org"})[0] == "explicit"


@pytest.mark.parametrize(
    ("email", "permission"),
    [
        ({}, "explicit"),
        ({"permission": "implicit"}, "explicit"),
        ({"permission": "unsubscribed", "status": "unsubscribed"}, "unsubscribed"),
        ({"permission": "implicit", "status": "suppressed"}, "implicit"),
    ],
)
def test_a_contact_that_comes_back_begins_anew_unless_it_is_barred(email: dict[str, str], permission: str) -> None:
    stored = contact(deleted_at=NOW) | ({"channels": {"email": email}} if email else {})
    assert after(NEW, [stored], {"email": "c1@example.org"}) == (permission, None, "restored")


def test_a_row_with_a_mobile_gives_leave_to_send_to_it() -> None:
    assert after(SMS, [], {"email": "new@example.org", "mobile": ANA}) == (None, "explicit", None)
    assert after(SMS, [contact()], {"email": "c1@example.org", "mobile": ANA}) == (None, "explicit", None)


@pytest.mark.parametrize("row", [{}, {"mobile": None}])
def test_a_row_without_a_mobile_gives_nothing(row: dict[str, Any]) -> None:
    stored = contact(mobile=ANA, keys=[f"mobile:{ANA}"])
    assert after(SMS, [stored], {"email": "c1@example.org", **row})[1] is None


def test_the_row_speaks_for_its_own_mobile() -> None:
    assert after(SMS, [], {"email": "new@example.org", "mobile": ANA, TEXT: "not_set"})[1] == "not_set"


def test_a_mobile_that_is_not_stored_gives_nothing() -> None:
    stored = contact(mobile="+447700900009", keys=["mobile:+447700900009"])
    rules = Rules(sms_permission="explicit", merge=Merge.FILL_EMPTY)
    assert after(rules, [stored], {"email": "c1@example.org", "mobile": ANA})[1] is None


@pytest.mark.parametrize("given", ["explicit", "not_set"])
@pytest.mark.parametrize(
    "sms", [{"permission": "unsubscribed", "status": "unsubscribed"}, {"status": "unsubscribed"}, {"status": "suppressed"}]
)
@pytest.mark.parametrize("merge", list(Merge))
def test_no_job_reopens_a_barred_channel(given: str, sms: dict[str, str], merge: Merge) -> None:
    stored = contact(channels={"sms": sms}, mobile=ANA, keys=[f"mobile:{ANA}"])
    end, decisions = written(Rules(sms_permission=given, merge=merge), [stored], [{"email": "c1@example.org", "mobile": ANA}])
    assert end[0]["channels"] == {"sms": sms}
    assert decisions[0].code == "sms_not_resubscribed"


@pytest.mark.parametrize("merge", list(Merge))
@pytest.mark.parametrize("said", [{}, {TEXT: None}, {TEXT: "not_set"}])
def test_the_same_row_again_changes_nothing(merge: Merge, said: dict[str, Any]) -> None:
    rules = Rules(sms_permission="explicit", new_email_permission="implicit", merge=merge)
    row = {"email": "new@example.org", "mobile": ANA, **said}
    once, _ = written(rules, [], [row])
    twice, decisions = written(rules, once, [row])
    assert (twice, decisions[0].outcome) == (once, Outcome.UNCHANGED)


@pytest.mark.parametrize("merge", list(Merge))
@pytest.mark.parametrize("stored", ["explicit", "implicit", "pending_confirmation"])
def test_that_none_is_set_never_takes_the_place_of_a_permission(stored: str, merge: Merge) -> None:
    there = contact(deleted_at=NOW, channels={"email": {"permission": stored}, "sms": {"permission": stored}}, mobile=ANA)
    there["keys"] = [f"mobile:{ANA}"]
    rules = Rules(sms_permission="not_set", new_email_permission="not_set", merge=merge)
    assert after(rules, [there], {"email": "c1@example.org", "mobile": ANA})[:2] == (stored, stored)
    assert after(rules, [], {"email": "c1@example.org", "mobile": ANA}) == ("not_set", "not_set", None)


def test_a_blank_that_clears_is_heard_where_none_is_set() -> None:
    rules, row = Rules(sms_permission="not_set", merge=Merge.OVERWRITE), {"email": "c1@example.org", "mobile": ANA, TEXT: None}
    stored = contact(channels={"sms": {"permission": "explicit"}}, mobile=ANA, keys=[f"mobile:{ANA}"])
    once, _ = written(rules, [stored], [row])
    assert value_at(once[0], TEXT) == "not_set"
    assert written(rules, once, [row])[1][0].outcome is Outcome.UNCHANGED


def test_of_a_refused_list_and_a_refused_permission_the_list_is_told() -> None:
    stored = contact(channels={"email": {"status": "unsubscribed"}, "sms": {"status": "unsubscribed"}})
    rules = Rules(sms_permission="explicit", lists=(1,))
    assert after(rules, [stored], {"email": "c1@example.org", "mobile": ANA})[2] == "not_resubscribed"
