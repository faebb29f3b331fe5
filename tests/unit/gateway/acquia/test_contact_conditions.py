"""Conditions and orders of a query as questions to the database: typed, bounded, and never with a sign of the client's in them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.dialects.acquia.contact_columns import NOTHING, Columns
from services.gateway.dialects.acquia.contact_conditions import EXPRESSIONS, MOST_CONDITIONS, where
from services.gateway.dialects.acquia.contact_fields import contact_fields
from services.gateway.dialects.acquia.contact_finding import Finder
from services.gateway.dialects.acquia.contact_order import order_of
from services.gateway.dialects.acquia.contact_search import parse
from services.gateway.dialects.acquia.php import parse_form
from services.gateway.problems import Problem
from shared.contacts.fields import Field, FieldType
from shared.contacts.registry import CustomField
from shared.contract.identity import pack

DAY = datetime(2026, 11, 22, tzinfo=UTC)
ACCOUNT = 7


def custom(number: int, name: str, kind: FieldType, *choices: str) -> CustomField:
    field = Field(name, kind, f"custom.{number}", name, choices=choices)
    return CustomField(number, field, DAY, DAY, {}, {})


FIELDS = [
    custom(1, "Plan", FieldType.TEXT),
    custom(2, "likes", FieldType.MULTI_SELECT, "tea", "milk"),
    custom(3, "size", FieldType.NUMBER),
]
COLUMNS = Columns(contact_fields(FIELDS, frozenset()), ACCOUNT)


def one(col: str, expr: str, val: Any = None) -> Any:
    (found,) = where({0: {"col": col, "expr": expr, "val": val}}, COLUMNS)
    return found


@pytest.mark.parametrize("col", ["email", " Email "])
def test_an_e_mail_is_looked_up_by_its_key(col: str) -> None:
    assert one(col, "eq", " Ana@Example.org ") == {"email_key": {"$in": ["ana@example.org"]}}


def test_a_plus_in_an_e_mail_that_was_not_escaped_is_one_all_the_same() -> None:
    said = parse_form("where[0][col]=email&where[0][expr]=eq&where[0][val]=ana+news@example.org", 10)
    assert where(said["where"], COLUMNS) == [{"email_key": {"$in": ["ana+news@example.org"]}}]


def test_the_beginning_of_an_e_mail_is_found_in_the_index() -> None:
    assert one("email", "like", "Ana.S%") == {"email_key": {"$exists": True, "$regex": r"^ana\.s", "$options": "s"}}


def test_ids_are_those_of_the_account_and_their_bounds_hold() -> None:
    assert one("id", "in", "3,5") == {"_id": {"$in": [pack(ACCOUNT, 3), pack(ACCOUNT, 5)]}}
    assert one("id", "gt", "0") == {"_id": {"$gt": pack(ACCOUNT, 0)}}
    assert one("id", "lt", "9" * 18) == {"_id": {"$lt": pack(ACCOUNT + 1, 0)}}
    assert one("id", "gte", "-5") == {"_id": {"$gte": pack(ACCOUNT, 0) - 1}}


def test_moments_are_compared_by_the_second_in_which_they_are_shown() -> None:
    second, last = datetime(2026, 11, 22, 9, 30, 1, tzinfo=UTC), datetime(2026, 11, 22, 9, 30, 1, 999_000, UTC)
    said = "2026-11-22 09:30:01"
    assert one("date_added", "eq", said) == {"created_at": {"$gte": second, "$lte": last}}
    assert one("dateAdded", "gt", said) == {"created_at": {"$gt": last}}
    assert one("date_added", "gte", said) == {"created_at": {"$gte": second}}
    assert one("date_added", "lt", said) == {"created_at": {"$lt": second}}
    assert one("date_added", "lte", said) == {"created_at": {"$lte": last}}


@pytest.mark.parametrize("expr", ["eq", "neq", "lt", "lte", "gt", "gte", "in", "notIn"])
def test_the_last_second_that_there_is_has_an_end_too(expr: str) -> None:
    last = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
    found = str(one("date_added", expr, "9999-12-31 23:59:59"))
    assert repr(last) in found or repr(last.replace(microsecond=999_000)) in found


@pytest.mark.parametrize("col", ["points", "size", "date_added"])
def test_a_value_of_nothing_that_can_be_seen_is_none(col: str) -> None:
    assert one(col, "eq", "\u200b") == NOTHING
    for expr in ("lt", "lte", "gt", "gte"):
        with pytest.raises(Problem, match="val is missing"):
            one(col, expr, "\u200b")


def test_parts_of_an_address_are_those_of_the_kind_that_is_shown() -> None:
    match = {"$regex": r"^(?:São\ Paulo)\z", "$options": "i"}
    assert one("city", "eq", "São Paulo") == {"addresses": {"$elemMatch": {"kind": "home", "city": match}}}


def test_many_texts_are_looked_for_in_a_few_patterns() -> None:
    found = one("firstname", "in", ",".join(f"{n:04}{'x' * 95}" for n in range(500)))
    assert 1 < len(found["$or"]) < 10
    assert all(len(each["first_name"]["$regex"]) < 17_000 for each in found["$or"])


def test_choices_are_compared_as_a_whole_set() -> None:
    assert one("likes", "eq", "milk|tea") == {"custom.2": {"$all": ["milk", "tea"], "$size": 2}}


def test_nothing_is_equal_to_a_blank_as_in_sql() -> None:
    assert one("city", "eq", "") == one("city", "in", " , ") == one("city", "like", None) == NOTHING


def test_conditions_join_as_they_are_nested() -> None:
    query = (
        "where[0][expr]=orX&where[0][val][0][col]=size&where[0][val][0][expr]=gt&where[0][val][0][val]=3"
        "&where[0][val][1][expr]=andX&where[0][val][1][val][0][col]=points&where[0][val][1][val][0][expr]=isNull"
    )
    (found,) = where(parse_form(query, 50)["where"], COLUMNS)
    assert found == {"$or": [{"custom.3": {"$gt": 3}}, {"$and": [NOTHING]}]}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("$where", "Conditions are"),
        ({0: "x"}, "members col"),
        ({0: {"col": "$where", "val": "1"}}, "no column '\\$where'"),
        ({0: {"col": "nothing", "val": "1"}}, "Known are: address1, "),
        ({0: {"col": {"$gt": ""}, "val": "1"}}, "no column"),
        ({0: {"col": "custom.1", "val": "1"}}, "no column"),
        ({0: {"col": "email_key", "val": "1"}}, "no column"),
        ({0: {"col": "email", "val": {"$gt": ""}}}, "one text"),
        ({0: {"col": "email", "expr": "in", "val": {0: {"$gt": ""}}}}, "a list"),
        ({0: {"col": "email", "expr": "$gt", "val": ""}}, "no expr"),
        ({0: {"col": "email", "expr": {"a": "b"}, "val": ""}}, "no expr"),
        ({0: {"col": "points", "expr": "eq", "val": "many"}}, "points: "),
        ({0: {"col": "points", "expr": "like", "val": "1%"}}, "no text"),
        ({0: {"col": "date_added", "expr": "gt", "val": "soon"}}, "date_added: "),
        ({0: {"col": "id", "expr": "eq", "val": "1e5"}}, "id: "),
        ({0: {"col": "likes", "expr": "lt", "val": "tea"}}, "no order"),
        ({0: {"col": "city", "expr": "gt", "val": ""}}, "val is missing"),
        ({0: {"col": "city", "expr": "eq", "val": "a\x00"}}, "printable"),
        ({0: {"expr": "andX", "val": {}}}, "Conditions are"),
        ({n: {"col": "id", "val": "1"} for n in range(MOST_CONDITIONS + 1)}, "more than 100"),
        ({0: {"col": "id", "expr": "in", "val": ",".join("1" * 1_001)}}, "more than 1000"),
    ],
)
def test_a_condition_that_cannot_be_one_is_refused_with_the_reason(said: Any, word: str) -> None:
    with pytest.raises(Problem, match=word) as refusal:
        where(said, COLUMNS)
    assert refusal.value.status == 400


_VALUES = st.text(alphabet="ab$1-:%_|,.@ \\é", max_size=12)
_NESTED = st.recursive(
    st.fixed_dictionaries({"col": st.sampled_from(COLUMNS.names), "expr": st.sampled_from(EXPRESSIONS), "val": _VALUES}),
    lambda inner: st.fixed_dictionaries({"expr": st.sampled_from(["andX", "orX"]), "val": st.lists(inner, min_size=1, max_size=3)}),
    max_leaves=5,
)
_OPERATORS = {
    *(
        "$in",
        "$or",
        "$and",
        "$nor",
        "$exists",
        "$regex",
        "$options",
        "$elemMatch",
        "$lt",
        "$lte",
        "$gt",
        "$gte",
        "$all",
        "$size",
        "$expr",
    ),
    *("$literal", "$toLower", "$ifNull", "$let", "$first", "$filter", "$eq", "$ne", "$cond", "$type"),
}


@given(st.lists(_NESTED, min_size=1, max_size=3))
def test_no_value_stands_where_an_operator_could(said: list[Any]) -> None:
    assert _operators(lambda: where(said, COLUMNS)) <= _OPERATORS


@given(st.text(alphabet='ab$1:!+()"%* _@.|é', max_size=40))
def test_no_search_breaks_what_finds_contacts(search: str) -> None:
    def query() -> Any:
        node = parse(search)
        return Finder(COLUMNS).query(node) if node else {}

    assert _operators(query) <= _OPERATORS


def test_an_order_is_by_id_unless_it_says_otherwise() -> None:
    assert (
        order_of({}, COLUMNS)
        == order_of({"orderByDir": "ASC", "orderBy": ""}, COLUMNS)
        == order_of({"orderBy": "id"}, COLUMNS)
        == []
    )
    assert order_of({"orderByDir": "desc"}, COLUMNS) == [("$_id", -1)]


def test_orders_come_after_each_other_and_each_column_once() -> None:
    said = parse_form("orderBy=points,id&orderByDir=DESC&order[0][col]=points&order[1][col]=dateAdded&order[1][dir]=asc", 20)
    directions = [direction for _, direction in order_of(said, COLUMNS)]
    assert directions == [-1, -1, 1]


@pytest.mark.parametrize(
    "query", ["orderBy=nobody", "orderBy[a]=id", "orderBy=id&orderByDir=up", "order=id", "order[0]=id", "order[0][col]=$where"]
)
def test_an_order_that_cannot_be_one_is_refused(query: str) -> None:
    with pytest.raises(Problem) as refusal:
        order_of(parse_form(query, 20), COLUMNS)
    assert refusal.value.status == 400


def _operators(query: Callable[[], Any]) -> set[str]:
    """The signs of the database in a query; a refusal of the client has none."""
    try:
        found = query()
    except Problem as problem:
        return set() if problem.status == 400 else {str(problem)}
    return {name for name in _keys(json.loads(json.dumps(found, default=str))) if name.startswith("$")}


def _keys(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {*value, *(name for inner in value.values() for name in _keys(inner))}
    return {name for inner in value for name in _keys(inner)} if isinstance(value, list) else set()
