"""A MongoDB of a test's own, to be killed at will, that forgets the transactions of dead clients quickly.

A transaction whose client was killed holds what it wrote until the server's lifetime limit, 60 seconds by default.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from shared.platform.local_mongod import LocalMongod

TRANSACTION_SECONDS = 2


class PrivateMongo:
    """One node. Its URL stays the same over restarts."""

    def __init__(self, folder: Path) -> None:
        self._mongod = LocalMongod(folder)
        self.url = ""

    async def start(self) -> None:
        """Start, or start again over the same data."""
        self.url = await self._mongod.start()
        with MongoClient[dict[str, Any]](self.url) as client:
            client.admin.command({"setParameter": 1, "transactionLifetimeLimitSeconds": TRANSACTION_SECONDS})

    async def kill(self) -> None:
        """kill -9."""
        await self._mongod.kill()


@asynccontextmanager
async def private_mongo(folder: Path) -> AsyncIterator[PrivateMongo]:
    """A running node, gone afterwards."""
    node = PrivateMongo(folder)
    await node.start()
    try:
        yield node
    finally:
        await node.kill()
