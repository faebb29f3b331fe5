"""`/contacts/v3/delete`: many contacts deleted by a job, and what became of it."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.changing import checked_change
from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.scopes import SUBMITS, WATCHES
from services.gateway.dialects.dotdigital.v3.contact_finding import invalid_id
from services.gateway.dialects.dotdigital.v3.deletion_body import MOST_BYTES, Result, as_text, name_in, sent_contacts, status_of
from services.gateway.dialects.dotdigital.v3.deletion_body import Sent as Named
from services.gateway.dialects.dotdigital.v3.errors import refused
from services.gateway.json_body import check_media_type, parse
from services.gateway.problems import Problem
from services.gateway.row_reports import rows_of
from services.gateway.submitting import Checked, Sent, discarding, idempotency_key, submit
from shared.contacts.document import keys_of
from shared.contract.identity import unpack
from shared.contract.values import Kind

PATH = "/contacts/v3/delete"
ONE = f"{PATH}/{{delete_id}}"
DELETE_ID = "deleteId"


def is_upload(path: str) -> bool:
    """True for the path that takes contacts: it limits its bodies itself."""
    return path == PATH


@dataclass(frozen=True)
class DeletionRoutes:
    """The routes of bulk deletions; the table is in `routes`."""

    gateway: Gateway

    async def submit(self, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """The contacts are those that have these identifiers now; a deleted one can be restored over the native API."""
        check_media_type(request)
        async with AsyncExitStack() as held:
            body = await self.gateway.long_bodies.read(request, asker.account.number, MOST_BYTES, held)
            contacts = sent_contacts(await asyncio.to_thread(parse, bytes(body)))
        sent = Sent(f"POST {PATH}", {"contacts": contacts}, idempotency_key(request))
        async with discarding(self.gateway.files) as files:

            async def check() -> Checked:
                native = {"what": "contacts", "source": {"ids": await _ids(asker, contacts)}}
                return await checked_change(self.gateway, asker, Kind.DELETION, native, None, files)

            try:
                accepted = await submit(self.gateway, asker, Kind.DELETION, sent, check)
            except Problem as problem:
                raise _too_many(problem) from None
        return JSONResponse({DELETE_ID: accepted.job.id}, 202)

    async def read(self, delete_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """What became of each contact, once the deletion has ended."""
        job = await asker.jobs.read(_uuid(delete_id))
        if job is None or job.kind is not Kind.DELETION:
            raise refused(404, "deletionNotFound", "There is no such deletion in this account, or it is over its retention.")
        body: dict[str, Any] = {DELETE_ID: job.id, "status": status_of(job)}
        if not job.state.is_end:
            return JSONResponse(body)
        result = Result(job, asker.account.identifiers)
        if job.options.get("what", "contacts") == "contacts":
            async for row in rows_of(self.gateway, job):
                result.add(row)
        return JSONResponse(body | result.body())


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = DeletionRoutes(gateway)
    router = APIRouter()
    router.add_api_route(PATH, to.submit, methods=["POST"], status_code=202)
    router.add_api_route(ONE, to.read)
    return router


async def _ids(asker: Tenant, contacts: list[Named]) -> list[int | str]:
    """The numbers of these contacts, found in one question; a text for one that nobody is."""
    names = [name_in(contact, asker.account.identifiers) for contact in contacts]
    keys = [name for name in names if isinstance(name, tuple)]
    numbers: dict[Any, int] = {}
    for stored in await asker.contacts.matching(None, [name for name in names if isinstance(name, int)], keys):
        if "deleted_at" not in stored:
            number = unpack(stored["_id"])
            numbers |= dict.fromkeys(keys_of(stored), number) | {number: number}
    return [numbers.get(name) or as_text(contact) for contact, name in zip(contacts, names, strict=True)]


def _too_many(problem: Problem) -> Problem:
    if problem.code != "too_many_jobs":
        return problem
    made = refused(429, "tooManyBulkDeleteJobs", problem.detail)
    made.headers.update(problem.headers)
    return made


def _uuid(text: str) -> str:
    """As ids of jobs are spelled, however the client spells it."""
    try:
        return str(UUID(text))
    except ValueError:
        raise invalid_id(DELETE_ID, "It is no id of a deletion: send the one that was answered.") from None
