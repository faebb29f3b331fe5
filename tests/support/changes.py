"""Changes of lists and tags, deletions and restorations as a test asks for them: straight at the desk, behind the routes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from services.gateway.jobs import NewJob
from shared.contract.values import Kind
from shared.jobs.job import Payload
from tests.support.system import System


async def asked(muster: System, kind: Kind, options: Mapping[str, Any], content: bytes | None = None, name: str = "who.csv") -> str:
    """The id of an accepted job; `content` is the file that names the contacts."""
    payload = await stored(muster, content, name) if content is not None else None
    accepted = await muster.gateway.desk.accept(muster.account, NewJob(kind, options, payload=payload))
    return accepted.job.id


async def done(muster: System, kind: Kind, options: Mapping[str, Any], content: bytes | None = None, name: str = "who.csv") -> Any:
    """The job at its end."""
    return await muster.ended(await asked(muster, kind, options, content, name))


async def stored(muster: System, content: bytes, name: str) -> Payload:
    """A payload as the gateway stores it before it accepts the job."""
    async with muster.gateway.files.upload(muster.account.number, name, limit_bytes=10_000_000) as upload:
        await upload.write(content)
        file = await upload.finish()
    return Payload(file.file_id, name, file.bytes, file.sha256, "application/octet-stream")


def named(contacts: Sequence[Mapping[str, Any]]) -> bytes:
    """These items as the JSON of a request that names its contacts one by one."""
    return json.dumps(list(contacts)).encode()


def emails(addresses: Sequence[str]) -> bytes:
    """A file of addresses."""
    return "\n".join(["email", *addresses]).encode()


async def a_list(muster: System, name: str) -> int:
    """The number of a new list."""
    return (await muster.gateway.lists.of_account(muster.account.number).create(name)).number


async def people(muster: System, count: int, **columns: str) -> list[str]:
    """The addresses of this many new contacts, who have these values."""
    addresses = [f"p{number}@example.org" for number in range(count)]
    head = ",".join(["email", *columns])
    rows = [",".join([address, *columns.values()]) for address in addresses]
    job = await muster.imported("\n".join([head, *rows]).encode())
    assert job["counts"]["created"] == count, job
    return addresses


async def by_email(muster: System) -> dict[str, dict[str, Any]]:
    """Every stored contact by its key."""
    return {contact["email_key"]: contact for contact in await muster.contacts()}


def codes(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How often each code was given."""
    found: dict[str, int] = {}
    for row in rows:
        if row.get("code"):
            found[row["code"]] = found.get(row["code"], 0) + 1
    return found
