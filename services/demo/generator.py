"""A made-up file of contacts, as untidy as real ones are, and what an import has to make of it. Pure: one seed, one file.

About two rows in a hundred name a contact again, and three in two hundred cannot be imported.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.demo.damage import DAMAGES
from services.demo.dice import Dice
from services.demo.person import HEADINGS, Person, again, same_again

FRESH, AGAIN, SAME, BAD = "created", "updated", "unchanged", "rejected"
AGAIN_PER_MILLE = 16
SAME_PER_MILLE = 4
BAD_PER_MILLE = 15


@dataclass(frozen=True, slots=True)
class Sample:
    """A file and what is expected of its import."""

    content: bytes
    rows: int
    counts: Mapping[str, int]
    """Rows by outcome: created, updated, unchanged, rejected."""
    bad_lines: Mapping[int, str]
    """Number of the first line of each row that has to be rejected, with the code that it has to get."""
    twice: str | None
    """The e-mail address of a contact that two rows are about, as the first of them writes it."""

    @property
    def codes(self) -> dict[str, int]:
        """Rejected rows by code."""
        return dict(Counter(self.bad_lines.values()))


@dataclass(slots=True)
class _Sheet:
    """The file while it is written."""

    dice: Dice
    text: io.StringIO = field(default_factory=lambda: io.StringIO(newline=""))
    lines: int = 0
    known: list[Person] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    bad_lines: dict[int, str] = field(default_factory=dict)
    twice: str | None = None

    def write(self, row: str) -> None:
        self.text.write(row)
        self.lines += row.count("\n")

    def add(self, role: str, number: int) -> None:
        """Write one row of this role."""
        self.counts[role] += 1
        if role == FRESH:
            person = Person.make(self.dice, number)
            self.known.append(person)
            self.write(line_of(person.cells))
        elif role == BAD:
            code, damage = DAMAGES[len(self.bad_lines) % len(DAMAGES)]
            self.bad_lines[self.lines + 1] = code
            self.write(damage(Person.make(self.dice, number).cells, self.dice))
        else:
            person = self.known.pop(self.dice.below(len(self.known)))
            self.twice = self.twice or (person.cells["Email"] if role == AGAIN else None)
            self.write(line_of(again(person, self.dice) if role == AGAIN else same_again(person)))


def make_sample(rows: int, seed: int) -> Sample:
    """A CSV of so many rows, its header not counted. At least one row."""
    sheet = _Sheet(Dice(seed))
    sheet.write(line_of(dict(zip(HEADINGS, HEADINGS, strict=True))))
    for number, role in enumerate(_roles(rows, sheet), start=1):
        sheet.add(role, number)
    content = sheet.text.getvalue().encode()
    counts = {role: sheet.counts[role] for role in (FRESH, AGAIN, SAME, BAD)}
    return Sample(content, rows, counts, sheet.bad_lines, sheet.twice)


def line_of(cells: Mapping[str, Any]) -> str:
    """One row as spreadsheets write it: quotes where they are needed, CR LF at the end."""
    text = io.StringIO(newline="")
    csv.writer(text).writerow([cells.get(heading, "") for heading in HEADINGS])
    return text.getvalue()


def _roles(rows: int, sheet: _Sheet) -> Iterator[str]:
    """What each row will be. One that should name somebody again before there is anybody waits for its turn."""
    roles = [AGAIN] * (rows * AGAIN_PER_MILLE // 1000) + [SAME] * (rows * SAME_PER_MILLE // 1000)
    roles += [BAD] * (rows * BAD_PER_MILLE // 1000)
    roles += [FRESH] * (rows - len(roles))
    sheet.dice.shuffle(roles)
    waiting: list[str] = []
    for role in roles:
        if role in (AGAIN, SAME) and not sheet.known:
            waiting.append(role)
            role = FRESH
        elif role == FRESH and waiting and sheet.known:
            role = waiting.pop()
        yield role
