"""The two packages as a test holds them: calls in, what the package made of the answers out."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.clients.environment import environment

HERE = Path(__file__).parent
LINE_BYTES = 16 * 1024 * 1024
ENVIRONMENT = "acquia"
NEARBY = {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "OAUTHLIB_INSECURE_TRANSPORT": "1"}
"""The gateway listens here, without TLS; the library for OAuth wants to be told that this is meant."""


class Raised(Exception):
    """What the package itself raised: the name of its exception, its text, and the body where the exception has it."""

    def __init__(self, ended: dict[str, Any]) -> None:
        super().__init__(ended["said"])
        self.name: str = ended["raised"]
        self.body: Any = ended["body"]


@dataclass(frozen=True)
class Client:
    """A package that runs, and what a user of it fills in."""

    process: asyncio.subprocess.Process
    url: str = ""
    user: str = "api"
    password: str = ""
    token: dict[str, Any] | None = None

    def of(self, url: str, password: str, user: str = "api", token: dict[str, Any] | None = None) -> "Client":
        """The same process, asking this server as this user, or with this token."""
        return replace(self, url=url, user=user, password=password, token=token)

    async def __call__(self, call: str, *arguments: Any, **named: Any) -> Any:
        """What the package's method returns. Raises Raised."""
        return (await self.answer(call, *arguments, **named))["body"]

    async def answer(self, call: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """The same beside the tokens that the package got anew meanwhile. Raises Raised."""
        assert self.process.stdin
        assert self.process.stdout
        asked = {"url": self.url, "user": self.user, "password": self.password, "call": call}
        asked |= {"arguments": arguments, "named": named} | ({} if self.token is None else {"token": self.token})
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        await self.process.stdin.drain()
        line = await self.process.stdout.readline()
        assert line, "The client has died; what it said is on stderr."
        ended: dict[str, Any] = json.loads(line)
        if "raised" in ended:
            raise Raised(ended)
        return ended

    async def refused(self, call: str, *arguments: Any, **named: Any) -> Raised:
        """What the package raises for this call."""
        with pytest.raises(Raised) as refusal:
            await self(call, *arguments, **named)
        return refusal.value


@asynccontextmanager
async def running(driver: str) -> AsyncIterator[Client]:
    """A package as a process that takes calls until the end."""
    place = await asyncio.to_thread(environment, ENVIRONMENT)
    start = (place.python, "-P") if driver.endswith(".py") else (place.node,)
    process = await asyncio.create_subprocess_exec(
        *start,
        HERE / driver,
        env={**place.variables, **NEARBY},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LINE_BYTES,
    )
    try:
        yield Client(process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()
