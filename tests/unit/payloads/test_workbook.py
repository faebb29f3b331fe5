"""The rows of workbooks: the right sheet, the right lines, and text that the importer understands."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from shared.payloads.frames import Done, Head, Request, Rows
from shared.payloads.limits import FRAME_ROWS
from shared.payloads.workbook import read_workbook
from shared.readers import UnreadablePayload
from tests.support.books import ods, ods_row, sheet_of, written, xls, xlsx


class Reading:
    """What the frames of a workbook say."""

    def __init__(self, folder: Path, content: bytes, **request: Any) -> None:
        path = folder / "book"
        path.write_bytes(content)
        self.frames = list(read_workbook(str(path), Request(**request)))
        head, *rows, done = self.frames
        assert isinstance(head, Head)
        assert isinstance(done, Done)
        self.columns = head.columns
        self.warned = [code for code, _ in done.warnings]
        self.rows = [row for frame in rows if isinstance(frame, Rows) for row in zip(frame.lines, frame.cells, strict=True)]
        self.problems = {
            frame.lines[at]: code for frame in rows if isinstance(frame, Rows) for at, (code, _) in frame.problems.items()
        }


def test_every_kind_of_cell_comes_as_text_and_lines_are_those_of_the_sheet(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(2, 1, ["email", "born", "joined", "vip", "score", "sum", "bad"])
        sheet.write(4, 1, "ana@example.org")
        sheet.write_datetime(4, 2, date(1990, 2, 3), day)
        sheet.write_datetime(4, 3, datetime.fromisoformat("2026-01-02T03:04:05"), moment)
        sheet.write_row(4, 4, [True, 12.0])
        sheet.write_formula(4, 6, "=1/2", None, 0.5)
        sheet.write_formula(4, 7, "=1/0", None, "#DIV/0!")
        sheet.write(6, 1, "bo@example.org")

    reading = Reading(tmp_path, written(fill))
    assert reading.columns == ["email", "born", "joined", "vip", "score", "sum", "bad"]
    assert reading.rows == [
        (5, ["ana@example.org", "1990-02-03", "2026-01-02T03:04:05", "true", "12", "0.5", ""]),
        (7, ["bo@example.org", "", "", "", "", "", ""]),
    ]
    assert reading.warned == ["error_cells"]


def test_an_old_workbook_is_read_like_a_new_one(tmp_path: Path) -> None:
    reading = Reading(tmp_path, xls([["email", "n", "vip"], [], ["bü@x.org", 1234.0, False]]))
    assert (reading.columns, reading.rows) == (["email", "n", "vip"], [(3, ["bü@x.org", "1234", "false"])])


def test_an_opendocument_sheet_keeps_its_lines_behind_repeated_blank_ones(tmp_path: Path) -> None:
    blank = (
        '<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="99"/></table:table-row>'
    )
    content = ods(ods_row("email") + blank + ods_row("a@x.org", repeated=2))
    assert Reading(tmp_path, content).rows == [(5, ["a@x.org"]), (6, ["a@x.org"])]


def test_headings_follow_the_rules_of_a_csv_header(tmp_path: Path) -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 0, 1, "name")
        sheet.write_row(0, 2, ["email", " email ", "'=x"])
        sheet.write_row(1, 0, ["Ana", "B", "a@x.org", "b@x.org", "1"])

    reading = Reading(tmp_path, written(fill))
    assert reading.columns == ["name", "column 2", "email", "email (2)", "=x"]
    assert reading.warned == ["duplicate_header"]


def test_cells_right_of_the_last_heading_are_left_out_and_told(tmp_path: Path) -> None:
    reading = Reading(tmp_path, sheet_of(["email"], ["a@x.org", "a note"], ["", "another"], ["b@x.org"]))
    assert reading.rows == [(2, ["a@x.org"]), (4, ["b@x.org"])]
    assert reading.warned == ["cells_without_heading"]


@pytest.mark.parametrize("formula_escape, cells", [(True, ["=1+1", "'quoted'"]), (False, ["'=1+1", "'quoted'"])])
def test_the_escape_of_formulas_is_undone_unless_told_otherwise(tmp_path: Path, formula_escape: bool, cells: list[str]) -> None:
    content = sheet_of(["email", "note"], ["'=1+1", "'quoted'"])
    assert Reading(tmp_path, content, formula_escape=formula_escape).rows == [(2, cells)]


def three_sheets() -> bytes:
    def fill(book: Any) -> None:
        for name, value in (("Secret", "hidden"), ("Cover", None), ("Contacts", "first"), ("2", "by name")):
            sheet = book.add_worksheet(name)
            if value:
                sheet.write_column(0, 0, ["email", value])
        book.worksheets()[0].hide()
        book.worksheets()[1].activate()
        book.worksheets()[1].set_first_sheet()

    return written(fill)


@pytest.mark.parametrize(
    "sheet, value",
    [(None, "first"), ("contacts", "first"), (2, "by name"), ("2", "by name"), (3, "by name"), ("Secret", "hidden")],
)
def test_a_sheet_is_found_by_name_then_by_its_number_among_the_visible_ones(tmp_path: Path, sheet: Any, value: str) -> None:
    reading = Reading(tmp_path, three_sheets(), sheet=sheet)
    assert reading.rows == [(2, [value])]
    assert reading.warned == (["sheet_chosen"] if sheet is None else [])


@pytest.mark.parametrize("sheet", ["Kontakte", 0, 4, "-1", "000001999", "٣"])
def test_a_sheet_that_does_not_exist_is_refused_with_the_names_of_those_that_do(tmp_path: Path, sheet: Any) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        Reading(tmp_path, three_sheets(), sheet=sheet)
    assert caught.value.code == "sheet_unknown"
    assert "1 'Cover', 2 'Contacts', 3 '2'" in caught.value.message


def test_cells_and_rows_beyond_the_limits_of_a_csv_are_problems_of_their_rows(tmp_path: Path) -> None:
    cells = ods_row("email", *"bcdefghijklmnopqrs") + ods_row("x" * 65_537) + ods_row(*["y" * 60_000] * 18) + ods_row("fine")
    reading = Reading(tmp_path, ods(cells))
    assert reading.problems == {2: "cell_too_long", 3: "row_too_long"}
    assert [(line, len(cells[0])) for line, cells in reading.rows] == [(2, 1_000), (3, 1_000), (4, 4)]


def test_rows_come_in_frames_of_a_bounded_size(tmp_path: Path) -> None:
    reading = Reading(tmp_path, sheet_of(["n"], *([number] for number in range(2_500))))
    assert [len(frame.lines) for frame in reading.frames if isinstance(frame, Rows)] == [FRAME_ROWS, FRAME_ROWS, 500]
    assert [cells for _, cells in reading.rows] == [[str(number)] for number in range(2_500)]


def test_rows_out_of_order_and_cells_without_a_place_are_put_where_they_belong(tmp_path: Path) -> None:
    text = '<row r="1"><c r="A1" t="inlineStr"><is><t>email</t></is></c></row>'
    content = xlsx(f'<row r="3"><c r="A3"><v>3</v></c></row>{text}<row r="2"><c><v>2</v></c></row>')
    assert Reading(tmp_path, content).rows == [(2, ["2"]), (3, ["3"])]


def test_more_columns_than_a_row_may_have_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        Reading(tmp_path, sheet_of(range(1_201)))
    assert caught.value.code == "too_many_columns"
