"""The command line as a test calls it: in this process, against a gateway on a real port, with streams of the test's own."""

import asyncio
import io
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from services.cli.app import run
from services.cli.terminal import Surroundings
from shared.web import WebApp, port_of, serve
from tests.house.project import ROOT

MUSTER = (sys.executable, "-c", "from services.cli import main; main()")


@dataclass(frozen=True)
class Ended:
    """How a call ended, and what it wrote."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        """What stands on stdout, as text."""
        return self.raw.decode()

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        return json.loads(self.raw)


@dataclass
class CommandLine:
    """Calls `muster` in a folder, with this server and key in its environment."""

    url: str
    key: str
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    async def __call__(self, *arguments: str, stdin: bytes = b"", **environ: str) -> Ended:
        """One call, in a thread of its own: the server lives in the loop of the test."""
        around = surroundings(self.folder, {**self.environment, **environ}, stdin)
        code = await asyncio.to_thread(run, arguments, around)
        assert isinstance(around.stdout, io.TextIOWrapper)
        assert isinstance(around.stderr, io.StringIO)
        return Ended(code, around.stdout.buffer.getvalue(), around.stderr.getvalue())

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """The same as a process of its own, in a group of its own."""
        return await asyncio.create_subprocess_exec(
            *MUSTER,
            *arguments,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(self.folder), **self.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )

    @property
    def environment(self) -> dict[str, str]:
        """What the command finds there."""
        return {"MUSTER_URL": self.url, "MUSTER_KEY": self.key, **self.environ}

    def path(self, name: str, content: bytes) -> str:
        """A file in the folder."""
        path = self.folder / name
        path.write_bytes(content)
        return str(path)


def surroundings(folder: Path, environ: Mapping[str, str], stdin: bytes = b"") -> Surroundings:
    """A world of its own for one call."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
    return Surroundings(environ, folder, folder / "muster" / "config.toml", io.BytesIO(stdin), out, io.StringIO())


@asynccontextmanager
async def served(app: Any) -> AsyncIterator[str]:
    """The address of this application on a free port."""
    server, task = await serve(WebApp(app, "127.0.0.1", 0))
    try:
        yield f"http://127.0.0.1:{port_of(server)}"
    finally:
        server.should_exit = True
        await task
