"""What every chunk of a job needs to know, made of its options and its plan. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.lists.change import Aim
from services.lists.naming import Naming
from shared.contacts.choosing import Query, excluding
from shared.contacts.matching import Name, name_in
from shared.contacts.patch import FieldBook
from shared.contacts.values import ValueProblem
from shared.contract.bulk_options import ChangeOptions, DeletionOptions, ListChangeOptions, RestorationOptions, TagChangeOptions
from shared.contract.selection import Status
from shared.contract.values import Kind, Outcome
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

_OPTIONS: dict[Kind, type[ChangeOptions]] = {
    Kind.LIST_CHANGE: ListChangeOptions,
    Kind.TAG_CHANGE: TagChangeOptions,
    Kind.DELETION: DeletionOptions,
    Kind.RESTORATION: RestorationOptions,
}
_UNREADABLE = "What names the contact in this row cannot be read. It is not kept, because the job erases."


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the rows of a job are read, and what becomes of the contacts they name."""

    aim: Aim
    naming: Naming | None
    """None for a selection, whose rows are numbers."""
    excluded: Query | None
    """The contacts that are left out; only asked where somebody named each contact."""
    uuid_base: int

    def name_in(self, row: Sequence[Any]) -> Name | RowOutcome:
        """The contact that the row names, or why it names none."""
        if self.naming is None:
            return int(row[1])
        line, cells, code, message = row
        match, cell = self.naming.match, self.naming.cell(cells)
        try:
            if code is not None:
                return self._rejected(line, cells, code, message, None)
            name = name_in(match, cell, self.uuid_base)
        except ValueProblem as problem:
            return self._rejected(line, cells, problem.code, f"{match}: {problem.message}", match)
        if name is None:
            message = f"The row has no {match.removeprefix('identifier:')}, by which this job finds contacts."
            return self._rejected(line, cells, f"{match.partition(':')[0]}_missing", message, match)
        return name

    def kept(self, row: Sequence[Any]) -> Sequence[Any] | None:
        """The cells that an outcome keeps, so that the row can be mended and sent again."""
        return row[1] if self.naming is not None and self.aim.action != "erase" else None

    def _rejected(self, line: int, cells: Sequence[Any], code: str, message: str | None, field: str | None) -> RowOutcome:
        if self.aim.action == "erase":
            return RowOutcome(line, Outcome.REJECTED, None, code, _UNREADABLE, field)
        return RowOutcome(line, Outcome.REJECTED, None, code, message, field, cells)


def options_of(job: Job) -> ChangeOptions:
    """The options of a job of any kind that this service works."""
    return _OPTIONS[job.kind].model_validate(job.options)


def what_of(options: ChangeOptions) -> str:
    """What the job is about: `contacts`, or `lists`, `tags` or `fields`."""
    return options.what if isinstance(options, DeletionOptions) else "contacts"


def is_erasing(options: ChangeOptions) -> bool:
    """True for what cannot be brought back."""
    return isinstance(options, DeletionOptions) and (options.what != "contacts" or options.mode == "erase")


def recipe_of(job: Job, options: ChangeOptions, fields: FieldBook, uuid_base: int) -> Recipe:
    """The recipe of a job that has been planned."""
    excluded = excluding(options.exclude, job.account, fields)
    return Recipe(_aim(options, job.plan), _naming(job.plan), {"$or": excluded} if excluded else None, uuid_base)


def _aim(options: ChangeOptions, plan: Mapping[str, Any]) -> Aim:
    is_named = plan.get("naming") is not None
    reaches_deleted = options.source is not None and Status.DELETED in options.source.status
    numbers = tuple(plan.get("numbers", ()))
    match options:
        case ListChangeOptions():
            leave = numbers if options.action == "remove" else tuple(plan.get("leave", ()))
            join = () if options.action == "remove" else numbers
            return Aim(options.action, join, leave, is_named=is_named, reaches_deleted=reaches_deleted)
        case TagChangeOptions():
            action = "tag" if options.action == "add" else "untag"
            return Aim(action, tags=numbers, is_named=is_named, reaches_deleted=reaches_deleted)
        case DeletionOptions():
            return Aim("erase" if options.mode == "erase" else "delete", is_named=is_named)
    return Aim("restore", is_named=is_named)


def _naming(plan: Mapping[str, Any]) -> Naming | None:
    found = plan.get("naming")
    return Naming(found["match"], found["column"]) if found else None
