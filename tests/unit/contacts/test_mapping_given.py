"""Headings where only what the mapping names is read."""

from collections.abc import Mapping

import pytest

from shared.contacts.fields import Field, FieldType
from shared.contacts.mapping import MappingPlan, MappingProblem, plan_mapping
from shared.contacts.patch import FieldBook, parse_row

BOOK = FieldBook(
    custom={
        "plan": Field("plan", FieldType.TEXT, "custom.1", "Price plan"),
        "preference": Field("preference", FieldType.TEXT, "custom.2"),
    }
)


def plan(*columns: str, given: Mapping[str, str | None] | None = None, create_fields: bool = False) -> MappingPlan:
    """The plan of a file with these headings."""
    return plan_mapping(columns, given, BOOK, create_fields=create_fields, match="email", only_given=True)


def names(plan: MappingPlan) -> list[tuple[int, str]]:
    """Column numbers with their targets."""
    return [(index, target.name) for index, target in plan.targets]


def test_columns_that_the_mapping_does_not_name_are_left_out_and_told() -> None:
    found = plan("email", "First Name", "Price plan", "plan", "id", given={"email": "email"})
    assert (names(found), found.unknown) == ([(0, "email")], ["First Name", "Price plan", "plan", "id"])


def test_without_a_mapping_nothing_but_custom_fields_is_read() -> None:
    found = plan("email", "cf:plan", given=None)
    assert (names(found), found.unknown) == ([(1, "cf:plan")], ["email"])


def test_headings_are_compared_in_forgiving_spelling() -> None:
    found = plan("E-Mail", "FIRST_NAME", given={"email": "email", "first name": "first_name"})
    assert names(found) == [(0, "email"), (1, "first_name")]


def test_the_entry_in_the_headings_own_spelling_decides() -> None:
    for given in ({"First Name": "first_name", "first_name": "last_name"}, {"first_name": "last_name", "First Name": "first_name"}):
        assert names(plan("first_name", given=given)) == [(0, "last_name")]


@pytest.mark.parametrize("columns", [("first_name", "firstname"), ("First_Name ", "FirstName"), ("FIRST_NAME", "FIRSTNAME")])
@pytest.mark.parametrize("turned", [False, True])
def test_a_heading_in_another_letter_case_belongs_to_the_entry_with_its_letters(columns: tuple[str, str], turned: bool) -> None:
    entries: list[tuple[str, str | None]] = [("FIRSTNAME", "first_name"), ("FIRST_NAME", "cf:plan")]
    found = plan(*columns, given=dict(entries[::-1] if turned else entries))
    assert (names(found), found.yielding) == ([(0, "cf:plan"), (1, "first_name")], [])


def test_a_heading_that_no_entry_names_by_its_letters_still_goes_by_its_spelling() -> None:
    found = plan("first name", "first_name", given={"FIRSTNAME": "first_name", "FIRST_NAME": "cf:plan", "First-Name": None})
    assert (names(found), found.ignored) == ([(1, "cf:plan")], ["first name"])


def test_the_mapping_may_name_columns_that_the_file_lacks_whatever_they_go_to() -> None:
    found = plan("email", given={"email": "email", "Phone": "phone:home", "Shoe": "cf:nowhere", "Gone": None})
    assert (names(found), found.unknown, found.ignored) == ([(0, "email")], [], [])


@pytest.mark.parametrize("heading", ["cf:plan", "CF:Plan", " cf:plan "])
def test_a_heading_says_its_custom_field_itself(heading: str) -> None:
    assert names(plan(heading)) == [(0, "cf:plan")]


@pytest.mark.parametrize("name", ["Offers", "News > Weekly", "a.b", "cf:plan", "plan"])
@pytest.mark.parametrize("prefix", ["preference:", " PREFERENCE:", "Preference: "])
def test_a_heading_says_its_preference_itself_and_the_name_keeps_its_case(prefix: str, name: str) -> None:
    found = plan(f"{prefix}{name} ")
    assert names(found) == [(0, f"preference:{name}")]
    assert parse_row(found.targets, ["yes"]) == {"preferences": {name: True}}


@pytest.mark.parametrize("columns", [("preference:A", "Preference: A"), ("PREFERENCE:A", "preference:A")])
def test_of_two_columns_for_one_preference_the_first_counts(columns: tuple[str, ...]) -> None:
    found = plan(*columns, "preference:a")
    assert (names(found), found.shadowed) == ([(0, "preference:A"), (2, "preference:a")], [(columns[1], columns[0])])


def test_a_mapping_names_a_preference_in_its_own_letter_case() -> None:
    assert names(plan("Weekly", given={"Weekly": "Preference:Offers"})) == [(0, "preference:Offers")]
    assert names(plan("preference:Offers", "Weekly", given={"Weekly": "preference:Offers"})) == [(1, "preference:Offers")]
    assert plan("preference:Offers", given={"preference:Offers": None}).ignored == ["preference:Offers"]


@pytest.mark.parametrize(
    "heading",
    ["cf:shoe", "cf:", "plan", "Price plan", "cfplan", "preference:", "preferences:x", "Preference: \u200b", "preferenceA"],
)
def test_what_is_neither_custom_field_nor_preference_by_its_prefix_is_left_out(heading: str) -> None:
    found = plan(heading)
    assert (found.targets, found.unknown) == ([], [heading])


def test_a_custom_heading_goes_where_the_mapping_sends_it() -> None:
    assert names(plan("cf:plan", given={"cf:plan": "job_title"})) == [(0, "job_title")]
    assert names(plan("cf:plan", "Tariff", given={"Tariff": "cf:plan"})) == [(1, "cf:plan"), (0, "cf:plan")]
    assert plan("cf:plan", given={"cf:plan": None}).ignored == ["cf:plan"]


def test_fields_are_made_only_for_columns_that_the_mapping_sends_to_them() -> None:
    found = plan("Shoe", "Hat", "cf:glove", given={"Shoe": "cf:shoe"}, create_fields=True)
    assert (found.new_fields, found.unknown) == (["shoe"], ["Shoe", "Hat", "cf:glove"])


def test_a_target_that_does_not_exist_is_still_refused() -> None:
    with pytest.raises(MappingProblem) as problem:
        plan("Shoe", given={"Shoe": "cf:shoe"})
    assert problem.value.code == "mapping_target_unknown"


@pytest.mark.parametrize("columns", [("cf:plan", "cf:Plan"), ("cf:Plan", "cf:plan")])
def test_several_spellings_of_one_custom_field_are_read_in_turn(columns: tuple[str, ...]) -> None:
    found = plan(*columns)
    assert names(found) == [(index, "cf:plan") for index in range(len(columns))]
    assert found.yielding == [(column, columns[0]) for column in columns[1:]]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2"], "2"),
        (["1", ""], "1"),
        (["1", b""], "1"),
        ([b"", "2"], "2"),
        (["", None], None),
        (["x" * 300, "2"], "2"),
    ],
)
def test_of_two_columns_for_one_field_the_other_fills_where_the_preferred_one_is_blank(cells: list[object], expected: str) -> None:
    given = {"home_street": "address:home:street", "street": "address:home:street"}
    assert parse_row(plan("street", "home_street", given=given).targets, cells) == {"addresses.home.street": expected}


@pytest.mark.parametrize(("first", "second", "target"), [("Email", "EMAIL", "email"), ("Phones", "PHONES", "phones")])
def test_what_finds_contacts_and_what_is_whole_in_itself_is_read_from_one_column(first: str, second: str, target: str) -> None:
    found = plan(first, second, given={target: target})
    assert (names(found), found.shadowed) == ([(0, target)], [(second, first)])


@pytest.mark.parametrize(
    ("columns", "read"),
    [
        (("E-Mail", "Email"), 1),
        (("Email", "E-mail", "EMAIL"), 0),
        (("E-mail", " email ", "EMAIL"), 1),
        (("E-Mail", "e mail"), 0),
    ],
)
def test_a_heading_that_is_the_name_comes_before_those_that_only_sound_like_it(columns: tuple[str, ...], read: int) -> None:
    assert names(plan(*columns, given={"EMAIL": "email"})) == [(read, "email")]


def test_a_heading_that_only_sounds_like_the_name_fills_where_the_one_that_is_it_is_blank() -> None:
    found = plan("First Name", "FirstName", given={"FIRSTNAME": "first_name"})
    assert found.yielding == [("First Name", "FirstName")]
    assert [parse_row(found.targets, cells) for cells in (["Old", "Ana"], ["Old", b""])] == [
        {"first_name": "Ana"},
        {"first_name": "Old"},
    ]


def test_other_spellings_of_a_column_are_read_where_the_exact_one_is_blank() -> None:
    found = plan("FIRST NAME", "first_name", given={"first_name": "first_name"})
    assert parse_row(found.targets, ["Ana", b""]) == {"first_name": "Ana"}
    assert parse_row(found.targets, ["Ana", "Bo"]) == {"first_name": "Bo"}
