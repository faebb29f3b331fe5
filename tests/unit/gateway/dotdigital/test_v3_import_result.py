"""The result of an import of v3, made of counts and outcomes."""

import pytest

from services.gateway.dialects.dotdigital.v3.import_result import failure_code, identifiers_of, summary_of
from shared.contract.values import Counts, Outcome
from shared.jobs.outcomes import RowOutcome


def test_every_row_is_in_one_figure() -> None:
    codes = {"duplicate": 3, "email_taken": 1, "email_invalid": 2, "contact_blocked": 1, "contact_unsubscribed": 4, "restored": 1}
    counts = Counts(created=5, updated=2, unchanged=1, skipped=3, rejected=8, codes=codes)
    assert summary_of(counts) == {
        "newContacts": 5,
        "updatedContacts": 3,
        "globallySuppressed": 5,
        "invalidEntries": 2,
        "duplicateIdentifiers": 4,
    }
    assert sum(summary_of(counts).values()) == counts.rows


@pytest.mark.parametrize(
    ("code", "field", "word"),
    [
        ("phone_invalid", "mobile", "invalidPhoneNumber"),
        ("phone_invalid", "cf:Phone", "invalidContact"),
        ("number_invalid", "id", "invalidContactId"),
        ("number_invalid", "points", "invalidContact"),
        ("contact_not_found", "id", "invalidContactId"),
        ("mobile_taken", "mobile", "duplicateIdentifier"),
        ("identifier_missing", "identifier:x", "invalidMatchIdentifier"),
        ("date_invalid", "consents.0.at", "consentRecordsNotApplied"),
        ("list_unknown", "lists", "invalidAddressBookIds"),
        (None, None, "invalidContact"),
    ],
)
def test_the_code_of_a_failure_is_one_of_the_vendors(code: str | None, field: str | None, word: str) -> None:
    assert failure_code(RowOutcome(1, Outcome.REJECTED, None, code, "", field)) == word


def test_a_row_that_has_no_identifier_at_all_says_so() -> None:
    assert failure_code(RowOutcome(1, Outcome.REJECTED, None, "email_missing"), has_identifiers=False) == "noValidIdentifiers"


def test_identifiers_are_as_the_vendor_writes_them() -> None:
    stored = {"email": "ana@example.org", "mobile": "+447700900123", "identifiers": {"customerId": "c-1"}}
    assert identifiers_of(stored) == {"email": "ana@example.org", "mobileNumber": "447700900123", "customerId": "c-1"}
    assert identifiers_of({}) == {}
