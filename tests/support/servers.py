"""Real servers for a test run: started when first asked for, shared by all pytest-xdist workers, gone at the end.

A keeper process owns each server and watches the run: however the run ends, kill -9 included, nothing is left behind.
`python -m tests.support.servers <kind> <folder> <pid>` is such a keeper.
"""

import asyncio
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from shared.platform.local_mongod import LocalMongod
from tests.support.rabbit import RabbitNode

RUN_FOLDER = "MUSTER_TEST_RUN_FOLDER"
RUN_PID = "MUSTER_TEST_RUN_PID"
START_SECONDS = 180.0  # an image or a package may have to be fetched first
WATCH_SECONDS = 0.5


def begin_run() -> None:
    """Called once, by the process that commands the run. Workers inherit what it notes."""
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="muster-tests-")
    os.environ[RUN_PID] = str(os.getpid())


def end_run() -> None:
    """Stop every keeper of this run and wait for it."""
    if os.environ.get(RUN_PID) != str(os.getpid()):
        return
    folder = Path(os.environ.pop(RUN_FOLDER))
    keepers = [int(path.read_text()) for path in folder.glob("*.pid")]
    for pid in keepers:
        _signal(pid, signal.SIGTERM)
    deadline = time.monotonic() + 30
    while any(_lives(pid) for pid in keepers) and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def source(kind: str) -> str:
    """Where servers of this kind come from: "environment", "docker" or "local"."""
    if kind != "rabbit-node" and os.environ.get(_variable(kind)):
        return "environment"
    return "docker" if kind != "rabbit-node" and docker_answers() else "local"


def server(kind: str) -> str:
    """What the keeper of `kind` ("amqp", "mongo", "rabbit-node") says of its server. Starts it if this run has none yet."""
    if source(kind) == "environment":
        return os.environ[_variable(kind)]
    if kind == "amqp" and source(kind) == "local":
        return RabbitNode.attached(server("rabbit-node")).url
    folder = Path(os.environ[RUN_FOLDER])
    with (folder / f"{kind}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ready = folder / f"{kind}.ready"
        if not ready.exists():
            _launch_keeper(kind, folder, ready)
        return ready.read_text()


def docker_answers() -> bool:
    """True when a Docker daemon answers a ping within two seconds. Asked without Docker's own library, which is slow to load."""
    address = urlsplit(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock"))
    try:
        with socket.socket(socket.AF_UNIX if address.scheme == "unix" else socket.AF_INET) as connection:
            connection.settimeout(2)
            connection.connect(address.path if address.scheme == "unix" else (address.hostname or "", address.port or 2375))
            connection.sendall(b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n")
            return b" 200 " in connection.recv(64)
    except OSError:
        return False


def _variable(kind: str) -> str:
    return {"amqp": "MUSTER_AMQP_URL", "mongo": "MUSTER_MONGO_URL"}[kind]


def _launch_keeper(kind: str, folder: Path, ready: Path) -> None:
    command = [sys.executable, "-m", "tests.support.servers", kind, str(folder), os.environ[RUN_PID]]
    root = Path(__file__).parents[2]
    output = folder / f"{kind}.out"
    with output.open("wb") as target:
        # A session of its own: Ctrl-C goes to the run, which then ends its keepers in order.
        keeper = subprocess.Popen(command, cwd=root, stdin=subprocess.DEVNULL, stdout=target, stderr=target, start_new_session=True)
    # Not ours to wait for: it outlives this worker, and pytest would take an unwaited child for a leak.
    keeper.returncode = 0
    (folder / f"{kind}.pid").write_text(str(keeper.pid))
    deadline = time.monotonic() + START_SECONDS
    while not ready.exists():
        if not _lives(keeper.pid) or time.monotonic() > deadline:
            raise RuntimeError(f"the {kind} server did not start: {output.read_text(errors='replace')[-3000:]}")
        time.sleep(0.05)


def _signal(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _lives(pid: int) -> bool:
    """True for a process that has not ended. A child of ours that has is collected on the way."""
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    except ChildProcessError:
        pass
    return _signal(pid, 0)


@contextmanager
def _local_rabbit(folder: Path) -> Iterator[str]:
    node = RabbitNode(folder / "rabbit")
    node.start()
    try:
        yield node.describe()
    finally:
        node.close()


@contextmanager
def _local_mongo(folder: Path) -> Iterator[str]:
    with asyncio.Runner() as runner:
        node = LocalMongod(folder / "mongo", cache_gigabytes=0.5)
        url = runner.run(node.start())
        try:
            yield url
        finally:
            runner.run(node.kill())


@contextmanager
def _docker_rabbit(folder: Path) -> Iterator[str]:
    from testcontainers.rabbitmq import RabbitMqContainer

    with RabbitMqContainer("rabbitmq:4-management") as container:
        yield f"amqp://guest:guest@{container.get_container_host_ip()}:{container.get_exposed_port(5672)}/"


@contextmanager
def _docker_mongo(folder: Path) -> Iterator[str]:
    from pymongo import MongoClient
    from pymongo.errors import PyMongoError
    from testcontainers.core.container import DockerContainer

    command = "mongod --replSet muster --bind_ip_all"
    with DockerContainer("mongo:8").with_command(command).with_exposed_ports(27017) as container:
        url = f"mongodb://{container.get_container_host_ip()}:{container.get_exposed_port(27017)}/?directConnection=true"
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=1000) as client:
            # The container calls itself ready before its server listens: only a writable primary counts.
            deadline = time.monotonic() + 90
            while time.monotonic() < deadline:
                try:
                    if client.admin.command("hello").get("isWritablePrimary"):
                        break
                    client.admin.command("replSetInitiate", {"_id": "muster", "members": [{"_id": 0, "host": "127.0.0.1:27017"}]})
                except PyMongoError:
                    time.sleep(0.2)
        yield url


def _keep(kind: str, folder: Path, run_pid: int) -> None:
    """Run one server until SIGTERM or until the run is gone."""
    openers: dict[tuple[str, str], Callable[[Path], AbstractContextManager[str]]] = {
        ("rabbit-node", "local"): _local_rabbit,
        ("mongo", "local"): _local_mongo,
        ("amqp", "docker"): _docker_rabbit,
        ("mongo", "docker"): _docker_mongo,
    }
    asked_to_end = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: asked_to_end.set())
    with openers[kind, source(kind)](folder) as text:
        draft = folder / f"{kind}.draft"
        draft.write_text(text)
        draft.rename(folder / f"{kind}.ready")
        while not asked_to_end.wait(WATCH_SECONDS) and _signal(run_pid, 0):
            pass
    if not _signal(run_pid, 0):
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    _keep(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
