"""Imports whose rows each say what finds their contact, through the gateway."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.importer.settings import ImporterSettings
from tests.e2e.test_import_options import counts
from tests.support.invariants import audit
from tests.support.system import System, platform_for, system

ANA, BO = "+447700900001", "+447700900002"
BY_ROW = {"match": "row"}
SMALL_CHUNKS = ImporterSettings(chunk_rows=5, single_lane_rows=10, lanes=4, prefetch=4)


@pytest.fixture
async def muster(mongo_url: str) -> AsyncIterator[System]:
    """A Muster of the test's own that cuts small chunks."""
    async with system(platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}"), importer_settings=SMALL_CHUNKS) as whole:
        yield whole


def lines(*rows: dict[str, Any]) -> bytes:
    """The rows as NDJSON."""
    return "\n".join(map(json.dumps, rows)).encode()


async def by_row(muster: System, *rows: dict[str, Any], **options: Any) -> dict[str, Any]:
    """The ended job that imported these rows."""
    return await muster.imported(lines(*rows), media_type="application/x-ndjson", **BY_ROW, **options)


async def codes(muster: System, job: dict[str, Any]) -> list[str | None]:
    """The codes of the rows, in file order."""
    return [row["code"] for row in await muster.rows(job["id"])]


async def test_each_row_finds_its_contact_by_what_it_says(tenant: System) -> None:
    assert (await tenant.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    first = await by_row(
        tenant,
        {"match_by": "email", "email": "ana@example.org", "mobile": ANA},
        {"match_by": "mobile", "mobile": ANA, "identifiers": {"crm": "A-1"}},
        {"match_by": "email", "email": "bo@example.org"},
    )
    assert counts(first) == (2, 1, 0, 0, 0)
    numbers = {contact.get("email"): contact["_id"] & 0xFFFFFF for contact in await tenant.contacts()}
    second = await by_row(
        tenant,
        {"match_by": "id", "id": numbers["ana@example.org"], "first_name": "Ana"},
        {"match_by": "id", "id": 999_999, "email": "nobody@example.org"},
        {"match_by": "mobile", "mobile": BO, "email": "bo@example.org"},
        {"match_by": "shoe", "email": "bo@example.org"},
        {"email": "bo@example.org"},
        {"match_by": "mobile", "email": "bo@example.org"},
    )
    assert counts(second) == (0, 1, 0, 0, 5)
    assert await codes(tenant, second) == [
        None,
        "contact_not_found",
        "email_taken",
        "match_by_unknown",
        "match_by_missing",
        "mobile_missing",
    ]
    ana, bo = await tenant.contacts()
    assert (ana["first_name"], ana["identifiers"], "mobile" in bo) == ("Ana", {"crm": "A-1"}, False)


async def test_a_blank_cell_takes_no_key_away_and_null_takes_one_that_does_not_find_the_row(tenant: System) -> None:
    await by_row(tenant, {"match_by": "email", "email": "ana@example.org", "mobile": ANA, "first_name": "Ana"})
    sheet = f"match_by,email,mobile,first_name\nmobile,,{ANA},\n".encode()
    assert counts(await tenant.imported(sheet, merge="overwrite", **BY_ROW)) == (0, 1, 0, 0, 0)
    (ana,) = await tenant.contacts()
    assert (ana["email"], ana["mobile"], "first_name" in ana) == ("ana@example.org", ANA, False)
    job = await by_row(tenant, {"match_by": "mobile", "mobile": ANA, "email": None}, merge="overwrite")
    (ana,) = await tenant.contacts()
    assert (counts(job), "email" in ana, ana["mobile"]) == ((0, 1, 0, 0, 0), False, ANA)


async def test_a_mapping_may_send_any_column_there(tenant: System) -> None:
    mapping = json.dumps({"Key": "match_by", "Mail": "email", "Phone": "mobile"})
    job = await tenant.imported(
        f"Key,Mail,Phone\nEmail,ana@example.org,\nmobile,,{BO}\n".encode(), mapping=mapping, columns="given", **BY_ROW
    )
    assert counts(job) == (2, 0, 0, 0, 0)


async def test_rows_of_one_contact_stay_in_file_order_in_a_large_file_whichever_key_they_name(muster: System) -> None:
    people = range(15)
    first = [f"email,p{n}@example.org,+4477009{n:05d},first" for n in people]
    later = [f"mobile,,+4477009{n:05d},second" for n in people] + [f"email,p{n}@example.org,,third" for n in people]
    job = await muster.imported("\n".join(["match_by,email,mobile,first_name", *first, *later]).encode(), **BY_ROW)
    assert counts(job) == (15, 30, 0, 0, 0)
    assert {contact["first_name"] for contact in await muster.contacts()} == {"third"}
    assert await audit(muster.database, muster.client) == []


async def test_a_contact_that_rows_name_by_different_keys_takes_room_for_one(muster: System) -> None:
    await muster.gateway.accounts.set_limit(muster.account.number, "contacts", 11)
    rows = [
        f"{said},p{n}@example.org,+4477009{n:05d}"
        for n in range(11)
        for said in (("email", "mobile") if n % 2 else ("mobile", "email"))
    ]
    content = "\n".join(["match_by,email,mobile", *rows]).encode()
    assert counts(await muster.imported(content, **BY_ROW)) == (11, 0, 11, 0, 0)
    more = await muster.imported(b"match_by,email,id\nemail,new@example.org,\nid,,9223372036854775807\nid,,\n", **BY_ROW)
    assert (more["state"], more["error"]["code"]) == ("failed", "contact_limit")
    assert "1 new contacts" in more["error"]["message"]
    again = await muster.imported(content, **BY_ROW)
    assert counts(again) == (0, 0, 22, 0, 0)
    assert await audit(muster.database, muster.client) == []
