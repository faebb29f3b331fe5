"""Rows that name several ways to find their contact, tried in turn, or that make one whoever there is."""

from typing import Any

import pytest

from shared.contacts.matching import match_by_target
from shared.contacts.merge import ROW, Merge, Mode, Rules
from shared.contacts.patch import RowProblem, parse_row
from shared.contract.values import Outcome
from tests.unit.contacts.stored import NOW, decided, written
from tests.unit.contacts.test_match_row import ANA, BO, BOOK, BY_ROW, known

CREATED, UPDATED, REJECTED, SKIPPED = Outcome.CREATED, Outcome.UPDATED, Outcome.REJECTED, Outcome.SKIPPED
NEW_EMAIL = "new@example.org"


def row(match_by: str, **members: Any) -> dict[str, Any]:
    """A row that says how it is found, and changes something."""
    return {"match_by": match_by, "first_name": "Ana", **{name.replace("__", "."): value for name, value in members.items()}}


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (row("id|email", id=2, mobile="+447700900009"), 2),
        (row("id|email", email="c2@example.org"), 2),
        (row("id|email", id=7, email="c2@example.org"), 2),
        (row("email|id", email=NEW_EMAIL, id=2), 2),
        (row("email|mobile|identifier:crm", identifiers__crm="crm2"), 2),
        (row("email|mobile", email=NEW_EMAIL, mobile=BO), 2),
        (row("id|email|new", id=7, email="C1@example.org"), 1),
    ],
)
def test_the_first_word_that_finds_a_contact_decides(said: dict[str, Any], found: int) -> None:
    (decision,) = decided(BY_ROW, [known(1), known(2)], said)
    assert (decision.outcome, decision.contact and decision.contact.number) == (UPDATED, found)


def test_behind_the_word_that_found_it_the_others_are_keys_like_any() -> None:
    (decision,) = decided(BY_ROW, [known(1), known(2)], row("id|email", id=1, email="c2@example.org"))
    assert (decision.outcome, decision.code) == (REJECTED, "email_taken")


@pytest.mark.parametrize(("said", "has_email"), [(row("id|email", id=1, email=None), False), (row("mobile|id", mobile=ANA), True)])
def test_what_finds_the_contact_is_the_whole_match(said: dict[str, Any], has_email: bool) -> None:
    end, _ = written(Rules(match=ROW, merge=Merge.OVERWRITE), [known()], [said])
    assert ("email_key" in end[0]) is has_email


def test_a_blank_key_of_a_word_that_was_passed_over_is_cleared_and_that_of_the_finding_word_is_not() -> None:
    rules, said = (
        Rules(match=ROW, merge=Merge.OVERWRITE),
        row("identifier:crm|email", email="c1@example.org", identifiers__crm=None),
    )
    end, _ = written(rules, [known()], [said])
    assert (end[0]["email"], end[0]["keys"]) == ("c1@example.org", [f"mobile:{ANA}"])


def test_each_row_is_found_by_its_own_words() -> None:
    rows = [row("new", email=None), row("id|email", id=9, email="c1@example.org"), row("email", email=None), row("id", id=1)]
    assert [decision.outcome for decision in decided(BY_ROW, [known()], *rows)] == [CREATED, UPDATED, REJECTED, Outcome.UNCHANGED]


@pytest.mark.parametrize(
    "said",
    [
        row("new"),
        row("new", mobile="+447700900009"),
        row("id|email|new"),
        row("id|email|new", id=7),
        row("id|email|new", id=7, email=NEW_EMAIL),
        row("id|email", id=7, email=NEW_EMAIL),
        row("email|id", email=NEW_EMAIL, id=7),
        row("email|mobile", mobile="+447700900009"),
    ],
)
def test_where_nobody_is_found_a_contact_is_made(said: dict[str, Any]) -> None:
    end, decisions = written(BY_ROW, [known()], [said])
    assert (decisions[0].outcome, len(end), end[1]["first_name"]) == (CREATED, 2, "Ana")
    assert end[1].get("email") == said.get("email")


def test_rows_without_any_key_make_a_contact_each() -> None:
    end, decisions = written(BY_ROW, [], [row("new"), row("new"), {"match_by": "email|new"}])
    assert ([decision.outcome for decision in decisions], len(end)) == ([CREATED] * 3, 3)


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        (row("id|email"), "id_missing", "id"),
        (row("id|email", id=7), "contact_not_found", "id"),
        (row("email|id", id=7), "email_missing", "email"),
        (row("mobile|email", id=1), "mobile_missing", "mobile"),
    ],
)
def test_without_a_key_nobody_is_made_and_the_first_word_is_to_blame(said: dict[str, Any], code: str, field: str) -> None:
    (decision,) = decided(BY_ROW, [known()], said)
    assert (decision.outcome, decision.code, decision.field) == (REJECTED, code, field)


@pytest.mark.parametrize(
    ("mode", "said", "outcome", "code"),
    [
        (Mode.UPDATE, row("id|email|new", id=7, email=NEW_EMAIL), SKIPPED, "contact_not_found"),
        (Mode.UPDATE, row("id|email", id=7), SKIPPED, "contact_not_found"),
        (Mode.CREATE, row("id|email|new", id=7, email="c1@example.org"), SKIPPED, "contact_exists"),
        (Mode.CREATE, row("id|new", id=7, email=NEW_EMAIL), CREATED, None),
        (Mode.UPSERT, row("new", email="c1@example.org"), REJECTED, "email_taken"),
    ],
)
def test_the_rules_of_the_job_hold(mode: Mode, said: dict[str, Any], outcome: Outcome, code: str | None) -> None:
    (decision,) = decided(Rules(match=ROW, mode=mode), [known()], said)
    assert (decision.outcome, decision.code) == (outcome, code)


def test_a_deleted_contact_that_is_found_comes_back() -> None:
    end, decisions = written(BY_ROW, [known(deleted_at=NOW)], [row("id|email|new", id=7, email="c1@example.org")])
    assert (decisions[0].code, "deleted_at" in end[0]) == ("restored", False)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("id|email|new", "id|email|new"),
        (" ID | Email|NEW ", "id|email|new"),
        ("new", "new"),
        ("crm|new", "identifier:crm|new"),
        ("email|email", "email"),
    ],
)
def test_a_row_says_its_words_in_turn(cell: str, words: str) -> None:
    assert parse_row([(0, match_by_target(BOOK))], [cell]) == {"match_by": words}


@pytest.mark.parametrize("cell", ["id|shoe", "id|", "|email", "id||email", "new|email", "new|new", "|"])
def test_words_that_cannot_be_tried_in_turn_are_refused(cell: str) -> None:
    with pytest.raises(RowProblem) as caught:
        parse_row([(0, match_by_target(BOOK))], [cell])
    assert (caught.value.code, caught.value.field) == ("match_by_unknown", "match_by")
