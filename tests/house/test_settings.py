"""Every setting that a process reads stands in `.env.example` with its default and meaning."""

import importlib
import inspect
import re

from pydantic_settings import BaseSettings

from tests.house.project import PRODUCT, ROOT, complain, modules

EXAMPLE = ROOT / ".env.example"


def test_every_setting_is_listed_in_the_example() -> None:
    listed = set(re.findall(r"^#? ?(MUSTER_[A-Z0-9_]+)=", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE))
    missing = {name: where for name, where in settings_of_the_product().items() if name not in listed}
    complain("Settings are listed in .env.example.", [f"{where}: {name}" for name, where in sorted(missing.items())])


def test_every_setting_begins_with_the_name_of_the_product() -> None:
    found = settings_of_the_product()
    complain("Settings are MUSTER_<SERVICE>_<NAME>.", [name for name in found if not name.startswith("MUSTER_")])


def test_settings_are_found_at_all() -> None:
    assert "MUSTER_MONGO_URL" in settings_of_the_product()


def settings_of_the_product() -> dict[str, str]:
    """Name of each environment variable with the class that reads it."""
    found = {}
    for module in modules(*PRODUCT):
        if "BaseSettings" not in module.text and "Settings)" not in module.text:
            continue
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if issubclass(kind, BaseSettings) and kind.__module__ == module.name:
                prefix = kind.model_config.get("env_prefix", "")
                found.update({(prefix + field).upper(): f"{module.where} {kind.__name__}" for field in kind.model_fields})
    return found
