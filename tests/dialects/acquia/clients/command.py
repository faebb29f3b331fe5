"""The command `mautic` as somebody types it: a process for each call, with the settings that it reads itself."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.dialects.acquia.clients.client import NEARBY
from tests.dialects.clients.environment import Environment


@dataclass(frozen=True)
class Ended:
    """How a call ended, and what it wrote."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Command:
    """The command in a home of its own, with these variables."""

    place: Environment
    home: Path
    settings: Mapping[str, str] = field(default_factory=dict)

    async def __call__(self, *arguments: str | int, stdin: str = "") -> Ended:
        """One call. It has no terminal, so that it asks for a password on stdin."""
        process = await asyncio.create_subprocess_exec(
            *(self.place.python, "-P", self.place.python.with_name("mautic")),
            *map(str, arguments),
            env=self._variables,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        out, err = await process.communicate(stdin.encode())
        assert process.returncode is not None
        return Ended(process.returncode, out.decode(), err.decode())

    async def said(self, *arguments: str | int, stdin: str = "") -> str:
        """What a call that goes well writes."""
        ended = await self(*arguments, stdin=stdin)
        assert (ended.code, ended.err) == (0, ""), ended
        return ended.out

    async def shown(self, *arguments: str | int, stdin: str = "") -> Any:
        """The answer that it passes on."""
        return json.loads(await self.said(*arguments, stdin=stdin))

    async def refused(self, *arguments: str | int) -> tuple[int, str]:
        """Status and message of a call that the gateway refuses."""
        ended = await self(*arguments)
        assert (ended.code, ended.out) == (1, ""), ended
        error = json.loads(ended.err)["error"]
        return error["code"], error["message"]

    @property
    def _variables(self) -> dict[str, str]:
        around = {name: value for name, value in os.environ.items() if not name.startswith("MAUTIC_")}
        return {**around, **NEARBY, "PYTHONPATH": "", "HOME": str(self.home), "COLUMNS": "200", **self.settings}
