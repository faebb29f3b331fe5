"""`GET /v3/contact_exports/{id}`: the file whole, in parts, compressed, whatever is accepted; and each reason why there is none."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.gateway.app import web_app
from shared.accounts.keys import Scope
from shared.contract.values import JobState
from tests.dialects.constant_contact.vendor import Vendor, errors
from tests.e2e.conftest import open_tenant
from tests.support.export_file import PLAIN, TAG, TOTAL, WHOLE, completed, end, queued
from tests.support.system import platform_for, system

pytestmark = pytest.mark.mongo
NOT_FOUND = "contacts.api.not_found"


async def exported(vendor: Vendor) -> str:
    """The path of the file of an export."""
    await vendor.contact(first_name="ana")
    ended = await vendor.done("contact_exports", fields=["first_name"])
    return str(ended["_links"]["results"]["href"])


@pytest.fixture(scope="module")
async def idle(mongo_url: str) -> AsyncIterator[Vendor]:
    """A Muster that works no export."""
    async with system(platform_for(mongo_url, f"muster-{uuid4().hex[:12]}"), services=("status",)) as whole:
        yield Vendor(whole)


async def test_the_file_is_csv_whatever_the_client_accepts(vendor: Vendor) -> None:
    path = await exported(vendor)
    for accepted in ("application/json, text/plain, */*", "application/json", "image/png"):
        response = await vendor.client.get(path, headers={"Accept": accepted, "Content-Type": "application/json"})
        assert (response.status_code, response.text) == (200, "First name\r\nana\r\n")
        assert response.headers["content-type"] == "text/csv; charset=utf-8"


async def test_the_file_comes_in_parts_compressed_or_not_at_all_as_the_native_one_does(idle: Vendor) -> None:
    job_id = await completed(idle.muster)
    paths = (f"/v3/contact_exports/{job_id}", f"/v1/jobs/{job_id}/file")
    for headers, status, content in (
        (PLAIN, 200, WHOLE),
        ({**PLAIN, "Range": "bytes=5-9"}, 206, WHOLE[5:10]),
        ({"Accept-Encoding": "gzip"}, 200, WHOLE),
        ({**PLAIN, "If-None-Match": TAG}, 304, b""),
    ):
        ours, native = [await idle.client.get(path, headers=headers) for path in paths]
        assert (ours.status_code, ours.content == content) == (status, True)
        kept = [
            {name: value for name, value in each.headers.items() if name in ("etag", "content-range", "content-encoding", "vary")}
            for each in (ours, native)
        ]
        assert kept[0] == kept[1]
    looked = await idle.client.head(paths[0], headers=PLAIN)
    assert (looked.status_code, looked.content, looked.headers["content-length"]) == (200, b"", str(TOTAL))
    response = await idle.client.get(paths[0], headers={**PLAIN, "Range": f"bytes={TOTAL}-"})
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{TOTAL}")
    assert isinstance(response.json(), list)


@pytest.mark.parametrize("file_id", ["6f1c0de0-0000-4000-8000-000000000001", "no-id", "0"])
async def test_a_file_that_nobody_knows_is_not_found(vendor: Vendor, file_id: str) -> None:
    assert "unknown" in errors(await vendor.client.get(f"/v3/contact_exports/{file_id}"), 404, NOT_FOUND)[0]
    assert (await vendor.client.head(f"/v3/contact_exports/{file_id}")).status_code == 404


async def test_an_activity_of_another_kind_has_no_file(vendor: Vendor) -> None:
    ended = await vendor.done("contact_delete", contact_ids=[await vendor.contact()])
    errors(await vendor.client.get(f"/v3/contact_exports/{ended['activity_id']}"), 404, NOT_FOUND)


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (None, "is not finished"),
        (JobState.PROCESSING, "is not finished"),
        (JobState.FAILED, "has no file"),
        (JobState.CANCELLED, "has no file"),
        (JobState.COMPLETED, "has no file"),
    ],
)
async def test_an_export_without_a_file_is_not_found(idle: Vendor, state: JobState | None, says: str) -> None:
    job_id = await queued(idle.muster)
    if state:
        await end(idle.muster, job_id, state)
    assert says in errors(await idle.client.get(f"/v3/contact_exports/{job_id}"), 404, NOT_FOUND)[0]


async def test_a_file_whose_contact_was_erased_is_not_found(idle: Vendor) -> None:
    job_id = await completed(idle.muster, erased_at=idle.muster.platform.clock.now())
    assert "any more" in errors(await idle.client.get(f"/v3/contact_exports/{job_id}"), 404, NOT_FOUND)[0]


async def test_nobody_sees_the_file_of_another_account_or_without_both_scopes(vendor: Vendor) -> None:
    path = await exported(vendor)
    async with open_tenant(vendor.muster, web_app(vendor.muster.gateway)) as other:
        errors(await other.client.get(path), 404, NOT_FOUND)
    for missing in (Scope.CONTACTS_READ, Scope.JOBS_READ):
        keys, account = vendor.muster.gateway.keys, vendor.muster.account.number
        _, key = await keys.create(account, name="half", scopes=frozenset(Scope) - {missing})
        response = await vendor.client.get(path, headers={"Authorization": f"Bearer {key}"})
        assert (response.status_code, response.json()["error_key"]) == (403, "forbidden")
