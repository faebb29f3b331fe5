"""The rows of an import that were not applied, as v2 lists them: the reason, the e-mail, then the other columns. Pure.

Known clients split the file at line ends and each line at commas, quotes or not: none of either can get into the first two.
"""

import re
from collections.abc import Container, Sequence

from services.gateway.dialects.dotdigital.verdicts import reason_of
from services.gateway.row_reports import cell_text
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

_HEADING, _EMAIL = "Reason", "email"
_BREAKS = re.compile(r"[\r\n]+")
_NEVER_QUOTED = re.compile(r'[\s",]+')


class FaultRows:
    """One import's columns in their order here, without those that are `hidden`."""

    def __init__(self, job: Job, hidden: Container[str] = ()) -> None:
        self._columns: Sequence[str] = job.plan.get("columns", ())
        emails = [index for index, target in job.plan.get("targets", ()) if target == _EMAIL]
        self._email: int | None = emails[0] if emails else None
        shown = (index for index, column in enumerate(self._columns) if column not in hidden)
        self._others = [index for index in shown if index != self._email]

    @property
    def head(self) -> list[str]:
        """The headings."""
        email = "Email" if self._email is None else _unquoted(self._columns[self._email])
        return [_HEADING, email, *(_in_one_line(self._columns[index]) for index in self._others)]

    def row(self, row: RowOutcome) -> list[str]:
        """One row. Cells beyond the last heading stand at its end."""
        cells = [cell_text(cell) for cell in row.cells or ()]
        cells += [""] * (len(self._columns) - len(cells))
        email = "" if self._email is None else cells[self._email]
        others = [*(cells[index] for index in self._others), *cells[len(self._columns) :]]
        return [reason_of(row.code).word, _unquoted(email), *map(_in_one_line, others)]


def _unquoted(text: str) -> str:
    """The text with a blank for each run of what a CSV has to quote: of an e-mail that holds any, nobody can be found by it."""
    return _NEVER_QUOTED.sub(" ", text).strip()


def _in_one_line(text: str) -> str:
    """The text without line ends: what stood behind one would be read as a row of its own, with a reason and an e-mail."""
    return _BREAKS.sub(" ", text) if "\n" in text or "\r" in text else text
