"""One call of a client command: what it was asked, where it writes, how it ends.

A command is a coroutine whose first parameter is the Call. Its options are its other parameters and those of the groups it takes.
"""

import asyncio
import errno
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from services.cli.config import Asked, needed_key, resolve
from services.cli.exits import ExitCode, Failure
from services.cli.terminal import Surroundings, Terminal
from shared.platform.clock import Clock, SystemClock

if TYPE_CHECKING:
    from services.cli.client import Muster

Body = Callable[..., Coroutine[Any, Any, int | None]]
Group = Callable[..., Any]
CONNECTION = "Connection"


@dataclass
class Root:
    """What stands in front of the command: the surroundings and the options given there."""

    around: Surroundings
    asked: Asked = field(default_factory=Asked)


@dataclass
class Call:
    """One call. `goes_on` is the command that takes up what somebody interrupts: a job that goes on without us, a file to fetch."""

    around: Surroundings
    asked: Asked
    terminal: Terminal
    clock: Clock
    goes_on: str | None = None

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Muster"]:
        """The server that is asked for. Nothing is sent yet."""
        from services.cli.client import Muster

        target = resolve(self.asked, self.around)
        async with Muster(target.url.value, needed_key(target), self.clock) as muster:
            yield muster


def connection(
    url: Annotated[
        str | None, typer.Option(help="Address of the server. [MUSTER_URL]", metavar="URL", rich_help_panel=CONNECTION)
    ] = None,
    key: Annotated[str | None, typer.Option(help="Key to show. [MUSTER_KEY]", metavar="KEY", rich_help_panel=CONNECTION)] = None,
    profile: Annotated[
        str | None,
        typer.Option(help="Section of the settings file. [MUSTER_PROFILE]", metavar="NAME", rich_help_panel=CONNECTION),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.", rich_help_panel=CONNECTION)
    ] = False,
) -> Asked:
    """Options that every client command takes, in front of its name or behind it."""
    return Asked(url, key, profile, as_json)


def client_command(app: typer.Typer, name: str, panel: str | None = None, /, **groups: Group) -> Callable[[Body], Body]:
    """Add a coroutine as a command. Each group is a function: its parameters become options, its result an argument."""

    def register(body: Body) -> Body:
        app.command(name, rich_help_panel=panel)(_command(body, groups))
        return body

    return register


def client_group(app: typer.Typer, body: Body) -> None:
    """Make a coroutine what a group of commands does when none of them is named."""

    def run(ctx: typer.Context, **values: Any) -> None:
        call = _call(ctx, connection(**values))
        ctx.obj = Root(call.around, call.asked)
        if ctx.invoked_subcommand is None:
            raise typer.Exit(perform(call, body(call)))

    _dress(run, list(_options(connection).values()))
    app.callback(invoke_without_command=True)(run)


def client_root(app: typer.Typer) -> None:
    """Take the options of the connection in front of every command, too."""

    def run(ctx: typer.Context, **values: Any) -> None:
        call = _call(ctx, connection(**values))
        ctx.obj = Root(call.around, call.asked)

    _dress(run, list(_options(connection).values()))
    app.callback()(run)


def _command(body: Body, groups: dict[str, Group]) -> Callable[..., NoReturn]:
    every = {**groups, "asked": connection}

    def run(ctx: typer.Context, **values: Any) -> NoReturn:
        gathered = {name: group(**{each: values.pop(each) for each in _options(group)}) for name, group in every.items()}
        call = _call(ctx, gathered.pop("asked"))
        raise typer.Exit(perform(call, body(call, **values, **gathered)))

    own = [each for name, each in list(inspect.signature(body).parameters.items())[1:] if name not in groups]
    _dress(run, [*own, *(each for group in every.values() for each in _options(group).values())])
    run.__doc__ = body.__doc__
    return run


def _call(ctx: typer.Context, asked: Asked) -> Call:
    root = ctx.find_object(Root) or Root(Surroundings.of_process())
    asked = asked.over(root.asked)
    return Call(root.around, asked, Terminal(root.around, asked.as_json), SystemClock())


def _options(group: Group) -> dict[str, inspect.Parameter]:
    return dict(inspect.signature(group).parameters)


def _dress(run: Callable[..., Any], options: list[inspect.Parameter]) -> None:
    """Give a function the signature by which typer makes its options."""
    context = inspect.Parameter("ctx", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context)
    parameters = [context, *(each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in options)]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: each.annotation for each in parameters}


def perform(call: Call, work: Coroutine[Any, Any, int | None]) -> int:
    """Do the work of a command; its exit code. Whatever is expected to go wrong is told in one line."""
    try:
        return asyncio.run(work) or ExitCode.DONE
    except Failure as failure:
        return _told(call, failure)
    except KeyboardInterrupt:
        return _told(call, _interrupted(call))
    except OSError as error:
        if error.errno == errno.EPIPE:
            raise  # whoever read our answer has seen enough
        return _told(call, Failure(ExitCode.FAILED, "file_error", f"{error.strerror or error}: {error.filename or 'a file'}"))


def _interrupted(call: Call) -> Failure:
    detail = "Interrupted."
    if call.goes_on:
        detail = f"Interrupted; nothing is lost. Take it up again with: {call.goes_on}"
    return Failure(ExitCode.INTERRUPTED, "interrupted", detail, goes_on=call.goes_on)


def _told(call: Call, failure: Failure) -> int:
    call.terminal.failure(failure)
    return failure.exit_code
