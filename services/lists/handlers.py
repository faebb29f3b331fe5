"""The three methods of the lists service: plan whom a change is about, work a chunk of them, finish what deletions leave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.lists.change import Decider
from services.lists.clean_up import CleanUp
from services.lists.definitions import Definitions
from services.lists.planning import Planning
from services.lists.recipe import Recipe, is_erasing, options_of, recipe_of, what_of
from shared.accounts.store import Accounts
from shared.contacts.choosing import SelectionProblem
from shared.contacts.document import Document, keys_of
from shared.contacts.erasures import Erasures
from shared.contacts.matching import Name
from shared.contacts.registry import CustomFields
from shared.contacts.store import Contacts
from shared.contract.bulk_options import DeletionOptions
from shared.contract.commands import ChangeChunk, StartChange
from shared.contract.identity import unpack
from shared.contract.values import Outcome
from shared.delivery.consumer import GiveUpHandle, Table
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, JobRefused
from shared.jobs.outcomes import RowOutcome
from shared.jobs.planning import ChunkSink, Plan
from shared.jobs.recipes import Recipes
from shared.jobs.stages import Stages
from shared.lists.store import NamedThings
from shared.platform.clock import Clock
from shared.readers import UnreadablePayload


class ListsWork:
    """Changes of lists and tags, deletions and restorations."""

    def __init__(
        self,
        accounts: Accounts,
        contacts: Contacts,
        fields: CustomFields,
        lists: NamedThings,
        planning: Planning,
        definitions: Definitions,
        erasures: Erasures,
        clean_up: CleanUp,
        clock: Clock,
    ) -> None:
        self._accounts = accounts
        self._contacts = contacts
        self._fields = fields
        self._lists = lists
        self._planning = planning
        self._definitions = definitions
        self._erasures = erasures
        self._clean_up = clean_up
        self._clock = clock
        self._recipes = Recipes(self._recipe)

    async def plan(self, job: Job, sink: ChunkSink) -> Plan:
        """Number the contacts that the payload names or the selection finds."""
        options = options_of(job)
        if isinstance(options, DeletionOptions) and options.what != "contacts":
            await self._definitions.plan(options, sink)
            return Plan({"columns": []})
        book = await self._fields.of_account(job.account).book(await self._accounts.read(job.account))
        try:
            return await self._planning.run(job, options, book, sink)
        except SelectionProblem as problem:
            raise JobRefused("condition_invalid", problem.message) from problem
        except UnreadablePayload as problem:
            raise JobRefused(problem.code, problem.message) from problem

    async def work(self, unit: Unit, job: Job, lane: int, sequence: int, rows: Sequence[Any]) -> list[RowOutcome]:
        """Decide every row against what is stored and write what changes."""
        options = options_of(job)
        if what_of(options) != "contacts":
            return await self._definitions.delete(unit, job, what_of(options), lane, sequence, rows)
        recipe = await self._recipes.of(job)
        read = [recipe.name_in(row) for row in rows]
        names = [name for name in read if not isinstance(name, RowOutcome)]
        decider = await self._decider(unit, job, recipe, names, lane)
        outcomes = [
            name if isinstance(name, RowOutcome) else _outcome(recipe, row, decider, name)
            for row, name in zip(rows, read, strict=True)
        ]
        await self._write(unit, job, decider, lane, sequence)
        return outcomes

    def leaves_something(self, job: Job) -> bool:
        """What cannot be brought back leaves traces behind, which are to be removed."""
        return is_erasing(options_of(job))

    async def finish(self, job: Job) -> Mapping[str, Any]:
        """Remove the traces, and name the jobs whose traces go when these end."""
        if what_of(options_of(job)) == "contacts":
            await self._clean_up.forget_source(job)
        return {"waits_for": await self._clean_up.finish(job.id)}

    async def _decider(self, unit: Unit, job: Job, recipe: Recipe, names: Sequence[Name], lane: int) -> Decider:
        aim, contacts = recipe.aim, self._contacts.of_account(job.account)
        numbers = [name for name in names if isinstance(name, int)]
        keys = [name for name in names if not isinstance(name, int)]
        existing = await contacts.matching(unit.session, numbers, keys, aim.parts)
        excluded: Collection[int] = ()
        if recipe.excluded is not None and recipe.naming is not None:
            excluded = await contacts.among(unit.session, [unpack(found["_id"]) for found in existing], recipe.excluded)
        lists = await self._lists.of_account(job.account).by_numbers(aim.join, unit.session)
        if aim.action == "tag":
            tags = await self._definitions.tags.of_account(job.account).by_numbers(aim.tags, unit.session)
            aim = replace(aim, tags=tuple(number for number in aim.tags if number in tags))
        erased = await self._erased_before(unit, job, recipe, names, lane, existing)
        return Decider(aim, existing, self._clock.now(), lists=lists, excluded=excluded, erased=erased)

    async def _erased_before(
        self, unit: Unit, job: Job, recipe: Recipe, names: Sequence[Name], lane: int, existing: Sequence[Document]
    ) -> set[Name]:
        """Names of contacts that an earlier row has erased: there is nobody left to ask."""
        if recipe.aim.action != "erase" or recipe.naming is None:
            return set()
        found: set[Name] = set()
        for contact in existing:
            found.update((unpack(contact["_id"]), *keys_of(contact)))
        missing = {name for name in names if name not in found}
        erased: set[Name] = set()
        if missing:
            async for earlier in self._erasures.of(job.id, lane, unit.session):
                erased.update(missing.intersection(earlier.numbers), missing.intersection(earlier.keys))
        return erased

    async def _write(self, unit: Unit, job: Job, decider: Decider, lane: int, sequence: int) -> None:
        contacts = self._contacts.of_account(job.account)
        if decider.erased:
            await contacts.erase_all(unit.session, [unpack(contact["_id"]) for contact in decider.erased])
            await self._erasures.note_contacts(unit.session, job.id, job.account, decider.erased, lane, sequence)
        else:
            await contacts.change_all(unit.session, decider.groups, decider.now, str(job.kind))

    async def _recipe(self, job: Job) -> Recipe:
        account = await self._accounts.read(job.account)
        book = await self._fields.of_account(job.account).book(account)
        return recipe_of(job, options_of(job), book, account.uuid_base if account else 0)


def _outcome(recipe: Recipe, row: Sequence[Any], decider: Decider, name: Name) -> RowOutcome:
    verdict = decider.decide(name)
    number = None if recipe.aim.action == "erase" else verdict.number
    kept = recipe.kept(row) if verdict.outcome in (Outcome.REJECTED, Outcome.SKIPPED) else None
    return RowOutcome(row[0], verdict.outcome, number, verdict.code, verdict.message, None, kept)


def table(stages: Stages) -> Table:
    """From message to method."""
    return {StartChange: stages.start, ChangeChunk: stages.chunk}


def give_up_table(stages: Stages) -> Mapping[type, GiveUpHandle]:
    """From a message that is given up to the method that tells its job."""
    return {StartChange: stages.give_up_start, ChangeChunk: stages.give_up_chunk}
