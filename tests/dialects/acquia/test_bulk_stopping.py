"""The end of bulk jobs: deleted while they wait, while they run and afterwards, and forgotten after 48 hours."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.importer import app as importer
from services.importer.settings import ImporterSettings
from services.status.settings import StatusSettings
from tests.dialects.acquia.vendor import CONTACTS, Vendor, error
from tests.support.clock import MovableClock
from tests.support.system import platform_for, system

pytestmark = pytest.mark.mongo

SMALL_CHUNKS = ImporterSettings(chunk_rows=5, lanes=1)
SWEEPS = StatusSettings(retention_sweep_seconds=0.1, catch_up_seconds=0.2)


@pytest.fixture
async def idle(mongo_url: str) -> AsyncIterator[Vendor]:
    """A Muster in which nobody works yet and whose clock a test may move."""
    platform = platform_for(mongo_url, f"muster-{uuid4().hex[:12]}", clock=MovableClock())
    async with system(platform, services=("status",), status_settings=SWEEPS) as whole:
        yield Vendor(whole)


async def work(vendor: Vendor) -> None:
    """Let an importer come, who works five contacts at a time."""
    await vendor.muster.start("importer", importer.build(vendor.muster.platform, SMALL_CHUNKS))


async def delete(vendor: Vendor, job: str) -> None:
    """Delete the job, which is gone from then on."""
    response = await vendor.client.delete(f"{CONTACTS}/job/{job}")
    assert (response.status_code, response.json()) == (200, {"success": 1})
    await see_that_it_is_gone(vendor, job)


async def see_that_it_is_gone(vendor: Vendor, job: str) -> None:
    """Neither can it be asked for nor deleted again."""
    for method in ("GET", "DELETE"):
        refused = await vendor.client.request(method, f"{CONTACTS}/job/{job}?details=1")
        assert error(refused, 404)["message"] == "Item was not found."


async def test_a_job_that_is_deleted_while_it_waits_never_starts(idle: Vendor) -> None:
    job = await idle.job([{"email": "never@example.org"}])
    assert await idle.status(job) == "queued"
    await delete(idle, job)
    await work(idle)
    await idle.completed(await idle.job([{"email": "after@example.org"}]))
    assert [contact["email"] for contact in await idle.muster.contacts()] == ["after@example.org"]


async def test_a_job_that_is_deleted_while_it_runs_stops_and_what_it_saved_stays(idle: Vendor) -> None:
    await work(idle)
    job = await idle.job([{"email": f"person{number}@example.org"} for number in range(5_000)])

    async def has_begun() -> bool:
        return bool(await idle.muster.contacts())

    await idle.muster.until(has_begun)
    assert await idle.status(job) == "in_progress"
    await delete(idle, job)

    async def is_forgotten() -> bool:
        return await idle.muster.gateway.jobs.read(job) is None

    await idle.muster.until(is_forgotten)
    assert 0 < len(await idle.muster.contacts()) < 5_000


async def test_a_job_that_is_deleted_after_its_end_is_gone_and_its_contacts_stay(idle: Vendor) -> None:
    await work(idle)
    job = await idle.completed(await idle.job([{"email": "ana@example.org"}]))
    await delete(idle, job)
    assert len(await idle.muster.contacts()) == 1


async def test_a_job_is_known_for_forty_eight_hours_after_its_end(idle: Vendor) -> None:
    await work(idle)
    job, clock = await idle.completed(await idle.job([{"email": "ana@example.org"}])), idle.muster.platform.clock
    assert isinstance(clock, MovableClock)
    clock.move(hours=47)
    assert await idle.status(job) == "completed"
    clock.move(hours=1)
    await see_that_it_is_gone(idle, job)


async def test_contacts_that_a_cancelled_job_did_not_come_to_have_an_item_each(idle: Vendor) -> None:
    job = await idle.job([{"email": "ana@example.org"}, {"email": "bo@example.org"}])
    response = await idle.client.post(f"/v1/jobs/{job}/cancel")
    assert response.status_code == 200, response.text
    assert await idle.status(job) == "completed"
    ((first, second),) = await idle.pages(job)
    assert first == second
    assert (first["id"], first["statusCode"], first["errors"]["code"]) == (None, 409, 409)
    assert first["errors"]["message"].startswith("The job was stopped before it came to this contact")
