"""Rows beyond what a job takes: which they are, to the byte, in every format, and that they have no part in anything."""

import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contract.options import ImportOptions
from shared.jobs.job import JobRefused
from shared.readers import UnreadablePayload
from tests.unit.importer.planned import planned

HEADER = "email,first_name"
CELLS = st.sampled_from(["", "Ana", '"two\nlines"', '"a ""quote"""', '"a,b"', "Zoë", '"\r\n\r\n"'])


@st.composite
def files(draw: st.DrawFn) -> tuple[bytes, list[int]]:
    """A CSV, and where each of its rows ends, its line end left out."""
    ending = draw(st.sampled_from(["\n", "\r\n", "\r"]))
    content, ends = (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + (HEADER + ending).encode(), []
    count = draw(st.integers(1, 8))
    is_ended = draw(st.booleans())
    for number in range(count):
        content += f"p{number}@example.org,{draw(CELLS)}".encode()
        ends.append(len(content))
        content += ending.encode() if is_ended or number < count - 1 else b""
        content += ending.encode() * (draw(st.sampled_from([0, 0, 0, 2])) if is_ended else 0)
    return content, ends


@settings(max_examples=300, deadline=None, derandomize=True)
@given(files(), st.integers(1, 400), st.lists(st.integers(1, 400), max_size=4))
def test_a_row_is_taken_that_ends_within_the_bytes_wherever_the_blocks_end(
    case: tuple[bytes, list[int]], most_bytes: int, places: list[int]
) -> None:
    content, ends = case
    whole = planned(content)
    plan = planned(content, places=places, most_bytes=most_bytes)
    inside = sum(end <= most_bytes for end in ends)
    assert plan.rows == whole.rows[:inside]
    assert plan.planner.dropped == len(ends) - inside
    assert (plan.dropped is None) == (inside == len(ends))
    if plan.dropped is not None:
        assert plan.dropped.startswith(f"Line {whole.lines[inside]} is the first that was not processed: ")


@settings(max_examples=100, deadline=None, derandomize=True)
@given(files(), st.integers(1, 9), st.lists(st.integers(1, 400), max_size=4))
def test_so_many_rows_are_taken_and_the_rest_is_counted(case: tuple[bytes, list[int]], most_rows: int, places: list[int]) -> None:
    content, ends = case
    plan = planned(content, places=places, most_rows=most_rows)
    assert plan.rows == planned(content).rows[:most_rows]
    assert plan.planner.dropped == max(0, len(ends) - most_rows)


def test_the_message_says_where_why_and_how_many() -> None:
    lines = b"email\n" + b"".join(b"p%d@example.org\n" % number for number in range(1_500))
    assert planned(lines, most_rows=400).dropped == (
        "Line 402 is the first that was not processed: the job takes 400 rows. 1,100 rows were dropped. Send them in another file."
    )
    assert planned(lines, most_bytes=len(lines) - 2).dropped == (
        "Line 1501 is the first that was not processed: the job takes what ends within its first 25,894 bytes. "
        "1 row was dropped. Send it in another file."
    )
    assert planned(lines, most_rows=1_500, most_bytes=len(lines)).dropped is None


def test_of_both_limits_the_one_that_comes_first_is_named() -> None:
    lines = b"email\na@example.org\nb@example.org\nc@example.org\n"
    assert "takes 1 row." in (planned(lines, most_rows=1, most_bytes=40).dropped or "")
    assert "first 20 bytes" in (planned(lines, most_rows=2, most_bytes=20).dropped or "")


NDJSON = b"".join(b'{"email": "p%d@example.org", "k%d": 1}\n' % (number, number) for number in range(4))
OBJECTS = [json.loads(line) for line in NDJSON.splitlines()]


def test_lines_of_json_are_taken_to_the_byte() -> None:
    end = len(NDJSON.splitlines(keepends=True)[0]) * 2
    assert planned(NDJSON, most_bytes=end - 1, name="a.ndjson").lines == [1, 2]
    assert planned(NDJSON, most_bytes=end - 2, name="a.ndjson").lines == [1]


@pytest.mark.parametrize("document", [OBJECTS, {"contacts": OBJECTS}])
def test_items_of_a_list_are_taken_up_to_a_number_and_their_names_are_all_that_is_known(document: object) -> None:
    plan = planned(json.dumps(document).encode(), most_rows=2, name="a.json")
    assert (plan.lines, plan.planner.columns) == ([1, 2], ["email", "k0", "k1"])
    assert "Line 3 is" in (plan.dropped or "")
    assert planned(NDJSON, most_rows=2, name="a.ndjson").planner.columns == ["email", "k0", "k1"]


def test_bytes_are_those_that_were_sent_also_of_a_packed_file() -> None:
    packed = gzip.compress(b"email\n" + b"".join(b"p%d@example.org\n" % number for number in range(50)), mtime=0)
    assert len(planned(packed, most_bytes=len(packed)).rows) == 50
    plan = planned(packed, most_bytes=len(packed) // 2)
    assert 0 < len(plan.rows) < 50
    assert len(plan.rows) + plan.planner.dropped == 50


def test_the_rows_of_a_piece_that_is_not_full_are_not_dropped_with_it() -> None:
    lines = [b"email\n", *(b"person%07d@example.org\n" % number for number in range(20_000))]
    for count in (1, 9_000, 19_999):
        plan = planned(b"".join(lines), most_bytes=sum(map(len, lines[: count + 1])), places=range(0, 560_000, 65_536))
        assert (len(plan.rows), plan.planner.dropped) == (count, 20_000 - count)


@pytest.mark.parametrize("rule", ["first", "last", "reject"])
def test_dropped_rows_do_not_compete(rule: str) -> None:
    content = b"email\na@example.org\nb@example.org\na@example.org\n"
    assert [row[2] for row in planned(content, duplicates=rule, most_rows=2).rows] == [None, None]
    assert sorted(str(row[2]) for row in planned(content, duplicates=rule).rows) == ["None", "None", "duplicate"]


def test_dropped_rows_do_not_count_for_the_quality_gate_nor_for_the_limit_of_rows() -> None:
    content = b"email\na@example.org\nbad\nbad\nbad\n"
    assert planned(content, quality_gate=0.5, most_rows=2).planner.survey.rows == 2
    with pytest.raises(JobRefused):
        planned(content, quality_gate=0.5, most_rows=3)


@pytest.mark.parametrize("option", ["most_rows", "most_bytes"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_limit_is_more_than_nothing(option: str, value: int) -> None:
    with pytest.raises(ValueError, match=option):
        ImportOptions.model_validate({option: value})


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("place", [-2, -1, 0, 1])
def test_the_line_end_behind_the_last_row_does_not_count(ending: bytes, place: int) -> None:
    content = b"email" + ending + b"a@example.org" + ending + b"b@example.org" + ending
    most = len(content) - len(ending)
    plan = planned(content, places=[most + place], most_bytes=most)
    assert (len(plan.rows), plan.dropped) == (2, None)
    assert len(planned(content, places=[most + place], most_bytes=most - 1).rows) == 1


def test_a_quote_that_opens_before_the_mark_costs_no_row_within_it() -> None:
    rows = [b"p%d@example.org,%s,x\n" % (number, b'"open' if number == 3 else b"x") for number in range(300)]
    content = b"email,first_name,last_name\n" + b"".join(rows)
    whole = planned(content)
    for inside in (3, 4, 6, 40):
        plan = planned(content, most_bytes=len(content) - len(b"".join(rows[inside:])))
        assert plan.rows == whole.rows[:inside]
        assert len(plan.rows) + plan.planner.dropped == len(whole.rows)


def test_what_is_wrong_behind_the_limit_ends_the_counting() -> None:
    many = [{"email": f"p{number}@example.org"} for number in range(5)] + [{f"k{number}": 1 for number in range(3_000)}]
    for content, name in ((json.dumps(many), "a.json"), ("\n".join(map(json.dumps, many)), "a.ndjson")):
        plan = planned(content.encode(), most_rows=3, name=name)
        assert (len(plan.rows), plan.planner.columns) == (3, ["email"])
        assert "At least 2 rows were dropped" in (plan.dropped or "")
    with pytest.raises(UnreadablePayload, match="different names"):
        planned(json.dumps(many).encode(), most_rows=6, name="a.json")


def test_a_packed_file_that_is_damaged_behind_the_limit_is_taken_up_to_it() -> None:
    packed = gzip.compress(b"email\n" + b"".join(b"p%d@example.org\n" % number for number in range(50)), mtime=0)[:-20]
    plan = planned(packed, most_rows=10)
    assert len(plan.rows) == 10
    assert "At least " in (plan.dropped or "")
    with pytest.raises(UnreadablePayload, match="gzip"):
        planned(packed)


@pytest.mark.parametrize("text", ["email,first_name\na@example.org,Zoé\nb@example.org,Éa\n", "email;x\na@example.org;1,2\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_how_a_file_is_read_does_not_depend_on_what_is_taken(text: str, encoding: str) -> None:
    content = text.encode(encoding)
    whole = planned(content)
    for most in range(1, len(content)):
        plan = planned(content, most_bytes=most)
        assert plan.rows == whole.rows[: len(plan.rows)]
        assert plan.planner.columns == whole.planner.columns
        noticed = [warning.code for warning in plan.planner.warnings if warning.code != "rows_dropped"]
        assert noticed == [warning.code for warning in whole.planner.warnings]


def test_half_a_birthday_is_bad_for_the_quality_gate_where_the_columns_are_given() -> None:
    content, mapping = b"email,birthday_month\na@example.org,2\n", {"email": "email", "birthday_month": "birthday_month"}
    assert planned(content, quality_gate=0.5, mapping=mapping).planner.survey.bad == 0
    with pytest.raises(JobRefused, match="birthday_day"):
        planned(content, quality_gate=0.5, mapping=mapping, columns="given")
