"""A payload store of a test's own in the run's MongoDB, with a clock that the test moves."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import SecretStr

from shared.platform.clock import SystemClock
from shared.platform.files import Files
from shared.platform.mongo import Mongo
from shared.platform.settings import MongoDriver, PlatformSettings


class MovedClock(SystemClock):
    """The machine's clock, put forward by `offset`."""

    offset = timedelta()

    def now(self) -> datetime:
        """See `Clock.now`."""
        return super().now() + self.offset

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        return super().monotonic() + self.offset.total_seconds()


@dataclass(frozen=True)
class Store:
    """The files, and what lies beneath them."""

    files: Files
    mongo: Mongo
    clock: MovedClock
    database: str

    async def left(self) -> tuple[int, int]:
        """How many files and chunks there are, once the deletions under way are done."""
        await self.files.settle()
        database = self.mongo.database
        return await database["payloads.files"].count_documents({}), await database["payloads.chunks"].count_documents({})

    async def stored(self, data: bytes, name: str = "contacts.csv") -> str:
        """A ready file."""
        async with self.files.upload(1, name, limit_bytes=2**30) as upload:
            await upload.write(data)
            return (await upload.finish()).file_id

    async def bytes_of(self, file_id: str, offset: int = 0) -> bytes:
        """The file as it is read back."""
        return b"".join([block async for block in self.files.read(file_id, offset=offset)])


@asynccontextmanager
async def payload_store(url: str, driver: MongoDriver = MongoDriver.MOTOR) -> AsyncIterator[Store]:
    """A store in a database that is dropped afterwards."""
    name, clock = f"payloads_{uuid.uuid4().hex[:12]}", MovedClock()
    mongo = Mongo(PlatformSettings(mongo_url=SecretStr(url), mongo_database=name, mongo_driver=driver), clock)
    files = Files(mongo, clock)
    await files.prepare()
    try:
        yield Store(files, mongo, clock, name)
    finally:
        await files.settle()
        await mongo.client.drop_database(name)
        await mongo.close()
