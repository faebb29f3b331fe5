"""The outbox: messages go out if, and only if, the writes beside them were committed."""

import asyncio
from typing import Any

import pytest

from shared.contract.codec import decode
from shared.contract.commands import StartImport
from shared.contract.topology import IMPORTER
from shared.delivery.outbox import GRACE, Outbox, Unit
from tests.integration.parts import Parts, once

MESSAGE = StartImport(job_id="a job", account=1)


async def rows(parts: Parts) -> int:
    """Rows in the outbox."""
    return int(await parts.database["outbox"].count_documents({}))


def outbox(parts: Parts) -> Outbox:
    """The outbox of one process."""
    return parts.platform.outbox


async def emptied(parts: Parts) -> None:
    """Wait until the rows are gone: they are removed without waiting for the majority that a count reads from."""
    async with asyncio.timeout(10):
        while await rows(parts):
            await asyncio.sleep(0.002)


async def send(unit: Unit) -> str:
    """Work that writes nothing but its message."""
    unit.send(MESSAGE)
    return "done"


async def test_a_commit_publishes_its_messages_and_removes_the_rows(parts: Parts) -> None:
    assert await outbox(parts).transaction(send) == "done"
    assert [decode(sent.body, sent.headers) for sent in parts.sent] == [MESSAGE]
    assert parts.broker.depth(IMPORTER) == 1
    await emptied(parts)


async def test_an_abort_publishes_nothing_and_leaves_no_row(parts: Parts) -> None:
    async def fail(unit: Unit) -> None:
        unit.send(MESSAGE)
        raise LookupError("of our own")

    with pytest.raises(LookupError):
        await outbox(parts).transaction(fail)
    assert (parts.sent, await rows(parts)) == ([], 0)


async def test_a_body_that_ran_twice_sends_what_it_sent_last_and_nothing_else(parts: Parts) -> None:
    notes: Any = parts.database["scratch"]
    await notes.insert_one({"_id": "a", "n": 0})

    async def overtake() -> None:
        await notes.update_one({"_id": "a"}, {"$inc": {"n": 1}})

    meanwhile = once(overtake)

    async def work(unit: Unit) -> None:
        found = await notes.find_one({"_id": "a"}, session=unit.session)
        unit.send(StartImport(job_id=f"after {found['n']}", account=1))
        await meanwhile()
        await notes.update_one({"_id": "a"}, {"$inc": {"n": 1}}, session=unit.session)

    await outbox(parts).transaction(work)
    assert [decode(sent.body, sent.headers).job_id for sent in parts.sent] == ["after 1"]


async def test_with_the_broker_away_the_row_stays_and_a_sweep_publishes_it_later(parts: Parts) -> None:
    await parts.broker.close()
    assert await outbox(parts).transaction(send) == "done"
    assert (len(parts.sent), await rows(parts)) == (0, 1)
    await parts.broker.start()
    assert await outbox(parts).sweep() == 0, "the row still belongs to the process that wrote it"
    parts.clock.move(seconds=GRACE.total_seconds() + 1)
    assert await outbox(parts).sweep() == 1
    assert len(parts.sent) == 1
    await emptied(parts)


async def test_a_sweep_while_the_broker_is_away_loses_nothing(parts: Parts) -> None:
    await parts.broker.close()
    await outbox(parts).transaction(send)
    parts.clock.move(minutes=1)
    assert await outbox(parts).sweep() == 0
    assert await rows(parts) == 1
    await parts.broker.start()
    parts.clock.move(minutes=1)
    assert await outbox(parts).sweep() == 1


async def test_a_message_has_one_identity_however_often_it_goes_out(parts: Parts) -> None:
    await parts.broker.close()
    await outbox(parts).transaction(send)
    row = await parts.database["outbox"].find_one({})
    await parts.broker.start()
    for _ in range(2):
        parts.clock.move(minutes=1)
        await outbox(parts).sweep()
        await parts.database["outbox"].replace_one({"_id": row["_id"]}, row, upsert=True)
    assert [sent.headers["cloudEvents:id"] for sent in parts.sent] == [row["_id"]] * 2


async def test_of_two_sweeps_at_once_one_takes_each_row(parts: Parts) -> None:
    await parts.broker.close()
    await asyncio.gather(*(outbox(parts).transaction(send) for _ in range(20)))
    await parts.broker.start()
    parts.clock.move(minutes=1)
    swept = await asyncio.gather(*(outbox(parts).sweep() for _ in range(4)))
    assert sum(swept) == len(parts.sent) == 20
    await emptied(parts)
