"""What became of one contact of a request, in the vendor's words: its status code and, where it failed, an error object. Pure.

An error names what is wrong with the contact, where the engine names the first: the rest is found by reading its cells again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.gateway.dialects.acquia.contact_fields import IP_ADDRESS, ContactFields
from services.gateway.dialects.acquia.contact_record import ID_MISSING, ITEM_INVALID, ITEM_TOO_LONG
from services.gateway.dialects.acquia.errors import NOT_FOUND, NOT_VALID
from shared.contacts.patch import RowProblem, Target, problems_of
from shared.contacts.permission import NOT_RESUBSCRIBED, SMS_NOT_RESUBSCRIBED
from shared.contacts.refused import REFUSED, problems_said
from shared.contract.values import Outcome
from shared.jobs.outcomes import RowOutcome

MOST_PROBLEMS = 20
"""Told of one contact; of those beyond it is said how many they are."""
ERASED = "What this was about has been erased since."
"""Said of rows of which the erasure of a contact has left nothing but the code."""
_CREATED_CODES = frozenset({"restored"})
"""Notes of contacts that were updated and that count as made: whoever deleted one here is told of a new one there."""
_MESSAGES = {"email_invalid": "A valid email is required.", "too_long": "This value is too long."}
"""By code, in the vendor's words. All others say NOT_VALID."""
_STATUSES = {"contact_not_found": 404, "contact_limit": 403}
_WHOLE = frozenset({ITEM_INVALID, ITEM_TOO_LONG, ID_MISSING})
"""Codes that say something of the contact and not of a field."""
_STAYS_OUT = dict((NOT_RESUBSCRIBED, SMS_NOT_RESUBSCRIBED))
"""Notes of contacts that were written to but stay out of reach, and their words, which a note of a merging may end with."""

Error = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is answered for one contact."""

    status: int
    error: Error | None = None
    is_refusal: bool = False
    """True where nothing of the contact was saved."""


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges rows of one account whose cells have these targets."""

    fields: ContactFields
    columns: Sequence[tuple[int, Target]]
    _aliases: dict[str, str] = field(init=False, repr=False)
    _places: dict[str, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        aliases = dict(_BESIDE)
        for each in reversed(self.fields.all):  # of two of one target the first gives its name
            aliases |= {each.target: each.alias, each.target.replace(":", "."): each.alias}
        object.__setattr__(self, "_aliases", aliases)
        object.__setattr__(self, "_places", {alias: place for place, alias in enumerate(self.fields.by_alias)})

    def verdict(self, row: RowOutcome) -> Verdict:
        """The status code and the error of a row."""
        if row.outcome is Outcome.CREATED or row.code in _CREATED_CODES:
            return Verdict(201)
        if row.outcome in (Outcome.UPDATED, Outcome.UNCHANGED):
            return Verdict(403, _stays_out(row)) if _is_out(row) else Verdict(200)
        error = self._error(row)
        return Verdict(int(error["code"]), error, is_refusal=True)

    def _error(self, row: RowOutcome) -> Error:
        if row.code == "contact_not_found":
            return lookup(NOT_FOUND, 404)
        if row.code in _WHOLE:
            return lookup(_words(row), 400)
        problems = self._problems(row.cells or ())
        if not any(problem.code == row.code for problem in problems):
            problems.insert(0, RowProblem(row.code or "", row.field or "", _words(row)))
        return self._of_fields(sorted(problems, key=self._place))

    def _place(self, problem: RowProblem) -> int:
        return self._places.get(self._alias(problem.field), len(self._places))

    def _problems(self, cells: Sequence[Any]) -> list[RowProblem]:
        """What was found before the row was sent, and what the engine finds."""
        said = (cells[index] for index, target in self.columns if target.path == REFUSED and index < len(cells))
        found: list[RowProblem] = [problem for cell in said for problem in problems_said(cell)]
        return found + problems_of([column for column in self.columns if column[1].path != REFUSED], cells)

    def _of_fields(self, problems: Sequence[RowProblem]) -> Error:
        """First the vendor's sentence, which stands in the message too, then what Muster says, which tells what to do."""
        details: dict[str, list[str]] = {}
        said: list[str] = []
        for problem in problems[:MOST_PROBLEMS]:
            alias, words = self._alias(problem.field), problem.message.removeprefix(f"{problem.field}: ")
            if problem.field:
                first = _MESSAGES.get(problem.code, NOT_VALID)
                advice = words.removeprefix(first).strip()
                details.setdefault(alias, []).extend([first, *([advice] if advice else [])])
                said.append(f"{alias}: {first}")
            else:
                said.append(words)
        if (more := len(problems) - MOST_PROBLEMS) > 0:
            said.append(f"and {more} more")
            for last in list(details.values())[-1:]:
                last.append(f"The contact has {more} more that cannot be saved. Mend these first.")
        status = _STATUSES.get(problems[0].code, 400)
        return {"code": status, "message": ", ".join(said), "details": details or [], "type": None}

    def _alias(self, target: str) -> str:
        """What a field is called here: targets of the engine become aliases, and aliases stay."""
        return self._aliases.get(target) or target.removeprefix("cf:")


_BESIDE: Mapping[str, str] = {
    "email_status": "doNotContact",
    "email_reason": "doNotContact",
    "sms_status": "doNotContact",
    "sms_reason": "doNotContact",
    f"cf:{IP_ADDRESS}": "ipAddress",
}


def lookup(message: str, code: int) -> Error:
    """The error of a contact that was not looked at further; it has a shape of its own."""
    return {"message": message, "code": code, "type": "api"}


def _words(row: RowOutcome) -> str:
    """The message of a row. An erasure may have taken it: then what its code says, which names nobody."""
    if row.message:
        return row.message
    code = row.code or "refused"
    said = _STAYS_OUT.get(code) or f"{code.replace('_', ' ').capitalize()}."
    return f"{said} {ERASED}"


def _is_out(row: RowOutcome) -> bool:
    return row.code in _STAYS_OUT or (row.code == "merged" and (row.message or "").endswith(tuple(_STAYS_OUT.values())))


def _stays_out(row: RowOutcome) -> Error:
    said = f"{_words(row)} The rest of this contact was saved."
    return {"code": 403, "message": f"doNotContact: {said}", "details": {"doNotContact": [said]}, "type": None}
