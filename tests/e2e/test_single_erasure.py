"""One contact taken out for good over the API: the traces in earlier jobs go too, by the sweep of the lists service."""

import uuid
from collections.abc import AsyncIterator

import pytest

from services.lists.settings import ListsSettings
from tests.support.everywhere import holding
from tests.support.system import System, platform_for, system


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A Muster that looks for traces all the time."""
    settings = ListsSettings(clean_up_sweep_seconds=0.1)
    async with system(platform_for(mongo_url, f"erase-{uuid.uuid4().hex[:12]}"), lists_settings=settings) as whole:
        yield whole


async def test_an_erased_contact_leaves_no_trace_in_earlier_jobs(muster: System) -> None:
    await muster.imported(b"email,mobile\nana.unique@example.org,\nbea@example.org,not a number ana.unique@example.org\n")
    await muster.exported(fields=["email"])
    number = (await muster.client.get("/v1/contacts", params={"email": "ana.unique@example.org"})).json()["items"][0]["id"]
    assert (await muster.client.delete(f"/v1/contacts/{number}", params={"erase": "true"})).status_code == 204

    async def no_trace() -> bool:
        return not await holding(muster.database, "ana.unique")

    await muster.until(no_trace)
