"""Operators' commands: run services, open accounts, make keys, look at a process. They need the database, not the API."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

if TYPE_CHECKING:
    from services.administration import Administration
    from shared.accounts.keys import Scope

FOLDER = Path(".muster")
PANEL = "For operators"
Result = TypeVar("Result")


def install(app: typer.Typer) -> None:
    """Add the commands."""
    for body in (run, dev, demo, topology, probe):
        app.command(rich_help_panel=PANEL)(body)
    account = typer.Typer(no_args_is_help=True, help="Accounts: the tenants.")
    account.command("create")(account_create)
    account.command("list")(account_list)
    account.command("limit")(account_limit)
    key = typer.Typer(no_args_is_help=True, help="API keys of an account.")
    key.command("create")(key_create)
    key.command("list")(key_list)
    key.command("revoke")(key_revoke)
    app.add_typer(account, name="account", rich_help_panel=PANEL)
    app.add_typer(key, name="key", rich_help_panel=PANEL)


def run(
    service: Annotated[str, typer.Argument(help="gateway, importer, exporter, lists, status, or all.")],
    embedded: Annotated[
        bool, typer.Option(help="With `all`: no RabbitMQ, and a private MongoDB unless MUSTER_MONGO_URL is set.")
    ] = False,
) -> None:
    """Run a service until SIGTERM or Ctrl-C."""
    from services.all_in_one import BUILDERS, run_services
    from shared.platform.settings import PlatformSettings

    if service not in (*BUILDERS, "all"):
        raise typer.BadParameter(f"there is no service {service!r}; choose one of {', '.join(BUILDERS)} or all")
    if embedded:
        if service != "all":
            raise typer.BadParameter("--embedded runs every service in one process: `muster run all --embedded`")
        from services.dev import run_dev

        _run(run_dev(FOLDER, announce=False))
        return
    names = list(BUILDERS) if service == "all" else [service]
    _run(run_services(names, PlatformSettings()))


def dev() -> None:
    """Run everything in one process on 127.0.0.1, data in .muster/, until Ctrl-C."""
    from services.dev import run_dev

    _run(run_dev(FOLDER, announce=True))


def demo() -> None:
    """Import ten thousand contacts before your eyes, then clean up."""
    from services.demo.run import run_demo

    raise typer.Exit(asyncio.run(run_demo()))


def topology() -> None:
    """Print the exchanges and queues that Muster declares."""
    from shared.contract.topology import TOPOLOGY

    for exchange in TOPOLOGY.exchanges:
        typer.echo(f"exchange {exchange.name} (topic)")
    for queue in TOPOLOGY.queues:
        typer.echo(f"queue    {queue.name}")
        for binding in queue.bindings:
            typer.echo(f"           takes {binding.key} of {binding.exchange}")
        if queue.dead_letter_to:
            when = f"after {queue.ttl_seconds:g} s" if queue.ttl_seconds else f"after {queue.delivery_limit} deliveries"
            typer.echo(f"           {when} to {queue.dead_letter_to}")


def probe(path: Annotated[str, typer.Argument(help="/livez or /readyz.")] = "/livez") -> None:
    """Exit 0 when this machine's service answers its probe, 1 otherwise."""
    import http.client

    from shared.platform.settings import PlatformSettings

    settings = PlatformSettings()
    host = "127.0.0.1" if settings.probe_host == "0.0.0.0" else settings.probe_host  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.probe_port, timeout=3)
    try:
        connection.request("GET", path)
        status = connection.getresponse().status
    except OSError as error:
        _print(f"no answer on port {settings.probe_port}: {error}")
        raise typer.Exit(1) from error
    raise typer.Exit(0 if status == 200 else 1)


def account_create(name: Annotated[str, typer.Argument(help="A name for people.")]) -> None:
    """Open an account."""
    account = _administer(lambda office: office.open_account(name))
    _print(f"Account {account.number} ({account.name}) is open. Next: muster key create {account.number}")


def account_list() -> None:
    """List the accounts."""
    from rich.table import Table

    table = Table("account", "name", "created")
    for account in _administer(lambda office: office.accounts.all()):
        table.add_row(str(account.number), account.name, f"{account.created_at:%Y-%m-%d %H:%M}")
    _print(table)


def account_limit(
    account: Annotated[str, typer.Argument(help="Number or name of the account.")],
    name: Annotated[str, typer.Argument(help="Which limit, as GET /v1/account names it; a wrong name lists them all.")],
    value: Annotated[str, typer.Argument(help="A whole number, or none for the default of the settings.")],
) -> None:
    """Give an account a limit of its own. It holds within seconds."""
    if value != "none" and not value.isdecimal():
        raise typer.BadParameter(f"{value!r} is neither a whole number nor none")
    changed = _administer(lambda office: office.limit(account, name, None if value == "none" else int(value)))
    own = ", ".join(f"{each} {most}" for each, most in sorted(changed.limits.items())) or "none of its own"
    _print(f"Account {changed.number} ({changed.name}) has these limits: {own}.")


def key_create(
    account: Annotated[str, typer.Argument(help="Number or name of the account.")],
    scopes: Annotated[str, typer.Option(help="Separated by commas or blanks; `all` for all of them.")] = "contacts:read,jobs:read",
    expires: Annotated[int | None, typer.Option(help="Days until the key ends; never when absent.", min=1)] = None,
    name: Annotated[str, typer.Option(help="What the key is for.")] = "",
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="Where OAuth codes for this key may be sent, to the letter; may be given again.")
    ] = None,
) -> None:
    """Make a key. It is shown once and kept only as a hash. As an OAuth client, its id is client_id and the key client_secret."""
    wanted = _scopes(scopes)
    life = timedelta(days=expires) if expires else None
    key, text = _administer(lambda office: office.make_key(account, name, wanted, life, redirect_uri or ()))
    until = f"until {key.expires_at:%Y-%m-%d}" if key.expires_at else "without end"
    _print(f"Key {key.id} of account {key.account}, {until}, may: {', '.join(sorted(key.scopes))}. It is shown only now:")
    typer.echo(text)


def key_list(account: Annotated[str, typer.Argument(help="Number or name of the account.")]) -> None:
    """List the keys of an account."""
    for key in _administer(lambda office: office.keys_of(account)):
        stamps = {"created": key.created_at, "expires": key.expires_at, "revoked": key.revoked_at, "last used": key.last_used_at}
        told = ", ".join(f"{what} {at:%Y-%m-%d %H:%M}" for what, at in stamps.items() if at)
        codes = f"  codes to {' '.join(key.redirect_uris)}" if key.redirect_uris else ""
        typer.echo(f"{key.id}  {key.name or '(no name)'}  {' '.join(sorted(key.scopes))}  {told}{codes}")


def key_revoke(account: Annotated[str, typer.Argument(help="Number or name of the account.")], key: str) -> None:
    """End a key. It stops working within five seconds."""
    if not _administer(lambda office: office.revoke(account, key)):
        _print(f"Account {account} has no key {key}.")
        raise typer.Exit(1)
    _print(f"Key {key} is revoked.")


def _print(text: Any) -> None:
    from rich.console import Console

    Console().print(text)


def _scopes(text: str) -> "list[Scope]":
    from shared.accounts.keys import Scope

    words = text.replace(",", " ").split()
    if words == ["all"]:
        return list(Scope)
    try:
        return [Scope(word) for word in words]
    except ValueError as error:
        raise typer.BadParameter(f"{error}; the scopes are {', '.join(Scope)}, or all") from error


def _administer(use: "Callable[[Administration], Awaitable[Result]]") -> Result:
    from services.administration import administration
    from shared.platform.settings import PlatformSettings

    async def open_and_use() -> Result:
        async with administration(PlatformSettings()) as office:
            return await use(office)

    return _run(open_and_use())


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    from shared.accounts.keys import PepperMissing
    from shared.platform.local_mongod import MongodUnavailable
    from shared.platform.mongo import DatabaseUnavailable

    try:
        return asyncio.run(work)
    except (LookupError, ValueError, OSError, RuntimeError, DatabaseUnavailable, PepperMissing, MongodUnavailable) as error:
        typer.echo(str(error) or repr(error), err=True)
        sys.exit(1)
