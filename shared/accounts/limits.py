"""What an account may have or send: its own limit where it has one, the default of the settings otherwise. Pure.

Every limit of `Account.limits` has its name here and nowhere else.
"""

from enum import StrEnum
from typing import TypeVar

from shared.accounts.store import Account

T = TypeVar("T", int, float)


class Limit(StrEnum):
    """The limits that an account may have of its own."""

    OPEN_JOBS = "open_jobs"
    ACTIVE_IMPORTS = "active_imports"
    RUNNING_JOBS = "running_jobs"
    PAYLOAD_BYTES = "payload_bytes"
    ROWS_PER_JOB = "rows_per_job"
    CONTACTS = "contacts"
    RETENTION_DAYS = "retention_days"
    REQUESTS_PER_SECOND = "requests_per_second"
    WATCHDOG_PERCENT = "watchdog_percent"


MEANINGS: dict[Limit, str] = {
    Limit.OPEN_JOBS: "Jobs waiting, queued or running at once; one more is answered with 429.",
    Limit.ACTIVE_IMPORTS: "Imports among them; one more is answered with 429.",
    Limit.RUNNING_JOBS: "Jobs that run at once; one more stands in line until another ends.",
    Limit.PAYLOAD_BYTES: "Bytes of one payload, decompressed.",
    Limit.ROWS_PER_JOB: "Rows of one payload; a job with more is refused before it writes.",
    Limit.CONTACTS: "Contacts, deleted ones included; 0 is no limit. An import that would pass it is refused before it writes.",
    Limit.RETENTION_DAYS: "Most days after its end for which a job may be kept.",
    Limit.WATCHDOG_PERCENT: "Percent of bad rows beyond which an import over Dotdigital's API is refused whole; 0 refuses none.",
    Limit.REQUESTS_PER_SECOND: "Requests per second and gateway process, in the long run; 0 is no limit.",
}
"""What each limit counts, for people."""

LEAST: dict[Limit, int] = {Limit.RETENTION_DAYS: 1, Limit.PAYLOAD_BYTES: 1, Limit.ROWS_PER_JOB: 1}
"""The smallest value of a limit, where it is not 0."""
GREATEST: dict[Limit, int] = {Limit.WATCHDOG_PERCENT: 100}
"""The greatest value of a limit, where there is one."""


def limit_of(account: Account, limit: Limit, default: T) -> T:
    """The account's own limit, or the default. A number of the same kind as the default."""
    own = account.limits.get(limit)
    return default if own is None else type(default)(own)


def checked_limit(name: str, value: int | None) -> Limit:
    """The limit of this name. Raises ValueError, which lists the names, and for a value that it cannot have."""
    try:
        limit = Limit(name)
    except ValueError:
        known = "; ".join(f"{each}: {MEANINGS[each]}" for each in Limit)
        raise ValueError(f"There is no limit {name!r}. The limits are: {known}") from None
    least, greatest = LEAST.get(limit, 0), GREATEST.get(limit)
    if value is not None and (value < least or (greatest is not None and value > greatest)):
        to = f" to {greatest}" if greatest is not None else ""
        raise ValueError(f"{limit} is a whole number from {least}{to}.")
    return limit
