"""What every route has in common that makes a job: 202 with its address, the same job for the same key, and no file left behind."""

import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Header, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.given_options import invalid, kept
from services.gateway.jobs import Accepted, NewJob
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


@dataclass(frozen=True, slots=True)
class Sent:
    """A request for a job as the client sent it, before any name in it was looked up: what its key stands for."""

    operation: str
    given: Mapping[str, Any]
    key: str | None
    payload: Payload | None = None
    """The file that came with it."""

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


def payload_of(received: Received) -> Payload:
    """An uploaded file as the payload of a job."""
    stored = received.file
    return Payload(stored.file_id, received.name, stored.bytes, stored.sha256, received.media_type)


async def replayed(gateway: Gateway, asker: Tenant, sent: Sent, response: Response) -> dict[str, Any] | None:
    """The answer to a request that was accepted before; None where it is new. To be asked before names are looked up: the job may
    have changed what they name. Raises Problem 422 `idempotency_key_reused`."""
    if sent.key is None:
        return None
    earlier = await gateway.desk.earlier(asker.account, sent.key, sent.fingerprint)
    return await _answer(gateway, earlier, sent.payload, response) if earlier else None


def new_job(kind: Kind, options: JobOptions, payload: Payload | None, sent: Sent) -> NewJob:
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
    )


async def accepted(gateway: Gateway, asker: Tenant, new: NewJob, response: Response) -> dict[str, Any]:
    """Accept the job; its JSON, and the headers of the answer. Raises Problem as `JobDesk.accept` does."""
    return await _answer(gateway, await gateway.desk.accept(asker.account, new), new.payload, response)


async def _answer(gateway: Gateway, answer: Accepted, payload: Payload | None, response: Response) -> dict[str, Any]:
    if answer.is_replay:
        if payload is not None:
            await gateway.files.discard(payload.file_id)
        response.headers["Idempotent-Replayed"] = "true"
    response.headers["Location"] = f"/v1/jobs/{answer.job.id}"
    return job_body(answer.job, None, gateway.clock.now())
