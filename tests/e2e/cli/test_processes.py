"""The command line as a process: signals, pipes, terminals, and how little it loads."""

import asyncio
import json
import os
import signal
import subprocess
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.gateway.app import web_app
from services.importer.settings import ImporterSettings
from tests.e2e.payloads import people
from tests.support.command_line import MUSTER, CommandLine, served
from tests.support.system import platform_for, system

HEAVY = {"pymongo", "motor", "aio_pika", "fastapi", "uvicorn", "httpx", "structlog", "pyarrow", "multiprocessing"}


@pytest.fixture
async def idle(mongo_url: str, tmp_path: Path) -> AsyncIterator[CommandLine]:
    """A command line for a Muster whose workers are stopped: its jobs wait."""
    async with (
        system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), services=("status",)) as whole,
        served(web_app(whole.gateway)) as url,
    ):
        yield CommandLine(url, whole.key, tmp_path)


async def test_an_interrupt_while_watching_leaves_the_job_and_says_how_to_take_it_up(idle: CommandLine) -> None:
    process = await idle.start("import", idle.path("contacts.csv", b"email\nana@example.org\n"))
    assert process.stderr is not None
    async with asyncio.timeout(20):
        first = await process.stderr.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, err = await process.communicate()
    job_id = first.decode().split()[1].rstrip(":")
    assert process.returncode == 130
    assert f"muster job {job_id} --watch [interrupted]" in err.decode()
    assert (await idle("job", job_id, "--json")).document["state"] == "queued"
    cancelled = await idle("cancel", job_id, "--json")
    assert (cancelled.code, cancelled.document["state"]) == (0, "cancelled")
    assert (await idle("job", job_id, "--watch")).code == 4
    twice = await idle("cancel", job_id)
    assert twice.code == 0


async def test_a_job_is_paused_and_goes_on_where_it_was(mongo_url: str, tmp_path: Path) -> None:
    small_chunks = ImporterSettings(chunk_rows=20, single_lane_rows=200, lanes=4, prefetch=2)
    platform = platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")
    async with system(platform, importer_settings=small_chunks) as whole, served(web_app(whole.gateway)) as url:
        shell = CommandLine(url, whole.key, tmp_path)
        job_id = (await shell("import", shell.path("contacts.csv", people(1_200)), "--no-watch", "--json")).document["id"]

        async def begun() -> bool:
            return bool((await whole.job(job_id))["progress"]["rows_done"])

        await whole.until(begun)
        paused = await shell("pause", job_id, "--json")
        assert (paused.code, paused.document["state"]) == (0, "paused"), paused
        assert "paused" in (await shell("job", job_id)).out
        assert (await shell("resume", job_id)).code == 0
        ended = await shell("job", job_id, "--watch", "--json")
        assert (ended.code, ended.document["counts"]["created"]) == (0, 1_200)
        assert (await shell("pause", job_id)).code == 1


async def test_one_json_document_stands_on_stdout_of_the_process(shell: CommandLine) -> None:
    process = await shell.start("import", shell.path("contacts.csv", people(50, bad_every=10)), "--json")
    out, err = await process.communicate()
    assert (process.returncode, err) == (3, b"")
    assert json.loads(out)["counts"]["created"] == 45


async def test_a_terminal_gets_a_bar_on_stderr_and_the_answer_on_stdout(shell: CommandLine) -> None:
    ours, theirs = os.openpty()
    process = await asyncio.create_subprocess_exec(
        *MUSTER,
        *("import", shell.path("contacts.csv", people(20))),
        env={**os.environ, **shell.environment, "TERM": "xterm"},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    out, _ = await process.communicate()
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert process.returncode == 0
    assert "100%" in shown
    assert "20 rows" in shown
    assert out.decode().splitlines()[1] == "  20 rows: 20 created"


def test_help_loads_neither_servers_nor_drivers() -> None:
    script = (
        "import sys\n"
        "from services.cli.app import run\n"
        f"code = run({['import', '--help']!r})\n"
        f"sys.exit(code or ', '.join(sorted(set(sys.modules) & set({sorted(HEAVY)!r}))) or 0)\n"
    )
    done = subprocess.run([MUSTER[0], "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--create-fields" in done.stdout


def test_the_help_tells_the_exit_codes_and_completion_can_be_installed() -> None:
    done = subprocess.run([*MUSTER, "--help"], capture_output=True, text=True, check=True, env={**os.environ, "COLUMNS": "200"})
    assert "3 the job completed and rejected some rows" in " ".join(done.stdout.split())
    assert "--install-completion" in done.stdout


def test_what_is_not_understood_ends_with_two() -> None:
    done = subprocess.run([*MUSTER, "import"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
