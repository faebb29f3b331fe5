"""Every reason why a job has no file for the one who asks."""

import uuid
from collections.abc import AsyncIterator

import pytest

from services.gateway.app import web_app
from shared.accounts.keys import Scope
from shared.contract.values import JobState
from tests.e2e.conftest import open_tenant
from tests.support.export_file import Download, completed, end, queued
from tests.support.resources import problem
from tests.support.system import System, platform_for, system


@pytest.fixture(scope="module")
async def idle(mongo_url: str) -> AsyncIterator[System]:
    """A Muster that works no export."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), services=("status",)) as whole:
        yield whole


@pytest.fixture(scope="module")
async def download(idle: System) -> Download:
    """Its export of `WHOLE`: data, a stored file of more than one block, an empty one, another, data."""
    return Download(idle, f"/v1/jobs/{await completed(idle)}/file")


@pytest.mark.parametrize(
    ("state", "status", "code", "says"),
    [
        (None, 409, "file_not_ready", "Poll"),
        (JobState.PROCESSING, 409, "file_not_ready", "processing"),
        (JobState.FAILED, 404, "file_missing", "condition_invalid: No such field."),
        (JobState.CANCELLED, 404, "file_missing", "cancelled"),
        (JobState.COMPLETED, 404, "file_missing", "no file"),
    ],
)
async def test_a_job_without_a_file_says_why(idle: System, state: JobState | None, status: int, code: str, says: str) -> None:
    job_id = await queued(idle)
    if state:
        await end(idle, job_id, state)
    if state is JobState.FAILED:
        error = {"code": "condition_invalid", "message": "No such field."}
        await idle.database["jobs"].update_one({"_id": job_id}, {"$set": {"error": error}})
    assert says in problem(await idle.client.get(f"/v1/jobs/{job_id}/file"), status, code)["detail"]
    assert (await idle.client.head(f"/v1/jobs/{job_id}/file")).status_code == status


async def test_a_job_of_another_kind_has_no_file(idle: System) -> None:
    job_id = await queued(idle, "/v1/deletions", source={"all": True})
    assert "deletion" in problem(await idle.client.get(f"/v1/jobs/{job_id}/file"), 404, "file_missing")["detail"]


async def test_a_file_whose_contact_was_erased_is_gone(idle: System) -> None:
    job_id = await completed(idle, erased_at=idle.platform.clock.now())
    problem(await idle.client.get(f"/v1/jobs/{job_id}/file"), 410, "file_erased")
    job = await idle.job(job_id)
    assert (job["file"], "file" in job["links"]) == (None, False)


async def test_invariant_7_an_account_never_gets_the_file_of_another(download: Download) -> None:
    async with open_tenant(download.muster, web_app(download.muster.gateway)) as other:
        for method in ("GET", "HEAD"):
            assert (await other.client.request(method, download.path)).status_code == 404
        problem(await other.client.get(download.path), 404, "job_not_found")


@pytest.mark.parametrize("scope", [Scope.CONTACTS_READ, Scope.JOBS_READ])
async def test_a_file_needs_the_scopes_of_jobs_and_of_contacts(download: Download, scope: Scope) -> None:
    gateway = download.muster.gateway
    _, key = await gateway.keys.create(download.muster.account.number, name="half", scopes=frozenset({scope}))
    response = await download.muster.client.get(download.path, headers={"Authorization": f"Bearer {key}"})
    problem(response, 403, "scope_missing")
