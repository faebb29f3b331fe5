"""What a command reads and writes: answers on stdout, everything else on stderr. With `--json` stdout is one document."""

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from services.cli.exits import Failure


@dataclass(frozen=True)
class Surroundings:
    """What a command finds around it. Tests give their own."""

    environ: Mapping[str, str]
    folder: Path
    config_file: Path
    stdin: BinaryIO
    stdout: TextIO
    stderr: TextIO

    @classmethod
    def of_process(cls) -> "Surroundings":
        """Those of this process."""
        from platformdirs import user_config_dir

        config_file = Path(user_config_dir("muster"), "config.toml")
        return cls(os.environ, Path(), config_file, sys.stdin.buffer, sys.stdout, sys.stderr)


@dataclass(frozen=True)
class Terminal:
    """Where one command writes."""

    around: Surroundings
    as_json: bool

    @property
    def shows_progress(self) -> bool:
        """True where a person looks at stderr."""
        return self.around.stderr.isatty()

    @property
    def can_ask(self) -> bool:
        """True where a person can answer."""
        return self.around.stdin.isatty() and self.around.stderr.isatty()

    def result(self, document: Any, lines: Iterable[str]) -> None:
        """The answer: the document with `--json`, the lines for people otherwise."""
        if self.as_json:
            self.around.stdout.write(json.dumps(document, indent=2) + "\n")
        else:
            self.around.stdout.writelines(f"{printable(line)}\n" for line in lines)
        self.around.stdout.flush()

    def line(self, text: str) -> None:
        """One more line of an answer for people that is too long to hold."""
        self.around.stdout.write(f"{printable(text)}\n")

    def note(self, text: str) -> None:
        """Something for people beside the answer; silent with `--json`."""
        if not self.as_json:
            self.around.stderr.write(f"{printable(text)}\n")
            self.around.stderr.flush()

    def failure(self, failure: Failure) -> None:
        """Why the command failed: one line, or the problem with `--json`."""
        text = json.dumps(failure.document) if self.as_json else printable(f"{failure.detail} [{failure.code}]")
        self.around.stderr.write(f"{text}\n")
        self.around.stderr.flush()

    def ask(self, question: str) -> bool:
        """True where a person answers yes."""
        self.around.stderr.write(f"{printable(question)} [y/N] ")
        self.around.stderr.flush()
        return self.around.stdin.readline().strip().lower() in (b"y", b"yes")


def printable(text: str) -> str:
    """The text on one line, without what could command a terminal: names and values in it come from other people's files."""
    return text if text.isprintable() else "".join(letter if letter.isprintable() else " " for letter in text)


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines whose cells stand below each other. Never cut or wrapped: other programs read them too."""
    clean = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(row[place]) for row in clean) for place in range(len(clean[0]))] if clean else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in clean]
