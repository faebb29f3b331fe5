"""Columns of exports: which there are, what each shows of a contact, and the one text that each list has in a cell."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.columns import MOST_CHARACTERS, SHOWN_ONLY, Column, ColumnType, default_columns, resolve_column
from shared.contacts.fields import Field, FieldType
from shared.contacts.mapping import plan_mapping
from shared.contacts.patch import RowProblem, parse_row, resolve_target
from shared.contacts.present import Names
from shared.contacts.values.choices import choices_from_text, join_list, split_list
from tests.unit.contacts.exported import CHOICES, NAMES, book
from tests.unit.contacts.stored import LATER, NOW, contact

BOOK = book()
FULL = contact(
    7,
    email="Ana@Example.org",
    mobile="+447700900123",
    identifiers={"crm": "x1"},
    first_name="Ana",
    points=-3,
    anniversary="2020-02-29",
    phones=[
        {"id": 4, "kind": "home", "number": "1 23"},
        {"id": 5, "kind": "fax", "number": "555"},
        {"id": 6, "kind": "home", "number": "9"},
    ],
    addresses=[{"id": 1, "kind": "work", "city": "Bonn"}, {"id": 2, "kind": "work", "city": "Köln", "street": "Ring 1"}],
    tags=[8, 1, 12, 999],
    lists=[
        {"id": 2, "status": "subscribed", "at": NOW},
        {"id": 3, "status": "unsubscribed", "at": NOW},
        {"id": 1, "status": "pending", "at": NOW},
        {"id": 999, "status": "subscribed", "at": NOW},
    ],
    notes=[{"id": 2, "at": NOW, "text": "later"}, {"id": 1, "at": NOW, "text": "first"}],
    preferences={"a.b": False},
    channels={
        "email": {
            "status": "unsubscribed",
            "opt_in": {"at": NOW + timedelta(milliseconds=5), "type": "single"},
            "opt_out": {"at": LATER, "source": "the footer"},
            "reason": "too many",
        },
        "sms": {"reason": "replied STOP"},
        "whatsapp": {"status": "pending"},
    },
    birthday_month=2,
    birthday_day=9,
    custom={"6": True, "50": "Red", "51": ["b", "a"], "99": "of a field that is gone"},
    created_via="import",
)


def column(name: str) -> Column:
    found = resolve_column(name, BOOK)
    assert found is not None, name
    return found


@pytest.mark.parametrize(
    ("name", "kind", "value"),
    [
        ("id", ColumnType.INTEGER, 7),
        ("uuid", ColumnType.TEXT, "11112222-3333-8444-8100-000000000007"),
        ("email", ColumnType.TEXT, "Ana@Example.org"),
        ("mobile", ColumnType.TEXT, "+447700900123"),
        ("identifier:crm", ColumnType.TEXT, "x1"),
        ("identifier:erp", ColumnType.TEXT, None),
        ("points", ColumnType.INTEGER, -3),
        ("anniversary", ColumnType.DATE, "2020-02-29"),
        ("phone:home", ColumnType.TEXT, "1 23"),
        ("phone:work", ColumnType.TEXT, None),
        ("address:work:city", ColumnType.TEXT, "Bonn"),
        ("address:work:street", ColumnType.TEXT, None),
        ("address:home:city", ColumnType.TEXT, None),
        ("tags", ColumnType.TEXTS, ["a", "Ünï"]),
        ("lists", ColumnType.TEXTS, ["b", "a"]),
        ("list_statuses", ColumnType.TEXTS, ["b: subscribed", "a|b: unsubscribed", "a: pending"]),
        ("notes", ColumnType.TEXTS, ["first", "later"]),
        ("preference:a.b", ColumnType.BOOLEAN, False),
        ("preference:a", ColumnType.BOOLEAN, None),
        ("email_status", ColumnType.TEXT, "unsubscribed"),
        ("email_reason", ColumnType.TEXT, "too many"),
        ("opt_in_type", ColumnType.TEXT, "single"),
        ("opt_in_at", ColumnType.DATETIME, NOW + timedelta(milliseconds=5)),
        ("sms_status", ColumnType.TEXT, None),
        ("sms_permission", ColumnType.TEXT, None),
        ("sms_reason", ColumnType.TEXT, "replied STOP"),
        ("sms_opt_in_at", ColumnType.DATETIME, None),
        ("whatsapp_status", ColumnType.TEXT, "pending"),
        ("cf:F Boolean", ColumnType.BOOLEAN, True),
        ("cf:f single_select", ColumnType.TEXT, "Red"),
        ("cf:f multi_select", ColumnType.TEXTS, ["b", "a"]),
        ("cf:f number", ColumnType.NUMBER, None),
        ("status", ColumnType.TEXT, "unsubscribed"),
        ("email_ground", ColumnType.TEXT, "unsubscribed"),
        ("email_opt_out_at", ColumnType.DATETIME, LATER),
        ("email_opt_out_source", ColumnType.TEXT, "the footer"),
        ("email_opt_out_reason", ColumnType.TEXT, "too many"),
        ("birthday", ColumnType.TEXT, "02/09"),
        ("created_at", ColumnType.DATETIME, NOW),
        ("updated_via", ColumnType.TEXT, "import"),
        ("deleted_at", ColumnType.DATETIME, None),
    ],
)
def test_a_column_shows_what_is_stored(name: str, kind: ColumnType, value: Any) -> None:
    found = column(name)
    assert (found.type, found.value(FULL, NAMES)) == (kind, value)


@pytest.mark.parametrize("name", ["tags", "lists", "notes", "list_statuses"])
def test_a_list_is_never_shown_empty(name: str) -> None:
    found = column(name)
    assert found.value(contact(), NAMES) is None
    assert found.value(contact(tags=[999], lists=[{"id": 999, "status": "subscribed", "at": NOW}]), NAMES) is None


@pytest.mark.parametrize(
    "name",
    ["", "e-mail", "cf:none", "identifier:none", "phone:boat", "address:home:planet", "phones", "custom", "channels", "Email"],
)
def test_a_name_that_no_column_has_is_none(name: str) -> None:
    assert resolve_column(name, BOOK) is None


def test_the_default_columns_are_all_that_an_import_reads_each_under_its_own_heading() -> None:
    names = default_columns(BOOK)
    assert [column(name).name for name in names] == names
    plan = plan_mapping(names, None, BOOK)
    assert [target.name for _, target in plan.targets] == names
    assert [*plan.unknown, *plan.ignored, *plan.shadowed] == []
    assert plan_mapping(names, None, BOOK, match="email").ignored == ["id", "uuid"]


@pytest.mark.parametrize("name", SHOWN_ONLY)
def test_no_import_reads_a_column_that_is_only_shown(name: str) -> None:
    assert (column(name).name, resolve_target(name, BOOK)) == (name, None)
    plan = plan_mapping([name, "email"], None, BOOK)
    assert ([target.name for _, target in plan.targets], plan.unknown) == (["email"], [name])


@pytest.mark.parametrize(
    ("members", "email", "sms"),
    [
        ({}, "implicit", None),
        ({"email": None, "mobile": "+447700900123"}, "not_set", "not_set"),
        ({"channels": {"email": {"permission": "explicit", "status": "subscribed"}}}, "explicit", None),
        ({"channels": {"email": {"permission": "explicit", "status": "suppressed"}}}, "temp_hold", None),
        ({"mobile": "+447700900123", "channels": {"sms": {"status": "pending"}}}, "implicit", "pending_confirmation"),
    ],
)
def test_the_ground_of_a_channel_is_one_word(members: dict[str, Any], email: str, sms: str | None) -> None:
    stored = contact(**members)
    assert [column(name).value(stored, NAMES) for name in ("email_ground", "sms_ground")] == [email, sms]


def test_half_a_birthday_is_none() -> None:
    for part in ({}, {"birthday_month": 2}, {"birthday_day": 9}):
        assert column("birthday").value(contact(**part), NAMES) is None


@pytest.mark.parametrize(
    ("name", "value", "cell"),
    [
        ("id", 7, "7"),
        ("cf:f boolean", True, "true"),
        ("cf:f boolean", False, "false"),
        ("cf:f number", 0.1 + 0.2, "0.30000000000000004"),
        ("cf:f number", 2**63 - 1, "9223372036854775807"),
        ("opt_in_at", NOW, "2026-11-22T00:00:00.000Z"),
        ("updated_at", LATER, "2026-11-23T00:00:00.000Z"),
        ("tags", ["a", "p, q"], "a|p, q"),
        ("tags", ["p, q"], '["p, q"]'),
        ("lists", ["a|b"], '["a|b"]'),
        ("notes", ["one; two"], "one; two"),
        ("notes", ["one", "two"], '["one", "two"]'),
        ("notes", ['["a"]'], r'["[\"a\"]"]'),
        ("cf:f multi_select", ["a", "Red"], "a|Red"),
        ("cf:f multi_select", ["a", "b"], '["a", "b"]'),
        ("cf:f multi_select", ["a|b"], "a|b"),
        ("cf:f multi_select", ['["a", "b"]'], r'["[\"a\", \"b\"]"]'),
        ("list_statuses", ["a: pending", "b: subscribed"], "a: pending|b: subscribed"),
    ],
)
def test_a_value_has_one_text_in_a_cell_and_an_import_reads_it_back(name: str, value: Any, cell: str) -> None:
    assert column(name).cell(value) == cell
    target = resolve_target(name, BOOK)
    if target is not None:
        assert parse_row([(0, target)], [cell]) == {target.path: value}


@given(
    items=st.lists(
        st.text(st.characters(exclude_categories=["C", "Z"]) | st.sampled_from('|;,"[]'), min_size=1), min_size=1, unique=True
    )
)
@settings(max_examples=500, deadline=None)
def test_every_list_of_texts_is_read_back(items: list[str]) -> None:
    for separators in ("|;,", "|;", ""):
        assert split_list(join_list(items, lambda text, marks=separators: split_list(text, marks)), separators) == items  # type: ignore[misc]


@given(chosen=st.lists(st.sampled_from(CHOICES), min_size=1, unique=True))
@settings(max_examples=500, deadline=None)
def test_every_set_of_choices_is_read_back(chosen: list[str]) -> None:
    read = choices_from_text(CHOICES)
    assert read(join_list(chosen, read)) == chosen


def test_a_choice_that_reads_as_a_list_of_others_is_written_as_a_list_of_one() -> None:
    odd = '["a", "b"]'
    read = choices_from_text([odd])
    assert read(join_list([odd], read)) == [odd]


@pytest.mark.parametrize("text", ['["a", 1]', '["a"', '["a"x"]', '["' + '",[' * 100_000 + '"]', "[]", '{"a"]', '[["a"]]'])
def test_what_is_no_json_list_of_texts_is_split_as_ever(text: str) -> None:
    assert split_list(text, "|") == [text]


@pytest.mark.parametrize(
    "text", ["0.1234567890123456789", "9223372036854775809", "1,5", "nan", "inf", "1_0.5", "0.10000000000000001"]
)
def test_a_number_is_taken_beyond_fifteen_digits_only_as_a_float_prints_it(text: str) -> None:
    target = resolve_target("cf:f number", BOOK)
    assert target is not None
    assert parse_row([(0, target)], [" 0.30000000000000004 "]) == {target.path: 0.1 + 0.2}
    with pytest.raises(RowProblem):
        parse_row([(0, target)], [text])


def test_a_list_that_no_cell_holds_is_cut_where_that_does_no_harm_and_blank_where_it_would() -> None:
    texts = [f"{number:04}" + "x" * 1000 for number in range(100)]
    for name in ("notes", "tags", "lists"):
        cell = column(name).cell(texts)
        assert json.loads(cell) == texts[-32:]
        assert len(cell) <= MOST_CHARACTERS
    wide = book(tuple(texts))
    found = resolve_column("cf:f multi_select", wide)
    assert found is not None
    assert found.cell(texts) == ""
    assert found.cell(texts[:2]) == "|".join(texts[:2])


def test_names_that_an_import_would_read_otherwise_are_not_shown() -> None:
    odd = Names(1, {1: " a", 2: "ok", 3: "\u200bz", 4: "x" * 256}, {1: "-a", 2: "ok", 3: "", 4: "b\x01"})
    stored = contact(tags=[1, 2, 3, 4], lists=[{"id": number, "status": "subscribed", "at": NOW} for number in (1, 2, 3, 4)])
    assert column("tags").value(stored, odd) == column("lists").value(stored, odd) == ["ok"]


def test_a_choice_that_its_field_has_no_longer_is_not_shown() -> None:
    fewer = book(("red", "a"))
    for name in ("cf:f single_select", "cf:f multi_select"):
        found = resolve_column(name, fewer)
        assert found is not None
        assert found.value(FULL, NAMES) is None


def test_a_field_of_each_type_has_a_column() -> None:
    kinds = {kind: column(f"cf:f {kind}").type for kind in FieldType}
    assert set(kinds.values()) == set(ColumnType)
    assert isinstance(BOOK.custom["f date"], Field)
