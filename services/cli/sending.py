"""A file on its way out: opened anew for each attempt, read in blocks, counted as it goes. Never whole in memory."""

import json
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from services.cli.exits import misused

STDIN = "-"
Parts = list[tuple[str, tuple[str | None, Any, str]]]


class Outgoing:
    """A file by its name, or stdin. `told` hears how many bytes have been read, from nothing again with each attempt.

    Raises Failure for a file that cannot be read.
    """

    def __init__(self, name: str, stdin: BinaryIO) -> None:
        self.name = "stdin" if name == STDIN else Path(name).name
        self.can_repeat = False
        self.bytes: int | None = None
        self._path = None if name == STDIN else Path(name)
        self._stdin = stdin
        self.told: Callable[[int], None] = lambda _: None
        self._reading: _Counted | None = None
        if self._path is not None:
            self._look(self._path)

    def parts(self, options: Mapping[str, Any]) -> Parts:
        """The parts of a form, for one attempt."""
        self.close()
        source = self._path.open("rb") if self._path else self._stdin
        self._reading = _Sized(source, self.told) if self.can_repeat else _Counted(source, self.told)
        return [
            ("options", (None, json.dumps(options), "application/json")),
            ("file", (self.name, self._reading, "application/octet-stream")),
        ]

    def close(self) -> None:
        """Close what was opened."""
        if self._reading is not None and self._path is not None:
            self._reading.close()

    def _look(self, path: Path) -> None:
        try:
            found = path.stat()
        except OSError as error:
            raise misused(f"{path}: {error.strerror}.") from error
        if stat.S_ISDIR(found.st_mode):
            raise misused(f"{path} is a folder. Name a file.")
        if stat.S_ISREG(found.st_mode):
            self.can_repeat, self.bytes = True, found.st_size


class _Counted:
    """A stream of unknown length: a pipe."""

    def __init__(self, source: BinaryIO, told: Callable[[int], None]) -> None:
        self._source = source
        self._told = told
        self._bytes = 0
        told(0)

    def read(self, size: int) -> bytes:
        block = self._source.read(size)
        self._bytes += len(block)
        self._told(self._bytes)
        return block

    def close(self) -> None:
        with suppress(OSError):
            self._source.close()


class _Sized(_Counted):
    """A regular file: its length is announced."""

    def fileno(self) -> int:
        return self._source.fileno()


def size_text(size: int) -> str:
    """Bytes as people read them."""
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"


def free_place(path: Path) -> Path:
    """Where a file is written before it takes its place: beside it, so that the change is one step."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")
