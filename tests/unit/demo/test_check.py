"""The demonstration believes nothing: one figure that is off is named."""

from typing import Any

import pytest

from services.demo.check import differences
from services.demo.generator import make_sample

SAMPLE = make_sample(1_000, seed=3)
NAMED = [{"line": line, "code": code} for line, code in SAMPLE.bad_lines.items()]
STORED = SAMPLE.counts["created"]


def job(**changed: Any) -> dict[str, Any]:
    right = {
        "state": "completed",
        "progress": {"rows_total": SAMPLE.rows},
        "counts": {**SAMPLE.counts, "skipped": 0},
        "codes": SAMPLE.codes,
    }
    return {**right, **changed}


def test_a_job_that_adds_up_has_no_differences() -> None:
    assert differences(SAMPLE, job(), NAMED, STORED) == []


@pytest.mark.parametrize(
    "changed,words",
    [
        ({"state": "failed"}, "state of the job"),
        ({"progress": {"rows_total": 999}}, "rows in the file"),
        ({"counts": {**SAMPLE.counts, "skipped": 1}}, "sum of the outcomes"),
        ({"codes": {}}, "rejected rows by code"),
    ],
)
def test_a_figure_that_is_off_is_named(changed: dict[str, Any], words: str) -> None:
    assert any(words in difference for difference in differences(SAMPLE, job(**changed), NAMED, STORED))


def test_a_contact_too_few_in_the_database_is_noticed() -> None:
    assert differences(SAMPLE, job(), NAMED, STORED - 1) == [
        f"contacts in the database: {STORED - 1}, and it should be {STORED}",
    ]


def test_a_rejected_row_with_another_reason_is_noticed_by_its_line() -> None:
    first = NAMED[0]
    found = differences(SAMPLE, job(), [{**first, "code": "too_long"}, *NAMED[1:]], STORED)
    assert found == [f"line {first['line']}: too_long, and it should be {first['code']}"]


def test_a_bad_row_that_nobody_names_is_noticed() -> None:
    assert any(f"line {NAMED[-1]['line']}: None" in words for words in differences(SAMPLE, job(), NAMED[:-1], STORED))
