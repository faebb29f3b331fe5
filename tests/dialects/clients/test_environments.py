"""The environments themselves: pinned whole, without a word about where anything comes from, and made once."""

import asyncio
import json
import re
import subprocess
import threading
from pathlib import Path

import pytest

from tests.dialects.clients.environment import BUILDERS, PINS, Environment, environment, make_once
from tests.house.test_supply import plain

LOCKS = sorted(PINS.glob("*/package-lock.json"))
REQUIREMENTS = sorted(PINS.glob("*.txt"))


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_pin_for_python_is_exact_and_has_a_hash_and_is_all_that_is_asked_for(path: Path) -> None:
    pins = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
    assert [pin.splitlines()[0] for pin in pins if not re.match(r"[\w.\[\]-]+==\S+", pin) or "--hash=sha256:" not in pin] == []
    asked = [line for line in path.with_suffix(".in").read_text(encoding="utf-8").splitlines() if re.match(r"\w", line)]
    assert {plain(line) for line in asked} <= {plain(pin) for pin in pins}


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.parent.name)
def test_every_pin_for_npm_is_exact_and_has_a_hash_and_no_address(path: Path) -> None:
    packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
    assert packages.pop("")["dependencies"] == json.loads((path.parent / "package.json").read_text("utf-8"))["dependencies"]
    assert [name for name, package in packages.items() if not {"version", "integrity"} <= package.keys()] == []
    assert "://" not in path.read_text(encoding="utf-8")


async def test_of_two_runs_that_ask_at_once_one_makes_the_folder_and_the_other_waits(tmp_path: Path) -> None:
    started, go_on, made = threading.Event(), threading.Event(), []

    def make(beside: Path) -> None:
        started.set()
        assert go_on.wait(10)
        (beside / "whole").touch()
        made.append(beside)

    folder = tmp_path / "kept" / "place"
    one = asyncio.create_task(asyncio.to_thread(make_once, folder, make))
    await asyncio.to_thread(started.wait, 10)
    other = asyncio.create_task(asyncio.to_thread(make_once, folder, make))
    assert not folder.exists()
    go_on.set()
    await asyncio.gather(one, other)
    assert len(made) == 1
    assert (folder / "whole").exists()


def test_a_folder_that_could_not_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(beside: Path) -> None:
        (beside / "half").touch()
        raise OSError("the line is broken")

    folder = tmp_path / "place"
    with pytest.raises(OSError, match="the line is broken"):
        make_once(folder, fail)
    assert list(tmp_path.iterdir()) == [folder.with_suffix(".lock")]
    make_once(folder, lambda beside: (beside / "whole").touch())
    assert (folder / "whole").exists()


@pytest.mark.parametrize(("name", "package"), [("constant_contact", "constant_contact_api_client"), ("acquia", "mautic")])
def test_a_client_finds_its_packages_in_its_environment_and_muster_nowhere(name: str, package: str) -> None:
    place = environment(name)
    said = _said(place, f"import {package} as c, importlib.util as u; print(u.find_spec('services'), c.__file__)")
    assert said.startswith(f"None {place.folder}")


def test_a_package_that_comes_as_source_is_built_with_the_pinned_tools() -> None:
    said = _said(environment("acquia"), "from importlib.metadata import version as v; print(f'setuptools=={v(\"setuptools\")} ')")
    assert said.strip() in BUILDERS.read_text(encoding="utf-8")


def _said(place: Environment, question: str) -> str:
    command = [str(place.python), "-c", question]
    return subprocess.run(
        command, env=place.variables, cwd=place.folder, capture_output=True, text=True, check=True, timeout=60
    ).stdout
