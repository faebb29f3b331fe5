"""Jobs that are none of `/api`, and what a bulk job still says of contacts that were erased after it."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.lists.settings import ListsSettings
from tests.dialects.acquia.vendor import CONTACTS, Vendor, error
from tests.support.everywhere import holding
from tests.support.system import platform_for, system

pytestmark = pytest.mark.mongo


@pytest.fixture
async def cleaning(mongo_url: str) -> AsyncIterator[Vendor]:
    """A Muster that looks for traces of erased contacts all the time."""
    settings = ListsSettings(clean_up_sweep_seconds=0.1)
    async with system(platform_for(mongo_url, f"muster-{uuid4().hex[:12]}"), lists_settings=settings) as whole:
        yield Vendor(whole)


@pytest.mark.parametrize("options", [{}, {"taken": "merge", "merge": "overwrite"}, {"most_rows": 5}])
async def test_a_native_import_is_no_job_of_this_api_whatever_its_file_is_called(vendor: Vendor, options: dict[str, str]) -> None:
    answered = await vendor.client.post(
        "/v1/imports",
        params={"filename": "bulk-contacts.ndjson", **options},
        content=b'{"email": "ana@example.org"}\n',
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answered.status_code == 202, answered.text
    job = answered.json()["id"]
    await vendor.muster.ended(job)
    for method in ("GET", "DELETE"):
        error(await vendor.client.request(method, f"{CONTACTS}/job/{job}?details=1"), 404)
    assert (await vendor.client.get(f"/v1/jobs/{job}")).status_code == 200


async def test_items_of_contacts_that_were_erased_since_say_what_is_left_to_say(cleaning: Vendor) -> None:
    said = {"channel": "sms", "reason": 1}
    ana = (await cleaning.make(email="ana.unique@example.org", mobile="+43 660 1234567", doNotContact=[said]))["id"]
    bo = (await cleaning.make())["id"]
    edits = [{"id": ana, "firstname": "A"}, {"id": bo, "points": "ana.unique@example.org"}, {"id": bo, "firstname": "B"}]
    job = await cleaning.completed(await cleaning.job(edits, "PATCH"))
    erased = await cleaning.client.delete(f"/v1/contacts/{ana}", params={"erase": "true"})
    assert erased.status_code == 204, erased.text

    async def no_trace() -> bool:
        return not await holding(cleaning.muster.database, "ana.unique")

    await cleaning.muster.until(no_trace)
    ((first, second, third),) = await cleaning.pages(job)
    assert first == {"id": None, "statusCode": 200}
    assert (second["id"], second["statusCode"]) == (None, 400)
    assert second["errors"]["message"] == "Number invalid. What this was about has been erased since."
    assert third == {"id": bo, "statusCode": 200}


async def test_what_was_wrong_with_a_field_is_told_under_the_name_that_it_has_now(vendor: Vendor) -> None:
    made = await vendor.client.post("/v1/fields", json={"name": "shoe", "type": "number"})
    job = await vendor.completed(await vendor.job([{"email": "ana@example.org", "shoe": "large"}]))
    renamed = await vendor.client.patch(f"/v1/fields/{made.json()['id']}", json={"name": "boot"})
    assert renamed.status_code == 200, renamed.text
    ((item,),) = await vendor.pages(job)
    assert (item["statusCode"], list(item["errors"]["details"])) == (400, ["boot"])
