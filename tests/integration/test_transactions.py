"""`Mongo.transaction`: one body, run until its commit is durable, or not at all."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.errors import DuplicateKeyError

from shared.platform.clock import SystemClock
from shared.platform.mongo import DatabaseUnavailable, Mongo, Session
from shared.platform.settings import MongoDriver, PlatformSettings
from tests.integration.parts import Parts, once
from tests.support.mongo import MongoNode


class Impatient(SystemClock):
    """A clock on which every look is ten seconds later."""

    looks = 0

    def monotonic(self) -> float:
        """See `Clock.monotonic`."""
        self.looks += 1
        return self.looks * 10.0


@pytest.fixture
def notes(parts: Parts) -> Any:
    """A collection to write into."""
    return parts.database["scratch"]


async def test_a_write_conflict_runs_the_body_again_on_a_newer_snapshot(parts: Parts, notes: Any) -> None:
    await notes.insert_one({"_id": "a", "n": 0})

    async def overtake() -> None:
        await notes.update_one({"_id": "a"}, {"$set": {"n": 10}})

    meanwhile = once(overtake)

    async def add(session: Session) -> int:
        found = await notes.find_one({"_id": "a"}, session=session)
        await meanwhile()
        await notes.update_one({"_id": "a"}, {"$set": {"n": found["n"] + 1}}, session=session)
        return int(found["n"]) + 1

    assert await parts.platform.mongo.transaction(add) == 11
    assert (await notes.find_one({"_id": "a"}))["n"] == 11


async def test_fifty_transactions_on_one_document_lose_no_update(parts: Parts, notes: Any) -> None:
    await notes.insert_one({"_id": "a", "n": 0})

    async def add(session: Session) -> None:
        found = await notes.find_one({"_id": "a"}, session=session)
        await notes.update_one({"_id": "a"}, {"$set": {"n": found["n"] + 1}}, session=session)

    await asyncio.gather(*(parts.platform.mongo.transaction(add) for _ in range(50)))
    assert (await notes.find_one({"_id": "a"}))["n"] == 50


async def test_a_lost_race_for_a_unique_key_runs_the_body_again(parts: Parts, notes: Any) -> None:
    async def overtake() -> None:
        await notes.insert_one({"_id": "a", "by": "the other"})

    meanwhile = once(overtake)

    async def insert(session: Session) -> str:
        found = await notes.find_one({"_id": "a"}, session=session)
        await meanwhile()
        if found is None:
            await notes.insert_many([{"_id": "b", "by": "us"}, {"_id": "a", "by": "us"}], ordered=False, session=session)
        return str(found["by"]) if found else "us"

    assert await parts.platform.mongo.transaction(insert) == "the other"
    assert await notes.count_documents({}) == 1


async def test_what_the_body_raises_aborts_the_transaction_and_comes_through(parts: Parts, notes: Any) -> None:
    async def fail(session: Session) -> None:
        await notes.insert_one({"_id": "a"}, session=session)
        raise LookupError("of our own")

    with pytest.raises(LookupError, match="of our own"):
        await parts.platform.mongo.transaction(fail)
    assert await notes.count_documents({}) == 0


async def test_a_conflict_that_never_ends_is_given_up_in_time_as_an_outage(parts: Parts, notes: Any) -> None:
    await notes.insert_one({"_id": "a", "n": 0})
    mongo = _impatient(parts)

    async def conflict(session: Session) -> None:
        await notes_of(mongo).find_one({"_id": "a"}, session=session)
        await notes.update_one({"_id": "a"}, {"$inc": {"n": 1}})
        await notes_of(mongo).update_one({"_id": "a"}, {"$inc": {"n": 1}}, session=session)

    with pytest.raises(DatabaseUnavailable):
        await mongo.transaction(conflict)
    await mongo.close()


async def test_a_duplicate_key_that_stays_is_the_bodys_own_fault_and_no_outage(parts: Parts, notes: Any) -> None:
    await notes.insert_one({"_id": "a"})
    mongo = _impatient(parts)

    async def insert(session: Session) -> None:
        await notes_of(mongo).insert_one({"_id": "a"}, session=session)

    with pytest.raises(DuplicateKeyError):
        await mongo.transaction(insert)
    await mongo.close()


async def test_a_transaction_that_is_cancelled_leaves_nothing_and_locks_nothing(parts: Parts, notes: Any) -> None:
    reached = asyncio.Event()

    async def hang(session: Session) -> None:
        await notes.insert_one({"_id": "a"}, session=session)
        reached.set()
        await asyncio.Event().wait()

    task = asyncio.create_task(parts.platform.mongo.transaction(hang))
    await reached.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await notes.insert_one({"_id": "a", "by": "another"})
    assert await notes.count_documents({}) == 1


@pytest.mark.parametrize("driver", list(MongoDriver))
async def test_a_commit_whose_answer_was_lost_is_sent_again_until_it_is_known(driver: MongoDriver, tmp_path: Path) -> None:
    async with MongoNode(tmp_path / "mongo") as node:
        clock = SystemClock()
        mongo = Mongo(PlatformSettings(mongo_url=SecretStr(node.url), mongo_driver=driver), clock)
        await mongo.check()
        await mongo.database.create_collection("scratch")
        restarting: list[asyncio.Task[str]] = []

        async def restart() -> None:
            await node.kill()
            restarting.append(asyncio.create_task(node.start()))

        die = once(restart)

        async def insert(session: Session) -> None:
            await notes_of(mongo).insert_one({"n": 1}, session=session)
            await die()

        await mongo.transaction(insert)
        await asyncio.gather(*restarting)
        assert await notes_of(mongo).count_documents({}) == 1
        await mongo.close()


def _impatient(parts: Parts) -> Mongo:
    old = parts.platform.mongo
    driver = MongoDriver.PYMONGO if type(old.client).__module__.startswith("pymongo") else MongoDriver.MOTOR
    host, port = next(iter(old.client.nodes))
    url = SecretStr(f"mongodb://{host}:{port}/?directConnection=true")
    return Mongo(PlatformSettings(mongo_url=url, mongo_database=old.database.name, mongo_driver=driver), Impatient())


def notes_of(mongo: Mongo) -> Any:
    """The collection to write into, through this client."""
    return mongo.database["scratch"]
