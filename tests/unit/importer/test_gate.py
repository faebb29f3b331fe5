"""What refuses a payload as a whole, and in which order. The refusal names line, field and code, and nothing that a row has."""

import json
from typing import Any

import pytest

from shared.jobs.job import JobRefused
from tests.unit.importer.planned import planned


def refusal(content: bytes, **options: Any) -> JobRefused:
    """Why the payload is refused."""
    with pytest.raises(JobRefused) as refused:
        planned(content, **options)
    return refused.value


@pytest.mark.parametrize("match", ["email", "email_or_mobile", "row", "identifier:crm"])
def test_a_payload_without_the_column_is_told_so_though_all_its_rows_are_bad(match: str) -> None:
    problem = refusal(b"first_name\n" + b"Ana\n" * 100, match=match, quality_gate=0.1).problem
    assert problem.code == "match_column_missing"


def test_a_payload_without_rows_needs_no_column() -> None:
    assert planned(b"first_name\n", quality_gate=0.1).lines == []


def test_the_gate_names_lines_fields_and_codes_and_quotes_no_cell() -> None:
    content = b"email,mobile,cf:none\nana.unique,,\na@example.org,call 0151 23456789,\n,,unique\nb@example.org,,x\nunique4,,\n"
    problem = refusal(content, quality_gate=0.5).problem
    assert "First problems: line 2, email: email_invalid; line 3, mobile: phone_invalid; line 4: email_missing." in problem.message
    assert "unique" not in problem.message
    assert "23456789" not in problem.message


@pytest.mark.parametrize(
    ("member", "field"),
    [
        ({"custom": {"Ana Unique": 1}}, "custom"),
        ({"preferences": {"Ana Unique": "perhaps"}}, "preferences"),
        ({"channels": {"email": {"Ana Unique": 1}}}, "channels"),
    ],
)
def test_what_an_object_in_a_row_names_is_of_the_row_as_well(member: dict[str, Any], field: str) -> None:
    content = json.dumps([{"email": "a@example.org"} | member]).encode()
    message = refusal(content, name="a.json", quality_gate=0.5).problem.message
    assert f"line 1, {field}: " in message
    assert "Unique" not in message
