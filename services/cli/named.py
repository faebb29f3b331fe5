"""Lists and tags: show them, make a list, put contacts on and take them off."""

from typing import Annotated, Any

import typer

from services.cli.call import Call, client_command, client_group
from services.cli.changes import Source, change, source
from services.cli.orders import Order, order, reading
from services.cli.terminal import columns

PANEL = "Contacts and jobs"
PAGE = 500
Lists = Annotated[list[str], typer.Argument(metavar="LIST", help="Lists by name, id or UUID.")]
Tags = Annotated[list[str], typer.Argument(metavar="TAG", help="Tags by name.")]


def install(app: typer.Typer) -> None:
    """Add `lists` and `tags`, each with its own commands."""
    lists = typer.Typer(help="Show the lists; create, add, remove, move.")
    client_group(lists, show_lists)
    client_command(lists, "create")(create_list)
    for name, body in (("add", add_to_lists), ("remove", remove_from_lists), ("move", move_to_lists)):
        client_command(lists, name, who=source, reads=reading, wanted=order)(body)
    tags = typer.Typer(help="Show the tags; add, remove.")
    client_group(tags, show_tags)
    client_command(tags, "add", who=source, reads=reading, wanted=order)(add_tags)
    client_command(tags, "remove", who=source, reads=reading, wanted=order)(remove_tags)
    app.add_typer(lists, name="lists", rich_help_panel=PANEL)
    app.add_typer(tags, name="tags", rich_help_panel=PANEL)


async def show_lists(call: Call) -> None:
    """Show every list."""
    await _show(call, "/v1/lists", "No lists.")


async def create_list(
    call: Call,
    name: Annotated[str, typer.Argument(help="Its name.")],
    description: Annotated[str | None, typer.Option(help="What it is for.")] = None,
) -> None:
    """Create a list."""
    async with call.connect() as muster:
        made = await muster.post("/v1/lists", {"name": name, "description": description})
    call.terminal.result(made, [f"List {made['id']}: {made['name']}"])


async def add_to_lists(call: Call, lists: Lists, *, who: Source, reads: dict[str, Any], wanted: Order) -> int:
    """Put contacts on lists."""
    return await change(call, "/v1/list-changes", {"action": "add", "lists": lists}, who, reads, wanted)


async def remove_from_lists(call: Call, lists: Lists, *, who: Source, reads: dict[str, Any], wanted: Order) -> int:
    """Take contacts off lists."""
    return await change(call, "/v1/list-changes", {"action": "remove", "lists": lists}, who, reads, wanted)


async def move_to_lists(
    call: Call,
    lists: Lists,
    leave: Annotated[list[str] | None, typer.Option(help="List to leave; those of --from-list when absent. Repeat it.")] = None,
    *,
    who: Source,
    reads: dict[str, Any],
    wanted: Order,
) -> int:
    """Move contacts onto these lists, off those they come from."""
    own = {"action": "move", "lists": lists, **({"leave": leave} if leave else {})}
    return await change(call, "/v1/list-changes", own, who, reads, wanted)


async def show_tags(call: Call) -> None:
    """Show every tag."""
    await _show(call, "/v1/tags", "No tags.")


async def add_tags(call: Call, tags: Tags, *, who: Source, reads: dict[str, Any], wanted: Order) -> int:
    """Put tags on contacts. Tags that do not exist are made."""
    return await change(call, "/v1/tag-changes", {"action": "add", "tags": tags}, who, reads, wanted)


async def remove_tags(call: Call, tags: Tags, *, who: Source, reads: dict[str, Any], wanted: Order) -> int:
    """Take tags off contacts."""
    return await change(call, "/v1/tag-changes", {"action": "remove", "tags": tags}, who, reads, wanted)


async def _show(call: Call, path: str, none: str) -> None:
    async with call.connect() as muster:
        found = [item async for item in muster.pages(path, limit=PAGE)]
    call.terminal.result({"items": found}, columns([[str(item["id"]), item["name"]] for item in found]) or [none])
