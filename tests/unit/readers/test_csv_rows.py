"""CSV: lines, headers, delimiters, ragged rows and limits."""

import pytest

from tests.unit.readers.reading import read, refusal


def test_rows_carry_the_line_they_begin_on() -> None:
    reading = read('email,note\na@x,"one\r\ntwo"\n\n\nb@x,three\rc@x,four\r\nd@x,five')
    assert reading.cells == [["a@x", "one\r\ntwo"], ["b@x", "three"], ["c@x", "four"], ["d@x", "five"]]
    assert reading.lines == [2, 6, 7, 8]


def test_only_line_ends_end_a_line() -> None:
    odd = "a\x0bb\x0cc\x1cd\x85e\u2028f"
    reading = read(f"email,note\na@x,{odd}\n")
    assert reading.cells == [["a@x", odd]]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_leads_in_the_header(delimiter: str) -> None:
    reading = read(delimiter.join(["email", '"a,,;;||\t\tb"', "c", "d"]) + "\n" + delimiter.join(["1", "2", "3", "4"]))
    assert reading.cells == [["1", "2", "3", "4"]]
    assert reading.warned == ([] if delimiter == "," else ["delimiter_detected"])


def test_a_tie_or_no_delimiter_at_all_means_comma() -> None:
    assert read("email\na@x\nb@x\n").cells == [["a@x"], ["b@x"]]
    assert read("a;b,c\n1;2,3\n").columns == ["a;b", "c"]


def test_a_named_delimiter_wins() -> None:
    reading = read("a,b;c,d\n1,2;3,4\n", delimiter=";")
    assert reading.cells == [["1,2", "3,4"]]
    assert reading.warned == []


def test_the_hint_that_excel_writes_is_followed_and_counted_as_a_line() -> None:
    reading = read("sep=;\r\nemail;a,b,c\r\na@x;1\r\n")
    assert (reading.columns, reading.lines) == (["email", "a,b,c"], [3])


@pytest.mark.parametrize("delimiter", ["", ",,", '"', "\n"])
def test_a_delimiter_that_cannot_be_one_is_refused(delimiter: str) -> None:
    if delimiter:
        assert refusal("a,b\n", delimiter=delimiter).code == "format_unsupported"
    else:
        assert read("a;b\n", delimiter=delimiter).columns == ["a", "b"]


def test_header_names_are_trimmed_filled_and_made_different() -> None:
    reading = read('\n \n email ,name,,name,"name (2)",name\n1,2,3,4,5,6\n')
    assert reading.columns == ["email", "name", "column 3", "name (3)", "name (2)", "name (4)"]
    assert reading.warned == ["duplicate_header", "duplicate_header"]
    assert reading.lines == [4]


def test_a_header_may_span_lines() -> None:
    reading = read('email,"Full\nname",c\na@x,Ann,1\n')
    assert (reading.columns, reading.lines) == (["email", "Full\nname", "c"], [3])


def test_a_quote_without_partner_in_the_header_costs_no_row() -> None:
    reading = read('email,"name,city\na@x,Ann,York\nb@x,"Bob",Hull\n')
    assert reading.columns == ["email", "name", "city"]
    assert reading.cells == [["a@x", "Ann", "York"], ["b@x", "Bob", "Hull"]]
    assert reading.warned == ["unclosed_quote"]


def test_a_header_alone_is_an_empty_table() -> None:
    reading = read("email,name")
    assert (reading.rows, reading.columns) == ([], ["email", "name"])


@pytest.mark.parametrize("data", [b"", b"\n\r\n \n", b"\xef\xbb\xbf", b"sep=;\n"])
def test_an_empty_file_is_refused(data: bytes) -> None:
    assert refusal(data).code == "empty_file"


def test_too_many_columns_are_refused() -> None:
    assert len(read(",".join(map(str, range(1_200)))).columns) == 1_200
    assert refusal(",".join(map(str, range(1_201)))).code == "too_many_columns"


def test_a_short_row_ends_in_absent_cells_and_an_empty_cell_is_not_absent() -> None:
    reading = read('a,b,c\n1\n1,\n""\n,,\n')
    assert reading.cells == [["1"], ["1", ""], [""], ["", "", ""]]
    assert reading.codes == [None] * 4


def test_blank_cells_too_many_are_dropped_and_others_are_a_problem() -> None:
    reading = read("a,b\n1,2,, ,\n1,Smith, John\n")
    assert reading.cells[0] == ["1", "2"]
    assert reading.codes == [None, "too_many_cells"]
    problem = reading.rows[1].problem
    assert problem is not None
    assert problem.message == "The row has 3 cells, the header 2. Put a value that holds a , in quotes."


@pytest.mark.parametrize("quote", ["", '"'])
@pytest.mark.parametrize("length", [65_537, 131_073, 300_000])
def test_a_cell_too_long_costs_its_row_only(quote: str, length: int) -> None:
    reading = read(f"a,b\n1,2\n3,{quote}{'x' * length}{quote}\n5,6\n")
    assert reading.codes == [None, "cell_too_long", None]
    assert reading.lines == [2, 3, 4]
    assert len(str(reading.cells[1][1])) <= 1_001


def test_a_long_quoted_cell_of_many_lines_is_too_long_rather_than_many_rows() -> None:
    note = "a line without any delimiter\n" * 4_000
    reading = read(f'a,b\n1,"{note}"\n5,6\n')
    assert reading.codes == ["cell_too_long", None]
    assert reading.lines == [2, 4_003]


def test_the_longest_cell_allowed_is_read_whole() -> None:
    longest = "y" * 65_536
    assert read(f"a,b\n1,{longest}\n").cells == [["1", longest]]


def test_an_endless_line_costs_its_row_only() -> None:
    reading = read(f"a,b\n1,2\n{'x' * 3_000_000}\n5,6\n")
    assert reading.codes == [None, "row_too_long", None]
    assert reading.lines == [2, 3, 4]


def test_a_nul_byte_costs_its_row_only() -> None:
    reading = read("a,b\n1,2\n3,x\0y\n5,6\n")
    assert reading.codes == [None, "nul_byte", None]
    assert reading.cells[1] == ["3", "x\ufffdy"]


def test_stray_quotes_within_an_unquoted_cell_are_text() -> None:
    assert read('a,b\n5" pipe,"Ann"\nthe "best",x\n').cells == [['5" pipe', "Ann"], ['the "best"', "x"]]


def test_text_after_a_closing_quote_costs_its_row_only() -> None:
    reading = read('a,b\n"5" pipe",x\n1,2\n')
    assert reading.codes == ["stray_quote", None]
    assert reading.cells == [['"5" pipe"', "x"], ["1", "2"]]
