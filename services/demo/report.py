"""What the demonstration says: a bar on a terminal, plain lines elsewhere."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
from rich.table import Table

from services.demo.generator import Sample
from services.demo.person import HEADINGS

REJECTED_SHOWN = 8
VALUE_LENGTH = 40
_COLUMNS = {"email": "Email", "anniversary": "Anniversary", "phone:work": "Work phone"}
"""Which column of the file gives a field."""

Show = Callable[[Mapping[str, Any]], None]


class Report:
    """Writes to one console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def begin(self) -> None:
        """Before anything else."""
        self._say("Starting Muster in this process, with a private MongoDB in a temporary folder ...")

    def file(self, name: str, sample: Sample) -> None:
        """The file that will be imported."""
        self._say(f"Wrote {name}: {sample.rows:,} rows, {len(sample.content):,} bytes. Sending it to POST /v1/imports ...")

    @contextmanager
    def progress(self) -> Iterator[Show]:
        """Give what shows a job each time that it was polled."""
        if not self._console.is_terminal:
            yield self._plain_progress()
            return
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[pace]}"),
        )
        with Progress(*columns, console=self._console) as bar:
            task = bar.add_task("queued", total=None, pace="")

            def show(job: Mapping[str, Any]) -> None:
                progress = job["progress"]
                total, done = progress["rows_total"], progress["rows_done"]
                bar.update(task, description=progress["phase"], total=total, completed=done, pace=_pace(progress))

            yield show

    def counts(self, job: Mapping[str, Any], sample: Sample) -> None:
        """What came of the rows, beside what the file was made to come to."""
        table = Table("outcome", "rows", "expected", title="Every row has exactly one outcome", title_justify="left")
        for outcome, rows in job["counts"].items():
            table.add_row(outcome, f"{rows:,}", f"{sample.counts.get(outcome, 0):,}")
        table.add_section()
        table.add_row("all", f"{sum(job['counts'].values()):,}", f"{sample.rows:,}")
        self._say("")
        self._console.print(table)
        self._say(f"{_pace(job['progress'])}, with every service and the database in this one process and its child")

    def rejected(self, rows: Sequence[Mapping[str, Any]], total: int) -> None:
        """The first rows that have to be mended, and why."""
        self._say(f"\nThe first {len(rows)} of {total} rejected rows (all of them: GET /v1/jobs/JOB/rows?outcome=rejected):\n")
        for row in rows:
            self._say(f"  line {row['line']:<6} {row['code']:<15} {_offender(row)}")
            self._say(f"  {'':<11} {row['message']}")

    def job(self, job: Mapping[str, Any]) -> None:
        """The job as a client sees it."""
        self._say(f"\nThe job, as GET {job['links']['self']} gives it:\n")
        self._say(json.dumps(job, indent=2, ensure_ascii=False))

    def contact(self, email: str, contacts: Sequence[Mapping[str, Any]]) -> None:
        """One contact that two rows were about."""
        self._say(f"\nTwo rows were about {email}; GET /v1/contacts?email=... has one contact with what both of them said:\n")
        for contact in contacts:
            filled = {name: value for name, value in contact.items() if value not in (None, [], {})}
            self._say(json.dumps(filled, indent=2, ensure_ascii=False))

    def end(self, differences: Sequence[str], seconds: float) -> int:
        """The verdict, as an exit code too, and what to do next."""
        if differences:
            self.failed("The counts do NOT add up:\n  " + "\n  ".join(differences))
            return 1
        self._say(
            f"\nThe counts add up: every row of the file, every rejected line and every stored contact. {seconds:.1f} s in all."
        )
        self._say("Nothing is left running, and no files.\n")
        self._say(_NEXT)
        return 0

    def failed(self, text: str) -> None:
        """Why it did not go well."""
        self._console.print(f"\n{text}", style="red", markup=False, soft_wrap=True)

    def _plain_progress(self) -> Show:
        last = ""

        def show(job: Mapping[str, Any]) -> None:
            nonlocal last
            progress = job["progress"]
            total = "?" if progress["rows_total"] is None else f"{progress['rows_total']:,}"
            line = f"  {progress['phase']}: {progress['rows_done']:,} of {total} rows"
            if line != last:
                self._say(f"{line}  {_pace(progress)}".rstrip())
            last = line

        return show

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)


def _pace(progress: Mapping[str, Any]) -> str:
    rate, left = progress["rows_per_second"], progress["eta_seconds"]
    return (f"{rate:,.0f} rows/s" if rate else "") + (f", {left:.0f} s to go" if left else "")


def _offender(row: Mapping[str, Any]) -> str:
    """The value that is to blame; the beginning of the row where it is the row as a whole."""
    values = row["values"] or {}
    column = _COLUMNS.get(row["field"] or "")
    if column is not None:
        return f"{column}: {values.get(column, '')!r}"
    text = ",".join(str(values[heading]) for heading in HEADINGS if heading in values)
    return text if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}..."


_NEXT = """To keep it running, in one terminal:

  make dev

It prints a key and lines like these for another terminal:

  export KEY=...
  JOB=$(curl -s -H "Authorization: Bearer $KEY" -F file=@contacts.csv http://127.0.0.1:8000/v1/imports | cut -d'"' -f4)
  curl -s -H "Authorization: Bearer $KEY" http://127.0.0.1:8000/v1/jobs/$JOB

The rejected rows come as a file to mend and send again:

  curl -s -H "Authorization: Bearer $KEY" http://127.0.0.1:8000/v1/jobs/$JOB/rejected.csv -o rejected.csv
"""
