"""The command line: `muster run`, `dev`, `demo`, `account`, `key`, `topology`, `probe`."""

import asyncio
import http.client
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from services.administration import Administration, administration
from services.all_in_one import BUILDERS, run_services
from services.demo.run import run_demo
from services.dev import run_dev
from shared.accounts.keys import Scope
from shared.contract.topology import TOPOLOGY
from shared.platform.settings import PlatformSettings

FOLDER = Path(".muster")

app = typer.Typer(
    no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False, help="Bulk work on contacts, with a truthful status."
)
account_app = typer.Typer(no_args_is_help=True, help="Accounts: the tenants.")
key_app = typer.Typer(no_args_is_help=True, help="API keys of an account.")
app.add_typer(account_app, name="account")
app.add_typer(key_app, name="key")
console = Console()


def main() -> None:
    """Entry point of the console script."""
    app()


@app.command()
def run(
    service: Annotated[str, typer.Argument(help="gateway, importer, exporter, lists, status, or all.")],
    embedded: Annotated[
        bool, typer.Option(help="With `all`: no RabbitMQ, and a private MongoDB unless MUSTER_MONGO_URL is set.")
    ] = False,
) -> None:
    """Run a service until SIGTERM or Ctrl-C."""
    if service not in (*BUILDERS, "all"):
        raise typer.BadParameter(f"there is no service {service!r}; choose one of {', '.join(BUILDERS)} or all")
    if embedded:
        if service != "all":
            raise typer.BadParameter("--embedded runs every service in one process: `muster run all --embedded`")
        _run(run_dev(FOLDER, announce=False))
        return
    names = list(BUILDERS) if service == "all" else [service]
    _run(run_services(names, PlatformSettings()))


@app.command()
def dev() -> None:
    """Run everything in one process on 127.0.0.1, data in .muster/, until Ctrl-C."""
    _run(run_dev(FOLDER, announce=True))


@app.command()
def demo() -> None:
    """Import ten thousand contacts before your eyes, then clean up."""
    raise typer.Exit(asyncio.run(run_demo()))


@app.command()
def topology() -> None:
    """Print the exchanges and queues that Muster declares."""
    console.print("exchanges:", ", ".join(exchange.name for exchange in TOPOLOGY.exchanges))
    table = Table("queue", "bound to", "expires after", "dead letters to", "delivery limit")
    for queue in TOPOLOGY.queues:
        bound = "\n".join(f"{binding.exchange} {binding.key}" for binding in queue.bindings)
        expires = f"{queue.ttl_seconds} s" if queue.ttl_seconds else ""
        table.add_row(queue.name, bound, expires, queue.dead_letter_to or "", str(queue.delivery_limit or ""))
    console.print(table)


@app.command()
def probe(path: Annotated[str, typer.Argument(help="/livez or /readyz.")] = "/livez") -> None:
    """Exit 0 when this machine's service answers its probe, 1 otherwise."""
    settings = PlatformSettings()
    host = "127.0.0.1" if settings.probe_host == "0.0.0.0" else settings.probe_host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.probe_port, timeout=3)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except OSError as error:
        console.print(f"no answer on port {settings.probe_port}: {error}")
        raise typer.Exit(1) from error
    raise typer.Exit(0 if status == 200 else 1)


@account_app.command("create")
def account_create(name: Annotated[str, typer.Argument(help="A name for people.")]) -> None:
    """Open an account."""
    account = _administer(lambda office: office.open_account(name))
    console.print(f"Account {account.number} ({account.name}) is open. Next: muster key create {account.number}")


@account_app.command("list")
def account_list() -> None:
    """List the accounts."""
    table = Table("account", "name", "created")
    for account in _administer(lambda office: office.accounts.all()):
        table.add_row(str(account.number), account.name, f"{account.created_at:%Y-%m-%d %H:%M}")
    console.print(table)


@key_app.command("create")
def key_create(
    account: Annotated[str, typer.Argument(help="Number or name of the account.")],
    scopes: Annotated[str, typer.Option(help="Separated by commas or blanks; `all` for all of them.")] = "contacts:read,jobs:read",
    expires: Annotated[int | None, typer.Option(help="Days until the key ends; never when absent.", min=1)] = None,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
) -> None:
    """Make a key. It is shown once and kept only as a hash."""
    wanted = _scopes(scopes)
    life = timedelta(days=expires) if expires else None
    key, text = _administer(lambda office: office.make_key(account, name, wanted, life))
    until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without end"
    console.print(f"Key {key.id} of account {key.account}, {until}, may: {', '.join(sorted(key.scopes))}. It is shown only now:")
    typer.echo(text)


@key_app.command("list")
def key_list(account: Annotated[str, typer.Argument(help="Number or name of the account.")]) -> None:
    """List the keys of an account."""
    table = Table("key", "name", "scopes", "created", "expires", "revoked", "last used")
    for key in _administer(lambda office: office.keys_of(account)):
        stamps = [f"{at:%Y-%m-%d %H:%M}" if at else "" for at in (key.created_at, key.expires_at, key.revoked_at, key.last_used_at)]
        table.add_row(key.id, key.name, " ".join(sorted(key.scopes)), *stamps)
    console.print(table)


@key_app.command("revoke")
def key_revoke(account: Annotated[str, typer.Argument(help="Number or name of the account.")], key: str) -> None:
    """End a key. It stops working within five seconds."""
    if not _administer(lambda office: office.revoke(account, key)):
        console.print(f"Account {account} has no key {key}.")
        raise typer.Exit(1)
    console.print(f"Key {key} is revoked.")


def _scopes(text: str) -> list[Scope]:
    words = text.replace(",", " ").split()
    if words == ["all"]:
        return list(Scope)
    try:
        return [Scope(word) for word in words]
    except ValueError as error:
        raise typer.BadParameter(f"{error}; the scopes are {', '.join(Scope)}, or all") from error


def _administer(use: Callable[[Administration], Awaitable[Any]]) -> Any:
    async def open_and_use() -> Any:
        async with administration(PlatformSettings()) as office:
            return await use(office)

    return _run(open_and_use())


def _run(work: Any) -> Any:
    try:
        return asyncio.run(work)
    except (LookupError, ValueError, OSError, RuntimeError) as error:
        console.print(f"[red]{error}[/red]" if str(error) else repr(error), style=None)
        sys.exit(1)
