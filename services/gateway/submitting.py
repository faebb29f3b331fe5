"""From a request to its job, the same for every kind and in every dialect: the same job for the same key, no file left behind."""

import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from services.gateway.context import Gateway, Tenant
from services.gateway.given_options import invalid, kept
from services.gateway.jobs import Accepted, NewJob
from services.gateway.problems import Problem
from services.gateway.upload import Received
from shared.contract.options import JobOptions
from shared.contract.values import Kind
from shared.jobs.job import Payload
from shared.platform.files import Files

IDEMPOTENCY_KEY_LENGTH = 255


@asynccontextmanager
async def discarding(files: Files) -> AsyncIterator[list[str]]:
    """Takes down the ids of files that were stored for a request, and deletes those that no job has taken when it fails."""
    stored: list[str] = []
    try:
        yield stored
    except BaseException:
        # Not `delete`: the commit may have come through although its answer, or the client, did not.
        for file_id in stored:
            await files.discard(file_id)
        raise


@dataclass(frozen=True, slots=True)
class Sent:
    """A request for a job as the client sent it, before any name in it was looked up: what its key stands for."""

    operation: str
    given: Mapping[str, Any]
    key: str | None
    payload: Payload | None = None
    """The file that came with it."""
    most_imports: int | None = None
    """Imports that an account may have open with this one, where the API has a limit of its own."""

    @property
    def fingerprint(self) -> str:
        """One hash for everything that makes the request what it is. Only a request with a key needs one.

        Raises Problem 422 `option_invalid` for what is nested more deeply than any option.
        """
        if self.key is None:
            return ""
        parts = [self.operation, self.payload.sha256 if self.payload else "", self.given]
        try:
            whole = json.dumps(parts, sort_keys=True)
        except RecursionError:
            raise invalid("body", "The options are nested too deeply to be any. Send them as the documentation shows.") from None
        return hashlib.sha256(whole.encode()).hexdigest()


Checked = tuple[JobOptions, Payload | None]
"""The options with numbers for names, and the payload: the file that was sent, or one made of what the request names."""


def idempotency_key(request: Request) -> str | None:
    """For dialects: the key under which a request that is sent again is answered with the same job. Raises Problem 400."""
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= IDEMPOTENCY_KEY_LENGTH:
        detail = f"The Idempotency-Key has 1 to {IDEMPOTENCY_KEY_LENGTH} characters. Send a shorter one."
        raise Problem(400, "idempotency_key_invalid", detail, field="Idempotency-Key")
    return key


def payload_of(received: Received) -> Payload:
    """An uploaded file as the payload of a job."""
    stored = received.file
    return Payload(stored.file_id, received.name, stored.bytes, stored.sha256, received.media_type)


async def submit(gateway: Gateway, asker: Tenant, kind: Kind, sent: Sent, check: Callable[[], Awaitable[Checked]]) -> Accepted:
    """The job for the request: the one that its key made before, or a new one, accepted durably.

    The key is asked about before `check` looks names up: the job may have changed what they name. Raises Problem as `check` and
    `JobDesk.accept` do, and 422 `idempotency_key_reused`.
    """
    found = await gateway.desk.earlier(asker.account, sent.key, sent.fingerprint) if sent.key is not None else None
    payload = sent.payload
    if found is None:
        options, payload = await check()
        found = await gateway.desk.accept(asker.account, _new_job(kind, options, payload, sent))
    if found.is_replay and payload is not None:
        await gateway.files.discard(payload.file_id)
    return found


def _new_job(kind: Kind, options: JobOptions, payload: Payload | None, sent: Sent) -> NewJob:
    """What the request asks for. Raises Problem 422 `option_invalid`."""
    return NewJob(
        kind,
        kept(options),
        options.name,
        payload,
        tuple(dict.fromkeys(options.after)),
        sent.key,
        sent.fingerprint,
        run_at=options.run_at,
        retention_days=options.retention_days,
        most_imports=sent.most_imports,
    )
