"""Rows gathered into frames, checked as those of a CSV are. The same for every native parser."""

from typing import Any

from shared.payloads.frames import Rows
from shared.payloads.limits import FRAME_CHARACTERS, FRAME_ROWS
from shared.readers import Problem
from shared.readers.limits import MAX_COLUMNS, MAX_RECORD, MAX_SHOWN
from shared.readers.rows import ABSENT


class Gathering:
    """The rows of the next frame."""

    def __init__(self) -> None:
        self._begin()

    @property
    def is_full(self) -> bool:
        """True when the frame is to be sent before the next row."""
        return len(self._lines) >= FRAME_ROWS or self._characters >= FRAME_CHARACTERS

    def add(self, line: int, cells: list[Any], characters: int, problem: Problem | None = None) -> None:
        """Keep a row; `characters` is about how long it is."""
        if problem is not None:
            self._problems[len(self._lines)] = (problem.code, problem.message)
        self._lines.append(line)
        self._cells.append(cells)
        self._characters += characters

    def take(self) -> Rows:
        """The frame; the next one begins empty."""
        frame = Rows(self._lines, self._cells, self._problems)
        self._begin()
        return frame

    def _begin(self) -> None:
        self._lines: list[int] = []
        self._cells: list[list[Any]] = []
        self._problems: dict[int, tuple[str, str]] = {}
        self._characters = 0


def too_long(line: int) -> Problem:
    """The problem of a row that is longer than any row may be."""
    return Problem("row_too_long", f"Row {line} has more than {MAX_RECORD:,} characters. Shorten its longest cells.")


def shortened(cells: list[Any]) -> list[Any]:
    """The beginning of a row that is too long to be kept."""
    return [cell if cell == ABSENT else str(cell)[:MAX_SHOWN] for cell in cells[:MAX_COLUMNS]]
