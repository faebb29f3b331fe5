"""Erased contacts are gone from everything that Muster keeps: imports, exports, changes and the erasing job itself."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest

from services.importer import app as importer
from services.lists import app as lists_app
from services.lists.settings import ListsSettings
from shared.contract.values import Kind
from tests.support.changes import asked, done, emails, people
from tests.support.everywhere import holding
from tests.support.invariants import audit
from tests.support.system import System, platform_for, system

ANN = "ann@example.org"
PHONE = "+447700900123"
HEAD = b"email,first_name,mobile\n"


@pytest.fixture
async def sweeping(mongo_url: str) -> AsyncIterator[System]:
    """A Muster that looks for left traces every tenth of a second."""
    platform = platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")
    async with system(platform, services=("importer", "exporter", "status")) as whole:
        await whole.start("lists", lists_app.build(platform, ListsSettings(clean_up_sweep_seconds=0.1)))
        yield whole


async def traces(muster: System) -> dict[str, list[str]]:
    """Where there is still something of Ann, once every ended job has been settled."""
    await muster.until(lambda: _settled(muster))
    return {word: where for word in (ANN, PHONE, "Annabella") if (where := await holding(muster.database, word))}


async def _settled(muster: System) -> bool:
    return int(await muster.database["jobs"].count_documents({"unsettled": True})) == 0


async def test_an_erased_contact_leaves_no_trace_in_imports_exports_and_changes(sweeping: System) -> None:
    muster = sweeping
    imported = await muster.imported(HEAD + f"{ANN},Annabella,{PHONE}\nben@example.org,Ben,\n".encode())
    rejected = await muster.imported(HEAD + f"{ANN},Annabella,nonsense\nben@example.org,Ben,{PHONE}\n".encode())
    other = await muster.imported(HEAD + b"cem@example.org,Cem,\n")
    exported = await done(muster, Kind.EXPORT, {})
    tagged = await done(muster, Kind.TAG_CHANGE, {"action": "add", "tags": ["x"], "source": {"emails": [ANN]}})
    assert [job["state"] for job in (imported, rejected, exported, tagged)] == ["completed"] * 4
    assert rejected["counts"]["rejected"] == 2
    assert set(await traces(muster)) == {ANN, PHONE, "Annabella"}
    erased = await done(muster, Kind.DELETION, {"mode": "erase"}, emails([ANN]))
    assert (erased["state"], erased["counts"]["updated"]) == ("completed", 1)
    assert await traces(muster) == {}
    kept = {row["contact_id"] for row in await muster.rows(imported["id"])}
    assert kept == {None, 2}
    assert (await muster.job(rejected["id"]))["counts"] == rejected["counts"]
    stored = await muster.gateway.jobs.read(exported["id"])
    assert stored is not None
    assert "erased_at" in stored.result
    untouched = await muster.gateway.jobs.read(other["id"])
    assert untouched is not None
    assert untouched.payload is not None
    assert untouched.payload.erased_at is None
    assert await audit(muster.database, muster.client) == []


async def test_an_import_that_runs_beside_an_erasure_is_cleaned_when_it_has_ended(sweeping: System) -> None:
    muster = sweeping
    await people(muster, 50)
    await muster.stop("importer")
    waiting = await muster.submit(b"email,first_name\nnobody,Annabella <p1@example.org>\np2@example.org,Two\n")
    erased = await done(muster, Kind.DELETION, {"mode": "erase", "source": {"emails": ["p1@example.org"]}})
    assert erased["state"] == "completed"
    assert await muster.database["erasures"].count_documents({}) == 1
    await muster.start("importer", importer.build(muster.platform))
    assert (await muster.ended(waiting["id"]))["counts"]["rejected"] == 1
    await muster.until(lambda: _forgotten(muster))
    await muster.until(lambda: _settled(muster))
    assert await holding(muster.database, "p1@example.org") == []


async def _forgotten(muster: System) -> bool:
    return int(await muster.database["erasures"].count_documents({})) == 0


async def test_an_import_of_the_contacts_that_are_being_erased_leaves_each_there_or_not(sweeping: System) -> None:
    muster = sweeping
    who = await people(muster, 500)
    imported = await muster.submit("\n".join(["email,first_name", *(f"{each},New" for each in who)]).encode())
    job = await asked(muster, Kind.DELETION, {"mode": "erase"}, emails(who))
    ended = await asyncio.gather(muster.ended(job), muster.ended(imported["id"]))
    assert [each["state"] for each in ended] == ["completed", "completed"]
    erased, created = ended[0]["counts"]["updated"], ended[1]["counts"]["created"]
    assert erased + ended[0]["counts"]["rejected"] == 500
    assert len(await muster.contacts()) == 500 - erased + created
    await muster.until(lambda: _forgotten(muster))
