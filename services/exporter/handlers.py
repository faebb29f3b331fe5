"""The exporter's three methods: plan a selection, write the part of the file that a chunk is, finish the file.

A contact that is in the selection throughout is in the file exactly once, whatever is written meanwhile: planning fixes the
numbers, in order, and a number never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from services.exporter.assembly import Order, ordered
from services.exporter.books import MOST_XLSX_ROWS
from services.exporter.file import Parts, manifest
from services.exporter.render import renderer
from shared.accounts.store import Accounts
from shared.contacts.choosing import SelectionProblem, query_of, without
from shared.contacts.columns import Column, default_columns
from shared.contacts.document import Document
from shared.contacts.headings import HeadingProblem
from shared.contacts.present import Names, numbers_named
from shared.contacts.registry import CustomFields
from shared.contacts.store import Contacts
from shared.contract.bulk_options import ExportOptions
from shared.contract.commands import ExportChunk, StartExport
from shared.contract.identity import unpack
from shared.contract.selection import Status
from shared.contract.values import Outcome
from shared.delivery.consumer import GiveUpHandle, Table
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, JobRefused, Problem
from shared.jobs.lanes import PlannedRow
from shared.jobs.ledger import Ledger
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan
from shared.jobs.recipes import Recipes
from shared.jobs.stages import Stages
from shared.lists.store import NamedThings
from shared.platform.files import Files

NAMED = frozenset({"lists", "tags", "list_statuses"})
"""Columns that show lists or tags by their names."""

_encode = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Recipe:
    """What every chunk of a job needs to know."""

    order: Order
    columns: tuple[Column, ...]
    uuid_base: int

    @property
    def options(self) -> ExportOptions:
        """The options of the job."""
        return self.order.options

    @property
    def shows_deleted(self) -> bool:
        """True where the selection asks for deleted contacts."""
        return Status.DELETED in self.options.select.status


class ExportWork:
    """Turns selections of contacts into files."""

    def __init__(
        self,
        files: Files,
        accounts: Accounts,
        contacts: Contacts,
        fields: CustomFields,
        lists: NamedThings,
        tags: NamedThings,
        ledger: Ledger,
    ) -> None:
        self._files = files
        self._accounts = accounts
        self._contacts = contacts
        self._fields = fields
        self._lists = lists
        self._tags = tags
        self._ledger = ledger
        self._recipes = Recipes(self._recipe)

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """Number the contacts of the selection in the order in which they will stand in the file."""
        options = ExportOptions.model_validate(job.options)
        book = await self._fields.of_account(job.account).book(await self._accounts.read(job.account))
        order = Order(options, options.fields or tuple(default_columns(book)), book)
        try:
            order.columns()
        except LookupError as unknown:
            raise JobRefused("field_unknown", f"There is no field {unknown} any more. Leave it out, or define it again.") from None
        except HeadingProblem as problem:  # a field has been defined since the export was accepted
            raise JobRefused("option_invalid", problem.message) from None
        try:
            query = without(query_of(options.select, job.account, book), options.exclude, job.account, book)
        except SelectionProblem as problem:
            raise JobRefused("condition_invalid", problem.message) from problem
        contacts = self._contacts.of_account(job.account)
        total = await contacts.count(query, within_seconds=None)
        sink.keep_order(total)
        async for numbers in contacts.numbers(query):
            first = sink.rows + 1
            await sink.add([PlannedRow(line, "", _encode((line, number))) for line, number in enumerate(numbers, first)])
            if options.format == "xlsx" and sink.rows > MOST_XLSX_ROWS:
                reason = f"The selection has more contacts than a sheet rows ({MOST_XLSX_ROWS}). Select fewer, or export as CSV."
                raise JobRefused("too_many_rows", reason)
        return Plan({"columns": [], **order.facts()}, _missing(options, sink.rows))

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """Write the part of the file that holds the contacts of the chunk."""
        recipe = await self._recipes.of(job)
        numbers = [number for _, number in rows]
        written: set[int] = set()
        parts = Parts(self._files, unit.session, job, lane, sequence, are_joined=not recipe.order.is_book)
        async for contacts in self._contacts.of_account(job.account).of_numbers(unit.session, numbers):
            kept = [contact for contact in contacts if recipe.shows_deleted or "deleted_at" not in contact]
            written.update(unpack(contact["_id"]) for contact in kept)
            names = await self._names(job.account, recipe, kept)
            await parts.add(renderer(recipe.options, recipe.columns, names), kept)
        await parts.close()
        return [_outcome(line, number, number in written) for line, number in rows]

    def leaves_something(self, job: Job) -> bool:
        """Every export leaves a file."""
        return True

    async def finish(self, job: Job) -> Mapping[str, Any]:
        """The manifest of the file: name, media type, rows, bytes, SHA-256, and the segments it consists of."""
        recipe = await self._recipes.of(job)
        rows = sum(lane.counts.unchanged for lane in await self._ledger.of_job(job.id))
        made = renderer(recipe.options, recipe.columns, Names(recipe.uuid_base))
        return await manifest(self._files, job, made, recipe.order, rows)

    async def _recipe(self, job: Job) -> Recipe:
        account = await self._accounts.read(job.account)
        order = ordered(ExportOptions.model_validate(job.options), job.plan)
        return Recipe(order, order.columns(), account.uuid_base if account else 0)

    async def _names(self, account: int, recipe: Recipe, contacts: Sequence[Document]) -> Names:
        shown = {column.name for column in recipe.columns}
        lists, tags = numbers_named(contacts) if shown & NAMED else (set[int](), set[int]())
        return Names(
            recipe.uuid_base,
            {number: named.name for number, named in (await self._lists.of_account(account).by_numbers(lists)).items()},
            {number: named.name for number, named in (await self._tags.of_account(account).by_numbers(tags)).items()},
            list(recipe.order.book.custom.values()),
        )


def _outcome(line: int, number: int, is_written: bool) -> RowOutcome:
    if is_written:
        return RowOutcome(line, Outcome.UNCHANGED, number)
    return RowOutcome(line, Outcome.SKIPPED, number, "contact_gone", "The contact was deleted while the export ran.")


def _missing(options: ExportOptions, rows: int) -> list[Problem]:
    named = len(set(options.select.ids)) or len({email.strip().casefold() for email in options.select.emails})
    problems = []
    if not rows:
        problems.append(Problem("no_rows", "The selection finds no contact; the file has a header at most."))
    elif rows < named:
        problems.append(Problem("contacts_not_found", f"Of {named} contacts that the selection names {rows} were found."))
    return problems


def table(stages: Stages) -> Table:
    """From message to method."""
    return {StartExport: stages.start, ExportChunk: stages.chunk}


def give_up_table(stages: Stages) -> Mapping[type, GiveUpHandle]:
    """From a message that is given up to the method that tells its job."""
    return {StartExport: stages.give_up_start, ExportChunk: stages.give_up_chunk}
