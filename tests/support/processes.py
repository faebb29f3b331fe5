"""One service as operators run it: a process of its own, to be killed, frozen and watched.

It is a child of the test, logs to a file in the test's folder, and is ended by its own pid.
"""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx

from tests.support.rabbit import die_with_parent, free_ports

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 40.0
PAUSE_SECONDS = 0.05


class Process:
    """One service process, over all its lives. The ports stay the same."""

    def __init__(self, name: str, service: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self.service = service
        self.log = folder / f"{name}.log"
        self.probe_port, self.port = free_ports(2)
        own = {"MUSTER_PROBE_PORT": str(self.probe_port), "MUSTER_GATEWAY_PORT": str(self.port)}
        self._environment = {**os.environ, **environment, **own}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The pid of this life."""
        assert self._process is not None, f"{self.name} does not run"
        return self._process.pid

    @property
    def runs(self) -> bool:
        """True while the process of this life has not ended."""
        return self._process is not None and self._process.poll() is None

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


async def until(holds: Callable[[], Awaitable[Any]], seconds: float, what: str) -> Any:
    """Wait until an asynchronous question is answered with something true; fail when the time is up."""
    deadline = time.monotonic() + seconds
    while not (answer := await holds()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
        await asyncio.sleep(PAUSE_SECONDS)
    return answer
