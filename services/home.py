"""A whole Muster at home: every service in this process, data in one folder, one account and one key ready to use.

Whatever ends it, nothing is left running: the services drain, then the private database stops in good order.
"""

import asyncio
import contextlib
import fcntl
import os
import signal
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.administration import Administration, open_administration
from services.all_in_one import embedded_mongod, make_platform, run_embedded
from services.gateway.settings import GatewaySettings
from shared.accounts.keys import Scope
from shared.host import Platform
from shared.platform.clock import SystemClock
from shared.platform.local_mongod import MongodUnavailable
from shared.platform.mongo import DatabaseUnavailable
from shared.platform.settings import PlatformSettings

ACCOUNT = "dev"
PORT = "MUSTER_PORT"
DEV_KEY = "MUSTER_DEV_KEY"
KEY_PEPPER = "MUSTER_KEY_PEPPER"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotRun(RuntimeError):
    """The embedded mode cannot start, or did not go on. The text says why and what to do."""


class StoppedEarly(CannotRun):
    """Somebody stopped it before it had started."""


@dataclass(frozen=True, slots=True)
class Home:
    """A running embedded Muster. `running` ends when it has stopped; to cancel it is not to wait for the work in hand."""

    url: str
    key: str
    account: int
    platform: Platform
    running: "asyncio.Task[None]"


@contextlib.asynccontextmanager
async def at_home(folder: Path, settings: PlatformSettings, port: int, until: asyncio.Event) -> AsyncIterator[Home]:
    """Every service running in this process, with an account and a key that may do everything. Port 0 takes a free one.

    SIGINT, SIGTERM and SIGHUP set `until`; a second one cancels whatever is still being waited for. Raises CannotRun.
    """
    address = GatewaySettings().host
    port = _free_port(address, port)
    with _alone_in(folder), _signals_set(until), _environment(folder, port):
        try:
            async with embedded_mongod(folder, settings) as found, _services(found, port, until) as (platform, running):
                account, key = await _account_and_key(open_administration(platform.mongo, platform.clock), folder)
                yield Home(f"http://{_reached_at(address)}:{port}", key, account, platform, running)
        except (MongodUnavailable, DatabaseUnavailable) as error:
            raise CannotRun(str(error)) from error


@contextlib.asynccontextmanager
async def _services(
    settings: PlatformSettings, port: int, until: asyncio.Event
) -> AsyncIterator[tuple[Platform, "asyncio.Task[None]"]]:
    """Every service, listening. They have stopped when this is left, whichever way."""
    if until.is_set():
        raise StoppedEarly("Stopped before it had started.")
    platform = make_platform(settings, "embedded", in_process=True)
    running = asyncio.create_task(run_embedded(platform, until))
    try:
        await _listening(running, port, until)
        _on_signals(until)  # the host has set its own, which know no second time
        yield platform, running
    finally:
        until.set()
        if running.cancelling():
            await asyncio.wait([running])
        else:
            await running


async def _account_and_key(office: Administration, folder: Path) -> tuple[int, str]:
    account = await office.accounts.find(ACCOUNT) or await office.open_account(ACCOUNT)
    kept, chosen = folder / "key", os.environ.get(DEV_KEY)
    if chosen:
        try:
            await office.keys.adopt(account.number, chosen, frozenset(Scope))
        except ValueError as error:
            raise CannotRun(f"{DEV_KEY} cannot be used. {error}") from error
        return account.number, chosen
    if kept.exists():
        with contextlib.suppress(ValueError):  # another pepper made it: it opens nothing any more
            await office.keys.adopt(account.number, text := kept.read_text().strip(), frozenset(Scope))
            return account.number, text
    _, text = await office.keys.create(account.number, name="dev", scopes=frozenset(Scope))
    _write_secret(kept, text)
    return account.number, text


async def _listening(running: "asyncio.Task[None]", port: int, until: asyncio.Event) -> None:
    """Return once the port takes connections. Raises what ended the services before that, and gives up when told to stop."""
    clock, address = SystemClock(), _reached_at(GatewaySettings().host)
    while True:
        if running.done():
            running.result()
        if running.done() or until.is_set():
            running.cancel()
            raise StoppedEarly("Stopped before it had started.")
        try:
            _, writer = await asyncio.open_connection(address, port)
        except OSError:
            await clock.sleep(0.05)
            continue
        writer.close()
        return


@contextlib.contextmanager
def _signals_set(until: asyncio.Event) -> Iterator[None]:
    _on_signals(until)
    try:
        yield
    finally:
        for number in SIGNALS:
            asyncio.get_running_loop().remove_signal_handler(number)


def _on_signals(until: asyncio.Event) -> None:
    main = asyncio.current_task()

    def stop() -> None:
        if until.is_set() and main is not None:
            main.cancel()
        until.set()

    for number in SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, stop)


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Two processes over one folder would fight for its database."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotRun(
                f"Another Muster runs with the data in {folder}/. Stop it first, or start in another folder."
            ) from error
        yield


@contextlib.contextmanager
def _environment(folder: Path, port: int) -> Iterator[None]:
    """What the services read when they are built. As it was, afterwards."""
    before = dict(os.environ)
    if not os.environ.get(KEY_PEPPER):
        os.environ[KEY_PEPPER] = _secret(folder / "pepper")
    os.environ["MUSTER_GATEWAY_PORT"] = str(port)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _free_port(address: str, port: int) -> int:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            why = error.strerror or str(error)
            raise CannotRun(
                f"Cannot listen on {address}:{port} ({why}). Choose another port, for example {PORT}={port + 1}."
            ) from error
        return int(probe.getsockname()[1])


def _reached_at(address: str) -> str:
    """Where this machine reaches a server that listens on the address."""
    return "127.0.0.1" if address in ("", "0.0.0.0", "::") else address  # noqa: S104 - compared, not bound


def _secret(path: Path) -> str:
    if not path.exists():
        _write_secret(path, SystemClock().token_bytes(32).hex())
    return path.read_text().strip()


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
