"""Runs a payload through a reader in blocks of a chosen size."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import pytest

from shared.readers.payload import PayloadReader
from shared.readers.rows import Cell, Problem, SourceRow, UnreadablePayload


class Reading(NamedTuple):
    rows: list[SourceRow]
    columns: list[str]
    warnings: list[Problem]
    options: dict[str, Any] | None

    @property
    def cells(self) -> list[list[Cell]]:
        return [row.cells for row in self.rows]

    @property
    def lines(self) -> list[int]:
        return [row.line for row in self.rows]

    @property
    def codes(self) -> list[str | None]:
        return [row.problem.code if row.problem else None for row in self.rows]

    @property
    def warned(self) -> list[str]:
        return [warning.code for warning in self.warnings]


def read_blocks(blocks: Iterable[bytes], format: str = "csv", **how: Any) -> Reading:
    name, delimiter, encoding = how.get("file_name"), how.get("delimiter"), how.get("encoding")
    reader = PayloadReader(format, name, delimiter, encoding, how.get("piece_bytes", 262_144))
    rows = [row for block in blocks for part in reader.feed(block) for row in part]
    rows += reader.close()
    return Reading(rows, reader.columns, reader.warnings, reader.options)


def read(data: bytes | str, format: str = "csv", **how: Any) -> Reading:
    return read_blocks([data.encode() if isinstance(data, str) else data], format, **how)


def refusal(data: bytes | str, format: str = "csv", **how: Any) -> UnreadablePayload:
    with pytest.raises(UnreadablePayload) as caught:
        read(data, format, **how)
    return caught.value
