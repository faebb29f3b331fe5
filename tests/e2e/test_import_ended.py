"""Imports that leave contacts alone which may not be written to any more, through the gateway."""

import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.importer.settings import ImporterSettings
from tests.e2e.test_import_options import counts, refused
from tests.support.system import System, platform_for, system

SMALL_CHUNKS = ImporterSettings(chunk_rows=2, single_lane_rows=100, lanes=2, prefetch=2)


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A Muster of the test's own that cuts chunks of two rows."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), importer_settings=SMALL_CHUNKS) as whole:
        yield whole


async def codes(muster: System, job: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    """Outcome, code and field of the rows, in file order."""
    return [(row["outcome"], row["code"], row["field"]) for row in await muster.rows(job["id"])]


async def test_rows_for_contacts_that_ended_are_rejected_whole(tenant: System) -> None:
    standing = {"out": "unsubscribed", "bad": "suppressed", "maybe": "pending", "ok": ""}
    said = "\n".join(["email,email_status", *(f"{name}@example.org,{status}" for name, status in standing.items())]).encode()
    await tenant.imported(said)
    before = {contact["email"]: contact for contact in await tenant.contacts()}
    content = b"email,first_name\nout@example.org,A\nbad@example.org,A\nmaybe@example.org,A\nok@example.org,A\nnew@example.org,A\n"
    job = await tenant.imported(content, ended="reject", tags="vip")
    assert counts(job) == (1, 1, 0, 0, 3)
    assert await codes(tenant, job) == [
        ("rejected", "contact_unsubscribed", "email_status"),
        ("rejected", "contact_suppressed", "email_status"),
        ("rejected", "contact_pending", "email_permission"),
        ("updated", None, None),
        ("created", None, None),
    ]
    after = {contact["email"]: contact for contact in await tenant.contacts()}
    assert [email for email in before if after[email] == before[email]] == [
        "out@example.org",
        "bad@example.org",
        "maybe@example.org",
    ]
    applied = await tenant.imported(content, tags="vip")
    assert counts(applied) == (0, 3, 2, 0, 0)


async def test_a_list_that_the_contact_has_left_rejects_the_row(tenant: System) -> None:
    assert (await tenant.client.post("/v1/lists", json={"name": "News"})).status_code == 201
    await tenant.imported(b"email\nana@example.org\nbo@example.org\n", lists="News")
    (news,) = (await tenant.client.get("/v1/lists")).json()["items"]
    left = {"account": tenant.account.number, "email": "ana@example.org", "lists.id": news["id"]}
    assert (await tenant.database["contacts"].update_one(left, {"$set": {"lists.0.status": "unsubscribed"}})).modified_count == 1
    job = await tenant.imported(b"email,first_name\nana@example.org,A\nbo@example.org,B\n", lists="News", ended="reject")
    assert await codes(tenant, job) == [("rejected", "list_unsubscribed", "lists"), ("updated", None, None)]


async def test_an_opt_out_in_the_file_is_never_lost(tenant: System) -> None:
    await tenant.imported(
        b"email,email_status\nmaybe@example.org,pending\nout@example.org,unsubscribed\nbad@example.org,suppressed\n"
    )
    content = b"email,email_status\nmaybe@example.org,unsubscribed\nout@example.org,suppressed\nbad@example.org,unsubscribed\n"
    job = await tenant.imported(content, ended="reject")
    assert await codes(tenant, job) == [
        ("updated", None, None),
        ("updated", None, None),
        ("rejected", "contact_suppressed", "email_status"),
    ]
    stored = {contact["email"]: contact["channels"]["email"]["status"] for contact in await tenant.contacts()}
    assert stored == {"maybe@example.org": "unsubscribed", "out@example.org": "suppressed", "bad@example.org": "suppressed"}


async def test_rows_of_a_contact_that_the_job_makes_are_applied_in_whatever_chunk_they_are(muster: System) -> None:
    await muster.imported(b"email,email_permission\nold@example.org,pending_confirmation\n")
    rows = [f"{who}@example.org,{step}" for step in ("one", "two", "three") for who in ("ana", "old")]
    content = "\n".join(["email,first_name", *rows]).encode()
    job = await muster.imported(content, ended="reject", new_email_permission="pending_confirmation")
    assert (counts(job), job["codes"]) == ((1, 2, 0, 0, 3), {"contact_pending": 3})
    again = await muster.imported(content, ended="reject", new_email_permission="pending_confirmation")
    assert (counts(again), again["codes"]) == ((0, 0, 0, 0, 6), {"contact_pending": 6})


async def test_what_the_option_cannot_be_is_refused_by_its_name(tenant: System) -> None:
    problem = await refused(tenant, ended="skip")
    assert (problem["code"], problem["field"]) == ("option_invalid", "ended")
