"""What every native route has in common that makes a job: 202 with the job and its address."""

from typing import Annotated, Any

from fastapi import Header, Response

from services.gateway.context import Gateway
from services.gateway.jobs import Accepted
from services.gateway.native.job_body import job_body
from services.gateway.submitting import IDEMPOTENCY_KEY_LENGTH

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


def answered(gateway: Gateway, accepted: Accepted, response: Response) -> dict[str, Any]:
    """The JSON of the job, and the headers of the answer."""
    if accepted.is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    response.headers["Location"] = f"/v1/jobs/{accepted.job.id}"
    return job_body(accepted.job, None, gateway.clock.now())
