"""Imports that try several ways to find a contact, and that merge contacts whose keys come together, through the gateway."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.importer.settings import ImporterSettings
from tests.e2e.test_import_by_row import by_row, codes, lines
from tests.e2e.test_import_options import counts
from tests.support.invariants import audit
from tests.support.system import System, platform_for, system

ANA, BO = "+447700900001", "+447700900002"
MERGES = {"taken": "merge"}
SMALL_CHUNKS = ImporterSettings(chunk_rows=2, single_lane_rows=4, lanes=4, prefetch=4)


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A Muster of the test's own that cuts chunks of two rows."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), importer_settings=SMALL_CHUNKS) as whole:
        yield whole


def number_of(contact: dict[str, Any]) -> int:
    """The contact's number."""
    return int(contact["_id"]) & 0xFFFFFF


async def test_each_row_is_found_by_the_first_of_its_words_that_finds_anybody_or_made(tenant: System) -> None:
    await by_row(tenant, {"match_by": "email", "email": "ana@example.org"}, {"match_by": "mobile", "mobile": BO})
    ana, bo = await tenant.contacts()
    job = await by_row(
        tenant,
        {"match_by": "id|email|new", "id": number_of(bo), "first_name": "Bo"},
        {"match_by": "id|email|new", "id": 999_999, "email": "ana@example.org", "first_name": "Ana"},
        {"match_by": "id|email|new", "email": "cy@example.org"},
        {"match_by": "new", "first_name": "Di"},
        {"match_by": "id|email", "id": 999_999},
        {"match_by": "id|shoe", "id": 1},
    )
    assert counts(job) == (2, 2, 0, 0, 2)
    assert await codes(tenant, job) == [None, None, None, None, "contact_not_found", "match_by_unknown"]
    ana, bo, cy, di = await tenant.contacts()
    assert (ana["first_name"], bo["first_name"], cy["email"]) == ("Ana", "Bo", "cy@example.org")
    assert (di["first_name"], {"email", "mobile", "keys"} & set(di)) == ("Di", set())


async def test_rows_that_make_contacts_without_a_key_need_room_and_no_other_column(muster: System) -> None:
    await muster.gateway.accounts.set_limit(muster.account.number, "contacts", 3)
    content = b"match_by,first_name\nnew,Ana\nnew,Bo\nemail|new,Cy\n"
    assert counts(await muster.imported(content, match="row")) == (3, 0, 0, 0, 0)
    more = await muster.imported(b"match_by,first_name\nnew,Di\n", match="row")
    assert (more["state"], more["error"]["code"]) == ("failed", "contact_limit")
    assert "1 new contacts" in more["error"]["message"]


async def test_a_contact_whose_key_a_row_brings_is_merged_into_its_contact(tenant: System) -> None:
    first = f"email,mobile,first_name,last_name,tags,points\nana@example.org,,Ana,,a,2\nbo@example.org,{BO},Bo,Bolt,b,3\n"
    await tenant.imported(first.encode())
    ana, bo = await tenant.contacts()
    row = f"id,email,city\n{number_of(ana)},bo@example.org,Porto\n".encode()
    assert (await tenant.imported(row, match="id"))["codes"] == {"email_taken": 1}
    job = await tenant.imported(row, match="id", **MERGES)
    assert (counts(job), job["codes"]) == ((0, 1, 0, 0, 0), {"merged": 1})
    (told,) = await tenant.rows(job["id"])
    assert told["message"] == f"Contact {number_of(bo)} had a key of this row, and was merged into its contact."
    ana, bo = await tenant.contacts()
    assert (ana["email"], ana["mobile"], ana["first_name"], ana["last_name"]) == ("bo@example.org", BO, "Ana", "Bolt")
    assert (len(ana["tags"]), ana["points"], ana["keys"]) == (2, 5, [f"mobile:{BO}"])
    assert "deleted_at" in bo
    assert not {"email", "email_key", "mobile", "keys"} & set(bo)
    assert (await tenant.imported(row, match="id", **MERGES))["counts"]["unchanged"] == 1


async def test_merges_in_one_chunk_and_across_chunks_end_the_same(muster: System) -> None:
    def content(first: int) -> bytes:
        one, two, three = (f"{name}{first}@example.org" for name in ("a", "b", "c"))
        mobile = f"+4477009{first:05d}"
        return lines(
            *[{"match_by": "new", "first_name": "filler"}] * (first % 2),
            {"match_by": "email", "email": one, "mobile": mobile, "sms_status": "unsubscribed", "tags": ["a"]},
            {"match_by": "email", "email": two, "mobile": mobile, "tags": ["b"]},
            {"match_by": "mobile", "mobile": mobile, "first_name": "Ana", "sms_status": "subscribed"},
            {"match_by": "email", "email": three, "identifiers": {"crm": str(first)}},
            {"match_by": "email|new", "email": two, "identifiers": {"crm": str(first)}},
            {"match_by": "email", "email": one, "last_name": "back"},
        )

    assert (await muster.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    for first in (0, 1):
        job = await muster.imported(content(first), media_type="application/x-ndjson", match="row", **MERGES)
        assert [(row["outcome"], row["code"]) for row in await muster.rows(job["id"])][first % 2 :] == [
            ("created", None),
            ("created", "merged"),
            ("updated", "sms_not_resubscribed"),
            ("created", None),
            ("updated", "merged"),
            ("updated", "restored"),
        ]
        named = {each["email"]: each for each in await muster.contacts() if "email" in each}
        one, two, three = (named[f"{name}{first}@example.org"] for name in "abc")
        assert ["deleted_at" in each for each in (one, two, three)] == [False, False, True]
        assert two["keys"] == [f"identifier:crm:{first}", f"mobile:+4477009{first:05d}"]
        assert (two["channels"]["sms"]["status"], len(two["tags"])) == ("unsubscribed", 2)
        assert (one["last_name"], "keys" in one, "keys" in three) == ("back", False, False)
    assert await audit(muster.database, muster.client) == []


@pytest.mark.parametrize(("taken", "new"), [("merge", 1), ("reject", 0)])
async def test_a_new_contact_that_merges_the_one_with_its_mobile_takes_room(muster: System, taken: str, new: int) -> None:
    await muster.imported(f"email,mobile\nana@example.org,{ANA}\n,{BO}\n".encode(), match="email_or_mobile")
    await muster.gateway.accounts.set_limit(muster.account.number, "contacts", 2)
    rows = f"email,mobile\nnew@example.org,{ANA}\nbo@example.org,{BO}\n".encode()
    job = await muster.imported(rows, match="email_or_mobile", taken=taken)
    if new:
        assert (job["error"]["code"], "1 new contacts" in job["error"]["message"]) == ("contact_limit", True)
        await muster.gateway.accounts.set_limit(muster.account.number, "contacts", 3)
        job = await muster.imported(rows, match="email_or_mobile", taken=taken)
    assert counts(job) == (new, 1, 0, 0, 1 - new)
    assert job["codes"] == ({"merged": 1} if new else {"mobile_taken": 1})
    assert await audit(muster.database, muster.client) == []


async def test_of_rows_in_a_large_file_each_merges_what_the_rows_before_it_left(muster: System) -> None:
    people = range(12)
    rows = [f"p{n}@example.org,+4477009{n % 3:05d}" for n in people]
    job = await muster.imported("\n".join(["email,mobile", *rows]).encode(), **MERGES)
    assert (counts(job), job["codes"]) == ((12, 0, 0, 0, 0), {"merged": 9})
    contacts = await muster.contacts()
    live = [each for each in contacts if "deleted_at" not in each]
    assert [(each["email"], each["mobile"]) for each in live] == [
        (f"p{n}@example.org", f"+4477009{n % 3:05d}") for n in people[-3:]
    ]
    assert sum("mobile" in each for each in contacts) == 3
    assert await audit(muster.database, muster.client) == []
