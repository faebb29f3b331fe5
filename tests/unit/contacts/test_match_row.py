"""Rows that each say what finds their contact."""

from typing import Any

import pytest

from shared.contacts.columns import default_columns, resolve_column
from shared.contacts.mapping import MappingProblem, plan_mapping
from shared.contacts.matching import import_target, match_by_target, unless_blank
from shared.contacts.merge import ROW, Merge, Mode, Rules
from shared.contacts.patch import FieldBook, RowProblem, parse_row, patch_from_json
from shared.contract.values import Outcome
from tests.unit.contacts.stored import contact, decided, written

ANA, BO = "+447700900001", "+447700900002"
BOOK = FieldBook(identifiers=frozenset({"crm", "email2"}))
BY_ROW = Rules(match=ROW)


def known(number: int = 1, **members: Any) -> dict[str, Any]:
    """A stored contact with a key of each kind."""
    mobile, crm = f"+44770090000{number}", f"crm{number}"
    keys = [f"identifier:crm:{crm}", f"mobile:{mobile}"]
    return contact(number, **{"mobile": mobile, "identifiers": {"crm": crm}, "keys": keys, **members})


@pytest.mark.parametrize(
    "row",
    [
        {"match_by": "email", "email": "C1@example.org"},
        {"match_by": "mobile", "mobile": ANA},
        {"match_by": "id", "id": 1},
        {"match_by": "identifier:crm", "identifiers.crm": "crm1"},
    ],
)
def test_each_row_is_found_by_what_it_names(row: dict[str, Any]) -> None:
    end, decisions = written(BY_ROW, [known(1), known(2)], [{**row, "first_name": "Ana"}])
    assert (decisions[0].outcome, [each.get("first_name") for each in end]) == (Outcome.UPDATED, ["Ana", None])
    assert "match_by" not in end[0]


@pytest.mark.parametrize(
    ("row", "code", "field"),
    [
        ({"email": "c1@example.org"}, "match_by_missing", "match_by"),
        ({"match_by": None, "email": "c1@example.org"}, "match_by_missing", "match_by"),
        ({"match_by": "mobile", "email": "c1@example.org"}, "mobile_missing", "mobile"),
        ({"match_by": "email", "email": None, "mobile": ANA}, "email_missing", "email"),
        ({"match_by": "id", "email": "c1@example.org"}, "id_missing", "id"),
        ({"match_by": "identifier:crm", "id": 1}, "identifier_missing", "identifier:crm"),
        ({"match_by": "id", "id": 7, "email": "new@example.org"}, "contact_not_found", "id"),
    ],
)
def test_a_row_that_cannot_be_found_by_what_it_names_is_rejected(row: dict[str, Any], code: str, field: str) -> None:
    decision = decided(BY_ROW, [known()], row)[0]
    assert (decision.outcome, decision.code, decision.field) == (Outcome.REJECTED, code, field)


def test_other_keys_of_the_row_become_those_of_the_contact() -> None:
    row = {"match_by": "mobile", "mobile": ANA, "email": "new@example.org", "identifiers.crm": "x"}
    end, decisions = written(BY_ROW, [known()], [row, {"match_by": "email", "email": "new@example.org", "first_name": "Ana"}])
    assert [decision.outcome for decision in decisions] == [Outcome.UPDATED, Outcome.UPDATED]
    assert (end[0]["email"], end[0]["keys"], end[0]["first_name"]) == (
        "new@example.org",
        ["identifier:crm:x", f"mobile:{ANA}"],
        "Ana",
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"match_by": "email", "email": "c1@example.org", "mobile": BO}, "mobile_taken"),
        ({"match_by": "email", "email": "new@example.org", "mobile": BO}, "mobile_taken"),
        ({"match_by": "mobile", "mobile": ANA, "email": "c2@example.org"}, "email_taken"),
        ({"match_by": "id", "id": 1, "identifiers.crm": "crm2"}, "identifiers_taken"),
    ],
)
def test_a_key_of_another_contact_is_refused(said: dict[str, Any], code: str) -> None:
    assert decided(BY_ROW, [known(1), known(2)], said)[0].code == code


def test_each_row_has_its_own_match_and_none_is_left_for_the_next() -> None:
    rows: list[dict[str, Any]] = [
        {"match_by": "id", "id": 1},
        {"id": 1, "email": "c1@example.org"},
        {"match_by": "email", "email": "new@example.org"},
    ]
    assert [decision.outcome for decision in decided(BY_ROW, [known()], *rows)] == [
        Outcome.UNCHANGED,
        Outcome.REJECTED,
        Outcome.CREATED,
    ]


@pytest.mark.parametrize(("mode", "code"), [(Mode.CREATE, "contact_exists"), (Mode.UPDATE, None)])
def test_the_rules_of_the_job_hold_for_every_row(mode: Mode, code: str | None) -> None:
    assert decided(Rules(match=ROW, mode=mode), [known()], {"match_by": "mobile", "mobile": ANA})[0].code == code


def test_null_for_a_key_that_does_not_find_the_row_clears_where_blanks_clear() -> None:
    row = {"match_by": "mobile", "mobile": ANA, "email": None, "identifiers.crm": None}
    end, _ = written(Rules(match=ROW, merge=Merge.OVERWRITE), [known()], [row])
    assert ("email_key" in end[0], end[0]["keys"]) == (False, [f"mobile:{ANA}"])
    end, _ = written(BY_ROW, [known()], [row])
    assert end == [known()]


def test_the_spelling_of_an_email_is_taken_where_another_key_finds_the_contact() -> None:
    rows = {"match_by": "email", "email": "C1@example.org"}, {"match_by": "id", "id": 1, "email": "C1@Example.org"}
    assert [written(BY_ROW, [known()], [row])[0][0]["email"] for row in rows] == ["c1@example.org", "C1@Example.org"]


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("email", "email"),
        (" Email ", "email"),
        ("MOBILE", "mobile"),
        ("Id", "id"),
        ("identifier:crm", "identifier:crm"),
        ("crm", "identifier:crm"),
        ("email2", "identifier:email2"),
        ("", None),
        (None, None),
    ],
)
def test_a_row_says_its_match_in_words(cell: object, word: str | None) -> None:
    assert parse_row([(0, match_by_target(BOOK))], [cell]) == {"match_by": word}


@pytest.mark.parametrize("cell", ["uuid", "e-mail", "identifier:shoe", "CRM", 7])
def test_a_word_that_finds_nobody_is_refused_with_those_that_do(cell: object) -> None:
    with pytest.raises(RowProblem) as caught:
        parse_row([(0, match_by_target(BOOK))], [cell])
    assert (caught.value.code, caught.value.field) == ("match_by_unknown", "match_by")
    assert "email, mobile, id, identifier:crm" in caught.value.message


@pytest.mark.parametrize("name", ["email", "identifiers"])
def test_a_blank_text_leaves_a_key_alone_and_null_does_not(name: str) -> None:
    target = import_target(name, BOOK)
    assert target is not None
    says, path = (lambda cell: cell, "email") if name == "email" else (lambda cell: {"crm": cell}, "identifiers.crm")
    columns = [(0, unless_blank(target))]
    assert parse_row(columns, [says(" \u200b")]) == {}
    assert parse_row(columns, [says(None)]) == {path: None}
    assert parse_row(columns, [says("a@example.org")]) == {path: "a@example.org"}


def test_only_a_job_that_matches_by_row_reads_the_column() -> None:
    def found(match: str) -> dict[int, str]:
        plan = plan_mapping(["Match by", "ID", "uuid", "email"], None, BOOK, match=match)
        return {index: target.name for index, target in plan.targets}

    assert found(ROW) == {0: "match_by", 1: "id", 3: "email"}
    assert found("email") == {3: "email"}
    with pytest.raises(MappingProblem, match="does not exist"):
        plan_mapping(["key"], {"key": "match_by"}, BOOK, match="email")


def test_of_several_columns_that_say_it_the_first_alone_is_read() -> None:
    given = {"b": "match_by", "a": "match_by"}
    plan = plan_mapping(["a", "b", "match_by"], given, BOOK, match=ROW, only_given=True)
    assert ([(index, target.name) for index, target in plan.targets], plan.shadowed) == ([(1, "match_by")], [("a", "b")])


def test_no_export_and_no_body_of_the_api_knows_it() -> None:
    assert "match_by" not in default_columns(BOOK)
    assert resolve_column("match_by", BOOK) is None
    with pytest.raises(RowProblem, match="no such field"):
        patch_from_json({"match_by": "email"}, BOOK)
