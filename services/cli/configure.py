"""`muster config`: keep the address and the key in the settings file, and show what holds here. Keys are never shown whole."""

from typing import Annotated, Any

import typer

from services.cli.call import Call, client_command
from services.cli.config import Found, Setting, profile_name, resolve, write_setting
from services.cli.exits import misused
from services.cli.terminal import columns


def install(app: typer.Typer) -> None:
    """Add the commands."""
    config = typer.Typer(no_args_is_help=True, help="The settings file of these commands.")
    client_command(config, "set")(set_value)
    client_command(config, "show")(show)
    app.add_typer(config, name="config", rich_help_panel="Contacts and jobs")


async def set_value(
    call: Call,
    setting: Annotated[Setting, typer.Argument(help="url or key.")],
    value: Annotated[
        str | None, typer.Argument(help="Its value. Without it one line of stdin: a key then stays out of the shell's history.")
    ] = None,
) -> None:
    """Keep a setting of a profile (--profile) for later calls."""
    if value is None:
        if call.terminal.can_ask:
            value = typer.prompt(setting, hide_input=setting == "key", err=True)
        else:
            value = call.around.stdin.readline().decode("utf-8", "replace")
    value = value.strip()
    if not value or not value.isprintable():
        raise misused(f"A {setting} is one line that is not empty.")
    profile = profile_name(call.asked, call.around)
    write_setting(call.around.config_file, profile, setting, value)
    where = str(call.around.config_file)
    call.terminal.result({"file": where, "profile": profile, "set": setting}, [f"{setting} of [{profile}] is kept in {where}"])


async def show(call: Call) -> None:
    """Show which server and key are used here, and where that is said."""
    target = resolve(call.asked, call.around)
    key = Found(masked(target.key.value), target.key.origin) if target.key else None
    document: dict[str, Any] = {
        "file": str(call.around.config_file),
        "profile": profile_name(call.asked, call.around),
        "url": vars(target.url),
        "key": vars(key) if key else None,
    }
    lines = [["file", document["file"], ""], ["url", target.url.value, target.url.origin]]
    lines.append(["key", key.value, key.origin] if key else ["key", "none", "muster config set key"])
    call.terminal.result(document, columns(lines))


def masked(key: str) -> str:
    """The public part of a key, by which `muster key list` names it; nothing of a key that somebody chose."""
    head, _, rest = key.removeprefix("mst_").partition("_")
    return f"mst_{head}_..." if key.startswith("mst_") and rest else "..."
