"""Listening: one web server in a process that somebody else starts and stops. Signals are never the server's."""

import asyncio
import socket
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn


@dataclass(frozen=True, slots=True)
class WebApp:
    """An ASGI application and where it listens."""

    app: Any
    host: str
    port: int


class WebServer(uvicorn.Server):
    """A web server that leaves signals to the host."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the host's."""
        yield


async def serve(web: WebApp) -> tuple[WebServer, asyncio.Task[None]]:
    """Start a web server; returns once it listens. Raises OSError that says which address is taken."""
    config = uvicorn.Config(
        web.app,
        host=web.host,
        port=web.port,
        log_config=None,
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=20,
        h11_max_incomplete_event_size=65_536,
    )
    server = WebServer(config)
    listening = _listen(web.host, web.port)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not task.done():  # noqa: ASYNC110 - the server has no event to wait on
        await asyncio.sleep(0.01)  # noqa: TID251 - nor is this the clock of anything
    if task.done():
        task.result()
    return server, task


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        reason = f"Cannot listen on {host}:{port}: {error.strerror}. Choose another with MUSTER_GATEWAY_PORT or MUSTER_PROBE_PORT."
        raise OSError(reason) from error
    return listening


def port_of(server: WebServer) -> int:
    """The port on which a started server listens."""
    return int(server.servers[0].sockets[0].getsockname()[1])
