"""What a bulk deletion of v3 says, and what its job says of it in turn. Pure.

A contact that nobody has the identifier of is named in the job by what was sent, as a text, so that its row is refused.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.gateway.dialects.dotdigital.v3.contact_finding import CONTACT_ID, EMAIL_NAME, MOBILE_NAME, Name, name_of
from services.gateway.dialects.dotdigital.v3.errors import detail, refused
from services.gateway.problems import Problem
from shared.contract.values import JobState, Outcome
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

MOST = 5_000
MOST_BYTES = 4 * 1024 * 1024
"""Of a body: that many contacts with the longest values, as most scripts are written."""
Sent = Mapping[str, Any]
"""An identifier with its value, as it was sent."""
NOT_FOUND = "contactNotFound"
MOST_SHOWN = 20_000
"""Contacts that are listed, deleted ones and others; all are counted. Only jobs made over the native API can have more."""
_GONE = frozenset({"contact_not_found", "contact_gone", "already_deleted", "excluded"})
_INVALID = {EMAIL_NAME: "invalidEmail", MOBILE_NAME: "invalidPhoneNumber", CONTACT_ID: "invalidContactId"}
_MEMBERS = {"id": CONTACT_ID, "email": EMAIL_NAME, "mobile": MOBILE_NAME}
MOST_KEPT = 300
"""Characters of a value that no contact has: more than any contact can have, and few enough for the cell of a row."""
_NOBODY_HAS = "nobody has "
"""What stands before an identifier in the cell of a row, so that its refusal is understood in the native API too."""
_NOT_STARTED = (JobState.WAITING, JobState.QUEUED)
_ENDS = {JobState.COMPLETED: "Finished", JobState.FAILED: "Failed", JobState.CANCELLED: "Failed"}


def sent_contacts(body: Any) -> list[Sent]:
    """The identifiers of a body. Raises Problem 400 for none of them, for too many, and for what is no identifier."""
    if not isinstance(body, list):
        raise refused(400, "invalidContacts", f"The body must be a list of 1 to {MOST} contacts.")
    if not body:
        raise refused(400, "noContactsSpecified", "No contacts were specified: name at least one.")
    if len(body) > MOST:
        raise refused(400, "invalidContacts", f"The body has {len(body)} contacts and may have {MOST}. Send several requests.")
    wrong = (place for place, each in enumerate(body) if not _is_sent(each))
    if details := [detail(f"[{place}]", 'Name a contact as {"email": "ana@example.org"}: one identifier.') for place in wrong]:
        raise refused(400, "invalidContacts", "Some contacts are not named by one identifier each.", details[:50])
    return body


def name_in(sent: Sent, own: Collection[str]) -> Name | None:
    """What the contact has, or None where nobody can have it."""
    ((identifier, value),) = sent.items()
    try:
        return name_of(identifier, str(value), own)
    except Problem:
        return None


def as_text(sent: Sent) -> str:
    """How a contact that nobody is stands among the numbers of a job. Too long a name or value is cut, and stays too long."""
    ((identifier, value),) = sent.items()
    text = str(value)
    kept = value if len(text) <= MOST_KEPT else text.strip()[:MOST_KEPT]
    return _NOBODY_HAS + json.dumps({identifier[:MOST_KEPT]: kept}, ensure_ascii=False)


def status_of(job: Job) -> str:
    """How the deletion is doing."""
    return _ENDS.get(job.state) or ("NotStarted" if job.state in _NOT_STARTED else "NotFinished")


@dataclass(slots=True)
class Result:
    """What became of the contacts of a deletion, row by row; `own` are the custom identifiers of the account."""

    job: Job
    own: Collection[str]
    deleted: list[dict[str, int]] = field(default_factory=list)
    failures: list[dict[str, Any]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def add(self, row: RowOutcome) -> None:
        """Take a row in. Whoever was deleted before is unknown."""
        if row.outcome is Outcome.UPDATED and row.contact is not None:
            self.counts["deletedContacts"] += 1
            _show(self.deleted, {CONTACT_ID: row.contact})
            return
        sent = {CONTACT_ID: row.contact} if row.contact is not None else self._sent(row.cells or ())
        code = NOT_FOUND if row.code in _GONE or self._could_be(sent) else _INVALID.get(next(iter(sent)), "invalidMatchIdentifier")
        self.counts["unknownContacts" if code == NOT_FOUND else "invalidEntries"] += 1
        why = "The contact was not found." if code == NOT_FOUND else "The identifier or its value is not valid."
        _show(self.failures, {"identifier": sent, "failures": [{"failureCode": code, "description": why}]})

    def body(self) -> dict[str, Any]:
        """What there is to say once the deletion has ended."""
        summary = {name: self.counts[name] for name in ("deletedContacts", "unknownContacts", "invalidEntries")}
        return {
            "summary": {"requestedContacts": self.counts.total(), **summary},
            "deleted": self.deleted,
            "failures": self.failures,
        }

    def _could_be(self, sent: Sent) -> bool:
        return len(sent) != 1 or name_in(sent, self.own) is not None

    def _sent(self, cells: Sequence[Any]) -> Sent:
        """What the row names, by the identifier of this API; nothing where the row is not kept or does not say."""
        naming: Mapping[str, Any] = self.job.plan.get("naming") or {}
        column = naming.get("column")
        if column is None or column >= len(cells):
            return {}
        match, cell = str(naming.get("match")), cells[column]
        if match == "id" and isinstance(cell, str) and (sent := _from_text(cell)) is not None:
            return sent
        return {_MEMBERS.get(match, match.removeprefix("identifier:")): cell}


def _is_sent(item: Any) -> bool:
    if not isinstance(item, dict) or len(item) != 1:
        return False
    (value,) = item.values()
    return isinstance(value, str | int) and not isinstance(value, bool)


def _from_text(cell: str) -> Sent | None:
    if not cell.startswith(_NOBODY_HAS):
        return None
    try:
        sent = json.loads(cell.removeprefix(_NOBODY_HAS))
    except ValueError:
        return None
    return sent if _is_sent(sent) else None


def _show(shown: list[Any], item: Any) -> None:
    if len(shown) < MOST_SHOWN:
        shown.append(item)
