"""The vendor's limit of imports that an account may have open: the next is refused in the words of its version."""

import asyncio
from collections.abc import AsyncIterator
from typing import Literal
from uuid import uuid4

import httpx
import pytest

from services.importer import app as importer
from services.importer.settings import ImporterSettings
from services.status import app as status
from tests.dialects.dotdigital.vendor import Vendor, error, message
from tests.support.system import platform_for, system

pytestmark = pytest.mark.mongo

MOST = 25
Version = Literal["v2", "v3"]


@pytest.fixture
async def idle(mongo_url: str) -> AsyncIterator[Vendor]:
    """A Muster in which nobody works yet."""
    async with system(platform_for(mongo_url, f"muster-{uuid4().hex[:12]}"), services=()) as whole:
        yield Vendor(whole)


async def send(vendor: Vendor, version: Version, number: int) -> httpx.Response:
    """An import of one contact: as a file in v2, as JSON in v3."""
    address = f"{version}-{number}@example.org"
    if version == "v2":
        return await vendor.send_file(f"Email\n{address}\n")
    contact = {"matchIdentifier": "email", "identifiers": {"email": address}}
    return await vendor.client.put("/contacts/v3/import", json={"contacts": [contact]})


def see_it_refused(version: Version, response: httpx.Response) -> None:
    said = f"This account may have {MOST} imports queued or running at once. Wait until one ends, then send this again."
    if version == "v2":
        assert message(response, 400) == f"{said} ERROR_IMPORT_TOOMANYACTIVEIMPORTS"
    else:
        assert error(response, 429) == ("contacts:tooManyActiveImports", said)


@pytest.mark.parametrize("version,other", [("v2", "v3"), ("v3", "v2")])
async def test_of_twenty_six_imports_at_once_one_is_refused_and_all_others_end(
    idle: Vendor, version: Version, other: Version
) -> None:
    answers = await asyncio.gather(*(send(idle, version, number) for number in range(MOST + 1)))
    accepted = [answer for answer in answers if answer.status_code == 202]
    assert len(accepted) == MOST
    (refused,) = [answer for answer in answers if answer.status_code != 202]
    see_it_refused(version, refused)
    see_it_refused(other, await send(idle, other, MOST + 1))

    await idle.muster.start("importer", importer.build(idle.muster.platform, ImporterSettings()))
    await idle.muster.start("status", status.build(idle.muster.platform))
    running = idle.muster.database["jobs"]

    async def all_ended() -> bool:
        return not await running.count_documents({"state": {"$ne": "completed"}})

    await idle.muster.until(all_ended)
    assert {(await idle.ended(response))[1] for response in accepted} == {"Finished"}
    assert len(await idle.muster.contacts()) == MOST
    assert (await send(idle, version, MOST + 2)).status_code == 202
