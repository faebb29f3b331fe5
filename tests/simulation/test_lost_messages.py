"""What seeds have found, each as a case of its own."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.importer import app as importer_app
from services.importer.settings import ImporterSettings
from shared.contract.commands import StartImport
from shared.contract.events import JobCompleted
from shared.contract.topology import TOPOLOGY
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Outgoing
from tests.support.invariants import audit
from tests.support.people import sheet
from tests.support.system import System, platform_for, system

SETTINGS = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4)


@pytest.fixture
async def forgetful(mongo_url: str) -> AsyncIterator[System]:
    """A Muster whose broker confirms the ends of jobs and then loses them."""
    broker = MemoryBroker(TOPOLOGY, asyncio.sleep, lambda message: () if _is_end(message) else (message,))
    platform = platform_for(mongo_url, f"lost-{uuid.uuid4().hex[:12]}", broker, relay_sweep_seconds=600)
    async with system(platform, importer_settings=SETTINGS) as muster:
        yield muster


def _is_end(message: Outgoing) -> bool:
    return message.routing_key.startswith(JobCompleted.TYPE)


async def test_an_end_event_that_is_lost_leaves_neither_chunks_nor_an_old_view_behind(forgetful: System) -> None:
    job = await forgetful.imported(sheet(1, 60, keys=40).csv())
    assert job["state"] == "completed"
    assert await audit(forgetful.database, forgetful.client, seconds=10) == []


async def test_a_start_command_that_is_given_up_late_does_not_fail_a_job_that_is_being_worked(forgetful: System) -> None:
    await forgetful.stop("importer")
    submitted = await forgetful.submit(sheet(2, 60, keys=40).csv())
    jobs = forgetful.database["jobs"]
    await jobs.update_one({"_id": submitted["id"]}, {"$set": {"state": "processing", "open_lanes": 1}})
    service = importer_app.build(forgetful.platform, SETTINGS)
    command = StartImport(job_id=submitted["id"], account=forgetful.account.number)
    await service.give_up[StartImport](command, "the process died each time")
    assert (await jobs.find_one({"_id": submitted["id"]}))["state"] == "processing"


async def test_messages_held_up_by_an_outage_go_out_with_the_first_sweep_after_it(forgetful: System) -> None:
    platform = forgetful.platform
    rows = forgetful.database["outbox"]
    await platform.broker.close()
    for number in range(4):
        await forgetful.submit(sheet(number, 3, keys=3).csv())
    past = platform.clock.now() - timedelta(seconds=60)
    await rows.update_many({}, {"$set": {"due_at": past}})
    assert await platform.outbox.sweep() == 0
    assert await rows.count_documents({"due_at": past}) == 3, "all but the one that was tried are still due"
    await platform.broker.start()
    assert await platform.outbox.sweep() == 3
