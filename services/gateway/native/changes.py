"""Changes of many contacts as jobs: lists, tags, deletions, restorations. The contacts come as a selection, by id, or in a file."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.auth import tenant
from services.gateway.change_options import MODELS
from services.gateway.changing import checked_change
from services.gateway.context import Gateway, Tenant
from services.gateway.given_options import from_query, with_file
from services.gateway.long_objects import object_in
from services.gateway.named_contacts import MEDIA_TYPE
from services.gateway.native.change_examples import EXAMPLES
from services.gateway.native.job_schema import JobBody
from services.gateway.native.option_schema import file_contents, parameters, reference
from services.gateway.native.submitting import ACCEPTED, IdempotencyKey, answered
from services.gateway.problems import described
from services.gateway.submitting import Checked, Sent, discarding, payload_of
from services.gateway.submitting import submit as submitted
from services.gateway.upload import receive
from shared.accounts.keys import Scope
from shared.accounts.limits import Limit, limit_of
from shared.contract.values import Kind
from shared.jobs.job import Payload

ROUTES: dict[Kind, tuple[str, str, str]] = {
    Kind.LIST_CHANGE: ("/list-changes", "Lists", "Put contacts on lists, take them off, or move them"),
    Kind.TAG_CHANGE: ("/tag-changes", "Tags", "Put tags on contacts, or take them off"),
    Kind.DELETION: ("/deletions", "Contacts", "Delete contacts, lists, tags or custom fields"),
    Kind.RESTORATION: ("/restorations", "Contacts", "Restore deleted contacts"),
}
"""Path, section of the documentation and summary of each kind."""
MAY_WRITE = tenant(Scope.CONTACTS_WRITE, Scope.JOBS_WRITE)
_ABOUT = """The contacts are those of `source`: a selection, or up to 500,000 named one by one with `ids` or `emails` alone.
Or they are named in a file, as a part of a form beside the part `options`, or as the body with the options in the query;
`match` says what the file names them by. A contact that there is not is a rejected row. Restorations find deleted contacts only.
"""


@dataclass(frozen=True)
class ChangeRoutes:
    """The routes that make changes; the table is in `routes`."""

    gateway: Gateway

    async def submit(self, kind: Kind, request: Request, response: Response, asker: Tenant, key: str | None) -> dict[str, Any]:
        """Options in JSON, or a file with its options, in; a job out."""
        async with AsyncExitStack() as held, discarding(self.gateway.files) as files:
            media_type = request.headers.get("content-type", MEDIA_TYPE).partition(";")[0].strip().lower()
            take = self._options_alone if media_type == MEDIA_TYPE else self._with_file
            given, payload = await take(request, asker, files, held)
            sent = Sent(f"POST /v1{ROUTES[kind][0]}", given, key, payload)

            async def check() -> Checked:
                return await checked_change(self.gateway, asker, kind, given, payload, files)

            return answered(self.gateway, await submitted(self.gateway, asker, kind, sent, check), response)

    async def _options_alone(
        self, request: Request, asker: Tenant, files: list[str], held: AsyncExitStack
    ) -> tuple[dict[str, Any], None]:
        limit = self.gateway.settings.selection_bytes
        body = await self.gateway.long_bodies.read(request, asker.account.number, limit, held)
        return await object_in(body) | from_query(request.query_params), None

    async def _with_file(
        self, request: Request, asker: Tenant, files: list[str], held: AsyncExitStack
    ) -> tuple[dict[str, Any], Payload]:
        limit = limit_of(asker.account, Limit.PAYLOAD_BYTES, self.gateway.settings.upload_bytes)
        received = await receive(request, self.gateway.files, asker.account.number, limit_bytes=limit)
        files.append(received.file.file_id)
        return await with_file(self.gateway.files, received, request.query_params), payload_of(received)

    def of(self, kind: Kind) -> Callable[..., Any]:
        """The route of one kind."""

        async def submit(
            request: Request, response: Response, asker: Annotated[Tenant, MAY_WRITE], idempotency_key: IdempotencyKey = None
        ) -> dict[str, Any]:
            return await self.submit(kind, request, response, asker, idempotency_key)

        return submit


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = ChangeRoutes(gateway)
    router = APIRouter(responses={**ACCEPTED, **described(400, 408, 413, 415)})
    for kind, (path, tag, summary) in ROUTES.items():
        model = MODELS[kind]
        options = {"schema": reference(model), "examples": EXAMPLES[kind]}
        body = {"required": True, "content": {"application/json": options, **file_contents(model)}}
        router.add_api_route(
            path,
            to.of(kind),
            methods=["POST"],
            status_code=202,
            response_model=JobBody,
            tags=[tag],
            name=f"submit_{kind}",
            summary=summary,
            description=_ABOUT,
            openapi_extra={"requestBody": body, "parameters": parameters(model)},
        )
    return router
