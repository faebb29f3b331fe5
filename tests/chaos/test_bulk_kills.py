"""kill -9 of the exporter and of the lists service in the middle of their jobs."""

import asyncio
import csv
import hashlib
import io
import random

import pytest

from tests.chaos.conftest import Size
from tests.chaos.test_kills import moments
from tests.support.fleet import Fleet, Tenant
from tests.support.people import sheet


@pytest.fixture
async def filled(tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random) -> Tenant:
    """An account with contacts in it, a list and a tag."""
    (await tenant.client.post("/v1/lists", json={"name": "Wave"})).raise_for_status()
    (await tenant.client.post("/v1/tags", json={"name": "new"})).raise_for_status()
    job = await tenant.ended(await tenant.submit(sheet(chance.randrange(10**6), size.rows, keys=size.rows * 2)), size.seconds)
    assert job["state"] == "completed", job
    return tenant


async def killed_again_and_again(
    fleet: Fleet, tenant: Tenant, size: Size, chance: random.Random, service: str, job_id: str
) -> None:
    """Kill the service at chance moments of the job, and wait for the job's end."""
    total = len(await tenant.contacts())
    for rows in moments(chance, size.kills, total):
        await (tenant.until_rows(job_id, rows) if rows else tenant.until_state(job_id, "planning", "processing"))
        await asyncio.sleep(chance.uniform(0, 0.2))  # not a wait: the moment within a chunk
        fleet[service].kill()
        fleet[service].launch()
    job = await tenant.ended(job_id, size.seconds)
    assert job["state"] == "completed", job
    assert job["progress"]["rows_total"] == total


@pytest.mark.parametrize("form", ["csv", "parquet"])
async def test_the_exporter_killed_again_and_again_writes_every_contact_once(
    filled: Tenant, fleet: Fleet, size: Size, chance: random.Random, form: str
) -> None:
    await fleet.run("gateway", "exporter", "status")
    job_id = await filled.ask("exports", fields=["email", "first_name", "last_name"], format=form)
    await killed_again_and_again(fleet, filled, size, chance, "exporter", job_id)
    job = await filled.job(job_id)
    file = (await filled.client.get(f"/v1/jobs/{job_id}/file", headers={"Accept-Encoding": "identity"})).content
    assert hashlib.sha256(file).hexdigest() == job["file"]["sha256"]
    contacts = await filled.contacts()
    assert job["file"]["rows"] == len(contacts)
    if form == "csv":
        rows = [tuple(row) for row in csv.reader(io.StringIO(file.decode()))][1:]
        wanted = [(each["email"], each.get("first_name", ""), each.get("last_name", "")) for each in contacts]
        assert rows == wanted
    assert await filled.wrong() == []


async def test_the_lists_service_killed_again_and_again_puts_every_contact_on_the_list_once(
    filled: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    await fleet.run("gateway", "lists", "status")
    job_id = await filled.ask("list-changes", action="add", lists=["Wave"], source={"all": True})
    await killed_again_and_again(fleet, filled, size, chance, "lists", job_id)
    contacts = await filled.contacts()
    assert {len(contact.get("lists", ())) for contact in contacts} == {1}
    assert (await filled.job(job_id))["counts"]["updated"] == len(contacts)
    assert await filled.wrong() == []


async def test_a_deletion_killed_again_and_again_deletes_every_contact_and_a_restoration_brings_all_back(
    filled: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    await fleet.run("gateway", "lists", "status")
    for path, is_deleted in (("deletions", True), ("restorations", False)):
        job_id = await filled.ask(path, source={"all": True})
        await killed_again_and_again(fleet, filled, size, chance, "lists", job_id)
        contacts = await filled.contacts()
        assert {"deleted_at" in contact for contact in contacts} == {is_deleted}
        assert (await filled.job(job_id))["counts"]["updated"] == len(contacts)
    assert await filled.wrong() == []


async def test_an_erasure_killed_again_and_again_leaves_no_contact_and_no_trace(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    content = sheet(chance.randrange(10**6), size.rows // 4, keys=size.rows, prefix=f"erased{tenant.account}x")
    job = await tenant.ended(await tenant.submit(content), size.seconds)
    total = job["counts"]["created"]
    await fleet.run("gateway", "lists", "status")
    job_id = await tenant.ask("deletions", source={"all": True}, mode="erase")
    for rows in moments(chance, size.kills, total):
        await (tenant.until_rows(job_id, rows) if rows else tenant.until_state(job_id, "planning", "processing"))
        fleet["lists"].kill()
        fleet["lists"].launch()
    job = await tenant.ended(job_id, size.seconds)
    assert (job["state"], job["counts"]["updated"]) == ("completed", total), job
    assert await tenant.contacts() == []
    traces = {
        name: str(document)
        for name in await fleet.database.list_collection_names()
        async for document in fleet.database[name].find({})
        if f"erased{tenant.account}x" in str(document)
    }
    assert traces == {}
