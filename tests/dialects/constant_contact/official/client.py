"""One of the vendor's clients as a test holds it: calls in, what the client made of the answers out."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.dialects.clients.environment import environment
from tests.dialects.constant_contact.vendor import ENDS

HERE = Path(__file__).parent
LINE_BYTES = 16 * 1024 * 1024
LANGUAGES = ("python", "npm")
OWN_EXCEPTIONS = {
    400: {"python": "BadRequestException", "npm": "AxiosError"},
    401: {"python": "UnauthorizedException", "npm": "AxiosError"},
    403: {"python": "ForbiddenException", "npm": "AxiosError"},
    404: {"python": "NotFoundException", "npm": "AxiosError"},
    409: {"python": "ApiException", "npm": "AxiosError"},
    415: {"python": "ApiException", "npm": "AxiosError"},
    429: {"python": "ApiException", "npm": "AxiosError"},
}
"""What each client raises for a status; the one for Python has no exception of its own for some."""


class Raised(Exception):
    """What the client itself raised: the name of its exception, the status, and the body as the client has understood it."""

    def __init__(self, ended: dict[str, Any]) -> None:
        super().__init__(ended["said"])
        self.name: str = ended["raised"]
        self.status: int | None = ended["status"]
        self.body: Any = ended["body"]


@dataclass(frozen=True)
class Client:
    """A client that runs, and whose account it works on."""

    language: str
    process: asyncio.subprocess.Process
    host: str = ""
    token: str = ""

    def of(self, url: str, token: str) -> "Client":
        """The same process, asking this server with this token."""
        return replace(self, host=f"{url}/v3", token=token)

    async def __call__(self, call: str, *arguments: Any, **named: Any) -> Any:
        """The data that the client's method returns. Raises Raised."""
        return (await self.answer(call, *arguments, **named))["body"]

    async def answer(self, call: str, *arguments: Any, **named: Any) -> dict[str, Any]:
        """Status, headers and data. Raises Raised."""
        return await self._ask({"call": call, "arguments": arguments, "named": named})

    async def follow(self, page: dict[str, Any]) -> dict[str, Any]:
        """The next page, by the address that stands in this one."""
        return dict((await self._ask({"follow": page["_links"]["next"]["href"]}))["body"])

    async def ended(self, activity: dict[str, Any], seconds: float = 30) -> dict[str, Any]:
        """Poll until the activity is at its end, as the vendor's guide says."""
        async with asyncio.timeout(seconds):
            while (now := await self("get_activity_by_id", activity["activity_id"]))["state"] not in ENDS:
                await asyncio.sleep(0.02)
        return dict(now)

    async def done(self, call: str, *arguments: Any) -> dict[str, Any]:
        """Submit a bulk request, wait for its end, and see that it was completed."""
        accepted = await self.answer(call, *arguments)
        assert accepted["status"] == 201
        assert accepted["body"]["state"] == "initialized"
        activity = await self.ended(accepted["body"])
        assert activity["state"] == "completed", activity
        assert activity["percent_done"] == 100
        return activity

    async def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        assert self.process.stdin
        assert self.process.stdout
        asked = {"host": self.host, "token": self.token, **question}
        self.process.stdin.write(json.dumps(asked).encode() + b"\n")
        await self.process.stdin.drain()
        line = await self.process.stdout.readline()
        assert line, f"The client for {self.language} has died; what it said is on stderr."
        ended: dict[str, Any] = json.loads(line)
        if "raised" in ended:
            raise Raised(ended)
        return ended


@asynccontextmanager
async def running(language: str) -> AsyncIterator[Client]:
    """The client for this language, as a process that takes calls until the end."""
    place = await asyncio.to_thread(environment, "constant_contact")
    command = {"python": (place.python, "-P", HERE / "drive.py"), "npm": (place.node, HERE / "drive.js")}[language]
    process = await asyncio.create_subprocess_exec(
        *command, env=place.variables, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES
    )
    try:
        yield Client(language, process)
    finally:
        assert process.stdin
        process.stdin.close()
        await process.wait()


async def refused(official: Client, status: int, call: str, *arguments: Any) -> Raised:
    """What the client raises for this call: its own exception for this status."""
    with pytest.raises(Raised) as refusal:
        await official(call, *arguments)
    assert (refusal.value.status, refusal.value.name) == (status, OWN_EXCEPTIONS[status][official.language])
    return refusal.value
