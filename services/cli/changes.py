"""Changes of many contacts at once: who is meant, and the commands that delete and restore."""

from dataclasses import dataclass
from typing import Annotated, Any

import typer

from services.cli.call import Call, client_command
from services.cli.exits import misused
from services.cli.orders import Order, finished, order, reading, submitted, without_blanks

PANEL = "Which contacts"
NAMES = typer.Argument(metavar="NAME", help="Names, ids or UUIDs.")


@dataclass(frozen=True)
class Source:
    """Which contacts a change is about."""

    selection: dict[str, Any]
    excluded_lists: list[str]
    file: str | None
    of_file: dict[str, Any]

    def options(self) -> dict[str, Any]:
        """As a request says it. Raises Failure where nobody is meant, or two things are meant at once."""
        if self.file is None and self.of_file:
            raise misused(f"--{next(iter(self.of_file))} is about a file. Name it with --file.")
        if self.file is not None and self.selection:
            raise misused("The contacts come from --file or from the other options, not from both.")
        if self.file is None and not self.selection:
            raise misused("Say which contacts: --id, --email, --from-list, --tag, --all or --file.")
        if "all" in self.selection and len(self.selection) > 1:
            raise misused("--all means every contact; leave the other options out.")
        exclude = {"lists": self.excluded_lists} if self.excluded_lists else None
        return without_blanks(source=self.selection or None, exclude=exclude, **self.of_file)


def source(
    ids: Annotated[list[str] | None, typer.Option("--id", help="Number or UUID. Repeat it.", rich_help_panel=PANEL)] = None,
    emails: Annotated[list[str] | None, typer.Option("--email", help="Address. Repeat it.", rich_help_panel=PANEL)] = None,
    from_lists: Annotated[
        list[str] | None, typer.Option("--from-list", help="Everybody on it. Repeat it.", rich_help_panel=PANEL)
    ] = None,
    from_tags: Annotated[
        list[str] | None, typer.Option("--tag", help="Everybody who has it. Repeat it.", rich_help_panel=PANEL)
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Every contact.", rich_help_panel=PANEL)] = False,
    file: Annotated[
        str | None, typer.Option(help="Those that a file names; - for stdin.", metavar="FILE", rich_help_panel=PANEL)
    ] = None,
    match: Annotated[
        str | None, typer.Option(help="What names a contact in the file: email (default), id, uuid ...", rich_help_panel=PANEL)
    ] = None,
    column: Annotated[str | None, typer.Option(help="Column of the file that holds it.", rich_help_panel=PANEL)] = None,
    exclude_list: Annotated[list[str] | None, typer.Option(help="But nobody on it. Repeat it.", rich_help_panel=PANEL)] = None,
) -> Source:
    """Options of every command that changes many contacts."""
    chosen = without_blanks(all=everybody, ids=ids, emails=emails, lists=from_lists, tags=from_tags)
    return Source(chosen, exclude_list or [], file, without_blanks(match=match, column=column))


async def change(call: Call, path: str, own: dict[str, Any], who: Source, reads: dict[str, Any], wanted: Order) -> int:
    """Ask for a change of these contacts and follow it."""
    options = {**own, **who.options(), **(reads if who.file else {})}
    async with call.connect() as muster:
        job = await submitted(call, muster, path, options, wanted, who.file)
        return await finished(call, muster, job, wanted.is_watched)


def install(app: typer.Typer) -> None:
    """Add `delete` and `restore`."""
    delete = typer.Typer(no_args_is_help=True, help="Delete contacts, or lists, tags or custom fields.")
    client_command(delete, "contacts", who=source, reads=reading, wanted=order)(delete_contacts)
    for name, body in (("lists", delete_lists), ("tags", delete_tags), ("fields", delete_fields)):
        client_command(delete, name, wanted=order)(body)
    app.add_typer(delete, name="delete", rich_help_panel="Contacts and jobs")
    client_command(app, "restore", "Contacts and jobs", who=source, reads=reading, wanted=order)(restore)


async def delete_contacts(
    call: Call,
    erase: Annotated[bool, typer.Option("--erase", help="For good, with every trace in earlier jobs.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    *,
    who: Source,
    reads: dict[str, Any],
    wanted: Order,
) -> int:
    """Delete contacts. They can be restored, unless they are erased."""
    who.options()
    _sure(call, yes, "Erase these contacts for good?" if erase else "Delete these contacts?")
    own = {"what": "contacts", "mode": "erase" if erase else "soft"}
    return await change(call, "/v1/deletions", own, who, reads, wanted)


async def delete_lists(
    call: Call,
    names: Annotated[list[str], NAMES],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    *,
    wanted: Order,
) -> int:
    """Delete lists and take them off every contact. The contacts stay."""
    return await _delete_named(call, "lists", names, yes, wanted)


async def delete_tags(
    call: Call,
    names: Annotated[list[str], NAMES],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    *,
    wanted: Order,
) -> int:
    """Delete tags and take them off every contact."""
    return await _delete_named(call, "tags", names, yes, wanted)


async def delete_fields(
    call: Call,
    names: Annotated[list[str], NAMES],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    *,
    wanted: Order,
) -> int:
    """Delete custom fields with what contacts have in them."""
    return await _delete_named(call, "fields", names, yes, wanted)


async def restore(call: Call, *, who: Source, reads: dict[str, Any], wanted: Order) -> int:
    """Bring deleted contacts back as they were."""
    return await change(call, "/v1/restorations", {}, who, reads, wanted)


async def _delete_named(call: Call, what: str, names: list[str], yes: bool, wanted: Order) -> int:
    _sure(call, yes, f"Delete {what} {', '.join(names)}?")
    async with call.connect() as muster:
        job = await submitted(call, muster, "/v1/deletions", {"what": what, "names": names}, wanted)
        return await finished(call, muster, job, wanted.is_watched)


def _sure(call: Call, yes: bool, question: str) -> None:
    if yes:
        return
    if not call.terminal.can_ask:
        raise misused("Nobody is there to ask. Add --yes to delete without asking.")
    if not call.terminal.ask(question):
        raise misused("Nothing was deleted.")
