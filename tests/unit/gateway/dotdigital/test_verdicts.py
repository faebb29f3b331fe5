"""Verdicts: every native code has one word, one figure and one failure; every state of a job one of the vendor's words."""

from dataclasses import replace

import pytest

from services.gateway.dialects.dotdigital.verdicts import COUNTERS, REASONS, figures_found, figures_of, reason_of, status_of
from shared.contacts.ended import ended
from shared.contract.values import Counts, JobState
from shared.jobs.job import Problem
from tests.unit.gateway.dotdigital.jobs import job

DOCUMENTED = {
    *("Globally Suppressed", "Invalid Email", "Duplicate", "Blocker", "Unsubscribed", "Hard Bounced", "Soft bounced"),
    *("Complained to ISP", "Mail Blocked", "Suppressed by Domain", "Pending optin", "Failures", "Invalid Entries"),
}
WORDS = {
    JobState.COMPLETED: "Finished",
    JobState.FAILED: "Failed",
    JobState.CANCELLED: "Failed",
}


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_a_word_that_clients_know(state: JobState) -> None:
    assert status_of(job(state)) == WORDS.get(state, "NotFinished")


@pytest.mark.parametrize(
    "code,word",
    [
        ("quality_gate", "RejectedByWatchdog"),
        ("contact_limit", "ExceedsAllowedContactLimit"),
        ("match_column_missing", "InvalidFileFormat"),
        ("workbook_protected", "InvalidFileFormat"),
        ("not_text", "InvalidFileFormat"),
        ("too_many_rows", "Failed"),
        ("", "Failed"),
    ],
)
def test_why_an_import_failed_decides_its_word(code: str, word: str) -> None:
    failed = replace(job(JobState.FAILED), error=Problem(code, "why") if code else None)
    assert status_of(failed) == word
    assert status_of(replace(failed, state=JobState.FAILING)) == "NotFinished"


def test_reasons_are_words_and_figures_that_the_vendor_has() -> None:
    assert {reason.word for reason in REASONS.values()} | {reason_of("anything").word} == DOCUMENTED
    assert {reason.counter for reason in REASONS.values()} | {"newContacts", "updatedContacts"} == set(COUNTERS)


@pytest.mark.parametrize(
    "reason",
    ["hard bounce", "Soft-Bounced", "complaint", "direct complaint", "mail blocked", "domain suppression", "blocked", "any other"],
)
def test_every_kind_of_suppression_is_known(reason: str) -> None:
    found = ended({"channels": {"email": {"status": "suppressed", "reason": reason}}}, ())
    assert found is not None
    assert found.code in REASONS


def test_rows_of_one_reason_are_added_up() -> None:
    codes = {
        "email_invalid": 2,
        "email_missing": 1,
        "date_invalid": 3,
        "duplicate": 4,
        "contact_unsubscribed": 1,
        "list_unsubscribed": 1,
    }
    figures = figures_of(Counts(created=5, updated=6, unchanged=7, skipped=4, rejected=8, codes=codes))
    assert {name: rows for name, rows in figures.items() if rows} == {
        "newContacts": 5,
        "updatedContacts": 13,
        "invalidEntries": 6,
        "duplicateEmails": 4,
        "unsubscribed": 2,
    }
    assert tuple(figures) == tuple(figures_found(codes)) == COUNTERS
    assert figures_found(codes)["newContacts"] == 0


@pytest.mark.parametrize("note", ["field_gone", "list_gone", "tag_gone", "not_resubscribed", "sms_not_resubscribed"])
def test_what_is_said_of_a_row_that_was_applied_is_no_fault(note: str) -> None:
    figures = figures_of(Counts(created=1, updated=1, codes={note: 2}))
    assert sum(figures.values()) == 2
