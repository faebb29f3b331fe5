"""Muster as operators run it: every service a process of its own on RabbitMQ and MongoDB, to be killed, frozen and watched.

Each process is a child of the test, logs to a file in the test's folder, and ends with the fleet, by its own pid.
"""

import asyncio
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from pymongo import AsyncMongoClient

from tests.support.invariants import ENDS
from tests.support.rabbit import die_with_parent, free_ports

ROOT = Path(__file__).resolve().parents[2]
PEPPER = "a pepper for tests"
READY_SECONDS = 40.0
PAUSE_SECONDS = 0.05
QUICK = {
    "MUSTER_STATUS_RESCUE_AFTER_SECONDS": "2",
    "MUSTER_STATUS_RESCUE_SWEEP_SECONDS": "0.5",
    "MUSTER_STATUS_RELEASE_SWEEP_SECONDS": "0.5",
    "MUSTER_STATUS_CATCH_UP_SECONDS": "0.5",
    "MUSTER_RELAY_SWEEP_SECONDS": "1",
    "MUSTER_DRAIN_SECONDS": "20",
}


class Process:
    """One service process, over all its lives. The ports stay the same."""

    def __init__(self, name: str, service: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.service = service
        self.log = folder / f"{name}.log"
        self.probe_port, self.port = free_ports(2)
        own = {"MUSTER_PROBE_PORT": str(self.probe_port), "MUSTER_GATEWAY_PORT": str(self.port)}
        self._environment = {**os.environ, **QUICK, **environment, **own}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The pid of this life."""
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    @property
    def url(self) -> str:
        """Where a gateway answers."""
        return f"http://127.0.0.1:{self.port}"

    def launch(self) -> None:
        """Start, without waiting."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from services.cli import main; main()", "run", self.service],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call between fork and exec
            )

    async def start(self) -> None:
        """Start and wait until it is ready."""
        self.launch()
        await self.ready()

    async def ready(self, seconds: float = READY_SECONDS) -> None:
        """Wait until it says so."""
        await until(self.is_ready, seconds, f"{self.name} to be ready")

    async def is_ready(self) -> bool:
        """True when `/readyz` says so. Fails the test when the process has ended."""
        assert self._process is not None
        assert self._process.poll() is None, f"{self.name} ended with {self._process.returncode}:\n{self.tail()}"
        answer = await self._probe("/readyz")
        return answer is not None and answer.status_code == 200

    async def metric(self, name: str, **labels: str) -> float:
        """The sum of a metric's samples that have these labels; 0 where nobody answers."""
        answer = await self._probe("/metrics")
        total = 0.0
        for line in answer.text.splitlines() if answer else ():
            found = re.fullmatch(r"(\w+)(\{.*\})? (\S+)", line)
            if found and found[1] == name and all(f'{label}="{value}"' in (found[2] or "") for label, value in labels.items()):
                total += float(found[3])
        return total

    def memory_megabytes(self, *, peak: bool = False) -> float:
        """Resident memory now, or the most it ever was in this life."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(rf"^{'VmHWM' if peak else 'VmRSS'}:\s+(\d+) kB", status, re.MULTILINE)
        assert found is not None, status
        return int(found[1]) / 1024

    def kill(self) -> None:
        """kill -9, and gone when this returns."""
        self._signal(signal.SIGKILL)
        self._wait(10)

    async def terminate(self, seconds: float) -> int:
        """SIGTERM; the exit code. Raises TimeoutExpired when it takes longer."""
        self._signal(signal.SIGTERM)
        return await asyncio.to_thread(self._wait, seconds)

    def pause(self) -> None:
        """SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def end(self) -> None:
        """Whatever state it is in."""
        if self._process is not None and self._process.poll() is None:
            self.kill()

    def tail(self, lines: int = 25) -> str:
        """The end of its log."""
        written = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join([f"--- {self.name}", *(line[:400] for line in written[-lines:])])

    async def _probe(self, path: str) -> httpx.Response | None:
        async with httpx.AsyncClient(timeout=5) as client:
            try:
                return await client.get(f"http://127.0.0.1:{self.probe_port}{path}")
            except httpx.HTTPError:
                return None

    def _signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def _wait(self, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(seconds)


class Fleet:
    """A gateway, a status service and importers on one database, with an account, a key and a client."""

    def __init__(self, folder: Path, amqp_url: str, mongo_url: str, database: str, **settings: str) -> None:
        self.folder = folder
        self.environment = {
            "MUSTER_AMQP_URL": amqp_url,
            "MUSTER_MONGO_URL": mongo_url,
            "MUSTER_MONGO_DATABASE": database,
            "MUSTER_KEY_PEPPER": PEPPER,
            **settings,
        }
        self.processes: dict[str, Process] = {}
        self.mongo: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(mongo_url, tz_aware=True, uuidRepresentation="standard")
        self.database = self.mongo[database]
        self.client = httpx.AsyncClient(timeout=60)
        self.history: list[str] = []

    def __getitem__(self, name: str) -> Process:
        return self.processes[name]

    def add(self, name: str) -> Process:
        """A process that is not started yet; `importer-2` is an importer."""
        self.processes[name] = Process(name, name.partition("-")[0], self.folder, self.environment)
        return self.processes[name]

    async def open(self, *names: str) -> None:
        """Start these processes, make an account and a key."""
        await asyncio.gather(*(self.add(name).start() for name in names))
        gateway = self["gateway"]
        await asyncio.to_thread(self.muster, "account", "create", "chaos")
        key = (await asyncio.to_thread(self.muster, "key", "create", "chaos", "--scopes", "all")).split()[-1]
        self.client = httpx.AsyncClient(base_url=gateway.url, headers={"Authorization": f"Bearer {key}"}, timeout=60)

    def muster(self, *words: str) -> str:
        """Run a command of the command line; what it printed."""
        command = [sys.executable, "-c", "from services.cli import main; main()", *words]
        done = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **self.environment}, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    async def submit(self, content: bytes, key: str | None = None, **query: str) -> dict[str, Any]:
        """Import a payload; the job as the gateway answered it."""
        headers = {"Content-Type": "text/csv", **({"Idempotency-Key": key} if key else {})}
        response = await self.client.post("/v1/imports", content=content, params=query, headers=headers)
        assert response.status_code == 202, response.text
        return dict(response.json())

    async def job(self, job_id: str) -> dict[str, Any]:
        """The job as clients see it; a gateway that is away is asked again."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            try:
                response = await self.client.get(f"/v1/jobs/{job_id}")
                if response.status_code == 200:
                    return dict(response.json())
                assert response.status_code in (502, 503), response.text
            except httpx.TransportError:
                assert time.monotonic() < deadline, "the gateway is away"
            await asyncio.sleep(PAUSE_SECONDS)

    async def ended(self, job_id: str, seconds: float) -> dict[str, Any]:
        """The job at its end."""

        async def end() -> dict[str, Any] | None:
            job = await self.job(job_id)
            return job if job["state"] in ENDS else None

        return dict(await until(end, seconds, f"the end of job {job_id}"))

    async def rows_done(self, job_id: str) -> int:
        """Rows that have an outcome, by the ledger itself."""
        return sum([lane["rows_done"] async for lane in self.database["lanes"].find({"job": job_id})])

    async def until_rows(self, job_id: str, rows: int, seconds: float = 120) -> None:
        """Wait until so many rows are done."""

        async def enough() -> bool:
            return await self.rows_done(job_id) >= rows

        await until(enough, seconds, f"{rows} rows of job {job_id}")

    async def contacts(self) -> list[dict[str, Any]]:
        """Every contact, straight from the database."""
        return [contact async for contact in self.database["contacts"].find()]

    def note(self, what: str) -> None:
        """Keep for the report of a failure."""
        self.history.append(what)

    async def close(self, *, failed: bool) -> None:
        """End every process; after a failure, show what happened and the end of each log."""
        for process in self.processes.values():
            process.end()
        if failed:
            print("\n".join([*self.history, *(process.tail() for process in self.processes.values())]))
        await self.client.aclose()
        await self.mongo.close()


@asynccontextmanager
async def fleet_of(fleet: Fleet, *names: str) -> AsyncIterator[Fleet]:
    """The fleet with these processes running and an account; nothing of it is left afterwards."""
    failed = True
    try:
        await fleet.open(*names)
        yield fleet
        failed = False
    finally:
        await fleet.close(failed=failed)


async def until(holds: Callable[[], Awaitable[Any]], seconds: float, what: str) -> Any:
    """Wait until an asynchronous question is answered with something true; fail when the time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := await holds()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        await asyncio.sleep(PAUSE_SECONDS)
    return answer


def moments(chance: random.Random, number: int, rows: int) -> list[int]:
    """Chance moments of an import, as rows that are done, in order; the first is while it is planned."""
    return [0, *sorted(chance.randrange(1, int(rows * 0.9)) for _ in range(number - 1))]
