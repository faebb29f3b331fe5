"""The services as processes of their own, as an operator runs them, for as long as a measurement takes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from shared.contract.values import ENDS

START_SECONDS = 30
_MUSTER = [sys.executable, "-c", "from services.cli import main; main()"]


@dataclass(frozen=True)
class Fleet:
    """Running processes by name, and a client whose key may do everything."""

    processes: dict[str, subprocess.Popen[bytes]]
    client: httpx.AsyncClient
    mongo_url: str
    database: str

    async def ended(self, submitted: httpx.Response, every_seconds: float = 0.05) -> dict[str, Any]:
        """The completed job that a request was answered with."""
        submitted.raise_for_status()
        here = submitted.headers["Location"]
        while (job := (await self.client.get(here)).json())["state"] not in ENDS:
            await asyncio.sleep(every_seconds)
        if job["state"] != "completed":
            raise RuntimeError(f"the job went wrong: {job}")
        return dict(job)

    def cpu_seconds(self) -> float:
        """What all processes have used so far, user and system."""
        ticks = 0
        for process in self.processes.values():
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def megabytes(self, figure: str) -> dict[str, float]:
        """`VmRSS` (now) or `VmHWM` (peak) of each process."""
        found = {}
        for name, process in self.processes.items():
            lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
            found[name] = next(int(line.split()[1]) / 1024 for line in lines if line.startswith(f"{figure}:"))
        return found


@asynccontextmanager
async def running(amqp_url: str, mongo_url: str, database: str, *names: str) -> AsyncIterator[Fleet]:
    """These services (`importer-2` is an importer), with an account and a key. They are gone afterwards."""
    port = free_port()
    environment = {
        **os.environ,
        "MUSTER_AMQP_URL": amqp_url,
        "MUSTER_MONGO_URL": mongo_url,
        "MUSTER_MONGO_DATABASE": database,
        "MUSTER_KEY_PEPPER": "a pepper for measurements",
        "MUSTER_PROBE_PORT": "0",
        "MUSTER_GATEWAY_PORT": str(port),
        "MUSTER_LOG_LEVEL": "ERROR",
        "MUSTER_GATEWAY_REQUESTS_PER_SECOND": "0",
        "MUSTER_GATEWAY_OPEN_JOBS": "1000000",
        "MUSTER_GATEWAY_ACTIVE_IMPORTS": "1000000",
    }
    processes: dict[str, subprocess.Popen[bytes]] = {}
    with tempfile.TemporaryFile() as logs:
        try:
            for name in names:
                command = [*_MUSTER, "run", name.partition("-")[0]]
                processes[name] = subprocess.Popen(command, env=environment, stdout=logs, stderr=logs)
            await listening(port)
            await asyncio.to_thread(_muster, environment, "account", "create", "bench")
            key = (await asyncio.to_thread(_muster, environment, "key", "create", "bench", "--scopes", "all")).split()[-1]
            headers = {"Authorization": f"Bearer {key}"}
            async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=120) as client:
                yield Fleet(processes, client, mongo_url, database)
        finally:
            for process in processes.values():
                process.send_signal(signal.SIGTERM)
            for process in processes.values():
                process.wait(30)


def _muster(environment: dict[str, str], *words: str) -> str:
    return subprocess.run([*_MUSTER, *words], env=environment, capture_output=True, text=True, check=True).stdout


async def listening(port: int) -> None:
    """Return once somebody listens there."""
    async with asyncio.timeout(START_SECONDS):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
                continue
            writer.close()
            return


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
