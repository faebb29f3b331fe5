"""Files of contacts: piece by piece, deterministic, and read back by an import as what was stored."""

import csv
import io
import json
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contacts.columns import Column, ColumnType, default_columns
from shared.contacts.decide import Decider
from shared.contacts.merge import Merge, Rules
from shared.contacts.patch import ABSENT, parse_row, resolve_target
from shared.contract.bulk_options import ExportOptions
from shared.contract.formula import unescape
from shared.contract.values import Outcome
from tests.unit.contacts.exported import BODIES, NAMES, book, numbered
from tests.unit.contacts.stored import LATER, NOW, contact
from tests.unit.contacts.test_columns_return import contacts_of
from tests.unit.exporter.files import columns_of, made, pieces, plain, rows_read

FORMATS = ["csv", "ndjson", "json"]
COMPRESSIONS = ["none", "gzip", "zstd"]
COLUMNS = columns_of(["email", "first_name", "points", "tags", "created_at"], book())
SOME = [contact(n, first_name=f"N{n}", points=n, tags=[1, 2]) for n in range(1, 8)]


def whole(options: ExportOptions, *parts: list[Any]) -> bytes:
    return b"".join(pieces(made(options, COLUMNS), parts))


def test_a_csv_is_as_rfc_4180_says_with_a_heading_for_each_column() -> None:
    odd = contact(1, email="a@b.org", first_name='O"N, \r\nx', points=-5)
    assert whole(ExportOptions(), [odd]).decode() == (
        'email,first_name,points,tags,created_at\r\na@b.org,"O""N, \r\nx",-5,,2026-11-22T00:00:00.000Z\r\n'
    )


def test_delimiter_and_mark_of_a_csv_are_the_chosen_ones() -> None:
    text = whole(ExportOptions(delimiter=";", bom=True), [contact(1, first_name="a;b,c")])
    assert text.startswith(b"\xef\xbb\xbfemail;first_name;")
    assert b'c1@example.org;"a;b,c";' in text
    headings, rows, _ = rows_read(text, "csv")
    assert (headings[0], rows[0][1]) == ("email", "a;b,c")


def test_cells_and_headings_that_a_spreadsheet_would_run_are_escaped_unless_told_otherwise() -> None:
    fields = book()
    columns = columns_of(["email", "first_name", "phone:home", "notes", "cf:f number"], fields)
    stored = contact(
        email="=x@b.org",
        first_name="'@a",
        phones=[{"id": 1, "kind": "home", "number": "+49 30 1"}],
        notes=[{"id": 1, "at": NOW, "text": "-a"}],
        custom={"4": -1.5e-07},
    )
    escaped = b"".join(pieces(made(ExportOptions(), columns), [[stored]])).decode()
    assert escaped.split("\r\n")[1] == "'=x@b.org,''@a,+49 30 1,'-a,-1.5e-07"
    bare = b"".join(pieces(made(ExportOptions(formula_escape=False), columns), [[stored]])).decode()
    assert bare.split("\r\n")[1] == "=x@b.org,'@a,+49 30 1,-a,-1.5e-07"


def test_a_heading_that_a_spreadsheet_would_run_is_escaped() -> None:
    columns = [Column("=1+1", ColumnType.TEXT, ("first_name",))]
    assert made(ExportOptions(), columns).head() == b"'=1+1\r\n"
    assert made(ExportOptions(formula_escape=False), columns).head() == b"=1+1\r\n"


def test_what_a_contact_has_beside_the_chosen_columns_is_left_out() -> None:
    stored = contact(
        1,
        phones=[{"id": 1, "kind": "fax", "number": "5"}],
        addresses=[{"id": 1, "kind": "home", "city": "Bonn", "street": "Ring"}],
        custom={"1": "a", "77": "b"},
        channels={"email": {"status": "none"}, "whatsapp": {"status": "subscribed"}},
    )
    columns = columns_of(["phone:home", "address:home:city", "cf:f text", "sms_status"], book())
    data = b"".join(pieces(made(ExportOptions(), columns), [[stored]]))
    assert data.decode().split("\r\n")[1] == ",Bonn,a,"


def test_an_object_has_the_columns_in_order_and_leaves_out_what_the_contact_lacks() -> None:
    line = whole(ExportOptions(format="ndjson"), [contact(1, points=0, tags=[2, 1])])
    assert line == (b'{"email":"c1@example.org","points":0,"tags":["a","b"],"created_at":"2026-11-22T00:00:00.000Z"}\n')


def test_a_json_document_holds_its_contacts_under_contacts() -> None:
    document = json.loads(whole(ExportOptions(format="json"), SOME[:3], [], SOME[3:]))
    assert [one["email"] for one in document["contacts"]] == [one["email"] for one in SOME]
    assert json.loads(whole(ExportOptions(format="json"))) == {"contacts": []}


@pytest.mark.parametrize("compression", COMPRESSIONS)
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("cuts", [[], [0], [7], [3], [1, 1, 5], [2, 2, 2, 6]])
def test_a_file_is_the_same_however_its_contacts_are_cut_into_parts(format: Any, compression: Any, cuts: list[int]) -> None:
    parts = [SOME[start:stop] for start, stop in zip([0, *cuts], [*cuts, None], strict=True)]
    options = ExportOptions(format=format, compression=compression)
    in_parts = whole(options, *parts)
    assert plain(in_parts, compression) == whole(ExportOptions(format=format), SOME)
    assert in_parts == whole(options, *parts)


@pytest.mark.parametrize("compression", COMPRESSIONS[1:])
@pytest.mark.parametrize("format", FORMATS)
def test_a_compressed_file_of_no_contacts_is_a_sound_one(format: Any, compression: Any) -> None:
    data = whole(ExportOptions(format=format, compression=compression), [])
    assert data
    assert plain(data, compression) == whole(ExportOptions(format=format))


@pytest.mark.parametrize("format", ["csv", "ndjson", "json", "xlsx", "parquet"])
def test_a_part_of_no_contacts_is_nothing(format: Any) -> None:
    for compression in COMPRESSIONS:
        assert made(ExportOptions(format=format, compression=compression), COLUMNS).part([]) == b""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("format", "compression", "media_type", "ending"),
    [
        ("csv", "none", "text/csv; charset=utf-8", ".csv"),
        ("csv", "gzip", "application/gzip", ".csv.gz"),
        ("ndjson", "zstd", "application/zstd", ".ndjson.zst"),
        ("json", "none", "application/json", ".json"),
        ("xlsx", "gzip", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
        ("parquet", "none", "application/vnd.apache.parquet", ".parquet"),
    ],
)
def test_media_type_and_ending_tell_what_the_file_is(format: Any, compression: Any, media_type: str, ending: str) -> None:
    of = made(ExportOptions(format=format, compression=compression), COLUMNS)
    assert (of.media_type, of.ending) == (media_type, ending)


@given(body=BODIES, format=st.sampled_from(FORMATS), delimiter=st.sampled_from([",", ";", "\t", "|"]), mark=st.booleans())
@settings(max_examples=300, deadline=None)
def test_a_file_imported_again_changes_nothing(body: dict[str, Any], format: Any, delimiter: Any, mark: bool) -> None:
    stored = contacts_of([body], Merge.OVERWRITE_NON_EMPTY)
    names = default_columns(book())
    options = ExportOptions(format=format, delimiter=delimiter, bom=mark)
    data = b"".join(pieces(made(options, columns_of(names, book())), [stored]))
    headings, rows, warnings = rows_read(data, format, delimiter)
    targets = [(index, target) for index, name in enumerate(headings) if (target := resolve_target(name, book()))]
    assert (len(targets), warnings) == (len(headings), [])
    cells = [unescape(cell) if format == "csv" else cell for cell in rows[0]]
    decider = Decider(Rules(), deepcopy(stored), LATER)
    decision = decider.decide(numbered(parse_row(targets, cells)))
    assert (decision.outcome, decision.code, decision.message) == (Outcome.UNCHANGED, None, None)


@given(body=BODIES)
@settings(max_examples=200, deadline=None)
def test_every_cell_is_the_value_of_its_column(body: dict[str, Any]) -> None:
    """Rows are laid out by what the contact has; each column tells by itself, too."""
    stored = contacts_of([body], Merge.OVERWRITE_NON_EMPTY)[0]
    columns = columns_of([*default_columns(book()), "preference:p", "status", "list_statuses", "created_via", "email"], book())
    stored |= {"created_at": NOW, "updated_at": NOW}
    data = b"".join(pieces(made(ExportOptions(formula_escape=False), columns), [[stored]])).decode()
    _, cells = csv.reader(io.StringIO(data, newline=""))
    values = [column.value(stored, NAMES) for column in columns]
    assert cells == ["" if value is None else column.cell(value) for column, value in zip(columns, values, strict=True)]


def test_a_key_that_only_later_contacts_have_is_absent_from_the_earlier_rows() -> None:
    data = whole(ExportOptions(format="ndjson"), [contact(1), contact(2, first_name="b")])
    headings, rows, _ = rows_read(data, "ndjson")
    assert headings == ["email", "created_at", "first_name"]
    assert ABSENT not in rows[1]
    assert len(rows[0]) == 2
