"""Options of an import that other systems' ways of importing need, through the gateway."""

import asyncio
import csv
import io
import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.importer import app as importer
from services.importer.settings import ImporterSettings
from tests.e2e.test_import_options import counts, refused, the_contact
from tests.support.invariants import audit
from tests.support.system import System, platform_for, system

ANA, BO = "+447700900001", "+447700900002"
EITHER = {"match": "email_or_mobile"}
SMALL_CHUNKS = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4, prefetch=4)


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A Muster of the test's own, two importers of which cut small chunks."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), importer_settings=SMALL_CHUNKS) as whole:
        await whole.start("another importer", importer.build(whole.platform, SMALL_CHUNKS))
        yield whole


def problem(job: dict[str, Any], code: str) -> str:
    """The message of the job's one problem with this code."""
    (message,) = (each["message"] for each in job["problems"] if each["code"] == code)
    return str(message)


async def test_contacts_are_matched_by_email_or_else_by_mobile(tenant: System) -> None:
    content = (
        f"email,mobile,first_name\nana@example.org,{ANA},Ana\n,{ANA},Anna\nANA@example.org,,Anne\n,{BO},Bo\n,,Nobody\n".encode()
    )
    job = await tenant.imported(content, **EITHER)
    assert counts(job) == (2, 2, 0, 0, 1)
    assert job["codes"] == {"email_or_mobile_missing": 1}
    contacts = await tenant.contacts()
    assert [(contact.get("email"), contact["first_name"]) for contact in contacts] == [("ana@example.org", "Anne"), (None, "Bo")]
    joined = await tenant.imported(f"email,mobile\nbo@example.org,{BO}\n".encode(), **EITHER)
    assert (counts(joined), len(await tenant.contacts())) == ((0, 1, 0, 0, 0), 2)
    taken = await tenant.imported(f"email,mobile\nnew@example.org,{BO}\n".encode(), **EITHER)
    assert (counts(taken), taken["codes"]) == ((0, 0, 0, 0, 1), {"mobile_taken": 1})


async def test_rows_of_one_contact_stay_in_file_order_in_a_large_file_whichever_key_they_name(muster: System) -> None:
    people = range(15)
    first = [f"p{n}@example.org,+4477009{n:05d},first" for n in people]
    later = [f",+4477009{n:05d},second" for n in people] + [f"p{n}@example.org,,third" for n in people]
    job = await muster.imported("\n".join(["email,mobile,first_name", *first, *later]).encode(), **EITHER)
    assert counts(job) == (15, 30, 0, 0, 0)
    assert {contact["first_name"] for contact in await muster.contacts()} == {"third"}
    assert await audit(muster.database, muster.client) == []


async def test_jobs_at_once_that_name_the_same_contacts_by_email_and_by_mobile_make_each_once(muster: System) -> None:
    def content(name: str) -> bytes:
        rows = [f"p{n}@example.org,+4477009{n:05d},{name}\n,+4477009{n:05d},{name}" for n in range(12)]
        return "\n".join(["email,mobile,first_name", *rows]).encode()

    jobs = await asyncio.gather(*(muster.submit(content(f"job {number}"), **EITHER) for number in range(4)))
    ended = [await muster.ended(job["id"]) for job in jobs]
    assert sum(job["counts"]["created"] for job in ended) == 12
    assert all(job["counts"]["rejected"] == 0 for job in ended)
    assert len(await muster.contacts()) == 12
    assert await audit(muster.database, muster.client) == []


async def test_of_jobs_at_once_that_bring_an_email_for_one_mobile_each_contact_takes_one(muster: System) -> None:
    await muster.imported("\n".join(["mobile", *(f"+4477009{n:05d}" for n in range(12))]).encode(), match="mobile")

    def content(name: int) -> bytes:
        return "\n".join(["email,mobile", *(f"p{n}.{name}@example.org,+4477009{n:05d}" for n in range(12))]).encode()

    jobs = await asyncio.gather(*(muster.submit(content(number), **EITHER) for number in range(3)))
    ended = [await muster.ended(job["id"]) for job in jobs]
    assert sum(job["counts"]["updated"] for job in ended) == 12
    assert sum(job["codes"].get("mobile_taken", 0) for job in ended) == 24
    assert len(await muster.contacts()) == 12
    assert await audit(muster.database, muster.client) == []


async def test_an_email_for_a_mobile_that_is_known_takes_no_room(muster: System) -> None:
    await muster.imported(f"mobile\n{ANA}\n".encode(), match="mobile")
    await muster.gateway.accounts.set_limit(muster.account.number, "contacts", 1)
    assert counts(await muster.imported(f"email,mobile\nnew@example.org,{ANA}\n".encode(), **EITHER)) == (0, 1, 0, 0, 0)


async def test_a_contact_that_is_named_twice_takes_room_for_one(muster: System) -> None:
    await muster.gateway.accounts.set_limit(muster.account.number, "contacts", 12)
    rows = [f"p{n}@example.org,+4477009{n:05d}\n,+4477009{n:05d}" for n in range(11)]
    content = "\n".join(["email,mobile", *rows, ",+447700999999"]).encode()
    assert counts(await muster.imported(content, **EITHER)) == (12, 0, 11, 0, 0)
    more = await muster.imported(b"email,mobile\nnew@example.org,\n,+447700999998\n", **EITHER)
    assert (more["state"], more["error"]["code"]) == ("failed", "contact_limit")
    assert "2 new contacts" in more["error"]["message"]


async def test_rows_beyond_a_number_are_left_out_and_told(tenant: System) -> None:
    job = await tenant.imported(b"email\na@example.org\nb@example.org\nc@example.org\n", most_rows=2)
    assert counts(job) == (2, 0, 0, 0, 0)
    assert problem(job, "rows_dropped") == (
        "Line 4 is the first that was not processed: the job takes 2 rows. 1 row was dropped. Send it in another file."
    )
    assert [row["line"] for row in await tenant.rows(job["id"])] == [2, 3]
    assert len(await tenant.contacts()) == 2


async def test_rows_that_end_beyond_a_number_of_bytes_are_left_out_and_told(tenant: System) -> None:
    content = b"email\na@example.org\nb@example.org\nc@example.org\n"
    assert problem(await tenant.imported(content, most_bytes=34), "rows_dropped").startswith("Line 4 is the first")
    assert len(await tenant.contacts()) == 2
    whole = await tenant.imported(content, most_bytes=len(content))
    assert (counts(whole), whole["problems"]) == ((1, 0, 2, 0, 0), [])
    nothing = await tenant.imported(content, most_bytes=8)
    assert counts(nothing) == (0, 0, 0, 0, 0)
    assert "3 rows were dropped" in problem(nothing, "rows_dropped")
    assert "no_rows" not in [each["code"] for each in nothing["problems"]]


async def test_only_columns_that_the_mapping_names_are_read(tenant: System) -> None:
    assert (await tenant.client.post("/v1/fields", json={"name": "plan", "type": "text"})).status_code == 201
    mapping = json.dumps({"E-Mail": "email", "Nickname": "first_name"})
    content = b"email,First name,cf:plan,cf:shoe\nana@example.org,Ana,gold,44\n"
    job = await tenant.imported(content, mapping=mapping, columns="given")
    assert counts(job) == (1, 0, 0, 0, 0)
    contact = await the_contact(tenant)
    assert (list(contact["custom"].values()), "first_name" in contact) == (["gold"], False)
    assert "'First name', 'cf:shoe'" in problem(job, "unknown_columns")


async def test_new_contacts_begin_with_the_permission_that_is_told(tenant: System) -> None:
    await tenant.imported(b"email\nold@example.org\n")
    content = b"email,email permission\nold@example.org,\nnew@example.org,\nown@example.org,implicit\n"
    assert counts(await tenant.imported(content, new_email_permission="explicit")) == (2, 0, 1, 0, 0)
    found = {contact["email"]: contact.get("channels", {}).get("email", {}) for contact in await tenant.contacts()}
    assert found == {
        "old@example.org": {},
        "new@example.org": {"permission": "explicit"},
        "own@example.org": {"permission": "implicit"},
    }


async def test_rows_with_a_mobile_give_the_permission_that_is_told_and_no_opt_out_is_undone(tenant: System) -> None:
    await tenant.imported(f"email,mobile,sms_status\nout@example.org,{BO},unsubscribed\n".encode())
    content = f"email,mobile\nout@example.org,{BO}\nana@example.org,{ANA}\nbo@example.org,\n".encode()
    job = await tenant.imported(content, sms_permission="explicit")
    assert (counts(job), job["codes"]) == ((2, 0, 1, 0, 0), {"sms_not_resubscribed": 1})
    found = {contact["email"]: contact.get("channels", {}).get("sms", {}) for contact in await tenant.contacts()}
    assert {name: sms.get("permission") for name, sms in found.items()} == {
        "out@example.org": None,
        "ana@example.org": "explicit",
        "bo@example.org": None,
    }
    assert counts(await tenant.imported(content, sms_permission="explicit")) == (0, 0, 3, 0, 0)


async def test_what_is_known_of_sms_goes_out_and_comes_back_unchanged(tenant: System) -> None:
    content = f"email,mobile,SMS Permission,sms_consent_date\nana@example.org,{ANA},Explicit,2026-11-20T09:00:00Z\n".encode()
    assert counts(await tenant.imported(content)) == (1, 0, 0, 0, 0)
    exported = await tenant.exported(format="csv")
    (row,) = csv.DictReader(io.StringIO(exported.decode("utf-8-sig")))
    assert (row["sms_permission"], row["sms_opt_in_at"]) == ("explicit", "2026-11-20T09:00:00.000Z")
    assert counts(await tenant.imported(exported, merge="overwrite")) == (0, 0, 1, 0, 0)
    (shown,) = (await tenant.client.get("/v1/contacts")).json()["items"]
    assert shown["channels"]["sms"] == {"permission": "explicit", "opt_in": {"at": "2026-11-20T09:00:00.000Z"}}


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"match": "email_or_phone"}, "match"),
        ({"most_rows": "0"}, "most_rows"),
        ({"most_bytes": "many"}, "most_bytes"),
        ({"columns": "all"}, "columns"),
        ({"new_email_permission": "unsubscribed"}, "new_email_permission"),
        ({"sms_permission": "implicit"}, "sms_permission"),
    ],
)
async def test_what_these_options_cannot_be_is_refused_by_their_name(tenant: System, query: dict[str, Any], field: str) -> None:
    found = await refused(tenant, **query)
    assert (found["code"], found["field"].split(".")[0]) == ("option_invalid", field)
