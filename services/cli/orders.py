"""What every job may be told besides its own options, and the way of a job from its request to its end."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from services.cli.call import Call
from services.cli.exits import ExitCode, exit_code_of
from services.cli.sending import Outgoing
from services.cli.texts import job_lines
from services.cli.watch import Bytes, follow

if TYPE_CHECKING:
    from services.cli.client import Muster

PANEL = "Job"


@dataclass(frozen=True)
class Order:
    """When a job may start, how it is called, and whether it is watched."""

    options: dict[str, Any]
    idempotency_key: str | None
    is_watched: bool


def order(
    after: Annotated[
        list[str] | None, typer.Option(help="Start when this job is completed. Repeat it.", metavar="JOB", rich_help_panel=PANEL)
    ] = None,
    run_at: Annotated[
        str | None, typer.Option(help="Start then, at the earliest: 2026-12-01T08:00+01:00.", metavar="TIME", rich_help_panel=PANEL)
    ] = None,
    name: Annotated[str | None, typer.Option(help="A name for people.", rich_help_panel=PANEL)] = None,
    retention_days: Annotated[
        float | None, typer.Option(help="Forget the job so long after its end.", rich_help_panel=PANEL)
    ] = None,
    idempotency_key: Annotated[
        str | None, typer.Option(help="The same key and request give the same job again.", metavar="KEY", rich_help_panel=PANEL)
    ] = None,
    watch: Annotated[bool, typer.Option(help="Wait for the end of the job.", rich_help_panel=PANEL)] = True,
) -> Order:
    """Options of every command that makes a job."""
    return Order(without_blanks(after=after, run_at=run_at, name=name, retention_days=retention_days), idempotency_key, watch)


def reading(
    file_format: Annotated[
        str | None, typer.Option("--format", help="Of the file; found by its name and first bytes when absent.", metavar="FORMAT")
    ] = None,
    delimiter: Annotated[str | None, typer.Option(help="Of a CSV: , ; | or tab.")] = None,
    encoding: Annotated[str | None, typer.Option(help="Of a CSV.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Of a workbook: name, or number from 1.")] = None,
) -> dict[str, Any]:
    """Options of every command that sends a file."""
    number = int(sheet) if sheet and sheet.isdecimal() else sheet
    return without_blanks(format=file_format, delimiter=plain_delimiter(delimiter), encoding=encoding, sheet=number)


def plain_delimiter(text: str | None) -> str | None:
    """The delimiter itself: shells make a tab hard to type."""
    return "\t" if text in ("tab", "\\t") else text


def without_blanks(**options: Any) -> dict[str, Any]:
    """Only what was said, so that the server's defaults hold for the rest."""
    return {name: value for name, value in options.items() if value not in (None, [], False)}


async def submitted(
    call: Call, muster: "Muster", path: str, options: dict[str, Any], wanted: Order, file: str | None = None
) -> dict[str, Any]:
    """The job that this request makes, just accepted."""
    every = {**options, **wanted.options}
    if file is None:
        return await muster.post(path, every, key=wanted.idempotency_key)
    sized = Outgoing(file, call.around.stdin)
    with Bytes(call, "sending", sized.bytes) as bar:
        sized.told = bar.told
        try:
            return await muster.send_file(path, every, sized, key=wanted.idempotency_key)
        finally:
            sized.close()


async def finished(call: Call, muster: "Muster", job: dict[str, Any], is_watched: bool) -> ExitCode:
    """Watch the job where that is wanted, then tell how it is; the exit code that says it too."""
    if is_watched:
        job = await follow(call, muster, job)
    call.terminal.result(job, job_lines(job))
    return exit_code_of(job) if is_watched else ExitCode.DONE
