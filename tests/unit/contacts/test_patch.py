"""From cells and JSON bodies to patches."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import ADDRESS_KINDS, ADDRESS_PARTS, PHONE_KINDS, STANDARD_FIELDS, Field, FieldType
from shared.contacts.patch import (
    ABSENT,
    FieldBook,
    Patch,
    RowProblem,
    Target,
    check_birthday,
    parse_row,
    resolve_target,
    target_names,
)

same_every_time = settings(derandomize=True, deadline=None, max_examples=200)
BOOK = FieldBook(
    custom={
        "plan": Field("Plan", FieldType.SINGLE_SELECT, "custom.1", "Price plan", choices=("Gold", "Silver")),
        "since": Field("since", FieldType.DATE, "custom.2"),
    },
    identifiers=frozenset({"crm_id"}),
)


def target(name: str, **options: bool) -> Target:
    found = resolve_target(name, BOOK, **options)
    assert found is not None
    return found


def row(cells: dict[str, object]) -> Patch:
    return parse_row([(index, target(name)) for index, name in enumerate(cells)], list(cells.values()))


def refused(cells: dict[str, object]) -> RowProblem:
    with pytest.raises(RowProblem) as problem:
        row(cells)
    return problem.value


@pytest.mark.parametrize("name", target_names(BOOK))
def test_every_name_finds_a_target_of_that_name(name: str) -> None:
    assert target(name).name == name


@pytest.mark.parametrize("name", target_names(BOOK))
def test_a_blank_cell_blanks_its_path_and_an_absent_one_says_nothing(name: str) -> None:
    column = target(name)
    for blank in (None, "", " \u00a0\u200b"):
        assert parse_row([(0, column)], [blank]) == {column.path: None}
    assert parse_row([(0, column)], [ABSENT]) == {}
    assert parse_row([(3, column)], ["x"]) == {}


def test_no_two_names_share_a_path() -> None:
    paths = [target(name).path for name in target_names(BOOK)]
    assert len(set(paths)) == len(paths)


def test_names_cover_every_field_kind_and_part() -> None:
    names = set(target_names(BOOK))
    assert {field.name for field in STANDARD_FIELDS} < names
    assert {f"phone:{kind}" for kind in PHONE_KINDS} < names
    assert {f"address:{kind}:{part}" for kind in ADDRESS_KINDS for part in ADDRESS_PARTS} < names


@pytest.mark.parametrize(
    "name",
    [
        "",
        "nope",
        "First_name",
        "cf:",
        "cf:nope",
        "phone:",
        "phone:car",
        "address:home",
        "address:home:planet",
        "identifier:x",
        "preference: ",
        "preference:a\tb",
        "preference:" + "x" * 256,
        "consent:planet",
        "Consent:text",
    ],
)
def test_other_names_find_nothing(name: str) -> None:
    assert resolve_target(name, BOOK) is None


def test_a_row_becomes_a_patch_of_checked_values() -> None:
    assert row(
        {
            "email": " Ana@Example.org ",
            "mobile": "+44 7700 900123",
            "id": "12",
            "uuid": "04FE9A97-A579-43C5-BB1A-58ED29BF0A6A",
            "first_name": "Ana",
            "birthday_month": "2",
            "cf:PLAN": "gold",
            "identifier:crm_id": "C-1",
            "phone:home": "020 7946 0018",
            "address:work:city": "Porto",
            "tags": "a, -b, a",
            "lists": "News|12",
            "notes": "called, twice; no answer",
            "email_permission": "Pending confirmation",
            "email_type": "PlainText",
            "opt_in_type": "VerifiedDouble",
            "opt_in_at": "2026-11-21T09:00:00Z",
            "sms_status": "SUBSCRIBED",
            "sms_permission": "Explicit",
            "sms_opt_in_at": "2026-11-20T09:00:00Z",
            "preference:offers": "yes",
        }
    ) == {
        "email": "Ana@Example.org",
        "mobile": "+447700900123",
        "id": 12,
        "uuid": UUID("04fe9a97-a579-43c5-bb1a-58ed29bf0a6a"),
        "first_name": "Ana",
        "birthday_month": 2,
        "custom.1": "Gold",
        "identifiers.crm_id": "C-1",
        "phones.home": "020 7946 0018",
        "addresses.work.city": "Porto",
        "tags": ["a", "-b"],
        "lists": ["News", "12"],
        "notes": ["called, twice; no answer"],
        "channels.email.permission": "pending_confirmation",
        "channels.email.type": "plain",
        "channels.email.opt_in.type": "verified_double",
        "channels.email.opt_in.at": datetime(2026, 11, 21, 9, tzinfo=UTC),
        "channels.sms.status": "subscribed",
        "channels.sms.permission": "explicit",
        "channels.sms.opt_in.at": datetime(2026, 11, 20, 9, tzinfo=UTC),
        "preferences": {"offers": True},
    }


@pytest.mark.parametrize(
    ("name", "cell", "code"),
    [
        ("email", "ana@", "email_invalid"),
        ("mobile", "07700 900123", "phone_invalid"),
        ("id", "0", "number_invalid"),
        ("id", "-1", "number_invalid"),
        ("id", str(2**63), "number_invalid"),
        ("uuid", "12", "uuid_invalid"),
        ("uuid", 12, "type_invalid"),
        ("first_name", "x" * 256, "too_long"),
        ("first_name", "a\x00", "control_character"),
        ("first_name", "a" + chr(0xDC00), "character_invalid"),
        ("birthday_day", "32", "out_of_range"),
        ("anniversary", "31/02/2024", "date_invalid"),
        ("website", "example", "url_invalid"),
        ("cf:plan", "bronze", "choice_unknown"),
        ("phone:fax", "no", "phone_invalid"),
        ("address:home:country", "x" * 101, "too_long"),
        ("tags", "a,-", "tag_invalid"),
        ("tags", ["x" * 256], "too_long"),
        ("tags", {"a": 1}, "type_invalid"),
        ("email_status", "happy", "choice_unknown"),
        ("email_reason", "x" * 256, "too_long"),
        ("sms_reason", "x" * 256, "too_long"),
        ("whatsapp_status", "happy", "choice_unknown"),
        ("lists", {"a": 1}, "type_invalid"),
        ("lists", [["a"]], "type_invalid"),
        ("lists", ["x" * 256, 1], "too_long"),
        ("preference:x", "perhaps", "boolean_invalid"),
    ],
)
def test_a_bad_cell_names_its_column_its_code_and_what_to_do(name: str, cell: object, code: str) -> None:
    problem = refused({name: cell})
    assert (problem.code, problem.field) == (code, target(name).name)
    assert problem.message.startswith(f"{target(name).name}: ")
    assert problem.message.endswith(".")
    assert str(problem) == problem.message


def test_the_state_of_whatsapp_and_the_reasons_of_opt_outs_have_columns() -> None:
    assert row({"whatsapp_status": "Pending", "email_reason": " Hard bounced ", "sms_reason": "Replied STOP"}) == {
        "channels.whatsapp.status": "pending",
        "channels.email.reason": "Hard bounced",
        "channels.sms.reason": "Replied STOP",
    }


def test_the_first_bad_column_is_the_one_that_is_told() -> None:
    assert refused({"first_name": "ok", "anniversary": "x", "email": "y"}).field == "anniversary"


def test_days_come_first_when_the_target_was_made_so() -> None:
    for name, path in (("anniversary", "anniversary"), ("cf:since", "custom.2")):
        assert parse_row([(0, target(name, day_first=True))], ["03/04/2024"]) == {path: "2024-04-03"}
        assert parse_row([(0, target(name))], ["03/04/2024"]) == {path: "2024-03-04"}


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("a,b", ["a", "b"]),
        ("a, b|c", ["a, b", "c"]),
        ("a;b,c", ["a", "b,c"]),
        ("a, b|", ["a, b"]),
        (["a,b", " ", None, "c"], ["a,b", "c"]),
        (7, ["7"]),
        ([], None),
        (",", None),
    ],
)
def test_only_one_kind_of_separator_separates_tags(cell: object, tags: object) -> None:
    assert row({"tags": cell}) == {"tags": tags}


@pytest.mark.parametrize(
    ("cell", "lists"),
    [
        (12, [12]),
        ("12", ["12"]),
        ([12, "12", "News", 12, 2**63], [12, "12", "News", 2**63]),
        ([-1, 0], [-1, 0]),
        ([True, 12.0, None, " "], ["true", "12"]),
        ([], None),
    ],
)
def test_a_whole_number_of_json_stays_one_where_lists_are_named_and_a_text_stays_text(cell: object, lists: object) -> None:
    found = row({"lists": cell})["lists"]
    assert (found, [*map(type, found or ())]) == (lists, [*map(type, lists or ())])  # type: ignore[call-overload]


def test_preferences_in_columns_of_their_own_add_up() -> None:
    assert row({"preference:a": "yes", "preference:b": "", "preference:c": "0"}) == {"preferences": {"a": True, "c": False}}


@same_every_time
@given(st.lists(st.sampled_from(target_names(BOOK)), unique=True, max_size=8), st.data())
def test_any_row_is_a_patch_of_the_paths_of_its_columns_or_one_problem(names: list[str], data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.text(max_size=6) | st.none() | st.just(ABSENT), max_size=len(names)))
    columns = [(index, target(name)) for index, name in enumerate(names)]
    try:
        patch = parse_row(columns, cells)
    except RowProblem as problem:
        bad = problem
    else:
        said = {target.path for (_, target), cell in zip(columns, cells, strict=False) if cell != ABSENT}
        assert set(patch) == said
        return
    assert bad.field in names


@pytest.mark.parametrize(("month", "day"), [(2, 29), (12, 31), (None, None)])
def test_a_birthday_is_a_day_of_some_year(month: int | None, day: int | None) -> None:
    check_birthday({"birthday_month": month, "birthday_day": day})
    check_birthday({})


@pytest.mark.parametrize("patch", [{"birthday_month": 2, "birthday_day": 30}, {"birthday_month": 2}, {"birthday_day": 3}])
def test_half_a_birthday_and_one_that_there_is_not_are_refused(patch: dict[str, int]) -> None:
    with pytest.raises(RowProblem) as problem:
        check_birthday(patch)
    assert (problem.value.code, problem.value.field) == ("date_invalid", "birthday_day")
    assert problem.value.message.startswith("birthday_day: ")


def test_a_mobile_read_in_the_way_of_a_country_is_called_mobile() -> None:
    target = resolve_target("mobile:us", FieldBook())
    assert target is not None
    with pytest.raises(RowProblem) as problem:
        parse_row([(0, target)], ["12"])
    assert problem.value.field == "mobile"
    assert problem.value.message == (
        'mobile: "12" is not a mobile number. Write it with its country code, or as the 10 digits of one.'
    )
