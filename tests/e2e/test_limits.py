"""What an account may have and ask for, as its programs meet it."""

import asyncio
import itertools
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from services.importer import app as importer
from services.importer.settings import ImporterSettings
from tests.e2e.payloads import people
from tests.support.invariants import audit
from tests.support.system import System, platform_for, system

CSV = {"Content-Type": "text/csv"}
SMALL_CHUNKS = ImporterSettings(chunk_rows=20, single_lane_rows=40, lanes=3, prefetch=4)


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A Muster of the test's own, whose importer cuts small chunks."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), importer_settings=SMALL_CHUNKS) as whole:
        yield whole


async def limit(muster: System, **limits: int) -> None:
    """Give the account limits of its own."""
    for name, value in limits.items():
        await muster.gateway.accounts.set_limit(muster.account.number, name, value)


async def account(muster: System) -> dict[str, Any]:
    """What the account is told about itself."""
    return dict((await muster.client.get("/v1/account")).json())


async def refused(muster: System, content: bytes = b"email\nana@example.org\n", **query: Any) -> tuple[int, str, str | None]:
    """Status, code and field with which an import is refused."""
    response = await muster.client.post("/v1/imports", content=content, params=query, headers=CSV)
    answer = response.json()
    return response.status_code, answer["code"], answer.get("field")


async def test_of_two_hundred_submissions_at_once_exactly_fifty_are_accepted_and_all_places_come_back(muster: System) -> None:
    await limit(muster, open_jobs=50, running_jobs=4)
    await muster.stop("importer")
    answers: list[httpx.Response] = await asyncio.gather(
        *(muster.client.post("/v1/imports", content=people(3, first=3 * number), headers=CSV) for number in range(200))
    )
    accepted = [answer.json() for answer in answers if answer.status_code == 202]
    assert (len(accepted), sum(answer.status_code == 429 for answer in answers)) == (50, 150)
    assert sum(job["state"] == "queued" for job in accepted) == 4
    use = (await account(muster))["use"]
    assert (use["open_jobs"], use["active_imports"], use["running_jobs"], use["jobs_in_line"]) == (50, 50, 4, 46)
    await muster.start("importer", importer.build(muster.platform, SMALL_CHUNKS))
    for job in accepted:
        assert (await muster.ended(job["id"]))["state"] == "completed"
    assert len(await muster.contacts()) == 150
    assert await audit(muster.database, muster.client) == []
    assert {figure: number for figure, number in (await account(muster))["use"].items() if figure != "contacts"} == {
        "open_jobs": 0,
        "active_imports": 0,
        "running_jobs": 0,
        "jobs_in_line": 0,
    }


async def test_jobs_in_line_run_one_after_the_other_in_the_order_they_came(muster: System) -> None:
    await limit(muster, running_jobs=1)
    jobs = [await muster.submit(people(5, first=number)) for number in range(6)]
    ended = [await muster.ended(job["id"]) for job in jobs]
    for former, later in itertools.pairwise(ended):
        assert former["ended_at"] <= later["started_at"]
    assert await audit(muster.database, muster.client) == []


async def test_a_job_starts_when_its_time_has_come_and_not_before(tenant: System) -> None:
    at = datetime.now(UTC) + timedelta(seconds=1.5)
    job = await tenant.submit(b"email\nana@example.org\n", run_at=at.isoformat())
    assert (job["state"], job["run_at"]) == ("waiting", at.isoformat(timespec="milliseconds").replace("+00:00", "Z"))
    ended = await tenant.ended(job["id"])
    assert ended["state"] == "completed"
    assert ended["started_at"] >= job["run_at"]


async def test_a_time_that_is_over_means_at_once_and_one_too_far_ahead_is_refused(tenant: System) -> None:
    job = await tenant.submit(b"email\nana@example.org\n", run_at="2020-01-01T00:00:00")
    assert (job["state"], job["run_at"]) == ("queued", None)
    far = (datetime.now(UTC) + timedelta(days=367)).isoformat()
    assert await refused(tenant, run_at=far) == (422, "option_invalid", "run_at")
    assert await refused(tenant, run_at="tomorrow") == (422, "option_invalid", "run_at")


async def test_a_job_is_kept_for_as_long_as_it_asks_within_the_limit_of_the_account(tenant: System) -> None:
    job = await tenant.imported(b"email\nana@example.org\n", retention_days=0.25)
    kept = datetime.fromisoformat(job["expires_at"]) - datetime.fromisoformat(job["ended_at"])
    assert kept == timedelta(hours=6)
    assert await refused(tenant, retention_days=91) == (422, "option_invalid", "retention_days")
    await limit(tenant, retention_days=2)
    assert await refused(tenant, retention_days=3) == (422, "option_invalid", "retention_days")


async def test_a_job_rests_while_it_is_paused_and_goes_on_when_it_is_resumed(muster: System) -> None:
    job = await muster.submit(people(2_000))

    async def at_work() -> bool:
        return bool((await muster.job(job["id"]))["links"].get("pause"))

    await muster.until(at_work)
    for _ in range(2):
        paused = await muster.client.post(f"/v1/jobs/{job['id']}/pause")
        assert (paused.status_code, paused.json()["state"]) == (200, "paused"), paused.text
    assert "pause" not in paused.json()["links"]
    assert (await account(muster))["use"]["running_jobs"] == 1
    other = await muster.imported(b"email\nana@example.org\n")
    assert other["state"] == "completed"
    assert (await muster.job(job["id"]))["state"] == "paused"
    resumed = await muster.client.post((await muster.job(job["id"]))["links"]["resume"])
    assert (resumed.status_code, resumed.json()["state"]) == (200, "processing")
    ended = await muster.ended(job["id"])
    assert (ended["state"], ended["counts"]["created"]) == ("completed", 2_000)
    again = await muster.client.post(f"/v1/jobs/{job['id']}/resume")
    assert (again.status_code, again.json()["code"]) == (409, "not_resumable")
    assert await audit(muster.database, muster.client) == []


async def test_an_account_is_told_its_own_limits_and_the_defaults(tenant: System) -> None:
    defaults = (await account(tenant))["limits"]
    assert (defaults["running_jobs"], defaults["contacts"]) == (20, 0)
    await limit(tenant, running_jobs=2, contacts=7, retention_days=3, rows_per_job=5, payload_bytes=64, active_imports=1)
    assert (await account(tenant))["limits"] == {
        **defaults,
        "running_jobs": 2,
        "contacts": 7,
        "retention_days": 3.0,
        "rows_per_job": 5,
        "payload_bytes": 64,
        "active_imports": 1,
    }


async def test_rows_and_bytes_of_a_payload_have_the_limits_of_the_account(tenant: System) -> None:
    await limit(tenant, rows_per_job=5, payload_bytes=500)
    assert (await tenant.imported(people(5)))["state"] == "completed"
    ended = await tenant.imported(people(6))
    assert (ended["state"], ended["error"]["code"]) == ("failed", "too_many_rows")
    assert await refused(tenant, people(60)) == (413, "payload_too_large", None)


async def test_an_import_fills_the_limit_of_contacts_and_one_that_would_pass_it_writes_nothing(tenant: System) -> None:
    await limit(tenant, contacts=10)
    assert (await tenant.imported(people(10)))["counts"]["created"] == 10
    ended = await tenant.imported(b"email,Shoe size\nnew@example.org,43\n", create_fields="true", tags="late")
    assert (ended["state"], ended["error"]["code"]) == ("failed", "contact_limit")
    assert ended["counts"] == {"created": 0, "updated": 0, "unchanged": 0, "skipped": 0, "rejected": 0}
    assert len(await tenant.contacts()) == 10
    assert await tenant.gateway.fields.of_account(tenant.account.number).all() == []
    assert (await tenant.client.get("/v1/tags")).json()["items"] == []


async def test_only_what_is_new_takes_room(tenant: System) -> None:
    await limit(tenant, contacts=4)
    assert (await tenant.imported(people(3)))["state"] == "completed"
    known_twice_bad = b"person0@example.org\nPERSON1@example.org\nnew@example.org\nNEW@example.org\nnot an address\n\n"
    ended = await tenant.imported(b"email\n" + known_twice_bad)
    assert (ended["state"], ended["counts"]["created"], ended["counts"]["rejected"]) == ("completed", 1, 1)
    gone = (await tenant.client.get("/v1/contacts", params={"limit": 1})).json()["items"][0]
    await tenant.client.delete(f"/v1/contacts/{gone['id']}")
    assert (await tenant.imported(b"email\nfifth@example.org\n"))["error"]["code"] == "contact_limit", "the deleted one counts"
    assert (await tenant.imported(people(3)))["state"] == "completed"
    update = await tenant.imported(b"email\nfifth@example.org\n", mode="update")
    assert (update["state"], update["counts"]["skipped"]) == ("completed", 1)


async def test_of_imports_at_once_as_many_as_fit_complete_and_the_others_write_nothing(muster: System) -> None:
    await limit(muster, contacts=200)
    jobs = await asyncio.gather(*(muster.submit(people(60, first=60 * number)) for number in range(8)))
    ended = [await muster.ended(job["id"]) for job in jobs]
    assert sorted(job["state"] for job in ended) == ["completed"] * 3 + ["failed"] * 5
    assert {job["error"]["code"] for job in ended if job["error"]} == {"contact_limit"}
    assert len(await muster.contacts()) == 180
    assert await audit(muster.database, muster.client) == []


@pytest.mark.parametrize("most", [7, 130])
async def test_single_contacts_at_once_beside_imports_never_pass_the_limit(muster: System, most: int) -> None:
    await limit(muster, contacts=most)
    new = [{"email": f"single{number}@example.org"} for number in range(40)]
    jobs = asyncio.gather(*(muster.submit(people(50, first=50 * number)) for number in range(3)))
    answers = await asyncio.gather(*(muster.client.post("/v1/contacts", json=body) for body in new))
    codes = [answer.status_code for answer in answers]
    assert set(codes) <= {201, 409}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} <= {"contact_limit"}
    ended = [await muster.ended(job["id"]) for job in await jobs]
    written = len(await muster.contacts())
    assert written == codes.count(201) + sum(job["counts"]["created"] for job in ended)
    assert written <= most
    if most == 7:
        assert codes.count(201) == 7
