"""`muster export`, `download`, `rejected`: from a job to a file on this machine, whole or not at all."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from services.cli.call import Call, client_command
from services.cli.exits import ExitCode, Failure, exit_code_of, misused
from services.cli.jobs import JobId, job_path
from services.cli.orders import Order, order, plain_delimiter, submitted, without_blanks
from services.cli.sending import STDIN as STDOUT
from services.cli.sending import size_text
from services.cli.texts import job_lines
from services.cli.watch import Bytes, follow

if TYPE_CHECKING:
    from services.cli.client import Muster

PANEL = "Contacts and jobs"


def install(app: typer.Typer) -> None:
    """Add the commands."""
    client_command(app, "export", PANEL, wanted=order)(export)
    client_command(app, "download", PANEL)(download)
    client_command(app, "rejected", PANEL)(rejected)


async def export(
    call: Call,
    file: Annotated[str | None, typer.Argument(help="Where it goes; - for stdout; the server's name for it when absent.")] = None,
    select: Annotated[str | None, typer.Option(help="Which contacts, as JSON. See /docs of the server.", metavar="JSON")] = None,
    lists: Annotated[list[str] | None, typer.Option("--list", help="On any of these lists. Repeat it.")] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="With any of these tags. Repeat it.")] = None,
    status: Annotated[
        list[str] | None, typer.Option(help="active, unsubscribed, suppressed, pending or deleted. Repeat it.")
    ] = None,
    exclude_list: Annotated[list[str] | None, typer.Option(help="But nobody on it. Repeat it.")] = None,
    fields: Annotated[list[str] | None, typer.Option("--field", help="A column: email, cf:plan ... Repeat it.")] = None,
    headings: Annotated[
        list[str] | None, typer.Option("--heading", help="Of a column: first_name=Vorname. Repeat it.", metavar="COLUMN=TEXT")
    ] = None,
    file_format: Annotated[Literal["csv", "ndjson", "json", "xlsx", "parquet"], typer.Option("--format")] = "csv",
    compression: Annotated[Literal["none", "gzip", "zstd"], typer.Option(help="Of the whole file.")] = "none",
    delimiter: Annotated[str | None, typer.Option(help="Of a CSV: , ; | or tab.")] = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin a CSV with the mark by which Excel knows UTF-8.")] = False,
    no_formula_escape: Annotated[
        bool, typer.Option("--no-formula-escape", help="Leave cells that a spreadsheet would run as they are.")
    ] = False,
    *,
    wanted: Order,
) -> int:
    """Export contacts into a file. Every contact, unless told which."""
    own = without_blanks(
        select=_selection(select, lists=lists, tags=tags, status=status),
        exclude={"lists": exclude_list} if exclude_list else None,
        fields=fields,
        headings=_headings(headings or []),
        format=file_format,
        compression=compression,
        delimiter=plain_delimiter(delimiter),
        bom=bom,
    )
    if no_formula_escape:
        own["formula_escape"] = False
    if file is not None and not wanted.is_watched:
        raise misused("With --no-watch there is no file yet. Leave FILE out; later: muster download JOB FILE")
    _one_answer(call, file)
    async with call.connect() as muster:
        job = await submitted(call, muster, "/v1/exports", own, wanted)
        if not wanted.is_watched:
            call.terminal.result(job, job_lines(job))
            return ExitCode.DONE
        job = await follow(call, muster, job)
        if job.get("file") is None:
            call.terminal.result(job, job_lines(job))
            return exit_code_of(job)
        return await _take(call, muster, job, file)


async def download(
    call: Call,
    job_id: JobId,
    file: Annotated[str | None, typer.Argument(help="Where it goes; - for stdout; the server's name for it when absent.")] = None,
) -> int:
    """Fetch the file of an export that has completed."""
    _one_answer(call, file)
    async with call.connect() as muster:
        job = await muster.get(job_path(job_id))
        if job.get("file") is None:
            detail = f"Job {job_id} has no file: it is {job['kind']}, {job['state']}."
            raise Failure(ExitCode.FAILED, "file_missing", detail)
        return await _take(call, muster, job, file)


async def rejected(
    call: Call,
    job_id: JobId,
    output: Annotated[str, typer.Option("--output", "-o", help="Where it goes; stdout when absent.", metavar="FILE")] = STDOUT,
) -> None:
    """Fetch the rejected rows of a job as CSV, to mend and import again."""
    from services.cli.fetching import Sink, fetch, replacing

    _one_answer(call, output)
    async with call.connect() as muster:
        path = job_path(job_id, "/rejected.csv")
        if output == STDOUT:
            await fetch(muster, path, Sink(_stdout(call), False, lambda _: None))
            call.around.stdout.flush()
            return
        with replacing(Path(output)) as opened:
            sink = Sink(opened, True, lambda _: None)
            await fetch(muster, path, sink)
    call.terminal.result({"file": output, "bytes": sink.size}, [f"{output}: {size_text(sink.size)}"])


async def _take(call: Call, muster: "Muster", job: dict[str, Any], file: str | None) -> int:
    from services.cli.fetching import Sink, fetch, replacing

    manifest = job["file"]
    path = job_path(job["id"], "/file")
    call.goes_on = f"muster download {job['id']}"
    with Bytes(call, "fetching", manifest["bytes"]) as bar:
        if file == STDOUT:
            sink = Sink(_stdout(call), False, bar.told)
            await fetch(muster, path, sink, manifest)
            call.around.stdout.flush()
            return exit_code_of(job)
        place = Path(file) if file else _servers_choice(call, job)
        with replacing(place) as opened:
            sink = Sink(opened, True, bar.told)
            await fetch(muster, path, sink, manifest)
    written = f"{place}: {manifest['rows']:,} rows, {size_text(sink.size)}, SHA-256 as announced"
    call.terminal.result(job, [written])
    return exit_code_of(job)


def _servers_choice(call: Call, job: dict[str, Any]) -> Path:
    """The name that the server gives, in this folder. Nothing that is there is overwritten by a name nobody typed."""
    name = Path(job["file"]["name"]).name
    place = call.around.folder / (name if name.isprintable() and name.strip(".") else "export")
    if place.exists():
        detail = f"There is a {place} already. Say where the file goes: muster download {job['id']} FILE"
        raise Failure(ExitCode.FAILED, "file_exists", detail)
    return place


def _one_answer(call: Call, file: str | None) -> None:
    if call.terminal.as_json and file == STDOUT:
        raise misused("--json and the file cannot both go to stdout. Name a file.")


def _stdout(call: Call) -> Any:
    call.around.stdout.flush()
    return call.around.stdout.buffer


def _headings(pairs: list[str]) -> dict[str, str] | None:
    """The first `=` divides: names of columns have none, headings may."""
    found: dict[str, str] = {}
    for pair in pairs:
        column, divides, heading = pair.partition("=")
        if not divides or not column:
            raise misused(f"--heading {pair!r} is not COLUMN=TEXT, as in --heading first_name=Vorname.")
        found[column] = heading
    return found or None


def _selection(text: str | None, **named: list[str] | None) -> dict[str, Any] | None:
    try:
        selection = json.loads(text) if text else {}
    except ValueError as error:
        raise misused(f"--select is not JSON: {error}.") from error
    if not isinstance(selection, dict):
        raise misused('--select is a JSON object, such as {"lists": ["News"]}.')
    for name, values in named.items():
        if values and name in selection:
            raise misused(f"--select names {name} already. Say it in one place.")
    return {**selection, **without_blanks(**named)} or None
