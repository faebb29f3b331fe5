"""A private RabbitMQ node that tests may kill, wipe and restart.

Everything is its own: name, ports, folders, cookie and port mapper; it listens on 127.0.0.1 only and ends with its parent.
"""

import asyncio
import ctypes
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

START_SECONDS = 60.0
PLACES = (Path("/usr/lib/rabbitmq/bin"), Path("/opt/rabbitmq/sbin"), Path("/usr/local/sbin"))
LIGHT = "+S 1:1 +A 8 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
CTL_LIGHT = "+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}"


@dataclass(frozen=True)
class Address:
    """How to find a node, also from another process."""

    node: str
    folder: str
    port: int
    distribution_port: int
    epmd_port: int


class RabbitNode:
    """One node. Blocking; made for fixtures and for `asyncio.to_thread`. The ports stay the same over restarts."""

    def __init__(self, folder: Path, address: Address | None = None) -> None:
        self._scripts = ensure_rabbitmq_server()
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        name = f"muster-{uuid.uuid4().hex[:8]}@localhost"
        self.address = address or Address(name, str(folder), *free_ports(3))
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    @classmethod
    def attached(cls, description: str) -> "RabbitNode":
        """A node that another process started: good for its `url` and for `rabbitmqctl`."""
        address = Address(**json.loads(description))
        return cls(Path(address.folder), address)

    def describe(self) -> str:
        """For `attached`."""
        return json.dumps(asdict(self.address))

    @property
    def url(self) -> str:
        """Its AMQP address."""
        return f"amqp://guest:guest@127.0.0.1:{self.address.port}/"

    def start(self) -> str:
        """Start and wait until it answers an AMQP handshake."""
        self._configure()
        if self._epmd is None:
            self._epmd = self._launch(["epmd", "-port", str(self.address.epmd_port), "-address", "127.0.0.1"])
        self._server = self._launch([str(self._scripts / "rabbitmq-server")])
        deadline = time.monotonic() + START_SECONDS
        while not _answers(self.address.port):
            if self._server.poll() is not None or time.monotonic() > deadline:
                output = (self._folder / "node.out").read_text(errors="replace")
                self.kill()
                raise RuntimeError(f"RabbitMQ did not start in {self._folder}: {output[-2000:]}")
            time.sleep(0.1)
        return self.url

    def stop(self) -> None:
        """Shut down in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Shut down in good order and start again."""
        self.stop()
        self.start()

    def wipe(self) -> None:
        """Lose everything it ever kept: the disk is gone. Start it afterwards."""
        self.kill()
        shutil.rmtree(self._folder / "data", ignore_errors=True)

    def close(self) -> None:
        """End the node and its port mapper, and delete the folder."""
        self.kill()
        if self._epmd is not None:
            self._epmd.kill()
            self._epmd.wait()
            self._epmd = None
        shutil.rmtree(self._folder, ignore_errors=True)

    def rabbitmqctl(self, *arguments: str) -> str:
        """Run a command against this node and return what it printed. Takes a second or two."""
        command = [str(self._scripts / "rabbitmqctl"), "--quiet", "--node", self.address.node, *arguments]
        done = subprocess.run(
            command, check=False, env=self._environment(), cwd=self._folder, capture_output=True, text=True, timeout=60
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
        return done.stdout

    async def ctl(self, *arguments: str) -> str:
        """`rabbitmqctl`, without blocking the loop."""
        return await asyncio.to_thread(self.rabbitmqctl, *arguments)

    def _configure(self) -> None:
        (self._folder / "rabbitmq.conf").write_text(f"listeners.tcp.1 = 127.0.0.1:{self.address.port}\nlog.file.level = warning\n")
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "environment.conf").write_text("")

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
        return {
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
            **kept,
            "HOME": str(self._folder),
            "ERL_EPMD_PORT": str(self.address.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODENAME": self.address.node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.address.port),
            "RABBITMQ_DIST_PORT": str(self.address.distribution_port),
            "RABBITMQ_CONF_ENV_FILE": str(self._folder / "environment.conf"),
            "RABBITMQ_CONFIG_FILE": str(self._folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self._folder / "enabled_plugins"),
            "RABBITMQ_MNESIA_BASE": str(self._folder / "data"),
            "RABBITMQ_LOG_BASE": str(self._folder / "log"),
            "RABBITMQ_PID_FILE": str(self._folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": LIGHT,
            "RABBITMQ_CTL_ERL_ARGS": CTL_LIGHT,
            # Makes the script become the server instead of its parent, so that our child is the node itself.
            "RUNNING_UNDER_SYSTEMD": "true",
        }

    def _launch(self, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "node.out").open("ab") as output:
            return subprocess.Popen(
                command,
                env=self._environment(),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - one system call between fork and exec
            )

    def _end(self, with_signal: signal.Signals) -> None:
        server, self._server = self._server, None
        if server is None:
            return
        server.send_signal(with_signal)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def ensure_rabbitmq_server() -> Path:
    """The folder with RabbitMQ's own scripts. As root on Debian, installs the package without starting its service."""
    found = _scripts()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
        found = _scripts()
    if found is None:
        raise RuntimeError("no RabbitMQ here: install the package rabbitmq-server, start Docker, or set MUSTER_AMQP_URL")
    return found


def _scripts() -> Path | None:
    # Debian's /usr/sbin/rabbitmq-server switches user and folder; the scripts it calls do not.
    on_path = shutil.which("rabbitmq-server")
    places = (*PLACES, *((Path(on_path).resolve().parent,) if on_path else ()))
    return next((place for place in places if (place / "rabbitmq-server").exists() and (place / "rabbitmq-env").exists()), None)


def _install() -> None:
    policy = Path("/usr/sbin/policy-rc.d")
    ours = not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
        for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "rabbitmq-server"]):
            subprocess.run(["apt-get", *command], env=environment, check=True, timeout=600, stdout=subprocess.DEVNULL)
    finally:
        if ours:
            policy.unlink()


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nobody listens on, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


def die_with_parent() -> None:
    """For `preexec_fn`: the kernel kills the child when the thread that started it ends."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as connection:
            connection.settimeout(2)
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return connection.recv(1) == b"\x01"
    except OSError:
        return False
