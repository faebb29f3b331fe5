"""What became of contacts, in the vendor's words; and pages of it for jobs."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.gateway.dialects.acquia.contact_fields import contact_fields
from services.gateway.dialects.acquia.item_errors import ERASED, MOST_PROBLEMS, Judge
from services.gateway.dialects.acquia.job_details import STOPPED, Details
from shared.contacts.fields import Field, FieldType
from shared.contacts.matching import import_target
from shared.contacts.permission import SMS_NOT_RESUBSCRIBED
from shared.contacts.refused import REFUSED
from shared.contacts.registry import CustomField
from shared.contract.values import JobState, Kind, Outcome
from shared.jobs.job import Job, Problem
from shared.jobs.outcomes import RowOutcome

NOW = datetime(2026, 11, 22, tzinfo=UTC)
FIELDS = contact_fields([], frozenset())
NAMES = (REFUSED, "match_by", "id", "points", "email", "first_name", "address:home:country", "phone:other")
COLUMNS = [(place, target) for place, name in enumerate(NAMES) if (target := import_target(name, FIELDS.book)) is not None]
JUDGE = Judge(FIELDS, COLUMNS)


def cells(**by_name: Any) -> list[Any]:
    """A row of these columns."""
    said = {name.replace(":", "_"): name for name in NAMES}
    values = {said[name]: value for name, value in by_name.items()}
    return [values.get(name) for name in NAMES]


def refused(code: str, message: str = "", field: str | None = None, row: list[Any] | None = None) -> RowOutcome:
    return RowOutcome(1, Outcome.REJECTED, None, code, message, field, row)


@pytest.mark.parametrize(
    ("row", "status"),
    [
        (RowOutcome(1, Outcome.CREATED, 7), 201),
        (RowOutcome(1, Outcome.UPDATED, 7), 200),
        (RowOutcome(1, Outcome.UNCHANGED, 7), 200),
        (RowOutcome(1, Outcome.UPDATED, 7, "merged", "Contact 8 was merged."), 200),
        (RowOutcome(1, Outcome.UPDATED, 7, "restored", "It is back."), 201),
        (RowOutcome(1, Outcome.CREATED, 7, "restored"), 201),
    ],
)
def test_contacts_that_were_saved(row: RowOutcome, status: int) -> None:
    verdict = JUDGE.verdict(row)
    assert (verdict.status, verdict.error, verdict.is_refusal) == (status, None, False)


@pytest.mark.parametrize("code", ["not_resubscribed", "sms_not_resubscribed"])
def test_a_contact_that_stays_out_of_reach_was_saved_and_says_so(code: str) -> None:
    verdict = JUDGE.verdict(RowOutcome(1, Outcome.UPDATED, 7, code, "It stays so."))
    assert (verdict.status, verdict.is_refusal) == (403, False)
    said = "It stays so. The rest of this contact was saved."
    assert verdict.error == {"code": 403, "message": f"doNotContact: {said}", "details": {"doNotContact": [said]}, "type": None}


def test_a_contact_that_stays_out_of_reach_although_it_was_merged_says_so() -> None:
    words = "Contact 8 had a key of this row, and was merged into its contact."
    verdict = JUDGE.verdict(RowOutcome(1, Outcome.UPDATED, 7, "merged", f"{words} {SMS_NOT_RESUBSCRIBED[1]}"))
    assert verdict.status == 403
    assert (verdict.error or {})["details"]["doNotContact"][0].startswith(words)


def test_a_contact_that_was_not_found_is_said_in_the_shape_of_lookups() -> None:
    verdict = JUDGE.verdict(RowOutcome(1, Outcome.SKIPPED, None, "contact_not_found", "whatever"))
    assert (verdict.status, verdict.is_refusal) == (404, True)
    assert verdict.error == {"message": "Item was not found.", "code": 404, "type": "api"}
    assert JUDGE.verdict(refused("id_missing", "ID is missing from the payload.")).error == {
        "message": "ID is missing from the payload.", "code": 400, "type": "api",
    }  # fmt: skip


def test_the_account_has_no_room() -> None:
    verdict = JUDGE.verdict(refused("contact_limit", "No room."))
    assert verdict.error == {"code": 403, "message": "No room.", "details": [], "type": None}


def test_all_that_is_wrong_is_found_in_the_cells_and_said_in_the_order_of_the_fields() -> None:
    row = cells(points="x", email="bad", first_name="x" * 300, phone_other="nobody")
    verdict = JUDGE.verdict(refused("number_invalid", 'points: "x" is not a number.', "points", row))
    error = verdict.error or {}
    assert list(error["details"]) == ["firstname", "email", "phone", "points"]
    assert [words[0] for words in error["details"].values()] == [
        "This value is too long.", "A valid email is required.", "This value is not valid.", "This value is not valid.",
    ]  # fmt: skip
    assert error["message"] == ", ".join(f"{alias}: {words[0]}" for alias, words in error["details"].items())
    assert (verdict.status, error["type"]) == (400, None)


def test_what_the_record_itself_says_is_said_too() -> None:
    said = [
        {"code": "value_invalid", "field": "country", "message": "This value is not valid. Write the English name of a country."}
    ]
    verdict = JUDGE.verdict(refused("value_invalid", said[0]["message"], "country", cells(refused=said, points="x")))
    assert (verdict.error or {})["details"]["country"] == ["This value is not valid.", "Write the English name of a country."]
    assert list((verdict.error or {})["details"]) == ["points", "country"]


def test_a_problem_that_no_cell_shows_comes_with_the_rest() -> None:
    verdict = JUDGE.verdict(refused("email_taken", "email: a@b.c belongs to contact 8.", "email", cells(email="a@example.org")))
    assert (verdict.error or {})["details"] == {"email": ["This value is not valid.", "a@b.c belongs to contact 8."]}


def judge_of(count: int) -> tuple[Judge, list[Any]]:
    """A judge of so many number fields, and cells of which none is a number."""
    custom = [CustomField(n, Field(f"n{n:04}", FieldType.NUMBER, f"custom.{n}"), NOW, NOW, {}, {}) for n in range(count)]
    fields = contact_fields(custom, frozenset())
    named = [import_target(f"cf:n{n:04}", fields.book) for n in range(count)]
    return Judge(fields, [(place, target) for place, target in enumerate(named) if target]), ["x"] * count


def test_of_many_problems_the_first_are_told_and_the_others_counted() -> None:
    judge, row = judge_of(MOST_PROBLEMS + 5)
    error = judge.verdict(refused("number_invalid", "n0000: bad", "cf:n0000", row)).error or {}
    assert list(error["details"]) == [f"n{n:04}" for n in range(MOST_PROBLEMS)]
    assert [len(words) for words in error["details"].values()] == [2] * (MOST_PROBLEMS - 1) + [3]
    assert error["details"]["n0019"][-1].startswith("The contact has 5 more ")
    assert error["message"].endswith("n0019: This value is not valid., and 5 more")
    judge, row = judge_of(MOST_PROBLEMS)
    error = judge.verdict(refused("number_invalid", "n0000: bad", "cf:n0000", row)).error or {}
    assert "more" not in str(error)


def test_judging_a_contact_takes_no_longer_for_each_field_that_the_account_has() -> None:
    """Two hundred contacts with two hundred faults each held the gateway for seconds."""
    judge, row = judge_of(1_000)
    started = time.process_time()
    for _ in range(20):
        judge.verdict(refused("number_invalid", "n0000: bad", "cf:n0000", row))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("email_invalid", "Email invalid."),
        ("id_missing", "Id missing."),
        ("contact_limit", "Contact limit."),
        (None, "Refused."),
    ],
)
def test_of_a_contact_that_was_erased_since_the_code_is_told(code: str | None, words: str) -> None:
    verdict = JUDGE.verdict(RowOutcome(1, Outcome.REJECTED, None, code))
    assert (verdict.error or {})["message"] == f"{words} {ERASED}"
    assert verdict.status in (400, 403)


def test_an_erased_contact_that_stays_out_of_reach_says_so_in_words() -> None:
    error = JUDGE.verdict(RowOutcome(1, Outcome.UPDATED, None, "sms_not_resubscribed")).error or {}
    assert error["message"] == f"doNotContact: {SMS_NOT_RESUBSCRIBED[1]} {ERASED} The rest of this contact was saved."


def job(count: int, state: JobState = JobState.COMPLETED, error: Problem | None = None) -> Job:
    """A bulk job of so many contacts that has ended."""
    made = Job(
        *("01900000-0000-7000-8000-000000000001", 1, Kind.IMPORT, state, 1, None, {}, None, (), {}, None, 0, 0, None, (), None),
        created_at=NOW, started_at=NOW, ended_at=NOW, expires_at=None,
    )  # fmt: skip
    return replace(made, options={"most_rows": count}, plan={"targets": [list(pair) for pair in enumerate(NAMES)]}, error=error)


@pytest.mark.parametrize(
    ("count", "page", "lines", "following"),
    [(3, 1, 2, 2), (3, 2, 1, None), (4, 2, 2, None), (2, 1, 2, None), (3, 3, 0, None), (3, 10**6, 0, None), (1, 1, 1, None)],
)
def test_pages_are_full_but_for_the_last_which_has_no_next(count: int, page: int, lines: int, following: int | None) -> None:
    details = Details(job(count), FIELDS, page, 2)
    body = details.body({line: RowOutcome(line, Outcome.CREATED, line) for line in range(1, count + 1)}, "/job/x")
    assert [item["id"] for item in body["contacts"]] == list(range(details.first, details.first + lines))
    assert body.get("next-page") == (f"/job/x?details=1&page={following}" if following else None)


def test_each_contact_has_its_place_whether_or_not_the_job_came_to_it() -> None:
    row = cells(id=9, email="bad")
    rows = {2: refused("email_invalid", "email: bad", "email", row)._replace(line=2), 4: RowOutcome(4, Outcome.UPDATED, 7)}
    body = Details(job(5, JobState.CANCELLED), FIELDS, 1, 10).body(rows, "/job/x")
    assert [(item["id"], item["statusCode"]) for item in body["contacts"]] == [
        (None, 409),
        (9, 400),
        (None, 409),
        (7, 200),
        (None, 409),
    ]
    assert body["contacts"][0]["errors"] == {"code": 409, "message": STOPPED, "details": [], "type": None}
    assert "errors" not in body["contacts"][3]


@pytest.mark.parametrize(
    ("state", "error", "message"),
    [
        (JobState.FAILED, Problem("contact_limit", "No room."), "No room."),
        (JobState.FAILED, None, STOPPED),
        (JobState.CANCELLED, Problem("contact_limit", "No room."), STOPPED),
    ],
)
def test_a_job_that_was_refused_as_a_whole_says_why_of_each_contact(state: JobState, error: Problem | None, message: str) -> None:
    body = Details(job(2, state, error), FIELDS, 1, 10).body({}, "/job/x")
    assert [(item["id"], item["statusCode"], item["errors"]["message"]) for item in body["contacts"]] == [(None, 409, message)] * 2
