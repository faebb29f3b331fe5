"""The one module that knows how MongoDB is opened and how a transaction is run, with motor or PyMongo's own async client.

Every write is acknowledged by a majority and journalled; every transaction reads one snapshot. Motor objects are used through
the part of the interface that both drivers share, so the types named here are PyMongo's.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar, cast

import structlog
from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient, IndexModel
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import AutoReconnect, ConnectionFailure, DuplicateKeyError, ExecutionTimeout, OperationFailure, PyMongoError
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_random_exponential

from shared.platform.clock import Clock
from shared.platform.settings import MongoDriver, PlatformSettings

log = structlog.get_logger(__name__)

Document = dict[str, Any]
Database = AsyncDatabase[Document]
Collection = AsyncCollection[Document]
Session = AsyncClientSession
T = TypeVar("T")

MAJORITY = WriteConcern(w="majority", j=True, wtimeout=10_000)
SNAPSHOT = ReadConcern("snapshot")
DUPLICATE_KEY = 11000
"""The server's code for a unique key that is there already."""
TRANSACTION_SECONDS = 30.0
"""How long a transaction that meets conflicts is tried again before the caller hears of it."""


class DatabaseUnavailable(Exception):
    """The database did not answer in time. Whether a write was taken is unknown: try again with the same identity."""


class QuestionTooLong(Exception):
    """The database did not answer a question in the time that it may take. Asked again it takes as long: ask for less."""


class Mongo:
    """One client and its database. Belongs to the event loop it was made on."""

    def __init__(self, settings: PlatformSettings, clock: Clock) -> None:
        self._clock = clock
        options: dict[str, Any] = {
            "appname": "muster",
            "tz_aware": True,
            "uuidRepresentation": "standard",
            "maxPoolSize": settings.mongo_pool_size,
            "retryWrites": True,
            "serverSelectionTimeoutMS": 5_000,
            "connectTimeoutMS": 5_000,
            "waitQueueTimeoutMS": 20_000,
        }
        url = settings.mongo_url.get_secret_value()
        self.client: AsyncMongoClient[Document]
        if settings.mongo_driver is MongoDriver.MOTOR:
            from motor.motor_asyncio import AsyncIOMotorClient

            self.client = cast("AsyncMongoClient[Document]", AsyncIOMotorClient(url, **options))
        else:
            self.client = AsyncMongoClient(url, **options)
        codec = CodecOptions[Document](tz_aware=True, uuid_representation=4)
        self.database: Database = self.client.get_database(
            settings.mongo_database, codec_options=codec, write_concern=MAJORITY, read_concern=ReadConcern("majority")
        )

    async def check(self) -> None:
        """Return once the database answers as a writable replica set; retries for a minute. Raises DatabaseUnavailable."""
        patience = AsyncRetrying(
            retry=retry_if_exception_type(ConnectionFailure),
            wait=wait_random_exponential(max=3),
            stop=stop_after_delay(60),
            reraise=True,
        )
        try:
            async for attempt in patience:
                with attempt:
                    hello = await self.client.admin.command("hello")
        except ConnectionFailure as failure:
            raise DatabaseUnavailable("MongoDB does not answer. Check MUSTER_MONGO_URL and that the server runs.") from failure
        if "setName" not in hello:
            raise DatabaseUnavailable(
                "MongoDB runs as a standalone. Muster needs transactions: start it as a replica set (one node is enough)."
            )

    async def is_ready(self) -> bool:
        """True when the database answers a ping within two seconds."""
        try:
            async with asyncio.timeout(2):
                await self.client.admin.command("ping")
        except (PyMongoError, TimeoutError):
            return False
        return True

    async def transaction(self, work: Callable[[Session], Awaitable[T]]) -> T:
        """Run `work` in one transaction and return its result once the commit is durable on a majority.

        `work` may run several times (write conflicts, elections, a lost race for a unique key), so it does nothing but database
        calls with the session it is given. Raises DatabaseUnavailable when the time is up.
        """
        session = await _result(self.client.start_session())
        async with session:
            return await self._attempts(session, work)

    async def _attempts(self, session: Session, work: Callable[[Session], Awaitable[T]]) -> T:
        deadline = self._clock.monotonic() + TRANSACTION_SECONDS
        pause = 0.002
        while True:
            try:
                await _result(session.start_transaction(read_concern=SNAPSHOT, write_concern=MAJORITY))
                try:
                    result = await work(session)
                except BaseException:
                    await _abort(session)
                    raise
                await self._commit(session, deadline)
                return result
            except PyMongoError as error:
                if not is_transient(error):
                    raise
                if self._clock.monotonic() > deadline:
                    if _is_duplicate(error):
                        raise  # a race would be over by now: it is the caller's own, and no outage
                    raise DatabaseUnavailable("A transaction could not be committed in time.") from error
            await self._clock.sleep(self._clock.jitter(pause))
            pause = min(pause * 2, 0.25)

    async def _commit(self, session: Session, deadline: float) -> None:
        while True:
            try:
                await session.commit_transaction()
                return
            except PyMongoError as error:
                if not error.has_error_label("UnknownTransactionCommitResult") or self._clock.monotonic() > deadline:
                    raise
            await self._clock.sleep(0.05)

    async def close(self) -> None:
        """Close every connection."""
        await _result(self.client.close())


def is_transient(error: PyMongoError) -> bool:
    """True for what a new attempt of the whole transaction may mend: conflicts, elections, and races for a unique key."""
    return _is_duplicate(error) or error.has_error_label("TransientTransactionError") or isinstance(error, AutoReconnect)


def _is_duplicate(error: PyMongoError) -> bool:
    if isinstance(error, DuplicateKeyError):
        return True
    details = getattr(error, "details", None)
    return (
        isinstance(error, OperationFailure)
        and isinstance(details, Mapping)
        and any(failure.get("code") == DUPLICATE_KEY for failure in details.get("writeErrors", ()))
    )


async def _abort(session: Session) -> None:
    try:
        await session.abort_transaction()
    except PyMongoError as error:
        log.debug("mongo.abort_failed", error=type(error).__name__)


async def _result(value: Any) -> Any:
    """PyMongo answers some calls with a coroutine where motor answers with the thing itself, and the other way round."""
    return await value if inspect.isawaitable(value) else value


@asynccontextmanager
async def snapshot(collection: Collection) -> AsyncIterator[Session]:
    """A session whose reads all see one moment, for up to five minutes, outside any transaction."""
    session = await _result(collection.database.client.start_session(snapshot=True))
    async with session:
        yield session


@contextmanager
def in_time() -> Iterator[None]:
    """Around a question with a limit of time. Raises QuestionTooLong beyond it."""
    try:
        yield
    except ExecutionTimeout as error:
        raise QuestionTooLong from error


async def aggregate(
    collection: Collection,
    pipeline: Sequence[Mapping[str, Any]],
    session: Session | None = None,
    *,
    within_seconds: float | None = None,
) -> list[Document]:
    """All results of a pipeline: for small results only. Raises QuestionTooLong when it takes longer than it may."""
    limit: dict[str, Any] = {"maxTimeMS": int(within_seconds * 1000)} if within_seconds else {}
    with in_time():
        cursor = await _result(collection.aggregate(list(pipeline), session=session, allowDiskUse=True, **limit))
        return cast("list[Document]", await cursor.to_list(None))


async def ensure_indexes(collection: Collection, indexes: Sequence[IndexModel]) -> None:
    """Create the declared indexes that do not exist. Raises OperationFailure when one exists with other options."""
    if indexes:
        await collection.create_indexes(list(indexes))
