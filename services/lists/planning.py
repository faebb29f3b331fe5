"""Planning a change: whose contacts it is about, and the lists or tags that it gives or takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from services.lists.planner import Planner, plan_numbers
from shared.accounts.limits import Limit, limit_of
from shared.accounts.store import Accounts
from shared.contacts.choosing import Query, excluding, query_of
from shared.contacts.patch import FieldBook
from shared.contacts.store import Contacts
from shared.contract.bulk_options import ChangeOptions, ListChangeOptions, RestorationOptions, TagChangeOptions
from shared.jobs.job import Job, JobRefused, Payload, Problem
from shared.jobs.planning import ChunkSink, Plan
from shared.lists.store import AccountThings, NamedThings, name_key
from shared.payloads import PayloadRows
from shared.platform.files import Files

_NO_ROWS = Problem("no_rows", "Nobody was found that the job could be about.")


@dataclass(frozen=True, slots=True)
class Planning:
    """Plans every change of contacts."""

    files: Files
    contacts: Contacts
    lists: NamedThings
    tags: NamedThings
    accounts: Accounts
    rows_per_job: int
    """Of an account without a limit of its own."""

    async def run(self, job: Job, options: ChangeOptions, book: FieldBook, sink: ChunkSink) -> Plan:
        """Hand on every contact that the payload names or the selection finds. Raises JobRefused, SelectionProblem and
        UnreadablePayload before anything but chunks is written.
        """
        facts: dict[str, Any] = {"columns": []}
        problems: list[Problem] = []
        excluded = excluding(options.exclude, job.account, book)
        if job.payload is not None:
            problems += await self._plan_payload(job, job.payload, options, book, sink, facts)
        else:
            await self._plan_selection(job, options, book, sink, excluded)
        await sink.confirm()
        facts |= await self._numbers(job.account, options)
        return Plan(facts, problems if sink.rows else [*problems, _NO_ROWS])

    async def _plan_payload(
        self, job: Job, payload: Payload, options: ChangeOptions, book: FieldBook, sink: ChunkSink, facts: dict[str, Any]
    ) -> list[Problem]:
        rows = PayloadRows(
            lambda: self.files.read(payload.file_id),
            file_name=payload.name,
            format=options.format,
            delimiter=options.delimiter,
            encoding=options.encoding,
            sheet=options.sheet,
            formula_escape=options.formula_escape,
        )
        owner = await self.accounts.read(job.account)
        most_rows = limit_of(owner, Limit.ROWS_PER_JOB, self.rows_per_job) if owner else self.rows_per_job
        planner = Planner(rows, options, book, most_rows)
        await planner.run(sink)
        naming = planner.naming
        facts["columns"] = planner.columns
        facts["naming"] = {"match": naming.match, "column": naming.column}
        return planner.warnings

    async def _plan_selection(
        self, job: Job, options: ChangeOptions, book: FieldBook, sink: ChunkSink, excluded: Sequence[Query]
    ) -> None:
        if options.source is None:
            raise JobRefused("source_missing", "The job says of no contact that it is about it. Send a source or a file.")
        is_restoration = isinstance(options, RestorationOptions)
        query = query_of(options.source, job.account, book, deleted=is_restoration)
        query = {"$and": [*query["$and"], {"$nor": list(excluded)}]} if excluded else query
        await plan_numbers(sink, self.contacts.of_account(job.account).numbers(query))

    async def _numbers(self, account: int, options: ChangeOptions) -> dict[str, list[int]]:
        """The lists or tags that the job is about, each once."""
        if isinstance(options, ListChangeOptions):
            lists = self.lists.of_account(account)
            numbers = await _existing(lists, options.lists, "list")
            if options.action != "move":
                return {"numbers": numbers}
            if not options.leave:
                raise JobRefused("leave_missing", "Say in `leave` which lists the contacts are moved from.")
            return {"numbers": numbers, "leave": sorted({number for number in options.leave if isinstance(number, int)})}
        if isinstance(options, TagChangeOptions):
            tags = self.tags.of_account(account)
            names = [name for name in options.tags if isinstance(name, str)]
            named = await (tags.ensure(names) if options.action == "add" else tags.by_names(names))
            others = [number for number in options.tags if isinstance(number, int)]
            known = await _existing(tags, others, "tag") if options.action == "add" else others
            return {"numbers": sorted({*known, *(named[name_key(name)].number for name in names if name_key(name) in named)})}
        return {}


async def _existing(things: AccountThings, names: Sequence[int | str], what: str) -> list[int]:
    """These numbers, each once. Raises JobRefused where one is gone."""
    wanted = sorted({name for name in names if isinstance(name, int)})
    found = await things.by_numbers(wanted)
    gone = [number for number in wanted if number not in found]
    if gone:
        raise JobRefused(f"{what}_unknown", f"There is no {what} {gone[0]} any more. Leave it out, or make another one.")
    return wanted
