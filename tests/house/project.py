"""The project's own files as the house tests see them. What tools leave behind never counts."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("services", "shared")
EVERYTHING = ("services", "shared", "tests", "bench", "examples")
SERVICES = ("gateway", "importer", "exporter", "lists", "status")
LEFT_BY_TOOLS = {"__pycache__", "node_modules", "build", "dist"}


@dataclass(frozen=True, slots=True)
class Module:
    """One Python file, read and parsed once."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def where(self) -> str:
        """Its path as written in messages."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """Its dotted name."""
        return self.path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")

    def at(self, node: ast.stmt | ast.expr) -> str:
        """`path:line` of a node."""
        return f"{self.where}:{node.lineno}"


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Every Python file below these folders of the project."""
    paths = sorted(path for folder in folders for path in files_below(ROOT / folder) if path.suffix == ".py")
    texts = {path: path.read_text(encoding="utf-8") for path in paths}
    return tuple(Module(path, text, ast.parse(text, filename=str(path))) for path, text in texts.items())


@cache
def project_files() -> tuple[Path, ...]:
    """Every file of the project: hidden folders are left out, except that of continuous integration."""
    return tuple(files_below(ROOT))


def files_below(folder: Path) -> Iterator[Path]:
    """Files of a folder at any depth, without what tools leave behind."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            hidden = path.name.startswith(".") and path.name not in {".ci", ".github"}
            if not hidden and path.name not in LEFT_BY_TOOLS and not path.name.endswith(".egg-info"):
                yield from files_below(path)
        elif path.is_file():
            yield path


def complain(rule: str, offenders: list[str]) -> None:
    """Fail with the rule and each place that breaks it, one a line."""
    assert not offenders, "\n  ".join([rule, *offenders])
