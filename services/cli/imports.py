"""`muster import`: a file in, followed to its last row."""

from typing import Annotated, Any, Literal

import typer

from services.cli.call import Call, client_command
from services.cli.exits import misused
from services.cli.orders import Order, finished, order, reading, submitted, without_blanks

PANEL = "Contacts and jobs"


def install(app: typer.Typer) -> None:
    """Add the command."""
    client_command(app, "import", PANEL, takes=taking, reads=reading, wanted=order)(import_file)


def taking(
    columns: Annotated[
        Literal["guess", "given"] | None, typer.Option(help="Columns without --map: guess what they are, or leave them out.")
    ] = None,
    most_rows: Annotated[int | None, typer.Option(help="Take so many rows and leave out the others.", min=1)] = None,
    most_bytes: Annotated[int | None, typer.Option(help="Take the rows that end within so many bytes.", min=1)] = None,
    quality_gate_from: Annotated[int | None, typer.Option(help="Ask the quality gate from so many rows on.", min=0)] = None,
    taken: Annotated[
        Literal["reject", "merge"] | None,
        typer.Option(help="Rows with a key of another contact: reject them, or merge that contact into theirs."),
    ] = None,
    ended: Annotated[
        Literal["apply", "reject"] | None,
        typer.Option(help="Rows for contacts that unsubscribed: apply (but no new subscription), or reject them whole."),
    ] = None,
    new_email_permission: Annotated[
        Literal["explicit", "implicit", "not_set", "pending_confirmation"] | None,
        typer.Option(help="E-mail permission with which new contacts begin."),
    ] = None,
    sms_permission: Annotated[
        Literal["explicit", "not_set"] | None, typer.Option(help="SMS permission that every row with a mobile gives.")
    ] = None,
) -> dict[str, Any]:
    """What of the file is taken, and what it permits."""
    return without_blanks(
        columns=columns,
        most_rows=most_rows,
        most_bytes=most_bytes,
        quality_gate_from=quality_gate_from,
        taken=taken,
        ended=ended,
        new_email_permission=new_email_permission,
        sms_permission=sms_permission,
    )


async def import_file(
    call: Call,
    file: Annotated[str, typer.Argument(help="The file; - for stdin.", metavar="FILE")],
    lists: Annotated[list[str] | None, typer.Option("--list", help="List that every contact joins. Repeat it.")] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="Tag that every contact gets. Repeat it.")] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="Column into field, `Mail=email`; `Notes=` leaves it out. Repeat it.", metavar="COLUMN=FIELD"),
    ] = None,
    match: Annotated[
        str | None,
        typer.Option(help="What finds a contact: email (default), id, uuid, mobile, email_or_mobile, identifier:NAME, or row."),
    ] = None,
    mode: Annotated[Literal["upsert", "create", "update"] | None, typer.Option(help="Which contacts may be touched.")] = None,
    merge: Annotated[
        Literal["overwrite_non_empty", "overwrite", "fill_empty"] | None,
        typer.Option(help="What blank cells and stored values do."),
    ] = None,
    duplicates: Annotated[
        Literal["merge", "first", "last", "reject"] | None, typer.Option(help="Several rows for one contact.")
    ] = None,
    create_fields: Annotated[bool, typer.Option("--create-fields", help="Make custom fields of columns nobody knows.")] = False,
    day_first: Annotated[bool, typer.Option("--day-first", help="Read 03/04/2026 as 3 April.")] = False,
    quality_gate: Annotated[
        float | None, typer.Option(help="Refuse the file if more than this share of rows is bad (0 to 1).")
    ] = None,
    *,
    takes: dict[str, Any],
    reads: dict[str, Any],
    wanted: Order,
) -> int:
    """Import a file of contacts, and wait until every row has its outcome."""
    own = without_blanks(
        lists=lists,
        tags=tags,
        mapping=_mapping(mapping or []),
        match=match,
        mode=mode,
        merge=merge,
        duplicates=duplicates,
        create_fields=create_fields,
        day_first=day_first,
        quality_gate=quality_gate,
    )
    async with call.connect() as muster:
        job = await submitted(call, muster, "/v1/imports", {**reads, **takes, **own}, wanted, file)
        return await finished(call, muster, job, wanted.is_watched)


def _mapping(pairs: list[str]) -> dict[str, str | None] | None:
    """The last `=` divides: fields have none, headings of columns may."""
    found: dict[str, str | None] = {}
    for pair in pairs:
        column, divides, field = pair.rpartition("=")
        if not divides or not column:
            raise misused(f"--map {pair!r} is not COLUMN=FIELD, as in --map Mail=email.")
        found[column] = field or None
    return found or None
