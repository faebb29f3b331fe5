"""Jobs, rows and names in words, and what they are cleaned of on the way to a terminal."""

from typing import Any

import pytest

from services.cli.exits import ExitCode, exit_code_of
from services.cli.sending import size_text
from services.cli.terminal import columns, printable
from services.cli.texts import job_lines, pace_text, progress_line, rows_text, seconds_text

JOB: dict[str, Any] = {
    "id": "j1",
    "kind": "import",
    "state": "processing",
    "name": None,
    "started_at": "2026-11-22T08:00:00.000Z",
    "ended_at": None,
    "progress": {"percent": 40.0, "rows_total": 10_000, "rows_done": 4_000, "rows_per_second": 12_345.6, "eta_seconds": 75.0},
    "counts": {"created": 3_000, "updated": 1_000, "unchanged": 0, "skipped": 0, "rejected": 0},
    "codes": {},
    "problems": [],
    "error": None,
    "after": [],
}
ENDED = JOB | {
    "state": "completed",
    "ended_at": "2026-11-22T08:00:01.500Z",
    "progress": JOB["progress"] | {"rows_done": 10_000, "eta_seconds": None},
    "counts": {"created": 9_000, "updated": 0, "unchanged": 900, "skipped": 0, "rejected": 100},
    "codes": {"email_invalid": 100},
}


def test_a_running_job_is_one_line_with_rate_and_time_left() -> None:
    assert progress_line(JOB) == "import j1: processing, 40 %, 4,000 of 10,000 rows, 12,346 rows/s, 1 min 15 s left"


def test_a_job_whose_rows_are_not_counted_yet_shows_no_figures() -> None:
    planning = JOB | {"state": "planning", "progress": dict.fromkeys(JOB["progress"]) | {"percent": 0.0, "rows_done": 0}}
    assert progress_line(planning) == "import j1: planning"
    assert (rows_text(planning), pace_text(planning)) == ("0 rows", "")


def test_a_job_that_waits_says_for_what() -> None:
    waiting = JOB | {"state": "waiting", "after": ["j0"], "run_at": "2026-12-01T08:00:00.000Z"}
    assert next(job_lines(waiting)) == "import j1: waiting for j0 and until 2026-12-01T08:00:00.000Z"
    assert next(job_lines(waiting | {"after": [], "run_at": None})) == "import j1: waiting"
    uncounted = waiting | {"progress": JOB["progress"] | {"rows_total": None}}
    assert progress_line(uncounted) == next(job_lines(uncounted))


def test_an_export_tells_its_rows_and_its_file() -> None:
    counts = dict.fromkeys(JOB["counts"], 0) | {"unchanged": 10_000}
    export = ENDED | {"kind": "export", "counts": counts, "codes": {}, "file": {"name": "contacts.csv"}}
    assert list(job_lines(export))[1:] == ["  10,000 rows", "  The file: muster download j1"]


def test_one_row_is_not_called_rows() -> None:
    assert rows_text(JOB | {"progress": JOB["progress"] | {"rows_total": 1, "rows_done": 1}}) == "1 row"


def test_a_job_at_its_end_tells_counts_codes_and_what_to_do_next() -> None:
    assert list(job_lines(ENDED)) == [
        "import j1: completed in 1.5 s",
        "  10,000 rows: 9,000 created, 900 unchanged, 100 rejected",
        "  100 email_invalid",
        "  The rejected rows: muster rejected j1 -o rejected.csv",
    ]


def test_a_job_that_failed_before_it_started_says_why() -> None:
    failed = JOB | {"state": "failed", "started_at": None, "error": {"code": "predecessor_failed", "message": "Job j0 failed."}}
    assert list(job_lines(failed))[0::2] == ["import j1: failed", "  Job j0 failed. [predecessor_failed]"]


@pytest.mark.parametrize(
    ("state", "rejected", "code"),
    [
        ("completed", 0, ExitCode.DONE),
        ("completed", 1, ExitCode.REJECTED_ROWS),
        ("cancelled", 1, ExitCode.CANCELLED),
        ("failed", 0, ExitCode.FAILED),
    ],
)
def test_the_end_of_a_job_decides_the_exit_code(state: str, rejected: int, code: ExitCode) -> None:
    assert exit_code_of({"state": state, "counts": {"rejected": rejected}}) is code


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.04, "0.0 s"), (9.94, "9.9 s"), (59.4, "59 s"), (59.6, "1 min 00 s"), (7_260, "2 h 01 min")]
)
def test_durations_read_like_durations(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text


@pytest.mark.parametrize(("size", "text"), [(999, "999 bytes"), (1_500, "1.5 kB"), (2_000_000, "2.0 MB"), (3 * 10**9, "3.0 GB")])
def test_sizes_read_like_sizes(size: int, text: str) -> None:
    assert size_text(size) == text


def test_what_could_command_a_terminal_never_reaches_it() -> None:
    assert printable("a\x1b[2Jb\nc\u202ed") == "a [2Jb c d"
    assert printable("Żółć 名前") == "Żółć 名前"


def test_columns_stand_below_each_other_and_are_never_cut() -> None:
    assert columns([["1", "a" * 200, "x"], ["22", "b", ""]]) == [f"1   {'a' * 200}  x", "22  b"]
    assert columns([]) == []
