"""Parquet: typed cells that mean the same as those of a CSV, and a null that changes nothing."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.payloads.frames import Done, Frame, Head, Request, Rows
from shared.payloads.parquet import read_parquet
from shared.readers import ABSENT, UnreadablePayload


def frames_of(folder: Path, table: pa.Table, **how: Any) -> list[Frame]:
    path = folder / "contacts.parquet"
    pq.write_table(table, path, **how)
    return list(read_parquet(str(path), Request()))


def rows_of(folder: Path, table: pa.Table, **how: Any) -> list[list[Any]]:
    return [cells for frame in frames_of(folder, table, **how) if isinstance(frame, Rows) for cells in frame.cells]


@pytest.mark.parametrize(
    "values, cells",
    [
        (pa.array(["a", "", None]), ["a", "", ABSENT]),
        (pa.array(["a", None]).dictionary_encode(), ["a", ABSENT]),
        (pa.array(["a"], pa.large_string()), ["a"]),
        (pa.array([5, None], pa.int32()), [5, ABSENT]),
        (pa.array([2**64 - 1, 7], pa.uint64()), ["18446744073709551615", 7]),
        (pa.array([0.5, float("nan"), None]), [0.5, ABSENT, ABSENT]),
        (pa.array([0.1], pa.float32()), [0.1]),
        (pa.array([True, None]), [True, ABSENT]),
        (pa.array([date(2026, 1, 2), None]), ["2026-01-02", ABSENT]),
        (pa.array([datetime.fromisoformat("2026-01-02T03:04:05.006")], pa.timestamp("us")), ["2026-01-02 03:04:05.006Z"]),
        (pa.array([datetime(2026, 1, 2, 3, tzinfo=UTC)], pa.timestamp("ns", "Europe/Berlin")), ["2026-01-02 03:00:00.000Z"]),
        (pa.array([time(3, 4, 5)], pa.time32("s")), ["03:04:05.000"]),
        (pa.array([Decimal("12.30")]), ["12.30"]),
        (pa.array(["é".encode(), None], pa.binary()), ["é", ABSENT]),
        (pa.array([UUID(int=5).bytes], pa.uuid()), [str(UUID(int=5))]),
        (pa.nulls(1), [ABSENT]),
        (pa.array([["a", "b"], [], None, [None, "c"]]), [["a", "b"], [], ABSENT, ["c"]]),
    ],
)
def test_a_column_comes_as_cells_that_a_field_can_take(tmp_path: Path, values: pa.Array, cells: list[Any]) -> None:
    found = [row[0] for row in rows_of(tmp_path, pa.table({"x": values}))]
    assert found == cells
    assert [type(cell) for cell in found] == [type(cell) for cell in cells]


def test_two_columns_of_one_name_are_each_read_by_their_own_type(tmp_path: Path) -> None:
    values = [pa.array([0.5, float("nan")]), pa.array(["a", None]), pa.array([date(2026, 1, 2), None])]
    table = pa.Table.from_arrays(values, names=["x", "x", "x"])
    assert rows_of(tmp_path, table) == [[0.5, "a", "2026-01-02"], [ABSENT, ABSENT, ABSENT]]


def test_rows_are_numbered_through_all_row_groups_and_come_in_frames(tmp_path: Path) -> None:
    table = pa.table({"email": [f"u{number}@x.org" for number in range(2_500)], "n": range(2_500)})
    head, *rows, done = frames_of(tmp_path, table, row_group_size=700)
    assert head == Head(["email", "n"])
    assert done == Done([])
    lines = [line for frame in rows if isinstance(frame, Rows) for line in frame.lines]
    assert lines == list(range(1, 2_501))
    assert max(len(frame.lines) for frame in rows if isinstance(frame, Rows)) <= 1_000


def test_a_value_that_cannot_be_stored_is_a_problem_of_its_row(tmp_path: Path) -> None:
    table = pa.table({"a": [1.0, float("inf"), 2.0], "b": pa.array([b"x", b"y", b"\xff"])})
    (rows,) = [frame for frame in frames_of(tmp_path, table) if isinstance(frame, Rows)]
    assert {place: code for place, (code, _) in rows.problems.items()} == {1: "number_out_of_range", 2: "bad_bytes"}


def test_columns_of_nested_values_are_refused_by_their_names(tmp_path: Path) -> None:
    with pytest.raises(UnreadablePayload) as caught:
        frames_of(tmp_path, pa.table({"email": ["a"], "address": [{"city": "York"}]}))
    assert caught.value.code == "parquet_unsupported"
    assert "'address'" in caught.value.message


@pytest.mark.parametrize("damage", ["cut", "flipped"])
def test_a_damaged_file_is_refused_whatever_is_broken(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "contacts.parquet"
    pq.write_table(pa.table({"email": [f"u{number}@x.org" for number in range(5_000)]}), path)
    content = path.read_bytes()
    path.write_bytes(content[:3_000] + (b"" if damage == "cut" else bytes(3_000) + content[6_000:]))
    with pytest.raises(UnreadablePayload) as caught:
        list(read_parquet(str(path), Request()))
    assert caught.value.code == "parquet_damaged"
