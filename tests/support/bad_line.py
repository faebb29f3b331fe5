"""A bad connection: passes bytes on to a server, and cuts connections after as many bytes of answer as it was told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

BLOCK = 65_536


class BadLine:
    """`cuts` says for each connection in turn after how many bytes of answer it ends; those after them are left alone."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.cuts: list[int] = []
        self.connections = 0
        self.url = ""
        self._server = (parts.hostname, parts.port)
        self._open: set[asyncio.Task[None]] = set()

    def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One more connection."""
        self.connections += 1
        self._open.add(asyncio.create_task(self._carry(reader, writer, self.cuts.pop(0) if self.cuts else None)))

    async def hang_up(self) -> None:
        """Whatever is still connected is not, when this returns."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most: int | None) -> None:
        async with _closing(writer):
            if most == 0:
                return
            behind, to_server = await asyncio.open_connection(*self._server)
            async with _closing(to_server):
                ways = [asyncio.create_task(_pass_on(reader, to_server, None)), asyncio.create_task(_pass_on(behind, writer, most))]
                try:
                    await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    for way in ways:
                        way.cancel()
                    await asyncio.gather(*ways, return_exceptions=True)


@asynccontextmanager
async def bad_line(url: str) -> AsyncIterator[BadLine]:
    """A line to the server at this address."""
    line = BadLine(url)
    server = await asyncio.start_server(line.take, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        await line.hang_up()


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter, most: int | None) -> None:
    left = most
    with suppress(ConnectionError):
        while left != 0 and (block := await source.read(min(left or BLOCK, BLOCK))):
            sink.write(block)
            await sink.drain()
            left = None if left is None else left - len(block)
