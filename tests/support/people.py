"""Seeded contact files, and what importing them must come to, by a model that shares nothing with the product.

The model is a dictionary by lower-cased e-mail in which later non-empty values win, row after row in file order.
"""

import csv
import io
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

HEADINGS = ("Email", "First Name", "Last Name")
FIELDS = ("first_name", "last_name")
BAD = "no-address"


@dataclass(frozen=True)
class Row:
    """One row of a file and its line number in it."""

    line: int
    email: str
    values: tuple[str, ...]

    @property
    def key(self) -> str | None:
        """What finds the contact; None for a row that must be rejected."""
        return None if self.email == BAD else self.email.lower()


@dataclass
class Sheet:
    """A file of contacts."""

    rows: list[Row] = field(default_factory=list)

    def csv(self) -> bytes:
        """The file as it is sent."""
        target = io.StringIO(newline="")
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(HEADINGS)
        writer.writerows((row.email, *row.values) for row in self.rows)
        return target.getvalue().encode()


def sheet(seed: int, rows: int, *, keys: int, bad: float = 0.03, blank: float = 0.2, prefix: str = "p") -> Sheet:
    """`rows` rows on at most `keys` contacts, in a chance order, some of them bad, some with blank cells."""
    chance = random.Random(seed)
    made = Sheet()
    for number in range(rows):
        name = f"{prefix}{chance.randrange(keys)}@example.org"
        email = BAD if chance.random() < bad else name.upper() if chance.random() < 0.1 else name
        values = tuple("" if chance.random() < blank else f"{letter}{seed}-{number}" for letter in "FL")
        made.rows.append(Row(number + 2, email, values))
    return made


@dataclass
class Model:
    """What an account must hold after these files, one after the other, and what became of every row of the last one."""

    contacts: dict[str, dict[str, str]] = field(default_factory=dict)

    def apply(self, rows: Iterable[Row]) -> list[tuple[int, str]]:
        """Line and outcome of each row, applied in this order."""
        return [(row.line, self._apply(row)) for row in rows]

    def _apply(self, row: Row) -> str:
        if row.key is None:
            return "rejected"
        is_new = row.key not in self.contacts
        known = self.contacts.setdefault(row.key, {})
        wanted = {name: value for name, value in zip(FIELDS, row.values, strict=True) if value}
        changes = any(known.get(name) != value for name, value in wanted.items())
        known.update(wanted)
        return "created" if is_new else "updated" if changes else "unchanged"


def differences(contacts: Iterable[Mapping[str, object]], model: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    """How stored contacts differ from the model, one sentence each."""
    seen: set[str] = set()
    for contact in contacts:
        key = str(contact.get("email_key"))
        if key in seen:
            yield f"contact {key} exists twice"
        seen.add(key)
        if key not in model:
            yield f"contact {key} came from nowhere"
            continue
        stored = {name: contact[name] for name in FIELDS if name in contact}
        if stored != model[key]:
            yield f"contact {key} holds {stored} and not {model[key]}"
    yield from (f"contact {key} is missing" for key in model.keys() - seen)


def possible_values(history: Sequence["Applied"]) -> dict[str, dict[str, set[str]]]:
    """For each contact and field, every value that may stand there after jobs that overlapped in time.

    That is the last value that each job applied, without those of jobs that had ended before a later writer began.
    """
    possible: dict[str, dict[str, set[str]]] = {}
    last = {job.name: job.last_values() for job in history}
    for key in {key for values in last.values() for key in values}:
        per_field = possible.setdefault(key, {})
        for name in FIELDS:
            writers = {job.name for job in history if name in last[job.name].get(key, {})}
            beaten = {before for job in history if job.name in writers for before in job.after}
            allowed = {last[writer][key][name] for writer in writers - beaten}
            if allowed:
                per_field[name] = allowed
    return possible


@dataclass(frozen=True)
class Applied:
    """A job as it went: the rows that were applied, in file order, and every job that had ended before it began."""

    name: str
    rows: tuple[Row, ...]
    after: frozenset[str] = frozenset()

    def last_values(self) -> dict[str, dict[str, str]]:
        """The last non-empty values of each contact."""
        model = Model()
        model.apply(self.rows)
        return model.contacts
