"""A payload as a temporary file without a name: whatever ends the process, nothing of it stays behind.

It lies in the folder that TMPDIR names, else in /tmp."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import IO


@asynccontextmanager
async def spooled(head: bytes, blocks: AsyncIterator[bytes]) -> AsyncIterator[IO[bytes]]:
    """The file with all bytes, given back at the end. Raises OSError where there is no room: that is the operator's matter."""
    with tempfile.TemporaryFile(buffering=0) as file:
        await asyncio.to_thread(file.write, head)
        async for block in blocks:
            await asyncio.to_thread(file.write, block)
        yield file
