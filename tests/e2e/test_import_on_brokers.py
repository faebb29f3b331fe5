"""The core of it on both brokers: a small import, a large one, a cancel."""

import uuid
from collections.abc import AsyncIterator

import pytest

from services.importer.settings import ImporterSettings
from shared.contract.topology import TOPOLOGY
from shared.platform.broker.memory import MemoryBroker
from shared.platform.broker.port import Broker
from shared.platform.broker.rabbit import RabbitBroker
from shared.platform.clock import SystemClock
from tests.e2e.payloads import people
from tests.support.system import System, platform_for, system


@pytest.fixture(params=["memory", pytest.param("rabbit", marks=pytest.mark.rabbit)])
async def either(request: pytest.FixtureRequest, mongo_url: str) -> AsyncIterator[System]:
    """A whole Muster on one of the brokers."""
    clock = SystemClock()
    broker: Broker = MemoryBroker(TOPOLOGY, clock.sleep)
    if request.param == "rabbit":
        url = request.getfixturevalue("private_amqp_url")
        broker = RabbitBroker(url, TOPOLOGY, name="muster-test", new_id=clock.new_id)
    platform = platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}", broker)
    async with system(platform, importer_settings=ImporterSettings(chunk_rows=500, single_lane_rows=5_000)) as whole:
        yield whole


async def test_a_small_import_on_either_broker(either: System) -> None:
    job = await either.imported(people(40, bad_every=10))
    assert job["state"] == "completed"
    assert (job["counts"]["created"], job["counts"]["rejected"]) == (36, 4)


async def test_forty_thousand_rows_on_either_broker(either: System) -> None:
    job = await either.imported(people(40_000, bad_every=1_000))
    assert job["state"] == "completed"
    assert (job["counts"]["created"], job["counts"]["rejected"]) == (39_960, 40)
    assert len(await either.contacts()) == 39_960
    assert await either.gateway.quota.used(either.account.number) == 0


async def test_a_cancel_in_the_middle_on_either_broker(either: System) -> None:
    job = await either.submit(people(20_000))

    async def begun() -> bool:
        return bool((await either.job(job["id"]))["progress"]["rows_done"])

    await either.until(begun)
    await either.client.post(f"/v1/jobs/{job['id']}/cancel")
    ended = await either.ended(job["id"])
    assert ended["state"] == "cancelled"
    assert ended["counts"]["created"] == len(await either.contacts())
    assert 0 < ended["counts"]["created"] < 20_000
