"""Rows that name several ways to find their contact: how they are told apart, and how many of them make a contact."""

import asyncio
from typing import Any, cast

import pytest

from services.importer.newcomers import Newcomers
from services.importer.said_keys import BESIDE
from shared.contacts.store import AccountContacts
from shared.jobs.job import JobRefused
from tests.unit.importer.planned import planned
from tests.unit.importer.test_said_keys import ANA, BO, _Stored, by_row, planned_keys


@pytest.mark.parametrize(
    ("rows", "lines"),
    [
        (["id|email|new,a@example.org,,,", "email,A@example.org,,,"], [3]),
        (["id|email|new,a@example.org,,12,", "id|email|new,b@example.org,,12,"], [3]),
        (["id|email|new,a@example.org,,12,", "id|email|new,a@example.org,,,"], []),
        (["new,a@example.org,,,", "new,a@example.org,,,"], []),
        (["email|new,,,,", "email|new,,,,"], []),
        (["new|email,a@example.org,,,", "new|email,a@example.org,,,"], []),
    ],
)
def test_rows_are_duplicates_where_the_first_name_that_they_try_is_the_same(rows: list[str], lines: list[int]) -> None:
    assert [line for line, _, code, _ in by_row(*rows, duplicates="first").rows if code == "duplicate"] == lines


def test_names_that_are_tried_stand_first_and_each_name_once() -> None:
    row, unnamed = planned_keys([f"id|email|new,A@example.org,{ANA},12,x", "email|new,,,,"])
    assert row.key.split(BESIDE) == ["id:12", "|email:a@example.org", "|new:", f"mobile:{ANA}", "identifier:crm:x"]
    assert unnamed.key == "new:"


def test_the_gate_blames_the_first_word_and_takes_rows_that_make_a_contact() -> None:
    rows = ["id|email,,,,", "email|id,,,,", "id|email,a@example.org,,,", "id|email|new,,,,", "new,,,,", "id|shoe,,,1,"]
    survey = by_row(*rows, quality_gate=1).planner.survey
    assert survey.codes == {"id_missing": 1, "email_missing": 1, "match_by_unknown": 1}


def test_no_column_that_finds_is_needed_where_a_row_makes_its_contact() -> None:
    assert planned(b"match_by,first_name\nemail|new,Ana\nemail,Bo\n", match="row").lines == [2, 3]
    with pytest.raises(JobRefused, match="No column gives the match_by with its value"):
        planned(b"match_by,first_name\nemail|id,Ana\n", match="row")


def test_a_row_that_is_skipped_because_its_contact_is_there_gives_it_no_name() -> None:
    stored = _Stored("email:stored@example.org", "id:1")

    async def counted(only_creates: bool) -> list[int]:
        newcomers = Newcomers(cast(AccountContacts, stored), only_creates=only_creates)
        await newcomers.add(planned_keys(["id|email|new,a@example.org,,1,", "email,a@example.org,,,"]))
        return await newcomers.count()

    assert (asyncio.run(counted(only_creates=False)), asyncio.run(counted(only_creates=True))) == ([0], [1])


@pytest.mark.parametrize(
    ("rows", "new", "merging"),
    [
        (["new,,,,", "new,,,,"], 2, 2),
        (["id|email|new,,,,"], 1, 1),
        (["id|email|new,a@example.org,,,", "id|email|new,A@example.org,,,"], 1, 1),
        (["id|email|new,stored@example.org,,,"], 0, 0),
        (["id|email|new,a@example.org,,1,", "email,a@example.org,,,"], 0, 0),
        (["id|email|new,a@example.org,,2,", "email,a@example.org,,,"], 1, 1),
        (["id|email|new,a@example.org,,2,", "id|email|new,b@example.org,,2,"], 2, 2),
        (["email|id,,,2,", "id|email,,,2,"], 0, 0),
        (["id|email,a@example.org,,2,"], 1, 1),
        ([f"email|mobile,a@example.org,{ANA},,", f"email|mobile,b@example.org,{BO},,"], 1, 1),
        ([f"email|mobile,a@example.org,{BO},,", f"mobile,,{BO},,"], 1, 1),
        (["new,stored@example.org,,,"], 0, 1),
        (["new,a@example.org,,,", "new,a@example.org,,,"], 1, 2),
        (["email,a@example.org,,,stored:x"], 0, 1),
        (["email|new,not one,,,"], 0, 0),
    ],
)
@pytest.mark.parametrize("together", [1, 100])
def test_a_row_counts_unless_a_name_of_it_is_there(rows: list[str], new: int, merging: int, together: int) -> None:
    stored = _Stored("email:stored@example.org", f"mobile:{ANA}", "identifier:crm:stored:x", "id:1")

    async def counted(merges: bool) -> list[int]:
        newcomers = Newcomers(cast(AccountContacts, stored), merges=merges)
        keys = planned_keys(rows)
        for start in range(0, len(keys), together):
            await newcomers.add(keys[start : start + together])
            await newcomers.count()
        return await newcomers.count()

    assert (asyncio.run(counted(False)), asyncio.run(counted(True))) == ([new], [merging])


MANY = range(20)


@pytest.mark.parametrize(
    ("head", "options", "lanes"),
    [
        ("email,mobile", {"taken": "merge"}, 1),
        ("email,mobile", {"taken": "reject"}, 4),
        ("email,first_name", {"taken": "merge"}, 4),
        ("email,identifier:crm", {"taken": "merge"}, 1),
        ("id,email", {"taken": "merge", "match": "id"}, 1),
        ("id,first_name", {"taken": "merge", "match": "id"}, 4),
    ],
)
def test_rows_that_may_merge_one_anothers_contacts_are_worked_in_file_order(head: str, options: dict[str, Any], lanes: int) -> None:
    values = {"email": "p{0}@example.org", "mobile": "+4477009{0:05d}", "first_name": "A", "identifier:crm": "x{0}", "id": "1{0}"}
    rows = [",".join(values[name].format(number) for name in head.split(",")) for number in MANY]
    found = planned("\n".join([head, *rows]).encode(), **options).lanes
    assert len(found) == lanes
    if lanes == 1:
        assert list(found.values()) == [[number + 2 for number in MANY]]


def test_objects_are_worked_in_file_order_where_they_may_bring_another_key() -> None:
    rows = b"\n".join(b'{"email": "p%d@example.org"}' % number for number in MANY)
    assert len(planned(rows, name="a.ndjson", taken="merge").lanes) == 1
    assert len(planned(rows, name="a.ndjson").lanes) > 1
