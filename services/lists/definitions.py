"""Deleting lists, tags and custom fields themselves. What contacts have of them is taken off when all of them are gone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from shared.contacts.erasures import Erasures
from shared.contacts.registry import AccountFields, CustomFields
from shared.contract.bulk_options import DeletionOptions
from shared.contract.values import Outcome
from shared.delivery.outbox import Unit
from shared.jobs.job import Job
from shared.jobs.lanes import PlannedRow
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink
from shared.lists.store import AccountThings, NamedThings

_ONE = {"lists": "list", "tags": "tag", "fields": "custom field"}
_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of every account."""

    lists: NamedThings
    tags: NamedThings
    fields: CustomFields
    erasures: Erasures

    async def plan(self, options: DeletionOptions, sink: ChunkSink) -> None:
        """Each of them once, in the order in which they were named."""
        names = dict.fromkeys(options.names)
        await sink.add([PlannedRow(line, str(name), _encode((line, name))) for line, name in enumerate(names, 1)])

    async def delete(self, unit: Unit, job: Job, what: str, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """Delete those of one chunk, and remember that contacts still have something of them."""
        door = self._door(what, job.account)
        outcomes, deleted = [], []
        for line, name in rows:
            if isinstance(name, int) and name > 0 and await door.delete(name, unit.session):
                outcomes.append(RowOutcome(line, Outcome.UPDATED))
                deleted.append(name)
            else:
                message = f"There is no {_ONE[what]} {name!r}. It may have been deleted before."
                outcomes.append(RowOutcome(line, Outcome.REJECTED, None, "not_found", message))
        await self.erasures.note_definitions(unit.session, job.id, job.account, what, deleted, lane, sequence)
        return outcomes

    def _door(self, what: str, account: int) -> AccountThings | AccountFields:
        if what == "fields":
            return self.fields.of_account(account)
        return (self.lists if what == "lists" else self.tags).of_account(account)
