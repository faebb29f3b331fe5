"""What became of an import and of its rows, in the words of both APIs. Pure.

A row that was not applied has a native code; each code is one reason here, and one figure of the report.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from shared.contract.values import Counts, JobState
from shared.jobs.job import Job

NOT_FINISHED = "NotFinished"
FINISHED = "Finished"
FAILED = "Failed"
_REFUSED = {"quality_gate": "RejectedByWatchdog", "contact_limit": "ExceedsAllowedContactLimit"}
_UNREADABLE = frozenset(
    {
        "damaged_gzip",
        "damaged_zstd",
        "empty_file",
        "encoding_unknown",
        "format_unsupported",
        "invalid_json",
        "match_column_missing",
        "not_text",
        "too_many_columns",
        "workbook_damaged",
        "workbook_protected",
        "workbook_too_large",
        "workbook_unsafe",
        "zstd_unsupported",
    }
)
NOTES = frozenset({"field_gone", "list_gone", "not_resubscribed", "restored", "sms_not_resubscribed", "tag_gone"})
"""Codes of rows that were applied all the same: such a row is a contact that was made or changed, and nothing else."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a row was not applied: the word of v2's fault report, the figure of v2's report, and the failure code of v3."""

    word: str
    counter: str
    failure: str


UNSUBSCRIBED = Reason("Unsubscribed", "unsubscribed", "globallySuppressed")
INVALID_EMAIL = Reason("Invalid Email", "invalidEntries", "invalidEmail")
INVALID = Reason("Invalid Entries", "invalidEntries", "invalidContact")
FAILURE = Reason("Failures", "failures", "invalidContact")
REASONS: dict[str, Reason] = {
    "duplicate": Reason("Duplicate", "duplicateEmails", "duplicateIdentifier"),
    "email_invalid": INVALID_EMAIL,
    "email_missing": INVALID_EMAIL,
    "contact_unsubscribed": UNSUBSCRIBED,
    "list_unsubscribed": UNSUBSCRIBED,
    "contact_suppressed": Reason("Globally Suppressed", "globallySuppressed", "globallySuppressed"),
    "contact_pending": Reason("Pending optin", "pendingDoubleOptin", "globallySuppressed"),
    "contact_hard_bounced": Reason("Hard Bounced", "hardBounced", "globallySuppressed"),
    "contact_soft_bounced": Reason("Soft bounced", "softBounced", "globallySuppressed"),
    "contact_complained": Reason("Complained to ISP", "ispComplaints", "globallySuppressed"),
    "contact_direct_complaint": Reason("Complained to ISP", "ispComplaints", "globallySuppressed"),
    "contact_mail_blocked": Reason("Mail Blocked", "mailBlocked", "blocker"),
    "contact_domain_suppressed": Reason("Suppressed by Domain", "domainSuppressed", "suppressedByDomain"),
    "contact_blocked": Reason("Blocker", "blocked", "blocker"),
    "contact_limit": FAILURE,
    "list_unknown": Reason("Failures", "failures", "invalidAddressBookIds"),
}
"""By native code. Any other code says that a value of the row is wrong."""
COUNTERS = (
    "newContacts",
    "updatedContacts",
    "globallySuppressed",
    "invalidEntries",
    "duplicateEmails",
    "blocked",
    "unsubscribed",
    "hardBounced",
    "softBounced",
    "ispComplaints",
    "mailBlocked",
    "domainSuppressed",
    "pendingDoubleOptin",
    "failures",
)
"""All figures of v2's report, in the vendor's order. `suppressedContacts`, which breaks a strict old client, is none of them."""


def status_of(job: Job) -> str:
    """How the import is doing: one of the vendor's words, never another, for clients poll again on words they do not know."""
    if job.state is JobState.COMPLETED:
        return FINISHED
    if job.state is JobState.CANCELLED:
        return FAILED
    if job.state is not JobState.FAILED:
        return NOT_FINISHED
    code = job.error.code if job.error else ""
    return "InvalidFileFormat" if code in _UNREADABLE else _REFUSED.get(code, FAILED)


def reason_of(code: str | None) -> Reason:
    """Why a row with this native code was not applied."""
    return REASONS.get(code or "", INVALID)


def figures_of(counts: Counts) -> dict[str, int]:
    """The report of an import that has ended. Contacts that were found as the file has them count as updated."""
    found: Counter[str] = Counter(newContacts=counts.created, updatedContacts=counts.updated + counts.unchanged)
    found.update(_refused(counts.codes))
    return {name: found[name] for name in COUNTERS}


def figures_found(codes: Mapping[str, int]) -> dict[str, int]:
    """The report of a file that was refused before anything was written: what was wrong with its rows."""
    found = _refused(codes)
    return {name: found[name] for name in COUNTERS}


def _refused(codes: Mapping[str, int]) -> Counter[str]:
    found: Counter[str] = Counter()
    for code, rows in codes.items():
        if code not in NOTES:
            found[reason_of(code).counter] += rows
    return found
