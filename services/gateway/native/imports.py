"""`POST /v1/imports`: a payload and its options in, a job out. The bytes stream to the store; nothing is held whole in memory."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.given_options import with_file
from services.gateway.import_options import checked
from services.gateway.native.job_schema import JobBody
from services.gateway.native.option_schema import file_contents, parameters, reference
from services.gateway.native.submitting import ACCEPTED, IdempotencyKey, answered
from services.gateway.problems import described
from services.gateway.submitting import Checked, Sent, discarding, payload_of
from services.gateway.submitting import submit as submitted
from services.gateway.upload import receive
from shared.accounts.keys import Scope
from shared.accounts.limits import Limit, limit_of
from shared.contract.options import ImportOptions
from shared.contract.values import Kind

_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        **file_contents(ImportOptions),
        "application/json": {
            "schema": {
                "type": "object",
                "description": "`options`, where given, comes before `contacts`. A bare array of contacts is fine too.",
                "properties": {
                    "options": reference(ImportOptions),
                    "contacts": {"type": "array", "items": {"type": "object"}},
                },
            },
            "example": {"options": {"lists": ["News"]}, "contacts": [{"email": "ana@example.org", "first_name": "Ana"}]},
        },
    },
}


def routes(gateway: Gateway) -> APIRouter:
    """The route that makes imports."""
    router = APIRouter(tags=["Imports"])
    may = tenant(Scope.CONTACTS_WRITE, Scope.JOBS_WRITE)

    @router.post(
        "/imports",
        status_code=202,
        response_model=JobBody,
        summary="Import contacts from a CSV, a workbook, Parquet, NDJSON or JSON",
        responses={**ACCEPTED, **described(400, 401, 403, 408, 413, 415, 422, 429, 503)},
        openapi_extra={"requestBody": _BODY, "parameters": parameters(ImportOptions)},
    )
    async def submit(
        request: Request, response: Response, asker: Annotated[Tenant, may], idempotency_key: IdempotencyKey = None
    ) -> dict[str, Any]:
        """Answers 202 once the job is durable: it will reach an end, whatever dies. Poll `Location` for its progress.

        With an `Idempotency-Key` the same request answers with the same job for 24 hours.
        """
        limit = limit_of(asker.account, Limit.PAYLOAD_BYTES, gateway.settings.upload_bytes)
        async with discarding(gateway.files) as stored:
            received = await receive(request, gateway.files, asker.account.number, limit_bytes=limit)
            stored.append(received.file.file_id)
            given, payload = await with_file(gateway.files, received, request.query_params), payload_of(received)
            sent = Sent("POST /v1/imports", given, idempotency_key, payload)

            async def check() -> Checked:
                return await checked(given, asker), payload

            return answered(gateway, await submitted(gateway, asker, Kind.IMPORT, sent, check), response)

    return router
