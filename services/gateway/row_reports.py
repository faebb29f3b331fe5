"""Rows of a job and what became of them, read back in source order, and files of them that stream as CSV."""

import csv
import io
import json
from collections.abc import AsyncGenerator, AsyncIterator, Collection, Sequence
from typing import Any

from services.gateway.context import Gateway
from shared.contract.values import Outcome
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

BLOCK_CHARACTERS = 256 * 1024


async def rows_of(
    gateway: Gateway, job: Job, *, after_line: int = 0, only: Collection[Outcome] = ()
) -> AsyncGenerator[RowOutcome, None]:
    """Those that have an outcome by now, beyond a line, of the given outcomes only."""
    lanes = range(int(job.plan.get("lanes", 0)))
    async for row in gateway.outcomes.read(job.id, lanes, after_line=after_line, only=only):
        yield row


async def csv_blocks(records: AsyncIterator[Sequence[Any]], line_end: str) -> AsyncGenerator[bytes, None]:
    """The records as a CSV, a block of it in memory at a time."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    async for record in records:
        writer.writerow(record)
        if text.tell() > BLOCK_CHARACTERS:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def cell_text(cell: Any) -> str:
    """A cell of a payload as a CSV has it. One that is absent is blank."""
    if cell is None or isinstance(cell, bytes):
        return ""
    return cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
