"""What a request may say about when its job starts and how long it is kept, and what an account may have at once. Pure."""

from datetime import UTC, datetime, timedelta

from services.gateway.problems import Problem
from services.gateway.settings import GatewaySettings
from shared.accounts.limits import Limit, limit_of
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Account
from shared.jobs.quota import Figure, Most, QuotaExceeded

FARTHEST = timedelta(days=366)
RETRY_SECONDS = 30


def start_of(run_at: datetime | None, now: datetime) -> datetime | None:
    """The moment before which the job may not start, in UTC; None for at once, which is what a moment in the past means.

    A moment without an offset is in UTC. Raises Problem `option_invalid` (422) for one that is more than 366 days ahead.
    """
    if run_at is None:
        return None
    at = run_at if run_at.tzinfo else run_at.replace(tzinfo=UTC)
    if at <= now:
        return None
    if at - now > FARTHEST:
        detail = f"run_at may be at most {FARTHEST.days} days ahead. Send the job again when its time is nearer."
        raise Problem(422, "option_invalid", detail, field="run_at")
    return at.astimezone(UTC)


def retention_of(days: float | None, account: Account, settings: GatewaySettings) -> timedelta:
    """How long the job is kept after its end. Raises Problem `option_invalid` (422) for longer than the account may ask."""
    most = limit_of(account, Limit.RETENTION_DAYS, settings.most_retention_days)
    if days is None:
        return timedelta(days=min(settings.retention_days, most))
    if days > most:
        detail = f"This account may keep a job for at most {most:g} days after its end. Ask for less, or leave retention_days out."
        raise Problem(422, "option_invalid", detail, field="retention_days")
    return timedelta(days=days)


def most_of(account: Account, settings: GatewaySettings, defaults: LimitSettings, most_imports: int | None = None) -> Most:
    """What the account may have at once. `most_imports` is what the API that asks allows, where that is less."""
    imports = limit_of(account, Limit.ACTIVE_IMPORTS, settings.active_imports)
    return Most(
        limit_of(account, Limit.OPEN_JOBS, settings.open_jobs),
        imports if most_imports is None else min(imports, most_imports),
        limit_of(account, Limit.RUNNING_JOBS, defaults.running_jobs),
    )


def quota_problem(error: QuotaExceeded) -> Problem:
    """The answer to a request for which the account has no room."""
    code, what = ("too_many_imports", "imports") if error.figure is Figure.ACTIVE_IMPORTS else ("too_many_jobs", "jobs")
    detail = f"This account may have {error.limit} {what} queued or running at once. Wait until one ends, then send this again."
    return Problem(429, code, detail, headers={"Retry-After": str(RETRY_SECONDS)}, limit=error.limit)
