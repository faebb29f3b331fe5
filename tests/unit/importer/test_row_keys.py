"""Rows that name their contact by e-mail or by mobile: what brings them together, and which of them are duplicates."""

from typing import Any

import pytest

from shared.jobs.job import JobRefused
from tests.unit.importer.planned import Planned, planned

BOTH = b"email,mobile\n" + b"".join(
    b"p%d@example.org,+4477009%05d\n,+4477009%05d\n" % (number, number, number) for number in range(10)
)


def either(content: bytes, name: str = "a.csv", **options: Any) -> Planned:
    """The plan of a payload whose contacts are found by either."""
    return planned(content, name=name, match="email_or_mobile", **options)


def codes(plan: Planned) -> dict[int, str]:
    """The codes of the rows that have one, by line."""
    return {line: code for line, _, code, _ in plan.rows if code}


def test_where_both_columns_are_there_all_rows_are_worked_in_file_order() -> None:
    plan = either(BOTH)
    assert list(plan.lanes.values()) == [list(range(2, 22))]
    assert len(planned(BOTH, match="mobile").lanes) > 1


@pytest.mark.parametrize("columns", [b"email", b"mobile"])
def test_where_there_is_one_column_rows_are_spread_by_it(columns: bytes) -> None:
    cells = {b"email": b"P%d@example.org", b"mobile": b"+44 77009%05d"}[columns]
    content = columns + b"\n" + b"".join(cells % (number % 20) + b"\n" for number in range(60))
    plan = either(content)
    assert len(plan.lanes) > 1
    for lines in plan.lanes.values():
        assert {(line - 2) % 20 for line in lines} == {(line - 2) % 20 for line in lines if line < 22}
        assert lines == sorted(lines)


def test_objects_whose_names_are_not_known_before_the_last_are_in_one_lane() -> None:
    lines = b"".join(b'{"email": "p%d@example.org"}\n' % number for number in range(20))
    assert len(either(lines + b'{"mobile": "+447700900000"}\n', "a.ndjson").lanes) == 1


ANA, BO = "+447700900001", "+447700900002"


@pytest.mark.parametrize(
    ("rows", "rule", "expected"),
    [
        ([f"a@example.org,{ANA}", f",{ANA}"], "first", {3: "duplicate"}),
        ([f"a@example.org,{ANA}", f",{ANA}"], "last", {2: "duplicate"}),
        ([f",{ANA}", f"a@example.org,{ANA}"], "first", {3: "duplicate"}),
        ([f",{ANA}", f"A@example.org,{ANA}", "a@example.org,"], "last", {2: "duplicate", 3: "duplicate"}),
        ([f",{ANA}", f",{ANA}"], "reject", {3: "duplicate"}),
        (["a@example.org,", "A@example.org,"], "reject", {3: "duplicate"}),
        ([f"a@example.org,{ANA}", f",{BO}"], "first", {}),
        ([f"a@example.org,{ANA}", f"b@example.org,{ANA}"], "first", {}),
        ([f"a@example.org,{ANA}", f"b@example.org,{ANA}", f",{ANA}"], "first", {4: "duplicate"}),
        ([f"not one,{ANA}", f",{ANA}"], "first", {}),
        ([",", ","], "first", {}),
    ],
)
def test_a_row_with_a_mobile_alone_is_a_duplicate_of_the_one_that_has_it_beside_its_email(
    rows: list[str], rule: str, expected: dict[int, str]
) -> None:
    plan = either("\n".join(["email,mobile", *rows]).encode(), duplicates=rule)
    assert codes(plan) == expected


def test_a_duplicate_is_told_in_words() -> None:
    plan = either(f"email,mobile\na@example.org,{ANA}\n,{ANA}\n".encode(), duplicates="first")
    assert plan.rows[1][3] == "Line 2 has the same email or mobile."


def test_a_row_with_neither_is_bad_for_the_quality_gate() -> None:
    plan = either(f"email,mobile,first_name\na@example.org,,x\n,{ANA},x\n,,x\n".encode(), quality_gate=0.5)
    assert (plan.planner.survey.bad, plan.planner.survey.first) == (1, ["line 4: email_or_mobile_missing"])


def test_one_of_both_columns_is_needed_and_one_is_enough() -> None:
    assert either(b"email\na@example.org\n").lines == either(b"mobile\n+447700900001\n").lines == [2]
    with pytest.raises(JobRefused, match="No column gives the email or mobile by which"):
        either(b"first_name\nAna\n")
