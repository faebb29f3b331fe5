"""A private MongoDB for tests that stop, kill or fill one. Other tests share the session's `mongo_url`."""

from pathlib import Path
from types import TracebackType
from typing import Any, Self

from pymongo import AsyncMongoClient

from shared.platform.local_mongod import LocalMongod


async def drop_database(url: str, name: str) -> None:
    """Through a client of its own: whatever became of the one under test, nothing of it stays."""
    async with AsyncMongoClient[dict[str, Any]](url) as client:
        await client.drop_database(name)


class MongoNode(LocalMongod):
    """`async with MongoNode(folder) as node: ... node.url`. The data stay over `kill` and `start`."""

    url: str = ""

    def __init__(self, folder: Path, port: int = 0) -> None:
        super().__init__(folder, port, cache_gigabytes=0.25)

    async def start(self) -> str:
        """See `LocalMongod.start`."""
        self.url = await super().start()
        return self.url

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.kill()
