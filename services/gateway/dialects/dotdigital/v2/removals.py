"""Taking many contacts off an address book by a job, and how the job is doing. The contacts stay in the account.

Whoever left the book by themselves stays known as somebody who did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from services.gateway.changing import checked_change
from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.dotdigital.scopes import SUBMITS, WATCHES
from services.gateway.dialects.dotdigital.v2.asking import address_book
from services.gateway.dialects.dotdigital.v2.errors import invalid, no_address_book, refused
from services.gateway.json_body import check_media_type, parse
from services.gateway.problems import Problem
from services.gateway.submitting import Checked, Sent, discarding, idempotency_key, submit
from shared.contract.selection import Status
from shared.contract.values import JobState, Kind

PATH = "/v2/address-books/{book_id}/contacts"
STATUS = "/v2/contacts/deletion/{removal_id}"
STARTED = "Started"
_ENDS = {JobState.COMPLETED: "Completed", JobState.FAILED: "Failed", JobState.CANCELLED: "Failed"}


@dataclass(frozen=True)
class RemovalRoutes:
    """The routes of removals; the table is in `routes`."""

    gateway: Gateway

    async def some(self, book_id: str, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """The contacts of these ids. One that is not on the book, or that there is not, holds the others up no more than that."""
        book = await address_book(asker, book_id)
        check_media_type(request)
        ids = contact_ids(parse(await request.body()))
        return await self._accepted(request, asker, book.number, {"ids": ids})

    async def everybody(self, book_id: str, request: Request, asker: Annotated[Tenant, SUBMITS]) -> Response:
        """All who are on the book when the job is planned, deleted contacts too: one that is restored is not back on it."""
        book = await address_book(asker, book_id)
        return await self._accepted(request, asker, book.number, {"lists": [book.number], "status": [*Status]})

    async def status(self, removal_id: str, asker: Annotated[Tenant, WATCHES]) -> Response:
        """One of three words."""
        job = await asker.jobs.read(removal_id)
        if job is None or job.kind is not Kind.LIST_CHANGE or job.options.get("action") != "remove":
            raise refused(404, "ERROR_PARAMETER_INVALID", "There is no such deletion in this account, or it is over its retention.")
        return JSONResponse({"id": removal_id, "status": _ENDS.get(job.state, STARTED)})

    async def _accepted(self, request: Request, asker: Tenant, number: int, source: Mapping[str, Any]) -> Response:
        given = {"name": "Contacts off an address book", "action": "remove", "lists": [number], "source": source}
        sent = Sent(f"POST {request.url.path}", given, idempotency_key(request))
        async with discarding(self.gateway.files) as files:

            async def check() -> Checked:
                return await checked_change(self.gateway, asker, Kind.LIST_CHANGE, given, None, files)

            try:
                accepted = await submit(self.gateway, asker, Kind.LIST_CHANGE, sent, check)
            except Problem as problem:
                raise _translated(problem) from None
        return JSONResponse({"id": accepted.job.id, "status": STARTED}, 202)


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = RemovalRoutes(gateway)
    router = APIRouter()
    router.add_api_route(f"{PATH}/delete", to.some, methods=["POST"], status_code=202)
    router.add_api_route(f"{PATH}/delete-all", to.everybody, methods=["POST"], status_code=202)
    router.add_api_route(STATUS, to.status)
    return router


def contact_ids(said: Any) -> list[int]:
    """The ids in a body. Raises Problem 400: ERROR_CONTACTS_ARE_NOT_SPECIFIED for none, ERROR_PARAMETER_INVALID for others."""
    if not isinstance(said, list):
        raise invalid("The body must be a list of the ids of contacts.")
    if not said:
        raise refused(400, "ERROR_CONTACTS_ARE_NOT_SPECIFIED", "The body names no contact.")
    if not all(isinstance(each, int) and not isinstance(each, bool) for each in said):
        raise invalid("The ids of contacts are whole numbers.")
    return said


def _translated(problem: Problem) -> Problem:
    match problem.code:
        case "list_unknown":  # it went between two questions
            return no_address_book()
        case "too_many_jobs":
            # Not 409: clients of the vendor take that for done.
            busy = refused(429, "ERROR_ADDRESSBOOK_IN_USE", problem.detail)
            busy.headers.update(problem.headers)
            return busy
    return problem
