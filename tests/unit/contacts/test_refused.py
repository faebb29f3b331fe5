"""A cell that refuses its row: what it may hold, what is said of the row, and which columns are read so."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contacts.columns import default_columns, resolve_column
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.mapping import MappingProblem, plan_mapping
from shared.contacts.patch import ABSENT, FieldBook, RowProblem, parse_row, patch_from_json, target_names
from shared.contacts.refused import CODE_LENGTH, FIELD_LENGTH, MESSAGE_LENGTH, Refused, problems_said, refused_target

BOOK = FieldBook()
COLUMNS = [(0, refused_target())]


@pytest.mark.parametrize("cell", [None, ABSENT, "", " \t", "\u200b", {}, [], [None, "", {}]])
def test_a_blank_cell_says_nothing(cell: object) -> None:
    assert problems_said(cell) == []
    assert parse_row(COLUMNS, [cell]) == {}
    assert parse_row(COLUMNS, []) == {}


@pytest.mark.parametrize(
    ("cell", "code", "field", "message"),
    [
        (" Not a contact. ", "refused", "refused", "Not a contact."),
        ({"message": "Too long."}, "refused", "refused", "Too long."),
        ({"code": "too_long", "field": "firstname", "message": "Too long."}, "too_long", "firstname", "Too long."),
        ([{"code": "a1", "message": "One."}, {"code": "b", "message": "Two."}], "a1", "refused", "One."),
        ([None, "", "Three."], "refused", "refused", "Three."),
        ('{"code": "a", "message": "Text is text."}', "refused", "refused", '{"code": "a", "message": "Text is text."}'),
        ("=1+1\nx\x00\ud800", "refused", "refused", "=1+1 x\ufffd\ufffd"),
    ],
)
def test_a_row_is_refused_with_what_the_cell_says_first(cell: object, code: str, field: str, message: str) -> None:
    with pytest.raises(Refused) as caught:
        parse_row(COLUMNS, [cell])
    assert (caught.value.code, caught.value.field, caught.value.message) == (code, field, message)


@pytest.mark.parametrize("cell", [0, False, 1.5, [[]], {"code": "x"}, {"message": None}, {"message": " "}, {"message": {}}, [7]])
def test_what_is_not_blank_refuses_the_row_though_it_says_no_reason(cell: object) -> None:
    (problem,) = problems_said(cell)
    assert problem.message.startswith("The row was found unfit")


@pytest.mark.parametrize(
    "code", ["", "A", "1a", "_a", "a-b", "a.b", "a b", "a\n", "é", "a" * (CODE_LENGTH + 1), 7, None, ["a"], {"a": 1}]
)
def test_a_code_that_is_none_is_the_one_of_all_refused_rows(code: object) -> None:
    (problem,) = problems_said({"code": code, "message": "m"})
    assert problem.code == "refused"
    assert problems_said({"code": "a" * CODE_LENGTH})[0].code == "a" * CODE_LENGTH


def test_all_that_a_list_says_can_be_read() -> None:
    said = [{"code": "a", "field": "x", "message": "One."}, "Two.", None, {"field": "y", "message": "Three."}]
    found = [(problem.code, problem.field, problem.message) for problem in problems_said(said)]
    assert found == [("a", "x", "One."), ("refused", "refused", "Two."), ("refused", "y", "Three.")]


texts = st.text(max_size=6) | st.sampled_from(["x" * 2_000, "\ud800", "message", "code"])
cells = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["message", "code", "field"]), inner),
    max_leaves=6,
)


@given(cells)
def test_whatever_the_cell_holds_its_words_can_be_kept_and_shown(cell: Any) -> None:
    for problem in problems_said(cell):
        assert 0 < len(problem.code) <= CODE_LENGTH
        assert 0 < len(problem.field) <= FIELD_LENGTH
        assert 0 < len(problem.message) <= MESSAGE_LENGTH
        assert (problem.code + problem.field + problem.message).isprintable()
        msgspec.msgpack.encode((problem.code, problem.field, problem.message))


@pytest.mark.parametrize("only_given", [True, False])
def test_it_is_the_first_problem_of_its_row_wherever_its_column_stands(only_given: bool) -> None:
    columns = ["email", "mobile", "Why"]
    plan = plan_mapping(columns, {"email": "email", "mobile": "mobile", "Why": "refused"}, BOOK, only_given=only_given)
    assert [(index, target.name) for index, target in plan.targets] == [(2, "refused"), (0, "email"), (1, "mobile")]
    with pytest.raises(RowProblem, match="unfit for us"):
        parse_row(plan.targets, ["no address", "no number", "unfit for us"])
    assert parse_row(plan.targets, ["a@example.org", None, ""]) == {"email": "a@example.org", "mobile": None}


def test_no_heading_means_it() -> None:
    plan = plan_mapping(["email", "refused", "Refused"], None, BOOK)
    assert ([target.name for _, target in plan.targets], plan.unknown) == (["email"], ["refused", "Refused"])
    assert plan_mapping(["email", "refused"], {"email": "email"}, BOOK, only_given=True).unknown == ["refused"]
    own = Field("refused", FieldType.TEXT, custom_path(1))
    plan = plan_mapping(["email", "refused"], None, FieldBook({"refused": own}))
    assert [target.name for _, target in plan.targets] == ["email", "cf:refused"]


def test_one_column_says_it() -> None:
    two = {"a": "refused", "b": "Refused"}
    with pytest.raises(MappingProblem, match="would both fill refused"):
        plan_mapping(["a", "b"], two, BOOK)
    plan = plan_mapping(["b", "a"], two, BOOK, only_given=True)
    assert ([(index, target.name) for index, target in plan.targets], plan.shadowed) == ([(1, "refused")], [("b", "a")])


def test_no_export_shows_it_and_no_body_has_it() -> None:
    assert "refused" not in [*default_columns(BOOK), *target_names(BOOK)]
    assert resolve_column("refused", BOOK) is None
    with pytest.raises(RowProblem, match="no such field"):
        patch_from_json({"refused": json.dumps({"message": "x"})}, BOOK)
