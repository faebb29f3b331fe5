"""Who is in a segment: contacts join and leave one by one, or join by the thousand, some hundreds in a transaction.

Whoever unsubscribed is not put back by being added: nobody is told that they were.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response

from services.gateway.contact_bodies import exactly
from services.gateway.context import Gateway, Tenant
from services.gateway.desks import batch_desk, contact_desk
from services.gateway.dialects.acquia.answers import answer, done
from services.gateway.dialects.acquia.asking import contact_of, named_of, number_in, some_number
from services.gateway.dialects.acquia.batches import too_many
from services.gateway.dialects.acquia.bodies import MOST_MEMBERS, read_object
from services.gateway.dialects.acquia.contact_showing import moment
from services.gateway.dialects.acquia.do_not_contact import is_barred
from services.gateway.dialects.acquia.errors import bad_request, not_found, refused
from services.gateway.dialects.acquia.php import as_list
from services.gateway.dialects.acquia.scopes import READS, WRITES
from services.gateway.dialects.acquia.segment_bodies import segment_head
from services.gateway.dialects.acquia.segments import ONE
from services.gateway.problems import Problem
from shared.contacts.document import BARRED
from shared.contacts.merge import Mode, Rules
from shared.contacts.patch import FieldBook, resolve_target
from shared.contacts.permission import NOT_RESUBSCRIBED
from shared.contract.values import Outcome
from shared.jobs.rows import Row, Written
from shared.lists.store import Named

MOST_CONTACTS = 10_000
"""That join in one request."""
MOST_FIELDS = MOST_CONTACTS + MOST_MEMBERS
"""Of a form that names them."""
AT_ONCE = 500
"""That join in one transaction: so many are decided in some 35 ms, in which no other request is answered."""
_RULES = Rules("id", Mode.UPDATE)


@dataclass(frozen=True)
class SegmentContactRoutes:
    """The routes of memberships as methods; the table is in `routes`."""

    gateway: Gateway

    async def add(self, segment_id: str, contact_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """One that is in it already stays so."""
        segment = await named_of(asker.lists, segment_id)
        number = some_number(contact_id)
        (written,) = await self._join(asker, segment, [number])
        if written.outcome.outcome in (Outcome.SKIPPED, Outcome.REJECTED):
            raise not_found()
        if not _has_joined(written):
            raise _stays_out(segment, number, written)
        return done()

    async def remove(self, segment_id: str, contact_id: str, asker: Annotated[Tenant, WRITES]) -> Response:
        """One that is not in it stays out. Whoever unsubscribed from it by itself stays known as somebody who did."""
        segment = await named_of(asker.lists, segment_id)
        await contact_desk(self.gateway).change(asker, some_number(contact_id), {"lists": [-segment.number]}, exactly)
        return done()

    async def add_many(self, segment_id: str, request: Request, asker: Annotated[Tenant, WRITES]) -> Response:
        """What became of each contact, by its id; the request itself succeeds also where none of them could join."""
        named = _ids((await read_object(request, MOST_FIELDS)).get("ids"))
        segment = await named_of(asker.lists, segment_id)
        numbers = {text: number_in(text) for text in named}
        wanted = list(dict.fromkeys(number for number in numbers.values() if number))
        joined = dict(zip(wanted, map(_has_joined, await self._join(asker, segment, wanted)), strict=True))
        details = {text: {"success": joined.get(number, False)} for text, number in numbers.items()}
        return answer({"success": 1, "details": details or []})

    async def of_contact(self, contact_id: str, asker: Annotated[Tenant, READS]) -> Response:
        """The segments that a contact is in now, and since when."""
        stored = await contact_of(asker, contact_id)
        since = {each["id"]: each["at"] for each in stored.get("lists", ()) if each["status"] not in BARRED}
        known = await asker.lists.by_numbers(since)
        added = {"manuallyAdded": True, "manuallyRemoved": False}
        lists = {
            str(number): {**segment_head(known[number]), "dateAdded": moment(at), **added}
            for number, at in since.items()
            if number in known
        }
        return answer({"total": len(lists), "lists": lists or []})

    async def _join(self, asker: Tenant, segment: Named, numbers: Iterable[int]) -> Sequence[Written]:
        """What became of each contact, in order."""
        book, desk = FieldBook(), batch_desk(self.gateway)
        targets = [resolve_target(name, book) for name in ("id", "lists")]
        columns = [(place, target) for place, target in enumerate(targets) if target is not None]
        rows: list[Row] = [(line, (number, [segment.number]), None, None) for line, number in enumerate(numbers, 1)]
        written: list[Written] = []
        for start in range(0, len(rows), AT_ONCE):
            written += await desk.write(asker, columns, rows[start : start + AT_ONCE], _RULES)
        return written


def routes(gateway: Gateway) -> APIRouter:
    """From path to method. Older clients name the action before the contact."""
    to = SegmentContactRoutes(gateway)
    router = APIRouter()
    for path in ("contact/{contact_id}/add", "contact/add/{contact_id}"):
        router.add_api_route(f"{ONE}/{path}", to.add, methods=["POST"])
    for path in ("contact/{contact_id}/remove", "contact/remove/{contact_id}"):
        router.add_api_route(f"{ONE}/{path}", to.remove, methods=["POST"])
    router.add_api_route(f"{ONE}/contacts/add", to.add_many, methods=["POST"])
    router.add_api_route("/api/contacts/{contact_id}/segments", to.of_contact)
    return router


def _has_joined(written: Written) -> bool:
    """True for a contact that is in the segment now."""
    row = written.outcome
    return row.outcome in (Outcome.UPDATED, Outcome.UNCHANGED) and row.code != NOT_RESUBSCRIBED[0]


def _stays_out(segment: Named, number: int, written: Written) -> Problem:
    if written.contact is not None and is_barred(written.contact.stored, "email"):
        how = f"take the record off first: POST /api/contacts/{number}/dnc/email/remove."
        return refused(403, f"The contact may not be written to, so it was not added. If the person asked for it, {how}")
    body = f'{{"lists": [{segment.number}], "channels": {{"email": {{"status": "subscribed"}}}}}}'
    how = f"send PATCH /v1/contacts/{number} with {body}."
    return refused(403, f"The contact unsubscribed from this segment, so it was not added. If the person asked for it, {how}")


def _ids(said: Any) -> list[str]:
    """The ids as they were sent, each once. Raises Problem 400."""
    ids = list(said.values()) if isinstance(said, Mapping) else as_list(said)
    if not isinstance(ids, list):
        raise bad_request('Name the contacts: {"ids": [1, 2, 3]}.')
    if len(ids) > MOST_CONTACTS:
        raise too_many(MOST_CONTACTS, 400)
    if not all(isinstance(each, str | int) and not isinstance(each, bool) for each in ids):
        raise bad_request("Each of the ids is a whole number.")
    return list(dict.fromkeys(str(each).strip() for each in ids))
