"""Bodies that are held whole: no slow client keeps others from theirs, few are held at once, and nothing stays in the store."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.gateway.long_bodies import LONG_SLOTS, SHORT_BYTES, LongBodies
from services.gateway.problems import Problem
from tests.support.bulk import bulk
from tests.support.payloads import Store, payload_store

pytestmark = pytest.mark.mongo
LIMIT = 4 * SHORT_BYTES
LONG = (b"x" * SHORT_BYTES, b"yz" * 700_000)
NOTHING = (0, 0)


@pytest.fixture
async def store(mongo_url: str) -> AsyncIterator[Store]:
    async with payload_store(mongo_url) as opened:
        yield opened


@pytest.fixture
def bodies(store: Store) -> LongBodies:
    return LongBodies(store.files)


class Client:
    """Sends these blocks, then what `ending` says: the end, or the loss of the connection, or nothing more."""

    def __init__(self, *blocks: bytes, ending: str = "end") -> None:
        self._left = list(blocks)
        self._ending = ending
        self.has_sent = asyncio.Event()
        """Set when the server asks for more than the blocks."""

    @property
    def request(self) -> Request:
        """What the server sees."""
        return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, self._receive)

    async def _receive(self) -> Message:
        if self._left:
            return {"type": "http.request", "body": self._left.pop(0), "more_body": True}
        self.has_sent.set()
        if self._ending == "silence":
            await asyncio.Event().wait()
        return {"type": "http.disconnect"} if self._ending == "loss" else {"type": "http.request", "body": b""}


async def read(bodies: LongBodies, client: Client) -> bytearray:
    """The body, which is no longer held when this returns."""
    async with AsyncExitStack() as held:
        return await bodies.read(client.request, 1, LIMIT, held)


@pytest.mark.parametrize("blocks", [(), (b"{}",), (b"x" * SHORT_BYTES,), (b"x" * SHORT_BYTES, b"y"), LONG, (b"".join(LONG),)])
async def test_a_body_is_as_it_came_however_long_it_is(bodies: LongBodies, store: Store, blocks: tuple[bytes, ...]) -> None:
    assert await read(bodies, Client(*blocks)) == b"".join(blocks)
    assert await store.left() == NOTHING


async def test_slow_clients_keep_nobody_waiting(bodies: LongBodies, store: Store) -> None:
    slow = [Client(*LONG, ending="silence") for _ in range(2 * LONG_SLOTS)]
    reading = [asyncio.create_task(read(bodies, client)) for client in slow]
    await asyncio.gather(*(client.has_sent.wait() for client in slow))
    async with asyncio.timeout(10):
        assert await read(bodies, Client(*LONG)) == b"".join(LONG)
    for each in reading:
        each.cancel()
    await asyncio.gather(*reading, return_exceptions=True)
    assert await store.left() == NOTHING


async def test_a_long_body_waits_in_the_store_until_fewer_are_held_and_a_short_one_does_not(
    bodies: LongBodies, store: Store
) -> None:
    async with AsyncExitStack() as held:
        for _ in range(LONG_SLOTS):
            await bodies.read(Client(*LONG).request, 1, LIMIT, held)
        late, gone = Client(*LONG), Client(*LONG)
        waiting, cancelled = (asyncio.create_task(read(bodies, client)) for client in (late, gone))
        assert await read(bodies, Client(b"short")) == b"short"
        await asyncio.gather(late.has_sent.wait(), gone.has_sent.wait())
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        done, _ = await asyncio.wait([waiting], timeout=0.05)
        assert not done
        assert (await store.left())[0] == 1
    assert await waiting == b"".join(LONG)
    assert await store.left() == NOTHING
    assert await asyncio.gather(*(read(bodies, Client(*LONG)) for _ in range(2 * LONG_SLOTS)))


@pytest.mark.parametrize(
    ("client", "status", "code"),
    [(Client(*LONG, ending="loss"), 400, "body_truncated"), (Client(*LONG, b"x" * LIMIT), 413, "body_too_large")],
)
async def test_of_a_body_that_is_refused_nothing_stays(
    bodies: LongBodies, store: Store, client: Client, status: int, code: str
) -> None:
    with pytest.raises(Problem) as refused:
        await read(bodies, client)
    assert (refused.value.status, refused.value.code) == (status, code)
    assert await store.left() == NOTHING


async def test_of_a_change_that_names_many_contacts_only_its_payload_stays(mongo_url: str) -> None:
    emails = [f"p{number:012}@example.org" for number in range(40_000)]
    async with bulk(mongo_url, LIMIT) as api:
        document = await api.accepted("/v1/tag-changes", {"action": "add", "tags": ["x"], "source": {"emails": emails}})
        assert await api.payload(document) == [{"email": email} for email in emails]
        assert await api.left() == (1, 1)
