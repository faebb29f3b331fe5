"""What the options of commands become, and that the command line offers what the API takes."""

import re
from typing import Any, Literal, get_args, get_type_hints

import pytest
import typer.main

from services.cli import changes, exports, imports, operate
from services.cli.app import application
from services.cli.call import connection
from services.cli.exits import MEANINGS, Failure
from services.cli.orders import order, reading
from shared.contract.bulk_options import ChangeOptions, ExportOptions
from shared.contract.options import Duplicates, ImportOptions
from tests.house.project import ROOT


def options_of(*words: str) -> set[str]:
    """The long options of a command."""
    command: Any = typer.main.get_command(application())
    for word in words:
        command = command.commands[word]
    return {name for parameter in command.params for name in parameter.opts if name.startswith("--")}


def test_every_option_of_an_import_can_be_said() -> None:
    renamed = {"lists": "list", "tags": "tag", "mapping": "map"}
    fixed = {"formula_escape"}
    wanted = {f"--{renamed.get(name, name).replace('_', '-')}" for name in ImportOptions.model_fields if name not in fixed}
    assert wanted <= options_of("import")


def test_every_option_of_an_export_can_be_said() -> None:
    renamed = {"fields": "field", "headings": "heading", "formula_escape": "no_formula_escape", "exclude": "exclude_list"}
    wanted = {f"--{renamed.get(name, name).replace('_', '-')}" for name in ExportOptions.model_fields}
    assert wanted <= options_of("export")


@pytest.mark.parametrize("words", [("lists", "add"), ("lists", "move"), ("tags", "remove"), ("delete", "contacts"), ("restore",)])
def test_every_option_of_a_change_can_be_said(words: tuple[str, ...]) -> None:
    said_otherwise = {"source", "exclude", "formula_escape"}
    wanted = {f"--{name.replace('_', '-')}" for name in ChangeOptions.model_fields if name not in said_otherwise}
    ways = {"--id", "--email", "--from-list", "--tag", "--all", "--file", "--exclude-list"}
    assert wanted | ways <= options_of(*words)


@pytest.mark.parametrize(
    ("function", "option", "values"),
    [
        (imports.import_file, "mode", get_args(ImportOptions.model_fields["mode"].annotation)),
        (imports.import_file, "merge", get_args(ImportOptions.model_fields["merge"].annotation)),
        (imports.import_file, "duplicates", tuple(Duplicates)),
        (imports.taking, "columns", get_args(ImportOptions.model_fields["columns"].annotation)),
        (imports.taking, "taken", get_args(ImportOptions.model_fields["taken"].annotation)),
        *(
            (imports.taking, name, get_args(get_args(ImportOptions.model_fields[name].annotation)[0]))
            for name in ("new_email_permission", "sms_permission")
        ),
        (exports.export, "file_format", get_args(ExportOptions.model_fields["format"].annotation)),
        (exports.export, "compression", get_args(ExportOptions.model_fields["compression"].annotation)),
    ],
)
def test_the_choices_offered_are_those_of_the_api(function: Any, option: str, values: tuple[str, ...]) -> None:
    hint = get_type_hints(function)[option]
    offered = get_args(hint) if type(hint) is type(Literal["x"]) else get_args(get_args(hint)[0])
    assert sorted(offered) == sorted(values)


def test_every_client_command_takes_the_options_of_the_connection() -> None:
    wanted = {"--url", "--key", "--profile", "--json"}
    words = [("import",), ("export",), ("jobs",), ("lists",), ("lists", "create"), ("delete", "tags"), ("config", "show"), ()]
    assert [each for each in words if not wanted <= options_of(*each)] == []
    assert connection().as_json is False


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({}, "Say which contacts"),
        ({"everybody": True, "ids": ["1"]}, "--all means every contact"),
        ({"file": "a.csv", "emails": ["a@example.org"]}, "not from both"),
        ({"ids": ["1"], "column": "Mail"}, "--column is about a file"),
        ({"exclude_list": ["News"]}, "Say which contacts"),
    ],
)
def test_a_change_that_does_not_say_clearly_whom_it_means_is_refused(said: dict[str, Any], complaint: str) -> None:
    with pytest.raises(Failure, match=complaint):
        changes.source(**said).options()


def test_a_change_says_whom_it_means_as_the_api_wants_it() -> None:
    chosen = changes.source(ids=["1"], from_lists=["News"], from_tags=["vip"], exclude_list=["Staff"])
    assert chosen.options() == {
        "source": {"ids": ["1"], "lists": ["News"], "tags": ["vip"]},
        "exclude": {"lists": ["Staff"]},
    }
    named = changes.source(file="gone.csv", column="Mail", match="id", exclude_list=["Staff"])
    assert named.options() == {"match": "id", "column": "Mail", "exclude": {"lists": ["Staff"]}}


def test_what_is_not_said_is_left_to_the_server() -> None:
    assert order().options == {}
    assert reading() == {}
    assert reading(delimiter="tab", sheet="2") == {"delimiter": "\t", "sheet": 2}
    assert order(after=["j1"], retention_days=0.5).options == {"after": ["j1"], "retention_days": 0.5}


def test_the_document_has_every_exit_code_and_names_every_command() -> None:
    text = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (\d+) \| (.+) \|$", text, re.MULTILINE)) == {str(int(c)): m for c, m in MEANINGS.items()}
    commands: Any = typer.main.get_command(application())
    operators = {name for name, command in commands.commands.items() if command.rich_help_panel == operate.PANEL}
    assert [name for name in set(commands.commands) - operators if not re.search(rf"`?(muster |, `){name}\b", text)] == []
