"""Changes of many contacts through the running services: alone, beside an import of the same contacts, and beside each other."""

import asyncio
import uuid
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.importer.settings import ImporterSettings
from services.lists import app as lists_app
from services.lists.settings import ListsSettings
from shared.contract.values import Kind
from tests.support.changes import a_list, asked, by_email, done, emails, people
from tests.support.invariants import audit
from tests.support.system import System, platform_for, system

COUNT = 2_000
ALL = {"source": {"all": True}}


@pytest.fixture
async def busy(mongo_url: str) -> AsyncIterator[System]:
    """A Muster that cuts two thousand contacts into many chunks, and has them."""
    platform = platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}")
    settings = ImporterSettings(chunk_rows=100, single_lane_rows=200, lanes=4)
    async with system(platform, services=("importer", "status"), importer_settings=settings) as whole:
        await whole.start("lists", lists_app.build(platform, ListsSettings(chunk_rows=100, single_lane_rows=200, lanes=4)))
        await people(whole, COUNT)
        yield whole


async def beside_an_import(muster: System, kind: Kind, options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The change and the import at their ends; both were about every contact, at the same time."""
    rows = [f"p{number}@example.org,Name {number}" for number in range(COUNT)]
    imported = await muster.submit("\n".join(["email,first_name", *rows]).encode())
    changed = await asked(muster, kind, options)
    ended = await asyncio.gather(muster.ended(changed), muster.ended(imported["id"]))
    assert [job["state"] for job in ended] == ["completed", "completed"]
    contacts = await by_email(muster)
    assert [contacts[f"p{number}@example.org"]["first_name"] for number in range(COUNT)] == [f"Name {n}" for n in range(COUNT)]
    return ended


async def has(muster: System, field: str) -> int:
    """How many contacts have something there."""
    return sum(1 for contact in await muster.contacts() if contact.get(field))


async def test_lists_are_joined_and_left_beside_an_import(busy: System) -> None:
    news = await a_list(busy, "News")
    joined, _ = await beside_an_import(busy, Kind.LIST_CHANGE, {"action": "add", "lists": [news], **ALL})
    assert joined["counts"]["updated"] == COUNT == await has(busy, "lists")
    assert {tuple(each["id"] for each in contact["lists"]) for contact in await busy.contacts()} == {(news,)}
    left, _ = await beside_an_import(busy, Kind.LIST_CHANGE, {"action": "remove", "lists": [news], "source": {"lists": [news]}})
    assert left["counts"]["updated"] == COUNT
    assert await has(busy, "lists") == 0
    assert await audit(busy.database, busy.client) == []


async def test_tags_are_given_and_taken_beside_an_import(busy: System) -> None:
    given, _ = await beside_an_import(busy, Kind.TAG_CHANGE, {"action": "add", "tags": ["a", "b"], **ALL})
    assert given["counts"]["updated"] == COUNT == await has(busy, "tags")
    taken, _ = await beside_an_import(busy, Kind.TAG_CHANGE, {"action": "remove", "tags": ["a", "b"], **ALL})
    assert taken["counts"]["updated"] == COUNT
    assert await has(busy, "tags") == 0
    assert await audit(busy.database, busy.client) == []


async def test_contacts_are_deleted_and_restored_beside_an_import_that_brings_them_back(busy: System) -> None:
    deleted, imported = await beside_an_import(busy, Kind.DELETION, ALL)
    back = imported["codes"].get("restored", 0)
    assert deleted["counts"]["updated"] == COUNT
    assert await has(busy, "deleted_at") == COUNT - back
    await done(busy, Kind.DELETION, ALL)
    restored, imported = await beside_an_import(busy, Kind.RESTORATION, ALL)
    assert restored["counts"]["updated"] + imported["codes"].get("restored", 0) == COUNT
    assert await has(busy, "deleted_at") == 0
    assert await audit(busy.database, busy.client) == []


async def test_two_changes_of_one_list_at_once_count_every_contact_once(busy: System) -> None:
    news = await a_list(busy, "News")
    file = emails([f"p{number}@example.org" for number in range(COUNT)])
    jobs = [
        await asked(busy, Kind.LIST_CHANGE, {"action": "add", "lists": [news], **ALL}),
        await asked(busy, Kind.LIST_CHANGE, {"action": "add", "lists": [news]}, file),
    ]
    ended = await asyncio.gather(*(busy.ended(job) for job in jobs))
    assert sum(job["counts"]["updated"] for job in ended) == COUNT
    assert sum(job["counts"]["unchanged"] for job in ended) == COUNT
    assert {tuple(each["id"] for each in contact["lists"]) for contact in await busy.contacts()} == {(news,)}


async def test_a_move_back_and_forth_at_once_leaves_every_contact_on_one_list_or_both(busy: System) -> None:
    one, two = await a_list(busy, "One"), await a_list(busy, "Two")
    await done(busy, Kind.LIST_CHANGE, {"action": "add", "lists": [one], **ALL})
    there = {"action": "move", "lists": [two], "leave": [one], **ALL}
    back = {"action": "move", "lists": [one], "leave": [two], **ALL}
    jobs = [await asked(busy, Kind.LIST_CHANGE, options) for options in (there, back)]
    ended = await asyncio.gather(*(busy.ended(job) for job in jobs))
    assert ended[0]["counts"]["updated"] == COUNT
    on = Counter(tuple(each["id"] for each in contact["lists"]) for contact in await busy.contacts())
    assert on == Counter({(one,): ended[1]["counts"]["updated"], (two,): ended[1]["counts"]["unchanged"]})


async def test_a_cancelled_change_has_changed_what_it_counts(busy: System) -> None:
    job = await asked(busy, Kind.TAG_CHANGE, {"action": "add", "tags": ["a"], **ALL})
    await busy.client.post(f"/v1/jobs/{job}/cancel")
    ended = await busy.ended(job)
    assert ended["state"] in ("cancelled", "completed")
    assert ended["counts"]["updated"] == await has(busy, "tags")


async def test_the_rejected_rows_of_a_change_come_back_as_a_file_to_mend_and_send_again(muster: System) -> None:
    await people(muster, 3)
    file = b"who;note\np0@example.org;x\np1 at example.org;y\n"
    job = await done(muster, Kind.TAG_CHANGE, {"action": "add", "tags": ["a"], "column": "Who"}, file)
    assert job["counts"] == {"created": 0, "updated": 1, "unchanged": 0, "skipped": 0, "rejected": 1}
    rejected = (await muster.client.get(f"/v1/jobs/{job['id']}/rejected.csv")).text
    mended = rejected.replace("p1 at example.org", "p1@example.org").encode()
    again = await done(muster, Kind.TAG_CHANGE, {"action": "add", "tags": ["a"], "column": "Who"}, mended)
    assert again["counts"]["updated"] == 1


async def test_a_request_names_contacts_by_id_by_address_by_selection_and_by_file(muster: System) -> None:
    await people(muster, 4)
    await a_list(muster, "News")
    add = {"action": "add", "lists": ["news"]}
    for source, updated, unchanged in (({"ids": [1, 2]}, 2, 0), ({"emails": ["P1@example.org", "p2@example.org"]}, 1, 1)):
        answer = await muster.client.post("/v1/list-changes", json={**add, "source": source})
        assert answer.status_code == 202, answer.text
        counts = (await muster.ended(answer.json()["id"]))["counts"]
        assert (counts["updated"], counts["unchanged"]) == (updated, unchanged)
    headers = {"Content-Type": "text/csv"}
    params = {"mode": "soft"}
    answer = await muster.client.post("/v1/deletions", content=emails(["p3@example.org"]), params=params, headers=headers)
    assert (await muster.ended(answer.json()["id"]))["counts"]["updated"] == 1
    answer = await muster.client.post("/v1/restorations", json={"source": {"all": True}})
    assert (await muster.ended(answer.json()["id"]))["counts"]["updated"] == 1
    answer = await muster.client.post("/v1/deletions", json={"mode": "erase", "source": {"lists": ["News"]}})
    assert (await muster.ended(answer.json()["id"]))["counts"]["updated"] == 3
    assert list(await by_email(muster)) == ["p3@example.org"]
