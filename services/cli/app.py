"""Puts the command line together: what stands in front of a command, the commands, and how the process ends."""

import sys
from collections.abc import Sequence
from typing import Any

import typer

from services.cli import changes, configure, exports, imports, jobs, named, operate
from services.cli.call import Root, client_root
from services.cli.config import DEFAULT_URL, DEV_KEY_FILE
from services.cli.exits import MEANINGS
from services.cli.terminal import Surroundings

HELP = f"""Bulk work on contacts, with a truthful status.

The server is that of --url, MUSTER_URL, the settings file (muster config show) or {DEFAULT_URL}, whichever is given first.
The key is that of --key, MUSTER_KEY or the settings file; for {DEFAULT_URL} also that of {DEV_KEY_FILE} in this folder,
which `muster dev` keeps.
"""
EPILOG = "Exit codes: " + "; ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items()) + "."


def application() -> typer.Typer:
    """Every command."""
    app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False, help=HELP, epilog=EPILOG)
    client_root(app)
    for module in (imports, exports, jobs, named, changes, configure, operate):
        module.install(app)
    return app


def main() -> None:
    """Entry point of the console script."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str], around: Surroundings | None = None) -> int:
    """One command line; its exit code."""
    root = Root(around or Surroundings.of_process())
    try:
        application()(args=list(arguments), prog_name="muster", obj=root)
    except SystemExit as end:
        return _number(end.code)
    return 0


def _number(code: Any) -> int:
    return code if isinstance(code, int) else 0 if code is None else 1
