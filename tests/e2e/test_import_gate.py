"""The quality gate of an import: which rows are bad, from how many rows on it is asked, and what it leaves behind."""

from typing import Any

import pytest

from tests.e2e.test_import_options import counts, refused
from tests.support.system import System

BAD = b"email\na@example.org\nb@example.org\nbad one\nbad two\n"
TWICE = b"email\na@example.org\na@example.org\nA@example.org\nbad\n"


@pytest.mark.parametrize("rows, passes", [(0, False), (4, False), (5, True)])
async def test_a_payload_with_fewer_rows_is_not_asked(tenant: System, rows: int, passes: bool) -> None:
    job = await tenant.imported(BAD, quality_gate=0.4, quality_gate_from=rows)
    assert job["state"] == ("completed" if passes else "failed")
    assert len(await tenant.contacts()) == (2 if passes else 0)


@pytest.mark.parametrize("rule", ["first", "last"])
async def test_rows_that_are_skipped_on_purpose_are_not_bad(tenant: System, rule: str) -> None:
    assert counts(await tenant.imported(TWICE, quality_gate=0.25, duplicates=rule)) == (1, 0, 0, 2, 1)
    job = await tenant.imported(TWICE, quality_gate=0.2, duplicates=rule)
    assert "1 of 4 rows" in job["error"]["message"]


async def test_rows_that_are_rejected_as_duplicates_are_bad(tenant: System) -> None:
    job = await tenant.imported(TWICE, quality_gate=0.5, duplicates="reject")
    assert (job["state"], job["error"]["code"]) == ("failed", "quality_gate")
    assert await survey(tenant, job) == {"rows": 4, "bad": 3, "codes": {"duplicate": 2, "email_invalid": 1}}


async def test_what_was_found_stays_with_the_job_that_is_refused(tenant: System) -> None:
    job = await tenant.imported(BAD + b'"",\nlong@example.org,x\n', quality_gate=0.1)
    codes = {"email_invalid": 2, "email_missing": 1}
    found = await survey(tenant, job)
    assert (found["rows"], found["bad"], {code: found["codes"].get(code) for code in codes}) == (
        6,
        sum(found["codes"].values()),
        codes,
    )
    passed = await tenant.imported(BAD, quality_gate=0.5)
    assert "survey" not in (await stored(tenant, passed))["plan"]


async def test_a_payload_without_the_column_that_finds_contacts_is_told_so_and_not_that_its_rows_are_bad(tenant: System) -> None:
    job = await tenant.imported(b"first_name\n" + b"Ana\n" * 100, quality_gate=0.1)
    assert (job["state"], job["error"]["code"]) == ("failed", "match_column_missing")


async def test_the_refusal_quotes_nothing_that_a_row_has(tenant: System) -> None:
    job = await tenant.imported(b"email,mobile\nana@example.org,ring 0151 23456789\n", quality_gate=0.1)
    assert "First problems: line 2, mobile: phone_invalid." in job["error"]["message"]
    assert "23456789" not in str(job)


@pytest.mark.parametrize("value", ["-1", "many"])
async def test_what_the_option_cannot_be_is_refused_by_its_name(tenant: System, value: str) -> None:
    problem = await refused(tenant, quality_gate_from=value)
    assert (problem["code"], problem["field"]) == ("option_invalid", "quality_gate_from")


async def stored(tenant: System, job: dict[str, Any]) -> dict[str, Any]:
    """The job as it stands in the database."""
    return dict(await tenant.database["jobs"].find_one({"_id": job["id"]}))


async def survey(tenant: System, job: dict[str, Any]) -> dict[str, Any]:
    """What the gate has left behind."""
    return dict((await stored(tenant, job))["plan"]["survey"])
