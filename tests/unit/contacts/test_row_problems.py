"""Every problem of a row, for answers that name them all."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import Field, FieldType
from shared.contacts.patch import ABSENT, FieldBook, RowProblem, Target, parse_row, problems_of, resolve_target, target_names

BOOK = FieldBook(custom={"since": Field("since", FieldType.DATE, "custom.1")}, identifiers=frozenset({"crm"}))
BIRTHDAY = {"birthday_month": 2, "birthday_day": 30}


def columns(*names: str) -> list[tuple[int, Target]]:
    found = [(index, target) for index, name in enumerate(names) if (target := resolve_target(name, BOOK))]
    assert len(found) == len(names)
    return found


def problems(cells: Mapping[str, object], *, checks_birthday: bool = False) -> list[tuple[str, str]]:
    found = problems_of(columns(*cells), list(cells.values()), checks_birthday=checks_birthday)
    assert all(problem.message.startswith(f"{problem.field}: ") for problem in found)
    return [(problem.code, problem.field) for problem in found]


def raised(row: list[tuple[int, Target]], cells: list[object], checks_birthday: bool) -> list[str]:
    """The message of the problem that reading the row raises, if it does."""
    try:
        parse_row(row, cells, checks_birthday=checks_birthday)
    except RowProblem as problem:
        return [problem.message]
    return []


def test_each_bad_cell_is_told_in_the_order_of_the_columns() -> None:
    cells = {"mobile": "12", "first_name": "Ana", "cf:since": "soon", "email": "nobody", "phones": [{"kind": "home"}]}
    assert problems(cells) == [
        ("phone_invalid", "mobile"),
        ("date_invalid", "cf:since"),
        ("email_invalid", "email"),
        ("value_missing", "phones.0"),
    ]
    assert problems(dict(reversed(cells.items()))) == list(reversed(problems(cells)))


def test_a_sound_row_and_cells_that_say_nothing_have_no_problem() -> None:
    assert problems({"email": "a@example.org", "mobile": None, "cf:since": " "}) == []
    assert problems_of(columns("email", "mobile"), [ABSENT]) == []


def test_a_problem_says_the_same_as_where_it_is_the_only_one() -> None:
    told = problems_of(columns("email", "mobile"), ["nobody", "12"])
    for problem, name, cell in zip(told, ("email", "mobile"), ("nobody", "12"), strict=True):
        with pytest.raises(RowProblem) as alone:
            parse_row(columns(name), [cell])
        assert (problem.code, problem.field, problem.message) == (alone.value.code, alone.value.field, alone.value.message)


def test_a_birthday_that_there_is_not_is_told_last_and_only_where_it_is_asked_for() -> None:
    assert problems({**BIRTHDAY, "email": "nobody"}) == [("email_invalid", "email")]
    assert problems({**BIRTHDAY, "email": "nobody"}, checks_birthday=True) == [
        ("email_invalid", "email"),
        ("date_invalid", "birthday_day"),
    ]


def test_a_birthday_with_a_bad_part_is_not_told_to_lack_it() -> None:
    month = {"birthday_month": 13, "birthday_day": 3}
    assert problems(month, checks_birthday=True) == [("out_of_range", "birthday_month")]
    assert problems({"birthday_day": 3}, checks_birthday=True) == [("date_invalid", "birthday_day")]


@settings(derandomize=True, deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from(target_names(BOOK)), unique=True, max_size=6),
    st.lists(st.sampled_from(["1", "31", "a@example.org", "soon", "", None, ABSENT, 2, True]) | st.text(max_size=4), max_size=6),
    st.booleans(),
)
def test_the_first_problem_is_the_one_that_reading_the_row_raises(names: list[str], cells: list[object], checks: bool) -> None:
    told = [problem.message for problem in problems_of(columns(*names), cells, checks_birthday=checks)]
    assert told[:1] == raised(columns(*names), cells, checks)
