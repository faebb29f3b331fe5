"""RabbitMQ and MongoDB stopped, killed and wiped in the middle of an import."""

import random

import pytest

from tests.chaos.conftest import Size
from tests.support.fleet import Fleet, Tenant
from tests.support.people import Sheet, sheet
from tests.support.private_mongo import PrivateMongo
from tests.support.rabbit import RabbitNode


@pytest.fixture(autouse=True)
def _whole_servers(chaos_rabbit: RabbitNode, fleet: Fleet) -> None:
    """Depends on the fleet, so that its topology is declared before a test stops the broker."""


async def test_rabbitmq_stopped_in_the_middle_holds_up_the_running_job_and_those_accepted_meanwhile_and_nothing_else(
    tenant: Tenant, chaos_rabbit: RabbitNode, size: Size, chance: random.Random, contacts_file: Sheet
) -> None:
    running = await tenant.submit(contacts_file)
    await tenant.until_rows(running, chance.randrange(1, size.rows // 2))
    chaos_rabbit.stop()
    files = [sheet(chance.randrange(10**6), 300, keys=200, prefix=f"down{number}-") for number in range(5)]
    accepted = [await tenant.submit(each) for each in files]
    assert {(await tenant.job(job_id))["state"] for job_id in accepted} == {"queued"}
    chaos_rabbit.start()
    for job_id in (running, *accepted):
        assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    assert await tenant.wrong() == []


async def test_rabbitmq_killed_and_wiped_in_the_middle_costs_time_and_nothing_else(
    tenant: Tenant, chaos_rabbit: RabbitNode, size: Size, chance: random.Random, contacts_file: Sheet
) -> None:
    job_id = await tenant.submit(contacts_file)
    await tenant.until_rows(job_id, chance.randrange(1, size.rows // 2))
    chaos_rabbit.wipe()
    chaos_rabbit.start()
    assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    assert await tenant.wrong() == []


async def test_mongodb_killed_in_the_middle_loses_nothing_that_was_acknowledged(
    tenant: Tenant, chaos_mongo: PrivateMongo, size: Size, chance: random.Random, contacts_file: Sheet
) -> None:
    job_id = await tenant.submit(contacts_file)
    for _ in range(size.freezes):
        await tenant.until_rows(job_id, chance.randrange(1, size.rows // 2))
        await chaos_mongo.kill()
        await chaos_mongo.start()
    assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    assert await tenant.wrong() == []
