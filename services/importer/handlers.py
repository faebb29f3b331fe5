"""The importer's three methods: plan a payload, work a chunk of its rows, finish."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.importer.allowance import Allowance
from services.importer.planner import Planner
from services.importer.recipe import Recipe, recipe_of
from shared.accounts.limits import Limit, limit_of
from shared.accounts.settings import LimitSettings
from shared.accounts.store import Account, Accounts
from shared.contacts.fields import FieldType
from shared.contacts.mapping import CUSTOM_PREFIX, MappingPlan, MappingProblem
from shared.contacts.merge import Rules
from shared.contacts.registry import AccountFields, CustomFields, NameTaken
from shared.contacts.store import Contacts
from shared.contract.commands import ImportChunk, StartImport
from shared.contract.options import ImportOptions
from shared.contract.values import Outcome
from shared.delivery.consumer import GiveUpHandle, Table
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, JobRefused, Problem
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan
from shared.jobs.recipes import Recipes
from shared.jobs.reservations import Reservations
from shared.jobs.rows import RowWriter
from shared.jobs.stages import Stages
from shared.lists.store import NamedThings
from shared.platform.clock import Clock
from shared.platform.files import Files
from shared.readers import UnreadablePayload

VIA = "import"
LIST_GONE = ("list_gone", "A list that the job joins was deleted meanwhile. The rest of the row was applied.")
FIELD_GONE = ("field_gone", "A field that the payload fills was deleted meanwhile. The rest of the row was applied.")
TAG_GONE = ("tag_gone", "A tag that the job gives was deleted meanwhile. The rest of the row was applied.")
APPLIED = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
Note = tuple[str, str]


class ImportWork:
    """Turns payloads into contacts."""

    def __init__(
        self,
        files: Files,
        accounts: Accounts,
        contacts: Contacts,
        fields: CustomFields,
        lists: NamedThings,
        tags: NamedThings,
        clock: Clock,
        reservations: Reservations,
        limits: LimitSettings,
    ) -> None:
        self._files = files
        self._accounts = accounts
        self._contacts = contacts
        self._fields = fields
        self._lists = lists
        self._tags = tags
        self._clock = clock
        self._reservations = reservations
        self._limits = limits
        self._recipes = Recipes(self._recipe)

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """Read the payload once and cut it; decide here whatever refuses the whole job."""
        options = ImportOptions.model_validate(job.options)
        payload = job.payload
        if payload is None:
            raise JobRefused("payload_missing", "The job has no payload.")
        fields = self._fields.of_account(job.account)
        owner = await self._accounts.read(job.account)
        book = await fields.book(owner)
        row_limit, allowance = self._row_limit(owner), self._allowance(owner, options, job)
        sink.watch = allowance.watch if allowance else None
        try:
            planner = Planner(lambda: self._files.read(payload.file_id), payload.name, options, book, row_limit)
            mapping = await planner.run(sink)
        except (UnreadablePayload, MappingProblem) as problem:
            raise JobRefused(problem.code, problem.message) from problem
        if allowance:
            await allowance.check(job)
        await sink.confirm()
        if options.create_fields and mapping.new_fields:
            mapping = await _create_fields(owner, fields, planner, mapping)
        tags = await self._tags.of_account(job.account).ensure(options.tags)
        facts = {
            "columns": planner.columns,
            "targets": [[index, target.name] for index, target in mapping.targets],
            "fields": {target.name: target.path for _, target in mapping.targets if target.path.startswith("custom.")},
            "tags": sorted(tag.number for tag in tags.values()),
            **({"shares": allowance.shares(1 if planner.is_in_one_lane else len(sink.chunks_by_lane))} if allowance else {}),
        }
        if options.ended == "reject":
            facts["first_new"] = await self._contacts.of_account(job.account).next_number()
        problems = [*planner.warnings, *_mapping_warnings(mapping, sink.rows + planner.dropped, options)]
        return Plan(facts, problems, allowance.reserve if allowance else None)

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """Decide every row against what is stored and write what changed."""
        recipe = await self._recipes.of(job)
        writer = self._writer(job.account, recipe)
        readied = await writer.read(
            rows,
            recipe.columns,
            checks_birthdays=recipe.checks_birthdays,
            duplicates_are_skipped=recipe.duplicates_are_skipped,
        )
        now = self._clock.now()
        rules, gone = await self._standing(unit, job, recipe.rules)
        gone = gone or (FIELD_GONE if recipe.lacks_fields else None)

        async def room(wanted: int) -> int:
            return await self._room(unit, job, lane, wanted)

        written = await writer.write(unit.session, readied, rules, now, VIA, room)
        outcomes = [row.outcome for row in written]
        return [_with_note(outcome, gone) for outcome in outcomes] if gone else outcomes

    def leaves_something(self, job: Job) -> bool:
        """An import leaves contacts and nothing else."""
        return False

    async def finish(self, job: Job) -> Mapping[str, Any]:
        """Nothing is left to make."""
        return {}

    def _writer(self, account: int, recipe: Recipe) -> RowWriter:
        tags, lists = self._tags.of_account(account), self._lists.of_account(account)
        return RowWriter(self._contacts.of_account(account), tags, lists, recipe.uuid_base)

    async def _standing(self, unit: Unit, job: Job, rules: Rules) -> tuple[Rules, Note | None]:
        """The rules without lists and tags that are gone in the snapshot of this chunk, and what is said of it."""
        lists = await self._lists.of_account(job.account).by_numbers(rules.lists, unit.session)
        tags = await self._tags.of_account(job.account).by_numbers(rules.tags, unit.session)
        standing = replace(
            rules,
            lists=tuple(number for number in rules.lists if number in lists),
            tags=tuple(number for number in rules.tags if number in tags),
        )
        return standing, LIST_GONE if standing.lists != rules.lists else TAG_GONE if standing.tags != rules.tags else None

    async def _room(self, unit: Unit, job: Job, lane: int, wanted: int) -> int:
        """How many of these contacts the chunk may create: its lane's share, and beyond it what the account has room for."""
        shares = job.plan.get("shares")
        if shares is None:
            return wanted
        left = await self._reservations.left(unit.session, job, lane, shares[lane])
        limit = self._contact_limit(await self._accounts.read(job.account)) if wanted > left else 0
        return left + await self._reservations.take_more(unit.session, job, limit, wanted - left) if limit else wanted

    async def _recipe(self, job: Job) -> Recipe:
        account = await self._accounts.read(job.account)
        book = await self._fields.of_account(job.account).book(account)
        return recipe_of(job, book, account.uuid_base if account else 0)

    def _row_limit(self, owner: Account | None) -> int:
        default = self._limits.rows_per_job
        return limit_of(owner, Limit.ROWS_PER_JOB, default) if owner else default

    def _allowance(self, owner: Account | None, options: ImportOptions, job: Job) -> Allowance | None:
        """What counts new contacts, for accounts whose contacts are limited."""
        limit = self._contact_limit(owner)
        if owner is None or not limit:
            return None
        return Allowance(self._reservations, self._contacts.of_account(owner.number), options, limit, job.limits["lanes"])

    def _contact_limit(self, owner: Account | None) -> int:
        """The most contacts that the account may have; 0 is no limit."""
        return limit_of(owner, Limit.CONTACTS, self._limits.most_contacts) if owner else 0


async def _create_fields(owner: Account | None, fields: AccountFields, planner: Planner, mapping: MappingPlan) -> MappingPlan:
    for name in mapping.new_fields:
        try:
            await fields.create(name.removeprefix(CUSTOM_PREFIX), FieldType.TEXT)
        except NameTaken:
            continue
    return planner.map_again(await fields.book(owner))


def _mapping_warnings(mapping: MappingPlan, rows: int, options: ImportOptions) -> list[Problem]:
    problems: list[Problem] = []
    if not rows:
        problems.append(Problem("no_rows", "The payload has a header but no rows."))
    is_only_given = options.columns == "given"
    if mapping.unknown and (is_only_given or not options.create_fields):
        names = ", ".join(repr(column) for column in mapping.unknown[:20])
        what = "are not among those that this import reads" if is_only_given else "are not known"
        advice = "Map them to fields, or send create_fields to make custom fields of them."
        advice = (
            "A custom field is written cf:<name>, and has to be defined first; a preference is written preference:<name>."
            if is_only_given
            else advice
        )
        problems.append(Problem("unknown_columns", f"These columns {what} and were left out: {names}. {advice}"))
    for column, winner in mapping.shadowed:
        problems.append(Problem("column_shadowed", f"The column {column!r} was left out: {winner!r} fills the same field."))
    for column, winner in mapping.yielding:
        words = f"The column {column!r} was read only where {winner!r}, which fills the same field, is blank."
        problems.append(Problem("column_shadowed", words))
    return problems


def _with_note(row: RowOutcome, note: Note) -> RowOutcome:
    """The row with what is said of all that were applied, where nothing else is said of it."""
    return row if row.code is not None or row.outcome not in APPLIED else row._replace(code=note[0], message=note[1])


def table(stages: Stages) -> Table:
    """From message to method."""
    return {StartImport: stages.start, ImportChunk: stages.chunk}


def give_up_table(stages: Stages) -> Mapping[type, GiveUpHandle]:
    """From a message that is given up to the method that tells its job."""
    return {StartImport: stages.give_up_start, ImportChunk: stages.give_up_chunk}
