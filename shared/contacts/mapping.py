"""From the headings of a file to targets. Pure: the same headings, mapping and fields always give the same plan.

Nothing is guessed twice: where two columns would fill one target, the file is refused with what to do about it.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from shared.contacts.matching import import_target
from shared.contacts.merge import MATCH_BY, ROW
from shared.contacts.patch import COMPOSITES, FieldBook, Target, in_turn, target_names
from shared.contacts.refused import REFUSED
from shared.contacts.synonyms import synonyms
from shared.contacts.targets import CONSENT_NAMES
from shared.contacts.values import shown, trim

CUSTOM_PREFIX = "cf:"
PREFERENCE_PREFIX = "preference:"
_OWN_IDS = ("id", "uuid")
_GIVEN, _EXACT, _SPELLED, _OWN, _SYNONYM = range(5)
_SYNONYMS = dict(synonyms())
_UNSHARED = frozenset({*_OWN_IDS, MATCH_BY, REFUSED, "email", "mobile", "identifiers", "preferences", "consents"})


class MappingProblem(Exception):
    """Why the columns of a file cannot be assigned: a stable code and a message that says what to change."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class MappingPlan:
    """What becomes of each column; every column of the file is in exactly one of targets, unknown, ignored and shadowed."""

    targets: list[tuple[int, Target]] = field(default_factory=list)
    """Column numbers, from 0, with where their cells go: ascending, but for that of REFUSED, which is the first, and for those of
    `yielding`, which are the last (see `in_turn`)."""
    unknown: list[str] = field(default_factory=list)
    """Headings that nobody understands: ignored, and worth a warning."""
    ignored: list[str] = field(default_factory=list)
    """Headings that the given mapping sets to null, columns without a heading, and ids that are not the match key."""
    shadowed: list[tuple[str, str]] = field(default_factory=list)
    """Headings whose target another column names better, with that column: ignored, and worth a warning."""
    yielding: list[tuple[str, str]] = field(default_factory=list)
    """Headings that are read where the column with the other heading is blank or absent in a row: worth a warning."""
    new_fields: list[str] = field(default_factory=list)
    """Names of the custom fields that `create_fields` makes. Plan again with them in the book, and they are targets."""


@dataclass(frozen=True, slots=True)
class _Claim:
    index: int
    heading: str
    target: Target
    rank: int


def forgiving(heading: str) -> str:
    """The spelling by which headings are compared: lower case, accents stripped, letters and digits only, in any script."""
    decomposed = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(character for character in decomposed if character.isalnum())


def field_name(heading: str) -> str:
    """The name of the custom field made for a heading: "Favourite colour (new)" gives `favourite_colour_new`, "---" gives ""."""
    heading = trim(heading)
    custom = heading[len(CUSTOM_PREFIX) :] if heading[: len(CUSTOM_PREFIX)].lower() == CUSTOM_PREFIX else heading
    composed = unicodedata.normalize("NFKC", custom).lower()
    kept = (character if unicodedata.category(character)[0] in "LMN" else " " for character in composed)
    return "_".join("".join(kept).split())


def plan_mapping(
    columns: Sequence[str],
    given: Mapping[str, str | None] | None,
    fields: FieldBook,
    *,
    create_fields: bool = False,
    day_first: bool = False,
    match: str | None = None,
    nested: bool = True,
    only_given: bool = False,
) -> MappingPlan:
    """Assigns each column a target.

    What `given` says of a column holds (null: ignored). Every other column goes, in this order, to the target with exactly
    its name, to the one with the same name in forgiving spelling, to the account's own identifier or custom field by
    name or label, or to what a synonym means. Of two columns for one target the better named one gets it.
    With `match`, an `id` or `uuid` column is ignored unless contacts are matched by it or `given` names it: in most files it
    is another system's. The match ROW, and no other, knows the target `match_by`, and reads `id`. The target `refused` has the
    column that `given` sends there and no other, and stands first: what it says is a row's first problem. `nested=False`, for
    files whose cells are plain text, knows no JSON composites such as `phones`.
    With `only_given` no other column goes anywhere (it is unknown, and `create_fields` makes no field of it), save one headed
    `cf:<name>` that is a custom field's and one headed `preference:<name>`; `given` may name columns that are not there; and
    of several for one target, those that `given` names come first, in its order, and of those for one entry the columns with
    its letters, in any case: the others yield to them row by row. For what finds contacts, for preferences and consents and
    for JSON composites the first alone is read. A column that `given` names but for the letter case goes where that entry
    sends it, and not where one does that is spelled like it.
    Raises MappingProblem: `mapping_column_unknown`, `mapping_target_unknown`, `mapping_target_twice`.
    """
    chosen = _chosen(columns, given or {}, may_lack=only_given)
    finder = _Finder(fields, day_first, nested, by_row=match == ROW)
    plan = MappingPlan()
    claims: list[_Claim] = []
    for index, heading in enumerate(columns):
        if index in chosen:
            _give(plan, claims, index, heading, chosen[index], finder, create_fields)
        elif not forgiving(heading):
            plan.ignored.append(heading)
        elif not (found := finder.find_prefixed(heading) if only_given else finder.find(heading)):
            plan.unknown.append(heading)
            if not only_given:
                _add_field(plan, field_name(heading))
        elif match and found[0].name in _OWN_IDS and found[0].name != ("id" if match == ROW else match):
            plan.ignored.append(heading)
        else:
            claims.append(_Claim(index, heading, *found))
    _settle(plan, claims, first=list(chosen) if only_given else None)
    return plan


class _Finder:
    """Finds the target that a heading means. Made once per file."""

    def __init__(self, fields: FieldBook, day_first: bool, nested: bool, *, by_row: bool) -> None:
        self._fields = fields
        self._hidden = (*(() if nested else COMPOSITES), *(() if by_row else (MATCH_BY,)))
        self._day_first = day_first
        guessed = [*target_names(fields), *((MATCH_BY,) if by_row else ())]
        self.names = [*guessed, *CONSENT_NAMES]
        self._spelled = {forgiving(name): name for name in guessed if not name.startswith((CUSTOM_PREFIX, "identifier:"))}
        self._own = _own_names(fields)

    def named(self, name: str) -> Target | None:
        """The target with this canonical name; that of a preference may begin in any letter case."""
        if name[: len(PREFERENCE_PREFIX)].lower() == PREFERENCE_PREFIX:
            name = PREFERENCE_PREFIX + name[len(PREFERENCE_PREFIX) :]
        return None if name in self._hidden else import_target(name, self._fields, day_first=self._day_first)

    def find(self, heading: str) -> tuple[Target, int] | None:
        """The target that a heading means and how surely, or None."""
        name = trim(heading)
        if name != REFUSED and (target := self.named(name)):
            return target, _EXACT
        spelling = forgiving(name)
        for rank, names in ((_SPELLED, self._spelled), (_OWN, self._own), (_SYNONYM, _SYNONYMS)):
            if (known := names.get(spelling)) and (target := self.named(known)):
                return target, rank
        return None

    def find_prefixed(self, heading: str) -> tuple[Target, int] | None:
        """The custom field that a heading names as `cf:<name>`, or the preference, and how surely, or None."""
        name = trim(heading).lower()
        prefix = next((prefix for prefix in (CUSTOM_PREFIX, PREFERENCE_PREFIX) if name.startswith(prefix)), None)
        found = self.find(heading) if prefix else None
        return found if found and prefix and found[0].name.startswith(prefix) else None


def _own_names(fields: FieldBook) -> dict[str, str]:
    custom = list(fields.custom.values())
    labels = {forgiving(field.label): f"{CUSTOM_PREFIX}{field.name}" for field in custom if field.label}
    names = {forgiving(field.name): f"{CUSTOM_PREFIX}{field.name}" for field in custom}
    prefixed = {forgiving(name): name for name in names.values()}
    identifiers = {forgiving(name): f"identifier:{name}" for name in sorted(fields.identifiers)}
    return labels | prefixed | names | identifiers


def _chosen(columns: Sequence[str], given: Mapping[str, str | None], *, may_lack: bool) -> dict[int, str | None]:
    chosen: dict[int, str | None] = {}
    spelled = [forgiving(heading) for heading in columns] if given else []
    named = {_folded(column) for column in given}
    folded = [_folded(heading) if _folded(heading) in named else None for heading in columns]
    for column, name in given.items():
        indexes = _places(columns, spelled, column, folded, all_spellings=may_lack)
        if not indexes:
            if may_lack:
                continue
            close = get_close_matches(column, columns, n=1)
            advice = f"Did you mean {shown(close[0])}?" if close else f"Its columns are: {_listed(columns)}."
            raise MappingProblem(
                "mapping_column_unknown", f"The mapping names the column {shown(column)}, which the file lacks. {advice}"
            )
        # Of two entries for one column that in its own spelling holds, and then that in its own letters.
        indexes = [index for index in indexes if columns[index] == column or columns[index] not in given]
        if may_lack:
            indexes = [index for index in indexes if folded[index] in (_folded(column), None)]
        if len(indexes) > 1 and name is not None and not may_lack:
            raise _twice(name, [columns[index] for index in indexes])
        chosen.update(dict.fromkeys(indexes, name))
    return chosen


def _folded(heading: str) -> str:
    """A heading but for its letter case."""
    return trim(heading).casefold()


def _places(
    columns: Sequence[str], spelled: Sequence[str], column: str, folded: Sequence[str | None], *, all_spellings: bool
) -> list[int]:
    """The columns that an entry means. Those with its letters come before those that only sound like it."""
    known, name = (folded, _folded(column)) if all_spellings else (columns, column)
    named = [index for index, heading in enumerate(known) if heading == name]
    if named and not all_spellings:
        return named
    spelling = forgiving(column)
    return named + [index for index, other in enumerate(spelled) if spelling and other == spelling and index not in named]


def _give(
    plan: MappingPlan, claims: list[_Claim], index: int, heading: str, name: str | None, finder: _Finder, create_fields: bool
) -> None:
    if name is None:
        plan.ignored.append(heading)
    elif target := finder.named(trim(name)) or finder.named(trim(name).lower()):
        claims.append(_Claim(index, heading, target, _GIVEN))
    elif create_fields and trim(name).lower().startswith(CUSTOM_PREFIX) and field_name(name):
        plan.unknown.append(heading)
        _add_field(plan, trim(trim(name)[len(CUSTOM_PREFIX) :]))
    else:
        close = get_close_matches(trim(name).lower(), finder.names, n=1)
        advice = f"Did you mean {close[0]}?" if close else "Custom fields are written cf:<name>; null leaves a column out."
        raise MappingProblem(
            "mapping_target_unknown", f"The mapping sends {shown(heading)} to {shown(name)}, which does not exist. {advice}"
        )


def _add_field(plan: MappingPlan, name: str) -> None:
    if name and name.lower() not in map(str.lower, plan.new_fields):
        plan.new_fields.append(name)


def _settle(plan: MappingPlan, claims: Sequence[_Claim], first: Sequence[int] | None) -> None:
    """Of two claims of one rank neither can win, unless it is said whose columns come `first`, in which order."""
    best: dict[str, _Claim] = {}
    behind: list[tuple[int, Target]] = []
    place = {index: place for place, index in enumerate(first or ())}
    for claim in sorted(claims, key=lambda claim: (claim.rank, place.get(claim.index, len(place)))):
        winner = best.setdefault(claim.target.path, claim)
        if winner is claim:
            plan.targets.append((claim.index, claim.target))
        elif first is None and winner.rank == claim.rank:
            raise _twice(claim.target.name, [winner.heading, claim.heading])
        elif first is None or claim.target.path in COMPOSITES or claim.target.path.partition(".")[0] in _UNSHARED:
            plan.shadowed.append((claim.heading, winner.heading))
        else:
            behind.append((claim.index, claim.target))
            plan.yielding.append((claim.heading, winner.heading))
    ordered = sorted(plan.targets, key=lambda pair: (pair[1].path != REFUSED, pair[0]))
    plan.targets[:] = in_turn([*ordered, *behind])


def _twice(name: str, headings: Sequence[str]) -> MappingProblem:
    columns = " and ".join(shown(heading) for heading in headings)
    advice = "Keep one: map the other to null or to another field, or rename it if both have the same heading."
    return MappingProblem("mapping_target_twice", f"The columns {columns} would both fill {name}. {advice}")


def _listed(columns: Sequence[str], most: int = 10) -> str:
    more = f" and {len(columns) - most} more" if len(columns) > most else ""
    return ", ".join(shown(heading) for heading in columns[:most]) + more
