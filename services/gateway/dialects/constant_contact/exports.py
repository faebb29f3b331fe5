"""`POST /v3/activities/contact_exports`, and `GET /v3/contact_exports/{id}` for the file, whose id is that of the activity."""

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.auth import tenant
from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.constant_contact.activity_body import activity
from services.gateway.dialects.constant_contact.asking import as_unknown, idempotency_key, said
from services.gateway.dialects.constant_contact.errors import not_found
from services.gateway.dialects.constant_contact.export_body import Export, selected
from services.gateway.dialects.constant_contact.export_columns import headings
from services.gateway.export_options import checked
from services.gateway.file_answer import announced, streamed
from services.gateway.job_file import JobFile, file_of
from services.gateway.json_body import read_object
from services.gateway.problems import Problem
from services.gateway.submitting import Checked, Sent, submit
from shared.accounts.keys import Scope
from shared.contract.values import JobState, Kind
from shared.jobs.job import Job

NAME = "contact_exports"
PATH = f"/v3/activities/{NAME}"
EXPORTS = tenant(Scope.CONTACTS_READ, Scope.JOBS_WRITE)
FETCHES = tenant(Scope.CONTACTS_READ, Scope.JOBS_READ)


@dataclass(frozen=True)
class ExportRoutes:
    """The routes of exports as methods; the table is in `routes`."""

    gateway: Gateway

    async def submit(self, request: Request, asker: Annotated[Tenant, EXPORTS]) -> Response:
        """Without a body, or with an empty one: every contact, every column."""
        body = said(Export, await read_object(request) if (await request.body()).strip() else {})
        sent = Sent(f"POST {PATH}", body.model_dump(mode="json"), idempotency_key(request))

        async def check() -> Checked:
            return await checked(await self._native(body, asker), asker), None

        try:
            accepted = await submit(self.gateway, asker, Kind.EXPORT, sent, check)
        except Problem as problem:
            raise as_unknown(problem, 404) from None
        return JSONResponse(activity(accepted.job), 201, {"Location": f"/v3/activities/{accepted.job.id}"})

    async def read(self, file_export_id: str, request: Request, asker: Annotated[Tenant, FETCHES]) -> Response:
        """Whatever the client accepts: the file is `text/csv`, in parts with `Range`, compressed with `Accept-Encoding`."""
        return streamed(request, _file(await asker.jobs.read(file_export_id, whole=True)), self.gateway.files)

    async def look(self, file_export_id: str, request: Request, asker: Annotated[Tenant, FETCHES]) -> Response:
        """The headers of the whole file, and nothing else."""
        return announced(request, _file(await asker.jobs.read(file_export_id)))

    async def _native(self, body: Export, asker: Tenant) -> dict[str, Any]:
        custom = [each.field for each in await asker.fields.all()]
        columns = headings(body.fields or (), custom, as_imported=body.column_names == "import")
        chosen = selected(body, asker, self.gateway.clock.now())
        return {"name": NAME, "after": list(body.after), **chosen, "fields": list(columns), "headings": columns}


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ExportRoutes(gateway)
    router = APIRouter()
    add, file = router.add_api_route, f"/v3/{NAME}/{{file_export_id}}"
    add(PATH, to.submit, methods=["POST"], status_code=201)
    add(file, to.read, response_class=Response)
    add(file, to.look, methods=["HEAD"], response_class=Response)
    return router


def _file(job: Job | None) -> JobFile:
    """The file of the export. Raises Problem 404 for every reason why there is none."""
    if job is None or job.kind is not Kind.EXPORT:
        raise not_found("file_export_id is unknown: there is no such export in this account, or it is older than its retention.")
    if not job.state.is_end:
        raise not_found(f"The export is not finished. Poll /v3/activities/{job.id} until it is completed, then ask again.")
    file = file_of(job) if job.state is JobState.COMPLETED else None
    if file is None:
        raise not_found("The export has no file, or none any more. Its activity says why; send the export again.")
    return file
