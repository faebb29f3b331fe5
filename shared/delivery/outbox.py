"""A write and the messages it causes, in one transaction: the outbox collection is the only way into the broker.

The process that committed publishes at once, with confirms, and then removes the rows. What a crash leaves behind is picked up
by the sweep that every process runs. A message may be published twice, never zero times.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeVar

import structlog
from bson import Binary
from pymongo import ASCENDING, IndexModel
from pymongo.errors import PyMongoError
from pymongo.write_concern import WriteConcern

from shared.contract.codec import encode
from shared.contract.envelope import enclose
from shared.contract.messages import Message
from shared.platform.broker.port import Broker, Outgoing
from shared.platform.clock import Clock
from shared.platform.mongo import Document, Mongo, Session, ensure_indexes
from shared.platform.observe import PUBLISHED, current_trace

log = structlog.get_logger(__name__)
T = TypeVar("T")

INDEXES = (IndexModel([("due_at", ASCENDING)]),)
GRACE = timedelta(seconds=10)
"""How long a row is left to the process that wrote it before a sweep takes it."""
SWEEP_ROWS = 200


class Unit:
    """One attempt of one transaction: its session, and the messages that go out if it commits."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.messages: list[Message] = []
        self.afterwards: list[Callable[[], object]] = []

    def after_commit(self, call: Callable[[], object]) -> None:
        """Call this once, and only if, the transaction commits: for metrics, not for anything that must happen."""
        self.afterwards.append(call)

    def send(self, *messages: Message) -> None:
        """Publish these once, and only if, the transaction commits."""
        self.messages.extend(messages)


class Outbox:
    """Runs transactions whose messages commit with them, and moves what they left to the broker."""

    def __init__(self, mongo: Mongo, broker: Broker, clock: Clock, source: str) -> None:
        self._mongo = mongo
        self._broker = broker
        self._clock = clock
        self._source = source
        self._publishing: set[asyncio.Task[int]] = set()
        rows = mongo.database["outbox"]
        self._rows = rows
        self._cheap_rows = rows.with_options(write_concern=WriteConcern(w=1))

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._rows, INDEXES)

    async def transaction(self, work: Callable[[Unit], Awaitable[T]], *, wait: bool = True) -> T:
        """Run `work` in a transaction, then publish what it sent. `work` may run several times; only the last one counts.

        With `wait=False` the publishing goes on by itself, for callers whom a slow broker must not hold up. Either way, once this
        returns the writes are durable and the messages will go out, whatever happens to this process or the broker.
        """

        async def attempt(session: Session) -> tuple[T, list[Document], list[Callable[[], object]]]:
            unit = Unit(session)
            result = await work(unit)
            rows = [self._row(message) for message in unit.messages]
            if rows:
                await self._rows.insert_many(rows, session=session)
            return result, rows, unit.afterwards

        result, rows, afterwards = await self._mongo.transaction(attempt)
        for call in afterwards:
            call()
        if rows:
            publishing = asyncio.create_task(self._publish(rows, "at_once"))
            self._publishing.add(publishing)
            publishing.add_done_callback(self._publishing.discard)
            if wait:
                await publishing
        return result

    async def settle(self) -> None:
        """Return when nothing is being published any more: before the broker is closed."""
        await asyncio.gather(*self._publishing, return_exceptions=True)

    async def sweep(self) -> int:
        """Publish rows that their own process did not get out, until one cannot be. Returns how many went out.

        That one waits a little behind the others, which stay due: after an outage all of them go out with the next sweep.
        """
        now = self._clock.now()
        published = 0
        cursor = self._rows.find({"due_at": {"$lte": now}}).sort("due_at", ASCENDING).limit(SWEEP_ROWS)
        for row in await cursor.to_list(SWEEP_ROWS):
            mine = {"_id": row["_id"], "due_at": now + 3 * GRACE}
            claimed = await self._rows.update_one(
                {"_id": row["_id"], "due_at": row["due_at"]}, {"$set": {"due_at": mine["due_at"]}}
            )
            if not claimed.modified_count:
                continue
            if not await self._publish([row], "swept"):
                await self._rows.update_one(mine, {"$set": {"due_at": now + GRACE / 2}})
                break
            published += 1
        return published

    def _row(self, message: Message) -> Document:
        now = self._clock.now()
        envelope = enclose(message, service=self._source, now=now, trace=current_trace(), new_id=self._clock.new_id)
        return {
            "_id": envelope.id,
            "exchange": message.EXCHANGE,
            "routing_key": message.routing_key(),
            "must_route": message.MUST_ROUTE,
            "headers": envelope.headers(),
            "body": Binary(encode(message)),
            "due_at": now + GRACE,
        }

    async def _publish(self, rows: Sequence[Document], way: str) -> int:
        sent = [row["_id"] for row in _where(await asyncio.gather(*map(self._publish_row, rows)), rows)]
        if not sent:
            return 0
        PUBLISHED.labels(way).inc(len(sent))
        try:
            await self._cheap_rows.delete_many({"_id": {"$in": sent}})
        except PyMongoError as error:
            log.warning("outbox.not_cleared", rows=len(sent), error=type(error).__name__)
        return len(sent)

    async def _publish_row(self, row: Document) -> bool:
        message = Outgoing(row["exchange"], row["routing_key"], bytes(row["body"]), row["headers"], row["must_route"])
        try:
            await self._broker.publish(message)
        except Exception as error:  # whatever it is: the commit stands, and a sweep tries again
            log.warning("outbox.not_published", routing_key=row["routing_key"], error=type(error).__name__)
            return False
        return True


def _where(flags: Iterable[bool], rows: Sequence[Document]) -> list[Document]:
    return [row for flag, row in zip(flags, rows, strict=True) if flag]
