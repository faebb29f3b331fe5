"""The least that a request costs here: one Starlette route that reads the body and answers with a small JSON object.

`python -m bench.bare <port>` serves it.
"""

import asyncio
import subprocess
import sys
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bench.fleet import free_port, listening


class BareServer:
    """The route in a process of its own."""

    async def __aenter__(self) -> Self:
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._process = subprocess.Popen([sys.executable, "-m", "bench.bare", str(port)])
        await listening(port)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.terminate()
        await asyncio.to_thread(self._process.wait, 30)


async def answer(request: Request) -> JSONResponse:
    """Read the body, answer."""
    body = await request.body()
    return JSONResponse({"id": "0", "state": "queued", "bytes": len(body)})


def main(port: int) -> None:
    """Serve until told to stop."""
    routes = [Route("/{path:path}", answer, methods=["GET", "POST"])]
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=port, log_level="error", access_log=False)


if __name__ == "__main__":
    main(int(sys.argv[1]))
