"""Quotes: well-formed tables read back exactly; a lost quote costs one row and no other."""

import csv
import io

from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.readers.quotes import Ending, Shape, examine
from tests.unit.readers.reading import Reading, read, read_blocks

TEXT = st.text(
    st.sampled_from(list('ab ,;"\n\r\té€😀|')) | st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=12
)
NAMES = ["email", "first", "last", "note", "city"]
# What people write: words, commas, line breaks and quotes, though not a value that begins or ends with one of them.
WORDS = st.sampled_from(["Ann", "12 High Street", "x", "the", "Österreich", "5"])
JOINTS = st.sampled_from([" ", ", ", "\n", ",\n", "\r\n", ' "', '" '])
PHRASE = st.builds(
    lambda start, rest: start + "".join(joint + word for joint, word in rest), WORDS, st.lists(st.tuples(JOINTS, WORDS), max_size=5)
)


def written(rows: list[list[str]], quoting: int = csv.QUOTE_MINIMAL) -> str:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return file.getvalue()


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[str]) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(tables(TEXT), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), st.integers(64, 200))
def test_a_well_formed_table_reads_back_exactly(rows: list[list[str]], quoting: int, piece_bytes: int) -> None:
    header = NAMES[: len(rows[0])]
    data = written([header], quoting) + written(rows, quoting)
    reading = read(data, delimiter=",", piece_bytes=piece_bytes)
    assert reading.codes == [None] * len(rows)
    assert reading.cells == rows
    assert reading.columns == header


@settings(max_examples=200, deadline=None, derandomize=True)
@given(tables(TEXT))
def test_line_numbers_are_those_of_the_file(rows: list[list[str]]) -> None:
    header = written([NAMES[: len(rows[0])]])
    expected = [len(list(io.StringIO(header + written(rows[:count]), newline=""))) + 1 for count in range(len(rows))]
    assert read(header + written(rows), delimiter=",").lines == expected


def lose_one_row(rows: list[list[str]], hit: int, place: int, quoting: int = csv.QUOTE_MINIMAL) -> tuple[Reading, list[list[str]]]:
    """Reads the table with one more quote in row `hit`; also gives the rows that must not suffer."""
    lines = [written([row], quoting) for row in rows]
    place %= len(lines[hit].rstrip("\r\n")) + 1
    lines[hit] = lines[hit][:place] + '"' + lines[hit][place:]
    reading = read(written([NAMES], quoting) + "".join(lines))
    return reading, rows[:hit] + rows[hit + 1 :]


def good_cells(reading: Reading) -> list[list[object]]:
    return [list(row.cells) for row in reading.rows if row.problem is None]


def is_within(wanted: list[list[str]], found: list[list[object]]) -> bool:
    """True when the wanted rows are all there, in order."""
    rest = iter(found)
    return all(any(row == given for given in rest) for row in wanted)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.data(), st.integers(2, 8), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_one_quote_too_many_loses_no_other_row(data: st.DataObject, count: int, quoting: int) -> None:
    rows = [[f"user{i}@example.com", *data.draw(st.lists(PHRASE, min_size=4, max_size=4))] for i in range(count)]
    reading, others = lose_one_row(rows, data.draw(st.integers(0, count - 1)), data.draw(st.integers(0, 500)), quoting)
    assert is_within(others, good_cells(reading))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.integers(0, 599), st.integers(0, 100), st.integers(64, 4_096))
@example(0, 0, 64)
def test_one_quote_too_many_in_a_plain_file_loses_no_other_row(hit: int, place: int, piece_bytes: int) -> None:
    lines = [f"user{i}@example.com,Ann{i},Lee,some note,London\n" for i in range(600)]
    place %= len(lines[hit])
    lines[hit] = lines[hit][:place] + '"' + lines[hit][place:]
    reading = read(",".join(NAMES) + "\n" + "".join(lines), piece_bytes=piece_bytes)
    assert len(reading.rows) == 600
    assert reading.lines == list(range(2, 602))
    assert [i for i, row in enumerate(reading.rows) if row.cells[0] != f"user{i}@example.com"] in ([], [hit])
    assert [i for i, code in enumerate(reading.codes) if code] in ([], [hit])


def test_an_unclosed_quote_does_not_swallow_the_rows_after_it() -> None:
    reading = read('email,first,last\na@x,"Ann,Lee\nb@x,Bob,Ray\nc@x,"Cid, the",Roe\nd@x,Dan,Fox\n')
    assert reading.codes == ["unclosed_quote", None, None, None]
    assert reading.cells[0] == ["a@x", '"Ann', "Lee"]
    assert reading.cells[1:] == [["b@x", "Bob", "Ray"], ["c@x", "Cid, the", "Roe"], ["d@x", "Dan", "Fox"]]
    assert reading.lines == [2, 3, 4, 5]
    assert reading.warned == ["replayed_unclosed_quote"]
    problem = reading.rows[0].problem
    assert problem is not None
    assert "opens on line 2" in problem.message


def test_an_unclosed_quote_at_the_end_of_the_file_is_one_row() -> None:
    reading = read('email,first\na@x,Ann\nb@x,"Bob')
    assert (reading.codes, reading.cells) == ([None, "unclosed_quote"], [["a@x", "Ann"], ["b@x", '"Bob']])


def test_an_unclosed_quote_in_a_single_column_costs_one_row() -> None:
    emails = "".join(f"user{i}@example.com\n" for i in range(30_000))
    reading = read(f'email\n"ann@x\n{emails}')
    assert reading.codes == ["unclosed_quote"] + [None] * 30_000


def test_a_quote_that_closes_in_the_same_column_much_later_is_not_believed() -> None:
    rows = "".join(f"u{i}@x,Ann,Lee\n" for i in range(6))
    reading = read(f'email,size,last\na@x,"5,Lee\n{rows}z@x,5",Roe\n')
    assert reading.codes == ["unclosed_quote"] + [None] * 7


def test_every_quote_unclosed_costs_its_own_row_each() -> None:
    rows = "".join(f'u{i}@x,"Ann{i},Lee\n' if i % 3 == 0 else f"u{i}@x,Ann{i},Lee\n" for i in range(3_000))
    reading = read(f"email,first,last\n{rows}")
    assert reading.codes == ["unclosed_quote", None, None] * 1_000
    assert reading.warnings[0].message.startswith("1,000 rows")


def test_a_file_made_of_lost_quotes_is_read_in_time() -> None:
    """Each line opens a quote, and none ever settles the matter: looking for the end of each would take time without end."""
    lines = ['a",b,"c\n', 'a",b,"c,d\n', "x\n"]
    reading = read("email,first,last\n" + "".join(lines[i % 3] for i in range(6_000)))
    assert len(reading.rows) > 2_000
    assert reading.warned == ["replayed_unclosed_quote"]


def test_a_long_cell_of_many_lines_after_trouble_is_read_whole() -> None:
    note = "one line\n" * 900
    reading = read(f'a,b\n"x"y,z\n1,"{note}"\n3,4\n')
    assert reading.codes == ["stray_quote", None, None]
    assert reading.cells[1] == ["1", note]


def test_addresses_and_notes_of_many_lines_survive() -> None:
    note = "Hello,\nthanks, we came, and saw\n\nyours, Ann\n" * 60
    reading = read(written([NAMES, ["a@x", "Ann", "Lee", note, "12 Road,\nYork, UK"], ["b@x", "", "", "x", "y"]]))
    assert reading.codes == [None, None]
    assert reading.rows[0].cells[3] == note
    assert reading.lines == [2, 244]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.text(st.sampled_from('ab,"\n'), max_size=14), min_size=1, max_size=5))
def test_the_second_look_agrees_with_the_reader_of_the_library(parts: list[str]) -> None:
    lines = list(io.StringIO("\n".join(parts), newline=""))
    if not lines or lines[0] == "\n":
        return
    reader = csv.reader(lines, strict=True)
    try:
        next(reader)
    except csv.Error:
        assert examine(lines, 0, Shape(",", 1), True).ending is not Ending.CLOSED
    else:
        # A width of one leaves no shape to go by: what is left is the grammar.
        assert examine(lines, 0, Shape(",", 1), True)[:2] == (Ending.CLOSED, reader.line_num)


def test_a_record_in_two_blocks_is_one_record() -> None:
    reading = read_blocks([b'a,b\n1,"two\n', b'lines"\n3,4\n'], piece_bytes=12)
    assert reading.cells == [["1", "two\nlines"], ["3", "4"]]
