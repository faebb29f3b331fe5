"""Rows that each say what finds their contact: by what they are told apart, and how many of them make a contact."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Any, cast

import pytest

from services.importer.newcomers import Newcomers
from services.importer.said_keys import BESIDE, SaidKeys, kind_and_value
from shared.contacts.mapping import plan_mapping
from shared.contacts.store import AccountContacts
from shared.jobs.job import JobRefused
from shared.jobs.lanes import PlannedRow
from tests.unit.importer.planned import BOOK, Planned, planned

ANA, BO = "+447700900001", "+447700900002"
HEAD = "match_by,email,mobile,id,identifier:crm"


def by_row(*rows: str, **options: Any) -> Planned:
    """The plan of a payload whose rows say it."""
    return planned("\n".join([HEAD, *rows]).encode(), match="row", **options)


def test_all_rows_are_worked_in_file_order() -> None:
    plan = by_row(*(f"email,p{number}@example.org,,," for number in range(20)))
    assert list(plan.lanes.values()) == [list(range(2, 22))]


@pytest.mark.parametrize(
    ("rows", "rule", "lines"),
    [
        (["email,a@example.org,,,", "email,A@example.org,,,"], "first", [3]),
        (["email,a@example.org,,,", "EMAIL,A@example.org,,,"], "last", [2]),
        ([f"mobile,,{ANA},,", f"mobile,b@example.org,{ANA},,"], "reject", [3]),
        (["identifier:crm,,,,x", "crm,,,,x"], "first", [3]),
        (["id,,,12,", "id,,,012,"], "first", [3]),
        ([f"email,a@example.org,{ANA},,", f"mobile,,{ANA},,"], "first", []),
        ([f"email,a@example.org,{ANA},,", f"email,b@example.org,{ANA},,"], "first", []),
        (["id,,,1,1", "crm,,,1,1"], "first", []),
        (["email,a@example.org,bad,,", "email,a@example.org,,,"], "first", []),
        (["email,,,,", "email,,,,"], "first", []),
        ([",a@example.org,,,", ",a@example.org,,,"], "first", []),
        (["shoe,a@example.org,,,", "shoe,a@example.org,,,"], "first", []),
    ],
)
def test_rows_are_duplicates_where_one_key_of_one_kind_finds_them(rows: list[str], rule: str, lines: list[int]) -> None:
    assert [line for line, _, code, _ in by_row(*rows, duplicates=rule).rows if code == "duplicate"] == lines


def test_a_duplicate_is_told_without_the_name_of_the_column_that_says_what_finds_it() -> None:
    rows = by_row("email,a@example.org,,,", "email,a@example.org,,,", duplicates="first").rows
    assert rows[1][2:] == ("duplicate", "Line 2 names the same contact.")


def test_the_gate_counts_rows_by_what_is_wrong_with_them() -> None:
    rows = ["email,a@example.org,,,", "mobile,a@example.org,,,", ",a@example.org,,,", "shoe,a@example.org,,,", "id,,,x,"]
    survey = by_row(*rows, quality_gate=1).planner.survey
    assert survey.codes == {"mobile_missing": 1, "match_by_missing": 1, "match_by_unknown": 1, "number_invalid": 1}
    assert survey.first[:2] == ["line 3: mobile_missing", "line 4: match_by_missing"]


@pytest.mark.parametrize("content", [b"email\na@example.org\n", b"match_by,first_name\nemail,Ana\n"])
def test_a_column_that_says_it_and_one_that_finds_are_needed(content: bytes) -> None:
    with pytest.raises(JobRefused, match="No column gives the match_by with its value"):
        planned(content, match="row")
    assert planned(b"match_by,email\nemail,a@example.org\n", match="row").lines == [2]


def test_a_name_comes_apart_at_its_kind() -> None:
    assert kind_and_value("email:a:b@example.org") == ("email", "a:b@example.org")
    assert kind_and_value("identifier:crm:a:b") == ("identifier:crm", "a:b")


class _Stored:
    """Contacts that have these names."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)

    async def known(self, kind: str, values: Collection[str]) -> set[str]:
        """See `AccountContacts.known`."""
        return {value for value in values if f"{kind}:{value}" in self.names}

    async def among(self, session: None, numbers: Sequence[int], query: dict[str, Any]) -> set[int]:
        """See `AccountContacts.among`."""
        return {number for number in numbers if f"id:{number}" in self.names}


@pytest.mark.parametrize(
    ("rows", "new"),
    [
        (["email,a@example.org,,,", "email,A@example.org,,,"], 1),
        (["email,a@example.org,,,", f"mobile,,{BO},,"], 2),
        ([f"email,a@example.org,{BO},,", f"mobile,a@example.org,{BO},,"], 1),
        ([f"email,a@example.org,{BO},,x", "identifier:crm,,,,x", f"mobile,,{BO},,"], 1),
        ([f"mobile,,{BO},,", f"email,a@example.org,{BO},,", "email,a@example.org,,,"], 2),
        ([f"email,stored@example.org,{BO},,", f"mobile,,{BO},,"], 0),
        ([f"email,a@example.org,{ANA},,", f"mobile,,{ANA},,"], 0),
        (["id,a@example.org,,1,", "email,a@example.org,,,"], 0),
        (["id,a@example.org,,2,"], 0),
        (["id,a@example.org,,2,", "email,a@example.org,,,"], 1),
        ([f"id,a@example.org,,{2**63 - 1},", "email,a@example.org,,,"], 1),
        (["email,not one,,,", "mobile,,,,", ",a@example.org,,,"], 0),
        (["crm,,,,a:b", "crm,,,,a:c", "crm,,,,stored:x"], 2),
    ],
)
@pytest.mark.parametrize("together", [1, 100])
def test_a_row_makes_a_contact_where_nobody_has_any_of_its_names(rows: list[str], new: int, together: int) -> None:
    stored = _Stored("email:stored@example.org", f"mobile:{ANA}", "identifier:crm:stored:x", "id:1")

    async def counted() -> list[int]:
        newcomers = Newcomers(cast(AccountContacts, stored))
        keys = planned_keys(rows)
        for start in range(0, len(keys), together):
            await newcomers.add(keys[start : start + together])
            if together == 1:
                await newcomers.count()
        return await newcomers.count()

    assert asyncio.run(counted()) == [new]


def test_each_of_thousands_of_names_is_counted_once() -> None:
    rows = [PlannedRow(line, f"email:p{line % 4_000}@example.org", b"") for line in range(6_000)]
    newcomers = Newcomers(cast(AccountContacts, _Stored()))

    async def counted() -> list[int]:
        await newcomers.add(rows)
        return await newcomers.count()

    assert asyncio.run(counted()) == [4_000]


def planned_keys(rows: list[str]) -> list[PlannedRow]:
    """These rows as the planner hands them on."""
    keys = SaidKeys(plan_mapping(HEAD.split(","), None, BOOK, match="row", nested=False).targets)
    found = [keys.of(row.split(",")) for row in rows]
    return [PlannedRow(line, f"{key}{BESIDE}{beside}" if beside else key, b"") for line, (key, beside) in enumerate(found)]
