"""One at a time for each key, within this process: those who would only meet as conflicts in the database wait in line instead."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Turns:
    """Locks that exist for as long as somebody holds or awaits them. A matter of speed only: nothing may rely on it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """The block runs when all earlier ones of the same key have ended."""
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            yield
