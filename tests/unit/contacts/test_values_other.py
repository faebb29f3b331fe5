"""Text, web addresses, true and false, choices."""

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.fields import CUSTOM_TEXT_LENGTH, STANDARD_FIELDS, Field, FieldType
from shared.contacts.values import ValueProblem, normaliser, shown, trim
from shared.contacts.values.text import WHITESPACE, ZERO_WIDTH

same_every_time = settings(derandomize=True, deadline=None, max_examples=300)
TEXT = normaliser(Field("t", FieldType.TEXT, "t", max_length=10))
CHOICES = ("Gold", "Silver", "a|b", "x; y")
ONE = normaliser(Field("s", FieldType.SINGLE_SELECT, "s", choices=CHOICES))
MANY = normaliser(Field("m", FieldType.MULTI_SELECT, "m", choices=CHOICES))
TRUTH = normaliser(Field("b", FieldType.BOOLEAN, "b"))
URL = normaliser(Field("u", FieldType.URL, "u", max_length=60))
CELLS: st.SearchStrategy[object] = (
    st.none() | st.text(max_size=12) | st.integers() | st.floats() | st.booleans() | st.lists(st.text(max_size=3)) | st.just({})
)


def refused_code(normalise: object, cell: object) -> str:
    assert callable(normalise)
    with pytest.raises(ValueProblem) as refused:
        normalise(cell)
    return refused.value.code


def test_trimming_knows_every_white_space_of_unicode() -> None:
    assert {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()} == set(WHITESPACE)
    for character in WHITESPACE + ZERO_WIDTH:
        assert trim(f"{character} a b{character}{character}") == "a b"


@same_every_time
@given(st.text(alphabet=st.sampled_from(WHITESPACE + ZERO_WIDTH + "aé\x00") | st.characters(), max_size=20))
def test_trimming_twice_is_trimming_once_and_takes_only_the_ends(text: str) -> None:
    trimmed = trim(text)
    assert trim(trimmed) == trimmed
    assert trimmed in text


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("  Ana ", "Ana"),
        ("", None),
        (" \xa0 ", None),
        (None, None),
        (12, "12"),
        (1.5, "1.5"),
        (80331.0, "80331"),
        (True, "true"),
        ("a\tb\r\nc", "a\tb\r\nc"),
        ("a\xa0b", "a\xa0b"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("0" * 10, "0" * 10),
        (1e300, "1e+300"),
    ],
)
def test_text_is_kept_as_written_but_for_its_ends(cell: object, value: object) -> None:
    assert TEXT(cell) == value


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("x" * 11, "too_long"),
        ("a\x00b", "control_character"),
        ("a\x1bb", "control_character"),
        ("a\x7fb", "control_character"),
        ("\x00", "control_character"),
        ("a" + chr(55296), "character_invalid"),
        ([], "type_invalid"),
        ({}, "type_invalid"),
        (b"x", "type_invalid"),
        (float("nan"), "type_invalid"),
        (10**4000, "type_invalid"),
    ],
)
def test_text_that_cannot_be_kept_is_refused(cell: object, code: str) -> None:
    assert refused_code(TEXT, cell) == code


@same_every_time
@given(CELLS)
def test_text_that_is_accepted_can_be_stored(cell: object) -> None:
    try:
        value = TEXT(cell)
    except ValueProblem:
        return
    if value is not None:
        assert isinstance(value, str)
        assert value.encode()
        assert "\x00" not in value


def test_a_message_shows_at_most_sixty_characters_of_a_value() -> None:
    assert shown("x" * 61) == '"' + "x" * 59 + '…"'
    assert shown("x" * 60) == '"' + "x" * 60 + '"'
    assert shown("a\nb") == '"a\ufffdb"'
    assert shown([1]) == '"a list"'
    assert shown(10**5000) == '"a huge number"'


@pytest.mark.parametrize("truth", [True, False])
def test_true_and_false_have_many_names(truth: bool) -> None:
    names = ("true", "Yes", "Y", "1", "ON", "t", 1, 1.0) if truth else ("FALSE", "no", "n", "0", "Off", "f", 0, 0.0)
    assert all(TRUTH(name) is truth for name in (*names, truth))


@pytest.mark.parametrize("cell", ["maybe", "2", "ja", 2, 0.5, [], "truee"])
def test_what_is_neither_true_nor_false_is_refused(cell: object) -> None:
    assert refused_code(TRUTH, cell) == "boolean_invalid"


@pytest.mark.parametrize(
    "url",
    [
        "http://a.b",
        "https://example.org/x?y=1#z",
        "HTTPS://Example.org:8080",
        "https://bücher.de/ü",
        "http://[::1]/",
        "https://u:p@h/",
        "http://localhost",
    ],
)
def test_a_web_address_is_kept_as_written(url: str) -> None:
    assert URL(f" {url} ") == url


@pytest.mark.parametrize(
    "url",
    [
        "www.example.org",
        "ftp://a.b",
        "http://",
        "http:///x",
        "https://a b",
        "javascript:alert(1)",
        "http://a.b/<x>",
        "http://?x",
        "http://.",
        "http:a.b",
        "http://a.b/\x00",
        "http://a\u200bb.c",
        "https://-",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert refused_code(URL, url) == "url_invalid"


def test_a_web_address_has_a_greatest_length() -> None:
    assert refused_code(URL, "http://a.b/" + "x" * 50) == "too_long"


def test_a_choice_is_found_in_any_letter_case_and_stored_in_its_own() -> None:
    assert ONE(" gOLD ") == "Gold"
    assert ONE("A|B") == "a|b"
    assert ONE(None) is None
    pair = normaliser(Field("s", FieldType.SINGLE_SELECT, "s", choices=("a", "A")))
    assert (pair("a"), pair("A")) == ("a", "A")


def test_an_unknown_choice_is_refused_and_the_choices_are_named() -> None:
    with pytest.raises(ValueProblem) as refused:
        ONE("bronze")
    assert refused.value.code == "choice_unknown"
    assert refused.value.message == '"bronze" is not one of the choices. Choose from: Gold, Silver, a|b, x; y.'
    with pytest.raises(ValueProblem, match="and 5 more"):
        normaliser(Field("s", FieldType.SINGLE_SELECT, "s", choices=tuple(map(str, range(15)))))("x")


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("gold|SILVER", ["Gold", "Silver"]),
        ("silver; gold ;silver;", ["Silver", "Gold"]),
        (["gold", "a|b"], ["Gold", "a|b"]),
        ("A|b", ["a|b"]),
        ([], None),
        ("|", None),
        ("", None),
        (None, None),
        (["", None], None),
        ("X; Y", ["x; y"]),
    ],
)
def test_several_choices_come_as_a_list_or_as_text_with_separators(cell: object, value: object) -> None:
    assert MANY(cell) == value


@pytest.mark.parametrize("cell", ["gold,silver", ["gold", "no"], [["gold"]], {}])
def test_one_wrong_choice_refuses_them_all(cell: object) -> None:
    assert refused_code(MANY, cell) in {"choice_unknown", "type_invalid"}


@pytest.mark.parametrize("kind", list(FieldType))
def test_every_type_has_a_normaliser_that_takes_blanks_for_nothing(kind: FieldType) -> None:
    normalise = normaliser(Field("f", kind, "f", choices=CHOICES))
    assert normalise(None) is normalise("") is normalise("\u00a0\t") is None


@same_every_time
@given(st.sampled_from(list(FieldType)), CELLS)
def test_any_cell_gives_a_value_that_stays_the_same_or_a_problem_with_a_sentence(kind: FieldType, cell: object) -> None:
    normalise = normaliser(Field("f", kind, "f", choices=CHOICES))
    refused: ValueProblem | None = None
    try:
        value = normalise(cell)
    except ValueProblem as problem:
        refused = problem
    if refused is None:
        assert normalise(value) == value
    else:
        assert refused.code.replace("_", "").isalpha()
        assert refused.message.endswith(".")
        assert refused.message.encode()


def test_custom_text_has_a_greatest_length_even_when_its_field_names_none() -> None:
    normalise = normaliser(Field("t", FieldType.TEXT_AREA, "t"))
    assert normalise("x" * CUSTOM_TEXT_LENGTH)
    assert refused_code(normalise, "x" * (CUSTOM_TEXT_LENGTH + 1)) == "too_long"


@pytest.mark.parametrize("field", STANDARD_FIELDS, ids=lambda field: field.name)
def test_every_standard_field_has_a_normaliser(field: Field) -> None:
    assert normaliser(field)("") is None
