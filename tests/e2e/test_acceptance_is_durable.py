"""What was accepted stays accepted, whatever the broker does."""

import asyncio
import uuid

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


async def test_a_broker_that_hangs_holds_up_no_acceptance_and_the_job_completes_all_the_same(mongo_url: str) -> None:
    broker = StuckBroker()
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}", broker)) as muster:
        async with asyncio.timeout(5):
            job = await muster.submit(people(30))
        await broker.reached.wait()
        assert job["state"] == "queued"
        ended = await muster.ended(job["id"])
        assert (ended["state"], ended["counts"]["created"]) == ("completed", 30)
