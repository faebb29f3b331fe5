"""Workbooks and Parquet files: typed, the same bytes every time, and no text in them ever run or taken for markup."""

import io
import tempfile
import zipfile
from collections.abc import Iterable
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from pyarrow import parquet
from python_calamine import CalamineWorkbook

from services.exporter.books import COPY_BYTES, ROW_GROUP_ROWS, assembler, used_columns
from shared.contacts.columns import Column, ColumnType, default_columns
from shared.contacts.decide import Decider
from shared.contacts.merge import Merge, Rules
from shared.contacts.patch import parse_row, resolve_target
from shared.contract.bulk_options import ExportOptions
from shared.contract.formula import unescape
from shared.contract.values import Outcome
from tests.unit.contacts.exported import BODIES, book, numbered
from tests.unit.contacts.stored import LATER, NOW, contact
from tests.unit.contacts.test_columns_return import contacts_of
from tests.unit.exporter.files import Contacts, columns_of, made

XLSX = ExportOptions(format="xlsx")
PARQUET = ExportOptions(format="parquet")
TYPED = columns_of(
    ["id", "email", "points", "anniversary", "opt_in_at", "tags", "cf:f number", "cf:f boolean", "phone:home", "first_name"], book()
)
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678_000, UTC)
ANA = contact(
    7,
    points=-3,
    anniversary="2020-02-29",
    channels={"email": {"opt_in": {"at": MOMENT}}},
    tags=[1, 8],
    custom={"4": 0.5, "6": True},
    phones=[{"id": 1, "kind": "home", "number": "0049301234567890"}],
    first_name="=1+1",
)


def assembled(options: ExportOptions, columns: list[Column], *parts: Contacts) -> bytes:
    of, assemble = made(options, columns), assembler(options, columns)
    assert assemble is not None
    assert of.head() == of.between() == of.tail() == b""
    sink = io.BytesIO()
    assemble(map(of.part, parts), sink)
    return sink.getvalue()


def sheet(data: bytes) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("contacts").to_python()


def test_only_workbooks_and_parquet_files_are_assembled() -> None:
    assert [assembler(ExportOptions(format=format), TYPED) for format in ("csv", "ndjson", "json")] == [None] * 3


def test_a_workbook_has_typed_cells_and_its_digits_stay_text() -> None:
    headings, row = sheet(assembled(XLSX, TYPED, [ANA]))
    assert headings == [column.name for column in TYPED]
    assert row == [
        7.0,
        "c7@example.org",
        -3.0,
        date(2020, 2, 29),
        MOMENT.replace(tzinfo=None),
        "a|Ünï",
        0.5,
        True,
        "0049301234567890",
        "'=1+1",
    ]


@pytest.mark.parametrize("value", [123456789012345678, -(2**63), 0.1 + 0.2, 1.2345678901234567, 1e300, 10**15])
def test_a_number_that_a_spreadsheet_would_round_is_text(value: float) -> None:
    columns = columns_of(["cf:f number"], book())
    assert sheet(assembled(XLSX, columns, [contact(custom={"4": value})]))[1] == [repr(value)]


@pytest.mark.parametrize("value", [0, -1, 10**15 - 1, 0.1, -123456.789, 1e-300])
def test_any_other_number_is_a_number(value: float) -> None:
    columns = columns_of(["cf:f number"], book())
    assert sheet(assembled(XLSX, columns, [contact(custom={"4": value})]))[1] == [value]


def test_days_that_a_spreadsheet_cannot_count_are_text() -> None:
    stored = contact(anniversary="1900-02-28", channels={"email": {"opt_in": {"at": datetime(1, 1, 1, tzinfo=UTC)}}})
    assert sheet(assembled(XLSX, columns_of(["anniversary", "opt_in_at"], book()), [stored]))[1] == [
        "1900-02-28",
        "0001-01-01T00:00:00.000Z",
    ]


MARKUP = ["<r></t></is></c><c><f>1+1</f></c></r>", "<r>a</r>", "<&>\"'", "_x000D_", "_x005F_x000D_"]
CONTROLS = ["a\rb", "a\r\nb", "a\tb", "a\x85b\u2028"]


@pytest.mark.parametrize(
    "text", [*MARKUP, *CONTROLS, "https://a.example/", "1e5", "007", "=1+1", "{=1+1}", "x" * 4000, "\U0001f600"]
)
def test_a_text_in_a_workbook_is_that_text(text: str) -> None:
    bare = ExportOptions(format="xlsx", formula_escape=False)
    data = assembled(bare, columns_of(["first_name"], book()), [contact(first_name=text)])
    assert sheet(data)[1] == [text]
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_text_that_would_be_run_is_escaped_in_a_workbook_unless_told_otherwise() -> None:
    columns = columns_of(["first_name", "notes"], book())
    stored = contact(first_name="@a", notes=[{"id": 1, "at": NOW, "text": "+a"}])
    assert sheet(assembled(XLSX, columns, [stored]))[1] == ["'@a", "'+a"]
    assert sheet(assembled(ExportOptions(format="xlsx", formula_escape=False), columns, [stored]))[1] == ["@a", "+a"]


def test_a_parquet_file_has_a_type_for_each_column() -> None:
    table = parquet.read_table(io.BytesIO(assembled(PARQUET, TYPED, [ANA], [contact(8)])))
    assert [str(field.type) for field in table.schema] == [
        "int64",
        "string",
        "int64",
        "date32[day]",
        "timestamp[ms, tz=UTC]",
        "list<element: string>",
        "double",
        "bool",
        "string",
        "string",
    ]
    first, second = table.to_pylist()
    assert (first["anniversary"], first["opt_in_at"], first["tags"], first["first_name"]) == (
        date(2020, 2, 29),
        MOMENT,
        ["a", "Ünï"],
        "=1+1",
    )
    assert {name for name, value in second.items() if value is not None} == {"id", "email"}


def test_a_parquet_file_is_cut_into_groups_of_rows_however_its_parts_are() -> None:
    columns = columns_of(["id"], book())
    rows = [contact(n) for n in range(1, ROW_GROUP_ROWS // 2 + 2)]
    file = parquet.ParquetFile(io.BytesIO(assembled(PARQUET, columns, rows, [], rows, rows)))
    assert [file.metadata.row_group(n).num_rows for n in range(file.metadata.num_row_groups)] == [len(rows) * 2, len(rows)]
    assert file.read()["id"].to_pylist() == [*range(1, len(rows) + 1)] * 3


@pytest.mark.parametrize("options", [XLSX, PARQUET])
@pytest.mark.parametrize("rows", [0, 1, 30])
def test_the_same_contacts_make_the_same_bytes(options: ExportOptions, rows: int) -> None:
    parts = [[contact(n, first_name=f"N{n}") for n in range(1, rows + 1)], [ANA]][: 1 + bool(rows)]
    assert assembled(options, TYPED, *parts) == assembled(options, TYPED, *parts)


def test_a_workbook_does_not_tell_when_it_was_made() -> None:
    with zipfile.ZipFile(io.BytesIO(assembled(XLSX, TYPED, [ANA]))) as archive:
        assert archive.read("docProps/core.xml").count(b"2000-01-01T00:00:00Z") == 2
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


@pytest.mark.parametrize("options", [XLSX, PARQUET])
def test_a_file_of_no_contacts_has_its_headings(options: ExportOptions) -> None:
    data = assembled(options, TYPED)
    names = sheet(data)[0] if options is XLSX else parquet.read_table(io.BytesIO(data)).column_names
    assert names == [column.name for column in TYPED]


def test_a_file_is_handed_on_in_blocks_and_its_parts_are_taken_one_by_one() -> None:
    columns = columns_of(["id", "first_name"], book())
    of, assemble = made(PARQUET, columns), assembler(PARQUET, columns)
    assert assemble is not None
    seen: list[int] = []

    def parts() -> Iterable[bytes]:
        for number in range(4):
            seen.append(len(sink.blocks))
            yield of.part([contact(n, first_name=f"{n * 7919 % 99991}") for n in range(1, ROW_GROUP_ROWS + number + 1)])

    class Blocks:
        blocks: list[bytes]

        def write(self, data: bytes) -> None:
            self.blocks.append(data)

    sink = Blocks()
    sink.blocks = []
    assemble(parts(), sink)
    assert seen == sorted(set(seen)), "every group is handed on before the next is read"
    assert max(map(len, sink.blocks)) <= COPY_BYTES
    assert parquet.read_table(io.BytesIO(b"".join(sink.blocks))).num_rows == sum(ROW_GROUP_ROWS + n for n in range(4))


@given(body=BODIES)
@settings(max_examples=60, deadline=None)
def test_a_workbook_imported_again_changes_nothing(body: dict[str, Any]) -> None:
    stored = contacts_of([body], Merge.OVERWRITE_NON_EMPTY)
    names = default_columns(book())
    _, row = sheet(assembled(XLSX, columns_of(names, book()), stored))
    cells = [unescape(cell) if isinstance(cell, str) else cell for cell in row]
    targets = [(index, target) for index, name in enumerate(names) if (target := resolve_target(name, book()))]
    decision = Decider(Rules(), deepcopy(stored), LATER).decide(numbered(parse_row(targets, cells)))
    assert (decision.outcome, decision.message) == (Outcome.UNCHANGED, None)


@pytest.mark.parametrize("options", [XLSX, PARQUET])
def test_a_part_that_cannot_be_had_leaves_no_file_behind(
    options: ExportOptions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assemble = assembler(options, TYPED)
    assert assemble is not None

    def parts() -> Iterable[bytes]:
        yield made(options, TYPED).part([ANA])
        raise LookupError("gone")

    with pytest.raises(LookupError, match="gone"):
        assemble(parts(), io.BytesIO())
    assert list(tmp_path.iterdir()) == []


def test_a_workbook_can_leave_out_the_columns_that_no_row_fills(tmp_path: Path) -> None:
    parts = [msgspec.msgpack.encode([["a", None, 1], ["b", None, None]]), msgspec.msgpack.encode([[None, None, 2]])]
    columns = [Column(name, ColumnType.TEXT if name == "text" else ColumnType.INTEGER) for name in ("text", "never", "whole")]
    kept = used_columns(columns, parts)
    assert list(kept) == [0, 2]
    assemble = assembler(ExportOptions(format="xlsx"), columns, kept)
    assert assemble is not None
    path = tmp_path / "book.xlsx"
    with path.open("wb") as file:
        assemble(parts, file)
    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert rows == [["text", "whole"], ["a", 1.0], ["b", ""], ["", 2.0]]


def test_where_no_row_fills_anything_every_heading_is_there() -> None:
    assert list(used_columns(TYPED, [])) == list(range(len(TYPED)))
