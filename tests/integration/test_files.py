"""The payload store: what is ready is whole, what was given up leaves nothing, and other GridFS readers can read it."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator
from datetime import timedelta

import gridfs
import pytest
from pymongo import MongoClient

from shared.platform.file_upload import CHUNK_BYTES
from shared.platform.files import FileDamaged, FileTooLarge, FileUnavailable
from shared.platform.mongo import Session
from shared.platform.settings import MongoDriver
from tests.support.payloads import Store, payload_store

pytestmark = pytest.mark.mongo
DATA = random.Random(7).randbytes(2 * CHUNK_BYTES + 12345)
LIMIT = 2**30


@pytest.fixture(params=list(MongoDriver))
async def store(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[Store]:
    async with payload_store(mongo_url, request.param) as opened:
        yield opened


async def test_what_was_written_is_read_back_with_its_length_and_hash(store: Store) -> None:
    async with store.files.upload(5, "contacts.csv", limit_bytes=LIMIT) as upload:
        for start in range(0, len(DATA), 100_000):
            await upload.write(DATA[start : start + 100_000])
        stored = await upload.finish()
    assert (stored.bytes, stored.sha256) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert await store.bytes_of(stored.file_id) == DATA
    assert await store.left() == (1, 3)


@pytest.mark.parametrize("offset", [1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 7, len(DATA) - 1, len(DATA), len(DATA) + 9])
async def test_reading_begins_at_any_offset(store: Store, offset: int) -> None:
    assert await store.bytes_of(await store.stored(DATA), offset) == DATA[offset:]


@pytest.mark.parametrize("length", [0, 1, CHUNK_BYTES, 3 * CHUNK_BYTES])
async def test_pymongos_own_gridfs_reads_the_file(store: Store, mongo_url: str, length: int) -> None:
    data = (DATA * 2)[:length]
    file_id = await store.stored(data, "Kundschaft.csv")
    with MongoClient[dict[str, object]](mongo_url) as client:
        bucket = gridfs.GridFSBucket(client[store.database], "payloads")
        with bucket.open_download_stream(file_id) as stream:
            assert (stream.read(), stream.filename, stream.length) == (data, "Kundschaft.csv", length)
    assert await store.bytes_of(file_id) == data


async def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_leaves_nothing(store: Store) -> None:
    async with store.files.upload(1, "a", limit_bytes=len(DATA)) as upload:
        await upload.write(DATA)
        kept = await upload.finish()

    async def one_more() -> None:
        async with store.files.upload(1, "b", limit_bytes=len(DATA)) as upload:
            await upload.write(DATA)
            await upload.write(b"x")

    with pytest.raises(FileTooLarge) as refused:
        await one_more()
    assert refused.value.limit_bytes == len(DATA)
    assert await store.left() == (1, 3)
    assert await store.bytes_of(kept.file_id) == DATA


async def test_an_upload_that_is_not_finished_leaves_nothing(store: Store) -> None:
    async with store.files.upload(1, "a", limit_bytes=LIMIT) as upload:
        await upload.write(DATA)
    assert await store.left() == (0, 0)


async def test_a_failure_after_the_end_of_the_upload_leaves_nothing(store: Store) -> None:
    async def fail_late() -> None:
        async with store.files.upload(1, "a", limit_bytes=LIMIT) as upload:
            await upload.write(DATA)
            await upload.finish()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail_late()
    assert await store.left() == (0, 0)


@pytest.mark.parametrize("milliseconds", [0, 0.5, 1, 2, 3, 5, 8, 13, 21, 34, 55])
async def test_an_upload_cancelled_at_any_moment_leaves_nothing(store: Store, milliseconds: float) -> None:
    async def endless() -> None:
        async with store.files.upload(1, "a", limit_bytes=2**40) as upload:
            while True:
                await upload.write(DATA)

    task = asyncio.create_task(endless())
    asyncio.get_running_loop().call_later(milliseconds / 1000, task.cancel)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.left() == (0, 0)


async def test_a_chunk_that_is_still_being_written_when_its_upload_ends_does_not_outlive_it(store: Store, mongo_url: str) -> None:
    upload = store.files.upload(1, "a", limit_bytes=LIMIT)
    await upload.begin()
    with MongoClient[dict[str, object]](mongo_url) as client, client.start_session() as session:
        # An open transaction holds the chunk's key: the server keeps the upload's own write waiting.
        session.start_transaction()
        client[store.database]["payloads.chunks"].insert_one({"files_id": upload.file_id, "n": 1}, session=session)
        await upload.write(DATA)
        ending = asyncio.create_task(upload.abort())
        await asyncio.wait({ending}, timeout=0.2)
        assert not ending.done()
        ending.cancel()
        session.abort_transaction()
    await asyncio.wait({ending})
    assert await store.left() == (0, 0)


async def test_a_file_is_taken_once_and_only_when_it_is_ready(store: Store) -> None:
    file_id = await store.stored(b"data")

    async def take(session: Session) -> None:
        await store.files.take(session, file_id, "job-1")

    await store.mongo.transaction(take)
    with pytest.raises(FileUnavailable):
        await store.mongo.transaction(take)
    async with store.files.upload(1, "a", limit_bytes=LIMIT) as upload:
        file_id = upload.file_id
        with pytest.raises(FileUnavailable):
            await store.mongo.transaction(take)


async def test_a_transaction_that_fails_leaves_the_file_ready(store: Store) -> None:
    file_id = await store.stored(b"data")

    async def take(session: Session) -> None:
        await store.files.take(session, file_id, "job-1")

    async def take_and_fail(session: Session) -> None:
        await take(session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.mongo.transaction(take_and_fail)
    await store.mongo.transaction(take)
    assert not await store.files.discard(file_id)
    assert await store.bytes_of(file_id) == b"data"


async def test_a_file_that_no_job_took_can_be_discarded(store: Store) -> None:
    file_id = await store.stored(DATA)
    assert await store.files.discard(file_id)
    assert await store.left() == (0, 0)


@pytest.mark.parametrize("change", ["delete", "cut"])
async def test_a_chunk_that_is_not_whole_is_reported_after_the_good_ones(store: Store, change: str) -> None:
    file_id = await store.stored(DATA)
    chunks, damaged = store.mongo.database["payloads.chunks"], {"files_id": file_id, "n": 1}
    if change == "delete":
        await chunks.delete_one(damaged)
    else:
        await chunks.update_one(damaged, {"$set": {"data": b"short"}})
    reading = aiter(store.files.read(file_id))
    assert await anext(reading) == DATA[:CHUNK_BYTES]
    with pytest.raises(FileDamaged) as found:
        await anext(reading)
    assert found.value.chunk == 1


async def test_a_file_that_is_not_complete_cannot_be_read(store: Store) -> None:
    async with store.files.upload(1, "a", limit_bytes=LIMIT) as upload:
        await upload.write(DATA)
        with pytest.raises(FileUnavailable):
            await store.bytes_of(upload.file_id)
    with pytest.raises(FileUnavailable):
        await store.bytes_of("unknown")


async def test_a_deleted_file_leaves_nothing_and_may_be_deleted_again(store: Store) -> None:
    file_id = await store.stored(DATA)
    await store.files.delete(file_id)
    await store.files.delete(file_id)
    assert await store.left() == (0, 0)


async def test_the_sweep_takes_files_that_stood_still_for_two_hours_unless_a_job_has_them(store: Store) -> None:
    taken, waiting = await store.stored(DATA), await store.stored(DATA)

    async def take(session: Session) -> None:
        await store.files.take(session, taken, "job-1")

    await store.mongo.transaction(take)
    upload = store.files.upload(1, "open", limit_bytes=LIMIT)
    await upload.begin()
    now = store.clock.now()
    assert await store.files.sweep(now + timedelta(hours=1, minutes=59)) == 0
    assert await store.bytes_of(waiting) == DATA
    assert await store.files.sweep(now + timedelta(hours=2, minutes=1)) == 2
    assert await store.left() == (1, 3)
    assert await store.bytes_of(taken) == DATA
    await upload.abort()


async def test_a_slow_upload_is_not_swept_as_long_as_it_moves(store: Store) -> None:
    async with store.files.upload(1, "slow", limit_bytes=LIMIT) as upload:
        for _ in range(5):
            store.clock.offset += timedelta(hours=1, minutes=30)
            await upload.write(b"x")
            assert await store.files.sweep(store.clock.now()) == 0
        stored = await upload.finish()
    assert await store.bytes_of(stored.file_id) == b"xxxxx"


async def test_an_upload_that_was_swept_hears_of_it_and_leaves_nothing(store: Store) -> None:
    async def stall() -> None:
        async with store.files.upload(1, "stalled", limit_bytes=LIMIT) as upload:
            await upload.write(DATA)
            assert await store.files.sweep(store.clock.now() + timedelta(hours=3)) == 1
            await upload.write(DATA)
            await upload.finish()

    with pytest.raises(FileUnavailable):
        await stall()
    assert await store.left() == (0, 0)


async def test_chunks_without_a_document_are_swept_after_a_day(store: Store) -> None:
    kept = await store.stored(DATA)
    lost = [await store.stored(DATA) for _ in range(3)]
    await store.mongo.database["payloads.files"].delete_many({"_id": {"$in": lost}})
    await store.mongo.database["payloads.files"].update_one({"_id": kept}, {"$set": {"metadata.state": "taken"}})
    now = store.clock.now()
    assert await store.files.sweep(now + timedelta(hours=23)) == 0
    assert await store.left() == (1, 12)
    assert await store.files.sweep(now + timedelta(hours=25)) == 3
    assert await store.left() == (1, 3)
    assert await store.bytes_of(kept) == DATA


async def test_the_sweep_goes_through_more_than_one_batch(store: Store) -> None:
    database, now = store.mongo.database, store.clock.now()
    metadata = {"state": "open", "touched_at": now - timedelta(hours=3)}
    await database["payloads.files"].insert_many([{"_id": f"open-{n}", "metadata": metadata} for n in range(250)])
    await database["payloads.chunks"].insert_many([{"files_id": f"lost-{n:03}", "n": 0, "data": b""} for n in range(250)])
    assert await store.files.sweep(now) == 250
    assert await store.files.sweep(now + timedelta(hours=25)) == 250
    assert await store.left() == (0, 0)
