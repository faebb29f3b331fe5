"""Uploads of 50 MB, the most there may be, into a gateway's process over real HTTP: its memory, and what comes of them."""

import base64
import json
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.dialects.dotdigital.vendor import error, import_path, message
from tests.support.fleet import Fleet, Tenant
from tests.support.processes import until

pytestmark = [pytest.mark.mongo, pytest.mark.rabbit, pytest.mark.slow]

MOST_BYTES = 50 * 1024 * 1024
MOST_MEGABYTES = 250
ROWS = 500_000
FEWER_ROWS = 20_000
BAD_EVERY = 1_000
TWICE_EVERY = 10_000
V3 = "/contacts/v3/import"
JSON = {"Content-Type": "application/json"}


def csv(rows: int, size: int = 0) -> bytes:
    """A file of so many rows, and of so many bytes where they are given: its notes are as long as it takes.

    Some rows have no address, and some the address of the row before.
    """
    header = "Email,FIRSTNAME,LASTNAME,POSTCODE,note"
    length, longer = divmod(max(0, size - len(header)), rows)
    lines = [header]
    for number in range(rows):
        email = (
            f"contact{number - (number % TWICE_EVERY == TWICE_EVERY - 1):07}@example.org" if number % BAD_EVERY else "no address"
        )
        line = f"{email},First {number:06},Last {number:06},CB{number:07},Likes cake"
        lines.append(line.ljust(length - 1 + (number < longer), "."))
    return "\n".join(lines).encode()


def as_form(content: bytes) -> dict[str, Any]:
    """A file as a form of one part."""
    return {"files": {"file": ("people.csv", content, "text/csv")}}


def as_json(content: bytes) -> dict[str, Any]:
    """A file in base64."""
    return {"content": b'{"fileName":"people.csv","data":"' + base64.b64encode(content) + b'"}', "headers": JSON}


WAYS = {"multipart": as_form, "base64": as_json}


@dataclass(frozen=True)
class House:
    """Processes of Muster, and an account there."""

    fleet: Fleet
    tenant: Tenant

    @property
    def client(self) -> httpx.AsyncClient:
        """With a key for everything."""
        return self.tenant.client

    async def sent(self, way: str, content: bytes) -> str:
        """A file, accepted; the id of its import."""
        response = await self.client.post(import_path(), **WAYS[way](content))
        assert response.status_code == 202, response.text
        return str(response.json()["id"])

    async def finished(self, import_id: str, seconds: float) -> dict[str, int]:
        """The figures of the import at its end, those that are not 0."""

        async def end() -> str | None:
            status = (await self.client.get(f"{import_path()}/{import_id}")).json()["status"]
            return None if status == "NotFinished" else str(status)

        assert await until(end, seconds, f"the end of import {import_id}") == "Finished", self.fleet.report()
        report = (await self.client.get(f"{import_path()}/{import_id}/report")).json()
        return {name: figure for name, figure in report.items() if figure}

    def see_little_memory(self, what: str, started: float) -> None:
        """The gateway never had more than it may."""
        peak = self.fleet["gateway"].memory_megabytes(peak=True)
        print(f"{what}: {time.monotonic() - started:.1f} s, {peak:.0f} MB at the peak")
        assert peak < MOST_MEGABYTES


@pytest.fixture
async def house(private_amqp_url: str, mongo_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """A gateway, fresh: its peak is that of the test alone."""
    database = f"large-{uuid.uuid4().hex[:12]}"
    fleet = Fleet(tmp_path, private_amqp_url, mongo_url, database, {})
    await fleet.run("gateway")
    async with fleet.tenant("large") as tenant:
        tenant.client.timeout = httpx.Timeout(120)
        yield House(fleet, tenant)
    await fleet.terminate()
    await fleet.database.client.drop_database(database)
    await fleet.close()


@pytest.mark.parametrize("way", WAYS)
async def test_a_file_of_fifty_megabytes_takes_little_memory_and_is_imported(house: House, way: str, is_full: bool) -> None:
    content = csv(ROWS, MOST_BYTES)
    assert len(content) == MOST_BYTES
    started = time.monotonic()
    import_id = await house.sent(way, content)
    house.see_little_memory(f"50 MB as {way}", started)
    rows = ROWS
    if not is_full:
        (await house.client.post(f"/v1/jobs/{import_id}/cancel")).raise_for_status()
        rows = FEWER_ROWS
        import_id = await house.sent(way, csv(rows))
    await house.fleet.run("gateway", "importer", "status", *(["importer-2"] if is_full else []))
    started = time.monotonic()
    report = await house.finished(import_id, 1_200 if is_full else 120)
    assert report == {
        "newContacts": rows - rows // BAD_EVERY - rows // TWICE_EVERY,
        "invalidEntries": rows // BAD_EVERY,
        "duplicateEmails": rows // TWICE_EVERY,
    }
    house.see_little_memory(f"{rows} rows imported", started)


async def test_one_byte_more_is_refused_with_a_message_and_the_gateway_goes_on(house: House) -> None:
    started = time.monotonic()
    for body in WAYS.values():
        response = await house.client.post(import_path(), **body(csv(10, MOST_BYTES + 1)))
        assert str(MOST_BYTES) in message(response, 413)
    assert await house.sent("multipart", csv(10))
    house.see_little_memory("50 MB and one byte, twice", started)


async def test_fifty_megabytes_of_json_take_little_memory_and_one_byte_more_is_refused(house: House, is_full: bool) -> None:
    content = contacts(MOST_BYTES)
    assert len(content) == MOST_BYTES
    started = time.monotonic()
    response = await house.client.put(V3, content=content, headers=JSON)
    assert response.status_code == 202, response.text
    rows = content.count(b"matchIdentifier")
    house.see_little_memory(f"{rows} contacts in JSON", started)
    refused = await house.client.put(V3, content=content + b" ", headers=JSON)
    assert str(MOST_BYTES) in error(refused, 413)[1]
    if is_full:
        await house.fleet.run("gateway", "importer", "importer-2", "status")
        started = time.monotonic()
        assert await house.finished(response.json()["importId"], 1_200) == {"newContacts": rows}
        house.see_little_memory(f"{rows} contacts imported", started)
        started = time.monotonic()
        result = (await house.client.get(f"{V3}/{response.json()['importId']}")).json()
        assert (len(result["created"]), result["summary"]["newContacts"]) == (rows, rows)
        house.see_little_memory(f"their result in {len(json.dumps(result)) / 2**20:.0f} MB", started)


def contacts(size: int) -> bytes:
    """A body of v3 with so many bytes."""
    each = [
        {
            "matchIdentifier": "email",
            "identifiers": {"email": f"contact{number:07}@example.org"},
            "dataFields": {"FIRSTNAME": f"First {number:06}", "LASTNAME": f"Last {number:06}", "POSTCODE": f"CB{number:07}"},
        }
        for number in range(size // 180)
    ]
    body = json.dumps({"contacts": each}, separators=(",", ":")).encode()
    return body + b" " * (size - len(body))
