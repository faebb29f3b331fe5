"""The result of an import of v3, made of counts and outcomes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from services.gateway.dialects.dotdigital.v3.import_result import Failures, failure_code, identifiers_of, summary_of
from shared.contract.values import Counts, Outcome
from shared.jobs.outcomes import RowOutcome
from tests.unit.gateway.dotdigital.jobs import job

TARGETS = ((0, "match_by"), (1, "email"), (2, "id"), (3, "identifier:crm"))


def failures(match: str = "row", targets: Sequence[tuple[int, str]] = TARGETS) -> Failures:
    """Those of an import with these columns."""
    return Failures(replace(job(), options={"match": match}, plan={"targets": [list(target) for target in targets]}))


def refused(*cells: Any, code: str = "number_invalid", message: str | None = "why") -> RowOutcome:
    """A row that was not applied."""
    return RowOutcome(2, Outcome.REJECTED, None, code, message, None, cells or None)


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


@pytest.mark.parametrize(
    ("sent", "shown"),
    [(7, {"contactId": 7}), ("7", {"contactId": 7}), ("seven", {}), ("(cannot be shown)", {}), (True, {}), (7.5, {}), (None, {})],
)
def test_an_id_that_is_no_number_is_not_shown(sent: Any, shown: dict[str, int]) -> None:
    failure = failures().of(refused("id", "a@x.org", sent, b""))
    assert (failure["matchIdentifier"], failure["identifiers"]) == ("contactId", {"email": "a@x.org"} | shown)


def test_an_id_that_is_no_number_is_an_identifier_that_was_sent() -> None:
    failure = failures().of(refused("email", None, "seven", None, code="email_missing"))
    assert failure["failures"] == [{"failureCode": "invalidMatchIdentifier", "description": "why"}]


@pytest.mark.parametrize("blank", ["", "  ", None, b""])
def test_blank_cells_are_no_identifiers(blank: Any) -> None:
    failure = failures("email", [(0, "email")]).of(refused(blank, code="email_missing"))
    assert (failure["identifiers"], failure["failures"][0]["failureCode"]) == ({}, "noValidIdentifiers")


@pytest.mark.parametrize(("match", "name"), [("row", "email"), ("mobile", "mobileNumber"), ("identifier:crm", "crm")])
def test_of_one_that_was_erased_since_nothing_native_is_told(match: str, name: str) -> None:
    failure = failures(match).of(refused(code="email_invalid", message=None))
    assert (failure["matchIdentifier"], failure["identifiers"]) == (name, {})
    (why,) = failure["failures"]
    assert (why["failureCode"], why["description"][-1], "_" in why["description"]) == ("invalidEmail", ".", False)
