"""JSON documents and JSON lines: objects become rows; what cannot be kept costs a row, what cannot be read the document."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.readers import ABSENT
from tests.unit.readers.reading import read, refusal

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.lists(st.dictionaries(st.sampled_from(["email", "first", "last", "n"]), VALUES, max_size=4), min_size=1, max_size=8)


def as_objects(columns: list[str], rows: list[list[object]]) -> list[dict[str, object]]:
    return [
        {name: cell for name, cell in zip(columns, row, strict=False) if cell != ABSENT or type(cell) is not bytes} for row in rows
    ]


@settings(max_examples=200, deadline=None, derandomize=True)
@given(OBJECTS, st.booleans(), st.integers(64, 300))
def test_objects_come_back_as_they_were(objects: list[dict[str, object]], is_ascii: bool, piece_bytes: int) -> None:
    lines = [json.dumps(item, ensure_ascii=is_ascii) for item in objects]
    for format, data in (
        ("ndjson", "\n".join(lines)),
        ("json", "[" + ",\n".join(lines) + "]"),
        ("json", '{"contacts":[' + ",".join(lines) + "]}"),
    ):
        reading = read(data, format, piece_bytes=piece_bytes)
        assert reading.codes == [None] * len(objects)
        assert as_objects(reading.columns, [list(row) for row in reading.cells]) == objects
        assert reading.lines == list(range(1, len(objects) + 1))


def test_columns_grow_and_a_missing_key_is_absent() -> None:
    reading = read('{"a":1}\n\n{" b ":"","a":null}\r\n{"b":2.5}\n{"":true}', "ndjson")
    assert reading.columns == ["a", "b", "column 3"]
    assert reading.cells == [[1], [None, ""], [ABSENT, 2.5], [ABSENT, ABSENT, True]]
    assert reading.lines == [1, 3, 4, 5]


def test_a_bad_line_costs_its_row_only() -> None:
    reading = read('{"a":1}\n{"a":\n[1]\n7\n{"a":1} x\n' + "[" * 5_000 + '\n{"a":2}', "ndjson")
    assert reading.codes == [None, "invalid_json", "not_an_object", "not_an_object", "invalid_json", "too_deep", None]
    assert reading.cells[1] == []
    problem = reading.rows[4].problem
    assert problem is not None
    assert problem.message == "Line 5 is not valid JSON: JSON is malformed: trailing characters (byte 9)."


def test_a_bad_byte_in_json_lines_costs_its_row_only() -> None:
    data = '{"a":"é"}\n{"a":"'.encode() + b"\xff" + '"}\n{"a":"ü"}\n'.encode()
    assert read(data, "ndjson").codes == [None, "bad_bytes", None]


def test_an_endless_line_of_json_costs_its_row_only() -> None:
    assert read('{"a":1}\n{"a":"' + "x" * 2_000_000 + '"}\n{"a":2}', "ndjson").codes == [None, "row_too_long", None]


FLAWS = [
    (str(2**63), "number_out_of_range"),
    ("1" * 30, "number_out_of_range"),
    ('"x\\u0000y"', "nul_byte"),
    ('["x", {"y\\u0000": 1}]', "nul_byte"),
    ('"' + "x" * 65_537 + '"', "cell_too_long"),
    ("[" * 32 + "]" * 32, "too_deep"),
    ("[" * 31 + "]" * 31, None),
    (str(-(2**63)), None),
]


@pytest.mark.parametrize("value, code", FLAWS, ids=lambda value: str(value)[:12])
def test_a_value_that_cannot_be_kept_costs_its_row_only(value: str, code: str | None) -> None:
    item = f'{{"a": 1, "b": {value}}}'
    assert read(f'{item}\n{{"a":2}}', "ndjson").codes == [code, None]
    assert read(f'[{item},{{"a":2}}]', "json").codes == [code, None]


def test_half_a_surrogate_pair_costs_its_row_only() -> None:
    reading = read('[{"a":"\\ud83d"},{"a":"\\ud83d\\ude00"}]', "json")
    assert (reading.codes, reading.cells) == (["bad_bytes", None], [["\ufffd"], ["😀"]])


def test_items_that_are_no_objects_are_rows_with_a_problem() -> None:
    reading = read('[1,{"a":1},"x",null,[{"a":1}]]', "json")
    assert reading.codes == ["not_an_object", None, "not_an_object", "not_an_object", "not_an_object"]
    assert reading.lines == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("is_first", [True, False])
def test_options_are_found_before_and_after_the_contacts(is_first: bool) -> None:
    members = ['"options": {"mode": "x"}', '"contacts": [{"a": 1}]', '"other": [1]']
    reading = read("{" + ",".join(members if is_first else reversed(members)) + "}\n", "json")
    assert (reading.options, reading.cells, reading.warned) == ({"mode": "x"}, [[1]], ["ignored_member"])


@pytest.mark.parametrize("space", range(61))
def test_a_number_cut_by_the_end_of_a_piece_is_one_number(space: int) -> None:
    reading = read("[" + " " * space + '1.25e+3, {"a": 1.25e+3}, 12345678901]', "json", piece_bytes=64)
    assert reading.codes == ["not_an_object", None, "not_an_object"]
    assert reading.cells[1] == [1250.0]


def test_an_empty_list_is_no_rows() -> None:
    assert read(" [ ] ", "json").rows == []
    assert read('{"contacts":[]}', "json").rows == []


@pytest.mark.parametrize("format", ["json", "ndjson"])
def test_nothing_but_space_is_an_empty_file(format: str) -> None:
    assert refusal(" \n ", format).code == "empty_file"


@pytest.mark.parametrize(
    "data",
    [
        "x",
        "[",
        "[1,]",
        "[1 2]",
        '[{"a":1}',
        '[{"a":1}]]',
        "{}",
        '{"a":1}',
        '{"contacts":1}',
        '{"contacts":[],}',
        '{"contacts":[]',
        "[NaN]",
        "[-Infinity]",
        '{"contacts":[],"contacts":[]}',
        "{1:2}",
        '{"a" 1}',
        '["\t"]',
        "[" * 100_000,
        "[" + "9" * 5_000 + "]",
        '[{"a":tru}]',
        '{"options":{}}',
    ],
    ids=lambda data: data[:20],
)
@pytest.mark.parametrize("piece_bytes", [64, 262_144])
def test_a_document_that_is_not_valid_is_refused(data: str, piece_bytes: int) -> None:
    assert refusal(data, "json", piece_bytes=piece_bytes).code == "invalid_json"


def test_a_syntax_error_is_told_with_its_place_at_once_and_not_at_the_end() -> None:
    data = '[{"a":1},\n{"a":1},\n{"a" 1},\n' + '{"a":1},\n' * 100_000
    error = refusal(data, "json")
    assert error.message == "The document is not valid JSON at character 25, on line 3: Expecting ':' delimiter."


@pytest.mark.parametrize(
    "item",
    ['"' + "x" * 2_000_000 + '"', "[" + "1," * 900_000 + "1]", " " * 10 + '{"a":' + " " * 2_000_000 + "1}"],
    ids=["text", "list", "space"],
)
def test_an_endless_item_is_refused(item: str) -> None:
    assert refusal(f'[{{"a":1}},{item}]', "json").code == "record_too_long"


def test_too_many_different_keys_are_refused() -> None:
    lines = "\n".join(f'{{"k{i}":1}}' for i in range(1_201))
    assert refusal(lines, "ndjson").code == "too_many_columns"
