"""An import that has ended, for what is said of it."""

from datetime import UTC, datetime

from shared.contract.values import JobState, Kind
from shared.jobs.job import Job

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def job(state: JobState = JobState.COMPLETED) -> Job:
    """One of account 1."""
    return Job(
        *("01900000-0000-7000-8000-000000000001", 1, Kind.IMPORT, state, 1, None, {}, None, (), {}, None, 0, 0, None, (), None),
        created_at=_NOW,
        started_at=_NOW,
        ended_at=_NOW,
        expires_at=None,
    )
