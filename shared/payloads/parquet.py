"""Runs in a child: the rows of a Parquet file, read by Arrow as a stream of small batches, whatever the row groups' size.

A null is ABSENT, for it changes nothing; an empty text is an empty cell. The line of a row is its place in the file, from 1."""

import math
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

from shared.payloads.child import run
from shared.payloads.frames import Done, Frame, Head, Refused, Request
from shared.payloads.limits import FRAME_ROWS, PARQUET_CPU_SECONDS
from shared.payloads.tables import Gathering, shortened, too_long
from shared.readers import Problem, UnreadablePayload
from shared.readers.headers import Header
from shared.readers.limits import MAX_COLUMNS, MAX_RECORD
from shared.readers.objects import check_cells
from shared.readers.rows import ABSENT

_EXHAUSTED = Refused("parquet_too_large", "The Parquet file takes more memory than a file may. Write it with smaller row groups.")
_MAX_THRIFT_BYTES = 16 * 1024 * 1024
_MAX_THRIFT_ITEMS = 1_000_000
_BUFFER_BYTES = 65_536
_LARGEST = 2**63

Write = Callable[[pa.Array], list[Any]]


def main(argument: str) -> None:
    """The child's whole life."""
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    run(read_parquet, argument, PARQUET_CPU_SECONDS, _EXHAUSTED)


def read_parquet(path: str, request: Request) -> Iterator[Frame]:
    """The frames of the file. The request says nothing to a Parquet file."""
    del request
    try:
        yield from _frames(path)
    except MemoryError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        if "encrypt" in str(error).lower():
            raise UnreadablePayload("parquet_unsupported", "The Parquet file is encrypted. Write it without.") from error
        words = f"The Parquet file is damaged: {str(error)[:200]}. Write it again."
        raise UnreadablePayload("parquet_damaged", words) from error


def _frames(path: str) -> Iterator[Frame]:
    with pq.ParquetFile(
        path,
        buffer_size=_BUFFER_BYTES,
        pre_buffer=False,
        memory_map=False,
        thrift_string_size_limit=_MAX_THRIFT_BYTES,
        thrift_container_size_limit=_MAX_THRIFT_ITEMS,
    ) as file:
        schema = file.schema_arrow
        if len(schema) > MAX_COLUMNS:
            words = f"The Parquet file has {len(schema):,} columns, more than {MAX_COLUMNS}. Leave out those not needed."
            raise UnreadablePayload("too_many_columns", words)
        writers = _writers(schema)
        warnings: list[Problem] = []
        columns = Header(schema.names, warnings).names
        yield Head(columns)
        yield from _rows(file, columns, writers)
        yield Done([(warning.code, warning.message) for warning in warnings])


def _rows(file: pq.ParquetFile, columns: list[str], writers: list[Write]) -> Iterator[Frame]:
    gathering = Gathering()
    line = 0
    for batch in file.iter_batches(batch_size=FRAME_ROWS, use_threads=False):
        written = [write(array) for write, array in zip(writers, batch.columns, strict=True)]
        for cells in zip(*written, strict=True):
            line += 1
            _add(gathering, line, list(cells), columns)
            if gathering.is_full:
                yield gathering.take()
    yield gathering.take()


def _add(gathering: Gathering, line: int, cells: list[Any], columns: list[str]) -> None:
    characters = sum(len(cell) if cell.__class__ is str else _length(cell) for cell in cells)
    if characters > MAX_RECORD:
        gathering.add(line, shortened(cells), characters, too_long(line))
        return
    row = check_cells(line, cells, columns, f"Row {line}")
    gathering.add(line, row.cells, characters, row.problem)


def _length(cell: Any) -> int:
    return sum(map(_length, cell)) + len(cell) if isinstance(cell, list) else len(cell) if isinstance(cell, str) else 8


def _writers(schema: pa.Schema) -> list[Write]:
    """What turns each column into cells. Raises `parquet_unsupported` with the names of those that have no such."""
    writers = [_writer(field.type) for field in schema]  # by place: two columns may have one name
    strange = [
        f"'{field.name[:80]}' ({str(field.type)[:40]})" for field, write in zip(schema, writers, strict=True) if write is None
    ]
    if strange:
        words = (
            f"These columns hold values that no field can take: {', '.join(strange[:10])}. Leave them out, or write them as text."
        )
        raise UnreadablePayload("parquet_unsupported", words)
    return [write for write in writers if write is not None]


def _writer(kind: pa.DataType) -> Write | None:
    types = pa.types
    if types.is_dictionary(kind):
        write = _writer(kind.value_type)
        return None if write is None else lambda array: write(array.dictionary_decode())
    if isinstance(kind, pa.UuidType):
        return lambda array: [ABSENT if cell is None else str(UUID(bytes=cell)) for cell in array.storage.to_pylist()]
    if types.is_floating(kind):
        return _floats
    if types.is_boolean(kind) or types.is_integer(kind) or _is_text(kind) or types.is_null(kind):
        return _plain
    if types.is_binary(kind) or types.is_large_binary(kind) or types.is_fixed_size_binary(kind):
        return _decoded
    if types.is_timestamp(kind):
        return lambda array: _plain(array.cast(pa.timestamp("ms", "UTC"), safe=False).cast(pa.string()))
    if types.is_date(kind) or types.is_decimal(kind) or types.is_time(kind):
        return lambda array: _plain(array.cast(pa.string()))
    is_list = types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind)
    if is_list and (_is_text(kind.value_type) or types.is_integer(kind.value_type)):
        return _lists
    return None


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _plain(array: pa.Array) -> list[Any]:
    cells: list[Any] = array.to_pylist()
    if pa.types.is_uint64(array.type):
        cells = [cell if cell is None or cell < _LARGEST else str(cell) for cell in cells]
    return [ABSENT if cell is None else cell for cell in cells] if array.null_count else cells


def _floats(array: pa.Array) -> list[Any]:
    """Some writers mean a missing number by NaN. A float of 32 bits becomes what it prints."""
    cells = array.to_pylist()
    if array.type != pa.float64():
        cells = [None if text is None else float(text) for text in array.cast(pa.string()).to_pylist()]
    return [ABSENT if cell is None or math.isnan(cell) else cell for cell in cells]


def _decoded(array: pa.Array) -> list[Any]:
    """Bytes that some writers mean as text. What is not UTF-8 is found again when the row is checked."""
    return [ABSENT if cell is None else cell.decode("utf-8", "surrogateescape") for cell in array.to_pylist()]


def _lists(array: pa.Array) -> list[Any]:
    cells = array.to_pylist()
    return [ABSENT if cell is None else [item for item in cell if item is not None] for cell in cells]
