"""The contacts of an import in JSON as its payload: one native record a line, made of one contact after the other.

However many there are, a block of their lines is held beside the body.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.imports import MOST_BYTES
from services.gateway.json_body import check_media_type
from services.gateway.problems import Problem
from services.gateway.record_lines import AT_ONCE_BYTES, READING, store_lines
from shared.accounts.limits import Limit, limit_of
from shared.contacts.merge import MATCH_BY, ROW
from shared.jobs.job import Job, Payload

NAME = "contacts.ndjson"
_STORED_BYTES = 4 * MOST_BYTES
"""Records may be longer than contacts as they were written: each names what finds it."""


@dataclass(slots=True)
class Lines:
    """Records on their way into lines."""

    most: int
    """Records that the importer would take."""
    headings: Mapping[str, str] = field(default_factory=dict)
    """What columns are called, by native target, where that is not their heading."""
    matches: set[str] = field(default_factory=set)
    """What the records name as what finds their contacts."""
    count: int = 0

    def of(self, records: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """The records with the headings of their columns. Raises Problem 413 for too many."""
        for record in records:
            self.matches.add(record[MATCH_BY])
            self.count += 1
            if self.count > self.most:
                detail = f"An import takes at most {self.most} contacts. Split it into several imports."
                raise Problem(413, "payload_too_large", detail, field="contacts")
            yield {self.headings.get(target, target): value for target, value in record.items()}

    @property
    def match(self) -> str:
        """The native `match` of the job: the one that all records name, by which rows are spread, or each row's own."""
        return next(iter(self.matches)) if len(self.matches) == 1 else ROW


def match_column(match: str) -> dict[str, str | None]:
    """The mapping of the column in which each record says what finds its contact. Only the match by row reads it."""
    return {MATCH_BY: MATCH_BY if match == ROW else None}


def is_of_records(job: Job) -> bool:
    """True for an import whose payload was made here. In any other, a column with one of our names is the client's own."""
    return job.options.get("format") == READING["format"]


def most_records(gateway: Gateway, asker: Tenant) -> int:
    """How many contacts one import of the account may have."""
    return limit_of(asker.account, Limit.ROWS_PER_JOB, gateway.limits.rows_per_job)


async def read_contacts(gateway: Gateway, asker: Tenant, request: Request, held: AsyncExitStack) -> bytearray:
    """The body of an import in JSON. A long one, once it is here, waits for its turn, which ends when `held` is closed."""
    check_media_type(request)
    limit = min(MOST_BYTES, limit_of(asker.account, Limit.PAYLOAD_BYTES, gateway.settings.upload_bytes))
    return await gateway.long_bodies.read(request, asker.account.number, limit, held)


async def store(gateway: Gateway, asker: Tenant, body: bytearray, records: Iterable[Mapping[str, Any]]) -> Payload:
    """The records of this body as a payload, ready for a job. Raises Problem as they do."""
    beside = len(body) > AT_ONCE_BYTES
    return await store_lines(gateway.files, asker.account.number, NAME, records, _STORED_BYTES, beside=beside)
