"""`muster dev` as a process: everything works over HTTP, the data outlives it, and nothing is left running."""

import asyncio
import csv
import io
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.contract.values import ENDS
from tests.house.project import ROOT

KEY = "a-key-for-development"
FILE = b"Email,First name,Anniversary\nana@example.org,Ana,2020-01-31\nbo@example.org,Bo,2020-02-31\n"


@dataclass
class Dev:
    """A running `muster dev`."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient
    printed: str
    mongod: int

    async def imported(self, content: bytes) -> dict[str, Any]:
        """Import a file and follow the job to its end."""
        answer = await self.client.post("/v1/imports", files={"file": ("contacts.csv", content, "text/csv")})
        assert answer.status_code == 202, answer.text
        async with asyncio.timeout(30):
            while (job := (await self.client.get(answer.headers["location"])).json())["state"] not in ENDS:
                await asyncio.sleep(0.02)
        return dict(job)

    async def stop(self, number: signal.Signals) -> int:
        """Send the signal and wait for the end. SIGINT goes to every process of the group, as a terminal's Ctrl-C does."""
        if number is signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 60)


Start = Callable[..., AbstractAsyncContextManager[Dev]]


async def launch(folder: Path, **more: str) -> asyncio.subprocess.Process:
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", "MUSTER_DEV_KEY": KEY, "MUSTER_PORT": "0", **more}
    env.pop("MUSTER_MONGO_URL", None)
    command = (sys.executable, "-c", "from services.cli import main; main()", "dev")
    return await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
    )


@pytest.fixture
def dev(tmp_path: Path) -> Start:
    """Starts `muster dev` over one folder, as often as a test likes."""

    @asynccontextmanager
    async def start() -> AsyncIterator[Dev]:
        process = await launch(tmp_path)
        assert process.stdout is not None
        printed = ""
        try:
            async with asyncio.timeout(60):
                while "/v1/contacts" not in printed:
                    line = await process.stdout.readline()
                    assert line, printed
                    printed += line.decode()
            found = re.search(r"Muster runs on (http://\S+?),", printed)
            assert found, printed
            mongod = int((tmp_path / ".muster" / "mongo" / "db" / "mongod.lock").read_text())
            headers = {"Authorization": f"Bearer {KEY}"}
            async with httpx.AsyncClient(base_url=found[1], headers=headers, timeout=30, trust_env=False) as client:
                yield Dev(process, client, printed, mongod)
        finally:
            if process.returncode is None:
                process.terminate()
            await process.communicate()

    return start


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.mongo
async def test_a_file_is_imported_mended_sent_again_and_a_contact_read_back(dev: Start) -> None:
    async with dev() as muster:
        assert f"export KEY={KEY}" in muster.printed
        job = await muster.imported(FILE)
        assert (job["counts"]["created"], job["counts"]["rejected"]) == (1, 1)
        rejected = (await muster.client.get(job["links"]["rejected"])).content
        assert [row["code"] for row in csv.DictReader(io.StringIO(rejected.decode()))] == ["date_invalid"]
        again = await muster.imported(rejected.replace(b"2020-02-31", b"2020-02-29"))
        assert again["counts"] == {"created": 1, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0}
        page = (await muster.client.get("/v1/contacts", params={"email": "BO@example.org"})).json()
        assert [contact["first_name"] for contact in page["items"]] == ["Bo"]


@pytest.mark.mongo
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_nothing_is_left_running_after_a_signal(dev: Start, number: signal.Signals) -> None:
    async with dev() as muster:
        assert runs(muster.mongod)
        assert await muster.stop(number) == 0
        assert not runs(muster.mongod)


@pytest.mark.mongo
async def test_what_was_imported_is_there_after_a_restart(dev: Start) -> None:
    async with dev() as muster:
        job = await muster.imported(FILE)
        await muster.stop(signal.SIGTERM)
    async with dev() as muster:
        assert (await muster.client.get(f"/v1/jobs/{job['id']}")).json() == job
        assert (await muster.imported(FILE))["counts"]["unchanged"] == 1


@pytest.mark.mongo
async def test_a_second_one_over_the_same_folder_is_told_why_it_cannot_start(dev: Start, tmp_path: Path) -> None:
    async with dev():
        second = await launch(tmp_path)
        out, _ = await second.communicate()
        assert second.returncode == 1
        assert b"Another Muster runs" in out


async def test_a_port_that_is_taken_is_named_with_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = await launch(tmp_path, MUSTER_PORT=str(port))
        out, _ = await process.communicate()
    assert process.returncode == 1
    assert f"127.0.0.1:{port}".encode() in out
    assert b"MUSTER_PORT=" in out
    assert not (tmp_path / ".muster").exists()
