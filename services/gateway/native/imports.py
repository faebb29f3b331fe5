"""`POST /v1/imports`: a payload and its options in, a job out. The bytes stream to the store; nothing is held whole in memory."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request, Response

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.import_options import checked, from_json_head, from_query
from services.gateway.jobs import NewJob
from services.gateway.native.job_body import job_body
from services.gateway.native.job_schema import JobBody
from services.gateway.problems import Problem, described
from services.gateway.upload import Received, receive
from shared.accounts.keys import Scope
from shared.contract.options import ImportOptions
from shared.contract.values import Kind
from shared.jobs.job import Payload

IDEMPOTENCY_KEY_LENGTH = 255
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_OPTIONS = ImportOptions.model_json_schema(ref_template="#/components/schemas/{model}")
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "options": {"$ref": "#/components/schemas/ImportOptions"},
                },
            }
        },
        "text/csv": _BINARY,
        "application/x-ndjson": _BINARY,
        "application/json": {
            "schema": {
                "type": "object",
                "description": "`options`, where given, comes before `contacts`. A bare array of contacts is fine too.",
                "properties": {
                    "options": {"$ref": "#/components/schemas/ImportOptions"},
                    "contacts": {"type": "array", "items": {"type": "object"}},
                },
            }
        },
        "application/gzip": _BINARY,
    },
}


def _parameters() -> list[dict[str, Any]]:
    """Every option as a query parameter."""
    found = []
    for name, schema in _OPTIONS["properties"].items():
        plain = {key: value for key, value in schema.items() if key not in ("title", "description")}
        if name == "mapping":
            plain = {"type": "string", "description": "A JSON object."}
        found.append(
            {"name": name, "in": "query", "required": False, "description": schema.get("description", ""), "schema": plain}
        )
    return found


def routes(gateway: Gateway) -> APIRouter:
    """The route that makes imports."""
    router = APIRouter(tags=["Imports"])
    may = tenant(Scope.CONTACTS_WRITE, Scope.JOBS_WRITE)

    @router.post(
        "/imports",
        status_code=202,
        response_model=JobBody,
        summary="Import contacts from a CSV, NDJSON or JSON payload",
        responses=described(400, 401, 403, 408, 413, 415, 422, 429, 503),
        openapi_extra={"requestBody": _BODY, "parameters": _parameters()},
    )
    async def submit(
        request: Request,
        response: Response,
        asker: Annotated[Tenant, may],
        idempotency_key: Annotated[str | None, Header(max_length=IDEMPOTENCY_KEY_LENGTH, min_length=1)] = None,
    ) -> dict[str, Any]:
        """Answers 202 once the job is durable: it will reach an end, whatever dies. Poll `Location` for its progress.

        With an `Idempotency-Key` the same request answers with the same job for 24 hours.
        """
        limit = gateway.settings.upload_bytes
        received = await receive(request, gateway.files, asker.account.number, limit_bytes=limit)
        try:
            new = await _new_job(gateway, request, asker, received, idempotency_key)
            accepted = await gateway.desk.accept(asker.account, new)
        except BaseException:
            # Not `delete`: the commit may have come through although its answer, or the client, did not.
            await gateway.files.discard(received.file.file_id)
            raise
        if accepted.is_replay:
            await gateway.files.discard(received.file.file_id)
            response.headers["Idempotent-Replayed"] = "true"
        response.headers["Location"] = f"/v1/jobs/{accepted.job.id}"
        return job_body(accepted.job, None, gateway.clock.now())

    return router


async def _new_job(gateway: Gateway, request: Request, asker: Tenant, received: Received, key: str | None) -> NewJob:
    stored = received.file
    if not stored.bytes:
        raise Problem(
            400, "payload_empty", "The request has no payload. Send a file as the part `file`, or as the body.", field="file"
        )
    given: dict[str, Any] = dict(received.options)
    if not _has_lines(received):
        given |= await from_json_head(gateway.files.read(stored.file_id))
    given |= from_query(request.query_params)
    options = await checked(given, asker)
    kept = options.model_dump(mode="json")
    return NewJob(
        Kind.IMPORT,
        kept,
        options.name,
        Payload(stored.file_id, received.name, stored.bytes, stored.sha256, received.media_type),
        tuple(dict.fromkeys(options.after)),
        key,
        fingerprint("POST /v1/imports", stored.sha256, kept),
    )


def _has_lines(received: Received) -> bool:
    """True where the payload says that it is no JSON document, so that nothing at its head is meant as options."""
    return received.media_type in ("text/csv", "application/x-ndjson") or received.name.lower().endswith(
        (".csv", ".ndjson", ".jsonl")
    )


def fingerprint(operation: str, payload_sha256: str, options: dict[str, Any]) -> str:
    """One hash for everything that makes a request what it is."""
    whole = json.dumps([operation, payload_sha256, options], sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()
