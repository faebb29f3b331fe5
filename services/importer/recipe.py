"""What every chunk of an import needs to know, made of its options and its plan. Pure."""

from dataclasses import dataclass

from shared.contacts.matching import standing_target, unless_blank
from shared.contacts.merge import ROW, Merge, Mode, Rules
from shared.contacts.patch import FieldBook, Target, in_turn
from shared.contract.options import Duplicates, ImportOptions
from shared.jobs.job import Job

_KEYS = frozenset({"email", "mobile", "identifiers"})


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is done with a row."""

    rules: Rules
    columns: tuple[tuple[int, Target], ...]
    uuid_base: int
    duplicates_are_skipped: bool
    checks_birthdays: bool
    lacks_fields: bool
    """True where a custom field that the payload fills is gone since the job was planned."""


def recipe_of(job: Job, book: FieldBook, uuid_base: int) -> Recipe:
    """The recipe of a planned job, with the fields that its account has now."""
    options = ImportOptions.model_validate(job.options)
    rules = Rules(
        options.match,
        Mode(options.mode),
        Merge(options.merge),
        tuple(int(number) for number in options.lists),
        tuple(job.plan["tags"]),
        options.new_email_permission,
        options.sms_permission,
        options.ended == "reject",
        job.plan.get("first_new", 0),
        merges=options.taken == "merge",
    )
    skipped = options.duplicates in (Duplicates.FIRST, Duplicates.LAST)
    columns, lacks_fields = _columns(job, book, options)
    return Recipe(rules, columns, uuid_base, skipped, options.columns == "given", lacks_fields)


def _columns(job: Job, book: FieldBook, options: ImportOptions) -> tuple[tuple[tuple[int, Target], ...], bool]:
    """The columns that are read, and whether a field of any other is gone."""
    columns, paths, lacks_fields = [], job.plan.get("fields", {}), False
    for index, name in job.plan["targets"]:
        target = standing_target(name, paths.get(name), book, day_first=options.day_first)
        if target is None:
            lacks_fields = True
        else:
            # Whose contact is found by one key has blank cells for the others, which say nothing.
            is_key = options.match == ROW and target.path.partition(".")[0] in _KEYS
            columns.append((index, unless_blank(target) if is_key else target))
    return tuple(in_turn(columns)), lacks_fields
