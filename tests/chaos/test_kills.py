"""kill -9, SIGTERM and SIGSTOP of each service in the middle of an import."""

import asyncio
import random

import httpx
import pytest

from tests.chaos.conftest import Size
from tests.support.fleet import Fleet, Tenant
from tests.support.people import Sheet, sheet


def moments(chance: random.Random, number: int, rows: int) -> list[int]:
    """Chance moments of an import, as rows that are done; the first one comes while it is planned."""
    drawn = [0, *sorted(chance.randrange(1, int(rows * 0.9)) for _ in range(number - 1))]
    print("moments, in rows done:", drawn)
    return drawn


async def test_the_importer_killed_again_and_again_completes_the_job_and_the_contacts_equal_the_file(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random, contacts_file: Sheet
) -> None:
    job_id = await tenant.submit(contacts_file)
    for rows in moments(chance, size.kills, size.rows):
        await (tenant.until_rows(job_id, rows) if rows else tenant.until_state(job_id, "planning", "processing"))
        await asyncio.sleep(chance.uniform(0, 0.2))  # not a wait: the moment within a chunk
        fleet["importer"].kill()
        fleet["importer"].launch()
    job = await tenant.ended(job_id, size.seconds)
    assert job["state"] == "completed", job
    assert await tenant.wrong() == []


async def test_the_status_service_killed_again_and_again_ends_with_a_view_that_equals_the_ledger(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random, contacts_file: Sheet
) -> None:
    job_id = await tenant.submit(contacts_file)
    for rows in moments(chance, size.kills, size.rows):
        await tenant.until_rows(job_id, rows)
        fleet["status"].kill()
        fleet["status"].launch()
    assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    assert await tenant.wrong() == []


async def test_a_gateway_killed_right_after_its_202_has_accepted_the_job(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    for _ in range(size.kills):
        job_id = await tenant.submit(sheet(chance.randrange(10**6), 200, keys=150))
        fleet["gateway"].kill()
        await fleet["gateway"].start()
        assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    assert await tenant.wrong() == []


async def test_a_gateway_killed_during_an_upload_accepts_nothing_by_half_and_the_retry_makes_one_job(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    content = sheet(chance.randrange(10**6), 2_000, keys=1_500)
    body, key = content.csv(), f"key-{chance.randrange(10**9)}"
    half_sent = asyncio.Event()

    async def slowly() -> object:
        yield body[: len(body) // 2]
        half_sent.set()
        await asyncio.Event().wait()

    upload = asyncio.create_task(
        tenant.client.post("/v1/imports", content=slowly(), headers={"Content-Type": "text/csv", "Idempotency-Key": key})  # type: ignore[arg-type]
    )
    await half_sent.wait()
    fleet["gateway"].kill()
    upload.cancel()
    with pytest.raises((httpx.HTTPError, asyncio.CancelledError)):
        await upload
    assert await fleet.database["jobs"].count_documents({"account": tenant.account}) == 0
    await fleet["gateway"].start()
    first = await tenant.submit(content, key)
    assert await tenant.submit(content, key) == first
    assert await fleet.database["jobs"].count_documents({"account": tenant.account}) == 1
    assert (await tenant.ended(first, size.seconds))["state"] == "completed"
    await fleet.sweep_uploads()
    assert await tenant.wrong() == []


async def test_sigterm_in_the_middle_ends_an_importer_with_zero_and_another_one_completes_the_job(
    tenant: Tenant, fleet: Fleet, size: Size, contacts_file: Sheet
) -> None:
    job_id = await tenant.submit(contacts_file)
    await tenant.until_rows(job_id, size.rows // 10)
    assert await fleet["importer"].terminate(25) == 0
    assert (await tenant.job(job_id))["state"] == "processing"
    await fleet.run("gateway", "importer-2", "status")
    assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    assert await tenant.wrong() == []


async def test_two_importers_share_one_file_and_both_do_work(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    await fleet.run("gateway", "importer", "importer-2", "status")
    content = sheet(chance.randrange(10**6), size.shared_rows, keys=size.shared_rows * 2)
    before = [await fleet[name].metric("muster_rows_total", kind="import") for name in ("importer", "importer-2")]
    job_id = await tenant.submit(content)
    assert (await tenant.ended(job_id, size.seconds))["state"] == "completed"
    after = [await fleet[name].metric("muster_rows_total", kind="import") for name in ("importer", "importer-2")]
    shares = [now - then for now, then in zip(after, before, strict=True)]
    assert min(shares) > size.shared_rows * 0.1, shares
    assert await tenant.wrong() == []


async def test_an_importer_frozen_for_longer_than_the_rescue_time_applies_no_row_twice(
    tenant: Tenant, fleet: Fleet, size: Size, chance: random.Random
) -> None:
    for _ in range(size.freezes):
        job_id = await tenant.submit(sheet(chance.randrange(10**6), 20_000, keys=40_000))
        await tenant.until_rows(job_id, chance.randrange(1, 10_000))
        fleet["importer"].pause()
        try:
            await fleet.beside("importer-2")
            await tenant.until_state(job_id, "completed", seconds=size.seconds)
        finally:
            fleet["importer"].resume()
        fleet["importer-2"].end()
        await fleet["importer"].ready()
    assert await tenant.wrong() == []
