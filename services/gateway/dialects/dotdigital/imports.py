"""From an import of either API to its job: the options that both have in common, their limits, the account's watchdog."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import Request

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.merging import Merge
from services.gateway.import_options import checked
from services.gateway.jobs import Accepted
from services.gateway.submitting import Checked, Sent, idempotency_key, submit
from shared.accounts.limits import Limit, limit_of
from shared.contract.values import Kind
from shared.jobs.job import Payload

MOST_BYTES = 50 * 1024 * 1024
"""Of one upload, as the file itself is long."""
MOST_ACTIVE = 25
"""Imports that an account may have open at once through these APIs."""
WATCHED_ROWS = 100
"""From so many rows on, the watchdog looks at a file: a handful of rows says nothing about where addresses come from."""


def native_options(merge: Merge, lists: Sequence[int], **reading: Any) -> dict[str, Any]:
    """The options of the job. `reading` says how its payload is read.

    The first of several rows for one contact wins. Whoever ended a subscription stays as they are, and their row says why.
    """
    return {
        "columns": "given",
        "mode": "upsert",
        "merge": merge,
        "duplicates": "first",
        "ended": "reject",
        "day_first": True,
        "formula_escape": False,
        "lists": lists,
        **reading,
    }


async def submit_import(
    gateway: Gateway, asker: Tenant, request: Request, operation: str, native: Mapping[str, Any], payload: Payload
) -> Accepted:
    """The job, accepted durably. Raises Problem 429 `too_many_imports` for one more than MOST_ACTIVE, and as `submit` does."""
    given = {**native, **_watchdog(gateway, asker)}
    sent = Sent(operation, given, idempotency_key(request), payload, most_imports=MOST_ACTIVE)

    async def check() -> Checked:
        return await checked(given, asker), payload

    return await submit(gateway, asker, Kind.IMPORT, sent, check)


def _watchdog(gateway: Gateway, asker: Tenant) -> dict[str, Any]:
    percent = limit_of(asker.account, Limit.WATCHDOG_PERCENT, gateway.settings.dotdigital_watchdog_percent)
    return {"quality_gate": percent / 100, "quality_gate_from": WATCHED_ROWS} if percent > 0 else {}
