"""`POST /v1/exports`: which contacts and which columns in, a job out. Its file is at `GET /v1/jobs/{id}/file` in the end."""

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.export_options import checked
from services.gateway.given_options import from_query
from services.gateway.json_body import read_object
from services.gateway.native.job_schema import JobBody
from services.gateway.native.option_schema import parameters, reference
from services.gateway.native.submitting import ACCEPTED, IdempotencyKey, answered
from services.gateway.problems import described
from services.gateway.submitting import Checked, Sent
from services.gateway.submitting import submit as submitted
from shared.accounts.keys import Scope
from shared.contract.bulk_options import ExportOptions
from shared.contract.values import Kind

EXAMPLES: dict[str, Any] = {
    "everything": {"summary": "Every contact as CSV; no body at all says the same", "value": {}},
    "list": {
        "summary": "Some columns of those on a list who came this year, as a workbook",
        "value": {
            "select": {
                "lists": ["News"],
                "created_after": "2026-01-01T00:00:00Z",
                "where": [{"field": "first_name", "op": "is_set"}],
            },
            "exclude": {"tags": ["Trial"]},
            "fields": ["id", "email", "first_name", "lists", "tags"],
            "format": "xlsx",
        },
    },
    "packed": {
        "summary": "Contacts by id, as NDJSON, compressed",
        "value": {"select": {"ids": [1, 2, 3]}, "format": "ndjson", "compression": "gzip"},
    },
}
_BODY: dict[str, Any] = {
    "required": False,
    "content": {"application/json": {"schema": reference(ExportOptions), "examples": EXAMPLES}},
}


def routes(gateway: Gateway) -> APIRouter:
    """The route that makes exports."""
    router = APIRouter(tags=["Exports"])
    may = tenant(Scope.CONTACTS_READ, Scope.JOBS_WRITE)

    @router.post(
        "/exports",
        status_code=202,
        response_model=JobBody,
        summary="Export contacts to a CSV, NDJSON or JSON file, a workbook or Parquet",
        responses={**ACCEPTED, **described(400, 413, 415)},
        openapi_extra={"requestBody": _BODY, "parameters": parameters(ExportOptions)},
    )
    async def submit(
        request: Request, response: Response, asker: Annotated[Tenant, may], idempotency_key: IdempotencyKey = None
    ) -> dict[str, Any]:
        """All that `select` says must hold. The file has each contact once; `links.file` leads to it when the job is completed.

        Options may stand in the body, in the query, or in both; the query wins.
        """
        given = await read_object(request) if (await request.body()).strip() else {}
        given |= from_query(request.query_params)
        sent = Sent("POST /v1/exports", given, idempotency_key)

        async def check() -> Checked:
            return await checked(given, asker), None

        return answered(gateway, await submitted(gateway, asker, Kind.EXPORT, sent, check), response)

    return router
