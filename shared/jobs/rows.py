"""Rows into written contacts, for the chunks of an import and for requests that bring many at once.

Rows are decided in order, each seeing what the earlier ones did. One that is refused changes no contact and hinders no other.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from shared.contacts.applying import Working
from shared.contacts.decide import Decider, Decision, keys_in
from shared.contacts.merge import Rules
from shared.contacts.naming import resolve_names
from shared.contacts.patch import Patch, RowProblem, Target, parse_row
from shared.contacts.store import AccountContacts
from shared.contract.identity import Thing, from_uuid
from shared.contract.values import Outcome
from shared.jobs.outcomes import RowOutcome
from shared.lists.store import AccountThings
from shared.platform.mongo import Session

DUPLICATE = "duplicate"
"""The code of a row that another one of its payload stands for."""
NO_ROOM = ("contact_limit", "The account has no room for another contact. Erase some or raise its limit, and send the row again.")

Row = tuple[int, Sequence[Any], str | None, str | None]
"""Line, cells, and code and message where it is known already why the row is unfit."""
Room = Callable[[int], Awaitable[int]]
"""How many of so many new contacts there is room for. Asked once in a transaction, before anything is written."""
_REFUSED = (Outcome.SKIPPED, Outcome.REJECTED)


class Written(NamedTuple):
    """What became of a row, and its contact where it has one; that of a row that was refused may be another's."""

    outcome: RowOutcome
    contact: Working | None


@dataclass(frozen=True, slots=True)
class Readied:
    """Rows that are read: the patches of those that are fit, and what became of the others, by their place among the rows."""

    rows: Sequence[Row]
    patches: dict[int, Patch]
    refused: dict[int, RowOutcome]


@dataclass(frozen=True, slots=True)
class RowWriter:
    """Reads and writes rows of one account."""

    contacts: AccountContacts
    tags: AccountThings
    lists: AccountThings
    uuid_base: int

    async def read(
        self,
        rows: Sequence[Row],
        columns: Sequence[tuple[int, Target]],
        *,
        checks_birthdays: bool = False,
        duplicates_are_skipped: bool = False,
    ) -> Readied:
        """Parse the cells and put numbers in place of the names of tags and lists and of UUIDs. Tags that are new are made.

        Needs no transaction: what it gives can be written once or several times. `checks_birthdays`: see `parse_row`.
        """
        patches: dict[int, Patch] = {}
        refused: dict[int, RowOutcome] = {}
        for place, (line, cells, code, message) in enumerate(rows):
            try:
                if code is None:
                    patches[place] = parse_row(columns, cells, checks_birthday=checks_birthdays)
                else:
                    skipped = duplicates_are_skipped and code == DUPLICATE
                    outcome = Outcome.SKIPPED if skipped else Outcome.REJECTED
                    refused[place] = RowOutcome(line, outcome, None, code, message, None, cells)
            except RowProblem as problem:
                refused[place] = _unfit(rows[place], problem)
        readied = Readied(rows, patches, refused)
        await self._resolve(readied)
        return readied

    async def write(
        self, session: Session, readied: Readied, rules: Rules, now: datetime, via: str, room: Room, *, by_person: bool = False
    ) -> list[Written]:
        """Decide the rows against what is stored and write what changed, in the caller's transaction. One result a row, in order.

        May be called again with the same `readied` when the transaction is tried again. New contacts beyond what there is room
        for are not made: the last ones, with all rows that are about them. `by_person`: see `Decider`.
        """
        patches = readied.patches
        decider, decisions = await self._decided(session, rules, patches, now, by_person)
        granted = await room(len(decider.created())) if decider.created() else 0
        while len(decider.created()) > granted:
            # Rows of the same contact go together; without them another row may create one, so all is decided anew.
            over = {id(contact) for contact in decider.created()[granted:]}
            patches = {place: patch for place, patch in patches.items() if id(decisions[place].contact) not in over}
            decider, decisions = await self._decided(session, rules, patches, now, by_person)
        await self.contacts.write(session, decider, now, via)
        written: list[Written] = []
        for place, row in enumerate(readied.rows):
            decision = decisions.get(place)
            if decision is None:
                written.append(Written(readied.refused.get(place) or _no_room(row), None))
            else:
                written.append(_written(row, decision))
        return written

    async def _decided(
        self, session: Session, rules: Rules, patches: Mapping[int, Patch], now: datetime, by_person: bool
    ) -> tuple[Decider, dict[int, Decision]]:
        """Every row against what is stored, which is read here: deciding changes it in place."""
        numbers = [patch["id"] for patch in patches.values() if patch.get("id") is not None]
        keys = {place: keys_in(patch) for place, patch in patches.items()}
        named = (key for found in keys.values() for _, key in found)
        existing = await self.contacts.matching(session, numbers, named)
        decider = Decider(rules, existing, now, by_person=by_person)
        return decider, {place: decider.decide(patch, keys[place]) for place, patch in patches.items()}

    async def _resolve(self, readied: Readied) -> None:
        patches = readied.patches
        named = [place for place, patch in patches.items() if "tags" in patch or "lists" in patch]
        if named:
            problems = await resolve_names([patches[place] for place in named], self.tags, self.lists)
            for place, problem in zip(named, problems, strict=True):
                if problem is not None:
                    del patches[place]
                    readied.refused[place] = _unfit(readied.rows[place], problem)
        for patch in patches.values():
            uuid = patch.get("uuid")
            if isinstance(uuid, UUID):
                patch["id"] = from_uuid(self.uuid_base, Thing.CONTACT, uuid) or 0


def _unfit(row: Row, problem: RowProblem) -> RowOutcome:
    return RowOutcome(row[0], Outcome.REJECTED, None, problem.code, problem.message, problem.field, row[1])


def _no_room(row: Row) -> RowOutcome:
    return RowOutcome(row[0], Outcome.REJECTED, None, *NO_ROOM, None, row[1])


def _written(row: Row, decision: Decision) -> Written:
    outcome, contact = decision.outcome, decision.contact
    kept = row[1] if outcome in _REFUSED else None
    number = contact.number if contact else None
    return Written(RowOutcome(row[0], outcome, number, decision.code, decision.message, decision.field, kept), contact)
