"""Contacts found by their e-mail where a row has one, else by their mobile."""

from typing import Any

import pytest

from shared.contacts.merge import EMAIL_OR_MOBILE, Merge, Mode, Rules
from shared.contract.values import Outcome
from tests.unit.contacts.stored import contact, decided, written

ANA, BO = "+447700900001", "+447700900002"
EITHER = Rules(match=EMAIL_OR_MOBILE)


def with_mobile(number: int, mobile: str, **members: Any) -> dict[str, Any]:
    """A stored contact with this mobile number."""
    return contact(number, mobile=mobile, keys=[f"mobile:{mobile}"], **members)


@pytest.mark.parametrize("order", [("email", "mobile"), ("mobile", "email")])
def test_the_email_decides_wherever_it_stands_in_the_row(order: tuple[str, str]) -> None:
    row = {"email": "c1@example.org", "mobile": BO}
    end, decisions = written(EITHER, [with_mobile(1, ANA)], [{path: row[path] for path in order}])
    assert (decisions[0].outcome, end[0]["mobile"], end[0]["keys"]) == (Outcome.UPDATED, BO, [f"mobile:{BO}"])


@pytest.mark.parametrize("row", [{"mobile": ANA}, {"email": None, "mobile": ANA}])
def test_a_row_without_an_email_is_found_by_its_mobile(row: dict[str, Any]) -> None:
    end, decisions = written(EITHER, [with_mobile(1, ANA)], [{**row, "first_name": "Ana"}])
    assert (decisions[0].outcome, end[0]["first_name"]) == (Outcome.UPDATED, "Ana")


@pytest.mark.parametrize("email", ["new@example.org", "c2@example.org"])
def test_a_mobile_beside_an_email_still_belongs_to_its_owner(email: str) -> None:
    decision = decided(EITHER, [with_mobile(1, ANA), contact(2)], {"email": email, "mobile": ANA})[0]
    assert (decision.outcome, decision.code, decision.field) == (Outcome.REJECTED, "mobile_taken", "mobile")
    assert decision.message is not None
    assert "contact 1" in decision.message


def test_a_new_email_comes_to_the_contact_that_has_the_mobile_and_no_email() -> None:
    rows = [{"email": "new@example.org", "mobile": ANA}, {"email": "other@example.org", "mobile": ANA}]
    end, decisions = written(EITHER, [with_mobile(1, ANA, email=None)], rows)
    assert [(decision.outcome, decision.code) for decision in decisions] == [
        (Outcome.UPDATED, None),
        (Outcome.REJECTED, "mobile_taken"),
    ]
    assert (len(end), end[0]["email"], end[0]["email_key"]) == (1, "new@example.org", "new@example.org")


def test_an_email_that_is_known_decides_before_a_mobile_of_somebody_else() -> None:
    decision = decided(EITHER, [with_mobile(1, ANA, email=None), contact(2)], {"email": "c2@example.org", "mobile": ANA})[0]
    assert decision.code == "mobile_taken"


@pytest.mark.parametrize("row", [{"email": "new@example.org"}, {"mobile": ANA}, {"email": "new@example.org", "mobile": ANA}])
def test_a_new_contact_needs_one_of_both(row: dict[str, Any]) -> None:
    assert decided(EITHER, [], row)[0].outcome is Outcome.CREATED


@pytest.mark.parametrize("row", [{}, {"email": None}, {"email": None, "mobile": None, "first_name": "Ana"}])
def test_a_row_with_neither_is_rejected_in_words(row: dict[str, Any]) -> None:
    decision = decided(EITHER, [contact()], row)[0]
    assert (decision.outcome, decision.code, decision.field) == (Outcome.REJECTED, "email_or_mobile_missing", "email")
    assert decision.message == "The row has neither e-mail nor mobile, by which this job finds contacts."


def test_rows_that_name_one_contact_by_one_and_by_the_other_meet() -> None:
    rows = [{"email": "new@example.org", "mobile": ANA}, {"mobile": ANA, "first_name": "Ana"}, {"email": "NEW@example.org"}]
    end, decisions = written(EITHER, [], rows)
    assert [decision.outcome for decision in decisions] == [Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED]
    assert (len(end), end[0]["email"], end[0]["first_name"]) == (1, "new@example.org", "Ana")


@pytest.mark.parametrize("row", [{"email": None, "mobile": ANA}, {"email": "C1@example.org", "mobile": None}])
def test_a_blank_key_takes_nothing_away_even_where_blanks_clear(row: dict[str, Any]) -> None:
    stored = with_mobile(1, ANA)
    end, decisions = written(Rules(match=EMAIL_OR_MOBILE, merge=Merge.OVERWRITE), [stored], [row])
    assert (end, decisions[0].outcome) == ([stored], Outcome.UNCHANGED)


@pytest.mark.parametrize(("mode", "code"), [(Mode.CREATE, "contact_exists"), (Mode.UPDATE, None)])
def test_the_mode_holds_for_contacts_found_by_mobile(mode: Mode, code: str | None) -> None:
    rules = Rules(match=EMAIL_OR_MOBILE, mode=mode)
    assert decided(rules, [with_mobile(1, ANA)], {"mobile": ANA})[0].code == code


def test_a_deleted_contact_comes_back_by_its_mobile() -> None:
    stored = with_mobile(1, ANA) | {"deleted_at": contact()["created_at"]}
    end, decisions = written(EITHER, [stored], [{"mobile": ANA}])
    assert (decisions[0].code, "deleted_at" in end[0]) == ("restored", False)
