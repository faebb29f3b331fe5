"""`muster demo` as a newcomer runs it: a process of its own, here without a terminal."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.project import ROOT

COMMAND = [sys.executable, "-c", "from services.cli import main; main()", "demo"]
DAMAGES = ("email_invalid", "date_invalid", "too_many_cells", "email_missing", "unclosed_quote", "phone_invalid", "stray_quote")


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Temporary files go below `folder`, so that one can see whether any are left."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(folder), "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", **more}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    """The demonstration, run once."""
    return subprocess.run(COMMAND, cwd=folder, env=environment(folder), capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.mongo
def test_the_demonstration_ends_well_and_says_that_the_counts_add_up(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "The counts add up" in done.stdout
    assert done.stderr == ""


@pytest.mark.mongo
def test_the_demonstration_shows_progress_and_counts_without_a_terminal(done: subprocess.CompletedProcess[str]) -> None:
    assert re.search(r"writing: [\d,]+ of 10,000 rows", done.stdout)
    for outcome, rows in {"created": "9,650", "updated": "160", "unchanged": "40", "skipped": "0", "rejected": "150"}.items():
        assert re.search(rf"{outcome}\W+{rows}\W+{rows}\W", done.stdout), outcome
    assert "\x1b" not in done.stdout


@pytest.mark.mongo
def test_the_demonstration_names_rejected_rows_with_line_code_and_reason(done: subprocess.CompletedProcess[str]) -> None:
    named = re.findall(r"^  line (\d+) +(\w+) ", done.stdout, re.MULTILINE)
    assert len(named) == 8
    assert {code for _, code in named} == set(DAMAGES)
    assert [int(line) for line, _ in named] == sorted(int(line) for line, _ in named)


@pytest.mark.mongo
def test_the_demonstration_shows_the_job_a_contact_and_what_to_do_next(done: subprocess.CompletedProcess[str]) -> None:
    assert '"state": "completed"' in done.stdout
    assert '"came twice"' in done.stdout
    assert "make dev" in done.stdout
    assert "rejected.csv" in done.stdout


@pytest.mark.mongo
def test_the_demonstration_leaves_no_files(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert done.returncode == 0
    assert list(folder.iterdir()) == []


@pytest.mark.mongo
def test_an_interrupted_demonstration_leaves_no_files_and_says_so(tmp_path: Path) -> None:
    process = subprocess.Popen(
        COMMAND, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for line in process.stdout:
        if "of 10,000 rows" in line:
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Interrupted" in out
    assert "Traceback" not in out + err
    assert list(tmp_path.iterdir()) == []


def test_a_demonstration_without_a_database_server_says_in_one_sentence_what_to_do(tmp_path: Path) -> None:
    env = {**environment(tmp_path), "MUSTER_MONGOD": str(tmp_path / "nothing")}
    env.pop("MUSTER_MONGO_URL", None)
    done = subprocess.run(COMMAND, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "MUSTER_MONGOD names" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
