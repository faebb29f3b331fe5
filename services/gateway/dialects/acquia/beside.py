"""What the vendor lists beside a contact: its notes, and what Muster knows nothing of, which is empty of every contact."""

from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.context import Gateway, Tenant
from services.gateway.dialects.acquia.answers import answer
from services.gateway.dialects.acquia.asking import contact_of, page_of
from services.gateway.dialects.acquia.contact_showing import moment
from services.gateway.dialects.acquia.directions import is_falling
from services.gateway.dialects.acquia.errors import bad_request
from services.gateway.dialects.acquia.scopes import READS

PATH = "/api/contacts"
NOTHING = ("companies", "campaigns", "devices")
"""Lists of a contact that are always empty."""
NO_EVENTS = {
    "events": [],
    "filters": {"search": "", "includeEvents": [], "excludeEvents": []},
    "order": ["timestamp", "DESC"],
    "types": [],
    "total": 0,
    "page": 1,
    "limit": 25,
    "maxPages": 0,
}
_COLUMNS = {"id": "id", "text": "text", "dateTime": "at", "date_time": "at", "dateAdded": "at", "date_added": "at"}
"""By what notes are sorted, and where it stands in one."""

Method = Callable[..., Coroutine[Any, Any, Response]]


@dataclass(frozen=True)
class BesideRoutes:
    """The routes of what stands beside contacts as methods; the table is in `routes`."""

    async def owners(self, asker: Annotated[Tenant, READS]) -> Response:
        """Nobody: Muster has keys and no users."""
        return answer([])

    async def activity(self, asker: Annotated[Tenant, READS]) -> Response:
        """Of all contacts."""
        return answer(NO_EVENTS)

    async def activity_of(self, contact_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """Of one contact."""
        await contact_of(asker, contact_id)
        return answer(NO_EVENTS)

    async def notes(self, contact_id: str, request: Request, asker: Annotated[Tenant, READS]) -> Response:
        """A page of the notes that have the words of a search, newest first where no column is asked for."""
        stored, wanted, query = await contact_of(asker, contact_id), page_of(request), request.query_params
        found = _with_words(stored.get("notes", ()), query.get("search", ""))
        found = _in_order(found, query.get("orderBy", ""), query.get("orderByDir", ""))
        page = found[wanted.start : wanted.start + wanted.limit]
        return answer({"total": len(found), "notes": [_body(note) for note in page]})


def routes(gateway: Gateway) -> APIRouter:
    """From path to method."""
    to = BesideRoutes()
    router = APIRouter()
    router.add_api_route(f"{PATH}/list/owners", to.owners)
    router.add_api_route(f"{PATH}/activity", to.activity)
    for name in ("activity", "events"):
        router.add_api_route(f"{PATH}/{{contact_id}}/{name}", to.activity_of)
    router.add_api_route(f"{PATH}/{{contact_id}}/notes", to.notes)
    for name in NOTHING:
        router.add_api_route(f"{PATH}/{{contact_id}}/{name}", _empty(name))
    return router


def _empty(name: str) -> Method:
    async def empty(contact_id: str, asker: Annotated[Tenant, READS]) -> Response:
        await contact_of(asker, contact_id)
        return answer({"total": 0, name: []})

    return empty


def _body(note: Mapping[str, Any]) -> dict[str, Any]:
    return {"id": note["id"], "text": note["text"], "type": "general", "dateTime": moment(note["at"])}


def _with_words(notes: Sequence[Mapping[str, Any]], search: str) -> list[Mapping[str, Any]]:
    words = search.casefold().split()
    return [note for note in notes if all(word in note["text"].casefold() for word in words)]


def _in_order(notes: Sequence[Mapping[str, Any]], column: str, direction: str) -> list[Mapping[str, Any]]:
    name, falls = column.strip().rpartition(".")[2], is_falling(direction)
    if not name:
        return sorted(notes, key=lambda note: (note["at"], note["id"]), reverse=True)
    if name not in _COLUMNS:
        raise bad_request(f"orderBy is one of {', '.join(_COLUMNS)}.")
    return sorted(notes, key=lambda note: (note[_COLUMNS[name]], note["id"]), reverse=falls)
