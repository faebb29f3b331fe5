"""What the documents say of the code is so: options and settings with their defaults, metrics, links."""

import importlib
import inspect
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from prometheus_client.metrics import MetricWrapperBase
from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from shared.contract.options import ImportOptions
from shared.platform import observe
from tests.house.project import PRODUCT, ROOT, complain, modules

DOCUMENTS = (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"))


def test_the_readme_has_every_option_of_an_import_with_its_default() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text[text.index("| option | default |") :].split("\n\n")[0]
    written = dict(re.findall(r"^\| `(\w+)` \| (.+?) \|", table, re.MULTILINE))
    assert written == {name: as_in_the_readme(field.default) for name, field in ImportOptions.model_fields.items()}


def test_the_example_of_settings_has_the_defaults_of_the_code() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    written = dict(re.findall(r"^# (MUSTER_\w+)=(.*?)  # .", text, re.MULTILINE))
    wrong = {name: default for name, default in defaults_of_settings() if written.get(name) != default}
    complain(".env.example has other defaults than the code.", [f"{name}={default}" for name, default in wrong.items()])


def test_the_example_of_settings_says_of_each_what_the_code_says() -> None:
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    missing = [name for name, field in fields_of_settings() if f"  # {field.description}\n" not in text]
    complain(".env.example has another description than the code.", missing)


def test_the_runbook_names_every_metric() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
    metrics = [metric for metric in vars(observe).values() if isinstance(metric, MetricWrapperBase)]
    names = {sample.name.removesuffix("_created") for metric in metrics for sample in metric.describe()}
    assert names
    complain("Metrics are explained in docs/runbook.md.", sorted(name for name in names if f"`{name}" not in text))


def test_every_link_to_a_file_of_the_project_leads_somewhere() -> None:
    offenders = []
    for document in DOCUMENTS:
        targets = re.findall(r"\]\(([^)#\s]+)", document.read_text(encoding="utf-8"))
        missing = (target for target in targets if "://" not in target and not (document.parent / target).exists())
        offenders += [f"{document.relative_to(ROOT)}: {target}" for target in missing]
    complain("A link leads to a file that is there.", offenders)


def as_in_the_readme(default: Any) -> str:
    """A default as the table has it."""
    if isinstance(default, bool):
        return str(default).lower()
    return f"`{default}`" if default else "none"


def defaults_of_settings() -> Iterator[tuple[str, str]]:
    """Name and default of each environment variable."""
    for name, field in fields_of_settings():
        default = field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        if isinstance(default, StrEnum):
            default = default.value
        yield name, f"{default:g}" if isinstance(default, float) else str(default)


def fields_of_settings() -> Iterator[tuple[str, FieldInfo]]:
    """Name and field of each environment variable."""
    for module in modules(*PRODUCT):
        if "BaseSettings" not in module.text:
            continue
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, BaseSettings) and kind.__module__ == module.name:
                prefix = kind.model_config.get("env_prefix", "")
                yield from (((prefix + name).upper(), field) for name, field in kind.model_fields.items())
