"""The whole body of a request that may be long: few of them are held at once, and none of them while it still arrives.

Until the last byte is here a long one lies in the file store, however slow its client is; nothing of it stays there.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing

from starlette.requests import Request

from services.gateway.limits import too_large
from services.gateway.problems import Problem
from services.gateway.transfer import body_blocks, check_length
from services.gateway.upload import IDLE_SECONDS
from shared.platform.files import Files, Upload

SHORT_BYTES = 1024 * 1024
"""A body up to this length may hold anything and is held at once. Longer ones are stored first, and then wait for their turn."""
LONG_SLOTS = 2
"""Long bodies that a process holds at once."""
_NAME = "body.json"


class LongBodies:
    """Reads bodies. Made once for a process."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._slots = asyncio.Semaphore(LONG_SLOTS)

    async def read(self, request: Request, account: int, limit_bytes: int, held: AsyncExitStack) -> bytearray:
        """The body as it came. A long one, when it is here, waits for one of the slots, which it has until `held` is closed.

        Raises Problem: 413 `body_too_large`, and those of `transfer.body_blocks`.
        """
        body = bytearray()
        try:
            check_length(request, limit_bytes, limit_bytes)
            async with aclosing(body_blocks(request, limit_bytes, limit_bytes, IDLE_SECONDS)) as blocks:
                async for block in blocks:
                    body += block
                    if len(body) > SHORT_BYTES:
                        await self._read_long(body, blocks, self._files.upload(account, _NAME, limit_bytes=limit_bytes), held)
        except Problem as problem:
            raise too_large(limit_bytes) if problem.code == "payload_too_large" else problem from None
        return body

    async def _read_long(self, body: bytearray, blocks: AsyncIterator[bytes], upload: Upload, held: AsyncExitStack) -> None:
        """Add the rest to what there is of the body."""
        try:
            await upload.begin()
            await upload.write(memoryview(body))
            body.clear()
            async for block in blocks:
                await upload.write(block)
            await upload.finish()
            await held.enter_async_context(self._slots)
            async for block in self._files.read(upload.file_id):
                body += block
        finally:
            await upload.abort()
