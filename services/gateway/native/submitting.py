"""What every route has in common that makes a job: 202 with its address, the same job for the same key, and no file left behind."""

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import Header, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.given_options import kept
from services.gateway.jobs import NewJob
from services.gateway.native.job_body import job_body
from services.gateway.upload import Received
from shared.contract.options import JobOptions
from shared.contract.values import Kind
from shared.jobs.job import Payload
from shared.platform.files import Files

IDEMPOTENCY_KEY_LENGTH = 255
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=IDEMPOTENCY_KEY_LENGTH,
        min_length=1,
        description="With it the same request answers with the same job for 24 hours, however often it is sent.",
    ),
]
_TEXT = {"type": "string"}
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "description": "The job is durable: it will reach an end, whatever dies. Poll `Location` for its progress.",
        "headers": {
            "Location": {
                "description": "Address of the job.",
                "schema": _TEXT,
                "example": "/v1/jobs/0198c0de-0000-7000-8000-000000000001",
            },
            "Idempotent-Replayed": {"description": "`true` where an earlier request with this key made the job.", "schema": _TEXT},
        },
    }
}


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


def payload_of(received: Received) -> Payload:
    """An uploaded file as the payload of a job."""
    stored = received.file
    return Payload(stored.file_id, received.name, stored.bytes, stored.sha256, received.media_type)


def new_job(kind: Kind, options: JobOptions, payload: Payload | None, key: str | None, operation: str) -> NewJob:
    """What the request asks for. Raises Problem 422 `option_invalid`."""
    document = kept(options)
    return NewJob(
        kind,
        document,
        options.name,
        payload,
        tuple(dict.fromkeys(options.after)),
        key,
        fingerprint(operation, payload.sha256 if payload else "", document),
        run_at=options.run_at,
        retention_days=options.retention_days,
    )


async def accepted(gateway: Gateway, asker: Tenant, new: NewJob, response: Response) -> dict[str, Any]:
    """Accept the job; its JSON, and the headers of the answer. Raises Problem as `JobDesk.accept` does."""
    answer = await gateway.desk.accept(asker.account, new)
    if answer.is_replay:
        if new.payload is not None:
            await gateway.files.discard(new.payload.file_id)
        response.headers["Idempotent-Replayed"] = "true"
    response.headers["Location"] = f"/v1/jobs/{answer.job.id}"
    return job_body(answer.job, None, gateway.clock.now())


def fingerprint(operation: str, payload_sha256: str, options: dict[str, Any]) -> str:
    """One hash for everything that makes a request what it is."""
    whole = json.dumps([operation, payload_sha256, options], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
