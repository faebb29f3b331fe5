"""The embedded mode for people: everything in one process, data in one folder, one account and one key ready to use."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from services.administration import Administration, open_administration
from services.all_in_one import embedded_mongod, make_platform, run_embedded
from services.gateway.settings import GatewaySettings
from shared.accounts.keys import Scope
from shared.host import Platform
from shared.platform.clock import SystemClock
from shared.platform.observe import configure_logging
from shared.platform.settings import PlatformSettings

ACCOUNT = "dev"
DEV_PORT = "MUSTER_PORT"
DEV_KEY = "MUSTER_DEV_KEY"


@dataclass(frozen=True, slots=True)
class Home:
    """A running embedded Muster."""

    url: str
    key: str
    platform: Platform
    office: Administration


@contextlib.asynccontextmanager
async def at_home(folder: Path, settings: PlatformSettings, port: int, until: asyncio.Event) -> AsyncIterator[Home]:
    """Every service running in this process, with an account and a key that may do everything."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("MUSTER_KEY_PEPPER", _secret(folder / "pepper"))
    async with embedded_mongod(folder, settings) as found:
        platform = make_platform(found, "embedded", in_process=True)
        await platform.mongo.check()
        office = open_administration(platform.mongo, platform.clock)
        key = await _dev_key(office, folder)
        os.environ["MUSTER_GATEWAY_PORT"] = str(port)
        running = asyncio.create_task(run_embedded(platform, until))
        try:
            await _listening(running, port)
            yield Home(f"http://127.0.0.1:{port}", key, platform, office)
        finally:
            until.set()
            await running


async def run_dev(folder: Path, *, announce: bool) -> None:
    """Run until Ctrl-C."""
    settings = PlatformSettings(probe_port=0)
    configure_logging("WARNING" if announce else settings.log_level, "console" if announce else settings.log_format)
    until = asyncio.Event()
    port = int(os.environ.get(DEV_PORT, GatewaySettings().port))
    async with at_home(folder, settings, port, until) as home:
        if announce:
            _announce(home, folder)
        await until.wait()


def _announce(home: Home, folder: Path) -> None:
    console = Console()
    console.print(
        f"\nMuster runs on [bold]{home.url}[/bold] (docs: {home.url}/docs). Data is kept in {folder}/. Ctrl-C stops it.\n"
    )
    console.print(f"  export KEY={home.key}\n", soft_wrap=True, highlight=False)
    console.print("Import a file and follow the job:\n")
    console.print(
        f'  curl -s -H "Authorization: Bearer $KEY" -F file=@contacts.csv {home.url}/v1/imports', soft_wrap=True, highlight=False
    )
    console.print(f'  curl -s -H "Authorization: Bearer $KEY" {home.url}/v1/jobs\n', soft_wrap=True, highlight=False)


async def _dev_key(office: Administration, folder: Path) -> str:
    await office.keys.prepare()
    account = await office.accounts.find(ACCOUNT) or await office.open_account(ACCOUNT)
    wanted = os.environ.get(DEV_KEY)
    kept = folder / "key"
    text = wanted or (kept.read_text().strip() if kept.exists() else "")
    if text:
        await office.keys.adopt(account.number, text, frozenset(Scope))
    else:
        _, text = await office.keys.create(account.number, name="dev", scopes=frozenset(Scope))
        _write_secret(kept, text)
    return text


def _secret(path: Path) -> str:
    if not path.exists():
        _write_secret(path, SystemClock().token_bytes(32).hex())
    return path.read_text().strip()


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


async def _listening(running: asyncio.Task[None], port: int) -> None:
    """Return once the port takes connections. Raises what ended the services before that."""
    clock = SystemClock()
    while True:
        if running.done():
            running.result()
            raise RuntimeError("The services stopped before they listened.")
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await clock.sleep(0.05)
            continue
        writer.close()
        return
