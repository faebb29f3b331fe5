"""What came of an import, as v3 tells it: the figures, and contact by contact who was created, updated and refused. Pure."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from services.gateway.dialects.dotdigital.numbers import number_in
from services.gateway.dialects.dotdigital.v3.contact_record import CONTACT_ID, MATCHES
from services.gateway.dialects.dotdigital.verdicts import FAILED, NOTES, reason_of, status_of
from services.gateway.row_reports import cell_text
from shared.contacts.document import Document
from shared.contacts.matching import is_blank
from shared.contacts.merge import ROW
from shared.contract.values import Counts
from shared.jobs.job import Job
from shared.jobs.outcomes import RowOutcome

STATUSES = ("NotFinished", "Finished", "RejectedByWatchdog", "Failed", "ExceedsAllowedContactLimit")
_NAMES = {native: name for name, native in MATCHES.items()} | {"uuid": "contactId", "email_or_mobile": "email"}
_GROUPS = {"duplicateIdentifier": "duplicateIdentifiers", **dict.fromkeys(("blocker", "suppressedByDomain"), "globallySuppressed")}
_GROUPS["globallySuppressed"] = "globallySuppressed"
_MISSING = frozenset({"email_missing", "mobile_missing", "id_missing", "identifier_missing", "match_by_missing"})
_TAKEN = frozenset({"email_taken", "mobile_taken", "identifiers_taken"})
_ANY = "email"
"""The identifier that is told where nobody knows any more which one it was."""
_NOT_KEPT = "The contact was refused. What was wrong with it is no longer kept."
"""Said of one that was erased since."""
_UNFOUND = frozenset({"contact_not_found", "number_invalid"})


def status_word(job: Job) -> str:
    """How the import is doing. v3 has no word for files that cannot be read."""
    status = status_of(job)
    return status if status in STATUSES else FAILED


def summary_of(counts: Counts) -> dict[str, int]:
    """The figures of an import that has ended. Contacts that were found as the import has them count as updated."""
    found: Counter[str] = Counter(newContacts=counts.created, updatedContacts=counts.updated + counts.unchanged)
    for code, rows in counts.codes.items():
        if code not in NOTES:
            found[_GROUPS.get(_code_of(code), "invalidEntries")] += rows
    names = ("newContacts", "updatedContacts", "globallySuppressed", "invalidEntries", "duplicateIdentifiers")
    return {name: found[name] for name in names}


def applied(number: int, stored: Mapping[str, Any]) -> dict[str, Any]:
    """One that was created or updated, by what finds it now: nothing, where it was erased since."""
    return {"contactId": number, "identifiers": identifiers_of(stored)}


def identifiers_of(stored: Document | Mapping[str, Any]) -> dict[str, str]:
    """What finds a contact beside its id. Mobile numbers are digits here, without a plus."""
    always = {"email": stored.get("email"), "mobileNumber": stored.get("mobile", "").removeprefix("+")}
    return {name: value for name, value in always.items() if value} | dict(stored.get("identifiers", {}))


class Failures:
    """The refused contacts of one import, with the identifiers that came with them."""

    def __init__(self, job: Job) -> None:
        targets: list[tuple[int, str]] = list(job.plan.get("targets", ()))
        self._match = str(job.options.get("match", "email"))
        self._said = next((index for index, target in targets if target == "match_by"), None)
        self._sent = [(index, _name_of(target)) for index, target in targets if target in _NAMES or _is_own(target)]

    def of(self, row: RowOutcome) -> dict[str, Any]:
        """One of them. A `contactId` that is none is not shown: clients read a number there."""
        cells = row.cells or ()
        sent = {name: _plain(name, cells[index]) for index, name in self._sent if index < len(cells) and _is_given(cells[index])}
        failure = {"failureCode": failure_code(row, has_identifiers=bool(sent)), "description": row.message or _NOT_KEPT}
        shown = {name: value for name, value in sent.items() if value is not None}
        contact = {} if row.contact is None else {"contactId": row.contact}
        return {"matchIdentifier": self._matched_by(cells), "identifiers": shown, **contact, "failures": [failure]}

    def _matched_by(self, cells: Any) -> str:
        said = cells[self._said] if self._said is not None and self._said < len(cells) else self._match
        return _name_of(said) if isinstance(said, str) and said != ROW else _ANY


def failure_code(row: RowOutcome, *, has_identifiers: bool = True) -> str:
    """Why a contact was refused, in the vendor's words, which begin with a small letter here."""
    place = row.field or ""
    if row.code in _MISSING:
        return "invalidMatchIdentifier" if has_identifiers else "noValidIdentifiers"
    if row.code in _UNFOUND and place in ("id", "uuid"):
        return "invalidContactId"
    if place == "mobile" and row.code == "phone_invalid":
        return "invalidPhoneNumber"
    if place.startswith("consents"):
        return "consentRecordsNotApplied"
    return _code_of(row.code)


def _code_of(code: str | None) -> str:
    return "duplicateIdentifier" if code in _TAKEN else reason_of(code).failure


def _name_of(native: str) -> str:
    return _NAMES.get(native) or native.removeprefix("identifier:")


def _is_own(target: str) -> bool:
    return target.startswith("identifier:")


def _is_given(cell: Any) -> bool:
    return not (cell is None or isinstance(cell, bytes) or is_blank(cell))


def _plain(name: str, cell: Any) -> str | int | None:
    """The cell as clients have it; None for the id of no contact."""
    text = cell_text(cell)
    return number_in(text) if name == CONTACT_ID else text
