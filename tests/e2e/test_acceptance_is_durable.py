"""What was accepted stays accepted, also where the answer never reached the client."""

import asyncio
import uuid

import pytest

from shared.contract.topology import TOPOLOGY
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Outgoing
from shared.platform.clock import SystemClock
from tests.e2e.payloads import people
from tests.support.system import platform_for, system


class StuckBroker(MemoryBroker):
    """Does not answer the first publication, nor refuse it."""

    def __init__(self) -> None:
        super().__init__(TOPOLOGY, SystemClock().sleep)
        self.reached = asyncio.Event()

    async def publish(self, message: Outgoing) -> None:
        """See `Broker.publish`."""
        if not self.reached.is_set():
            self.reached.set()
            await asyncio.Event().wait()
        await super().publish(message)


async def test_a_client_that_goes_away_behind_the_commit_takes_no_payload_with_it(mongo_url: str) -> None:
    broker = StuckBroker()
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}", broker)) as muster:
        request = asyncio.create_task(muster.submit(people(30)))
        await broker.reached.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request
        jobs = (await muster.client.get("/v1/jobs")).json()["items"]
        assert [job["state"] for job in jobs] == ["queued"]
        ended = await muster.ended(jobs[0]["id"])
        assert (ended["state"], ended["counts"]["created"]) == ("completed", 30)
