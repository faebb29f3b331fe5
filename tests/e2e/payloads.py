"""Payloads that the tests share, and what a database still holds of a job."""

from typing import Any

from tests.support.system import System


def people(number: int, *, bad_every: int = 0, first: int = 0) -> bytes:
    """A CSV of so many rows; every `bad_every`th has an address that is none."""
    rows = [
        f"person{row}@example.org,First {row},Last {row}"
        if not bad_every or row % bad_every
        else f"person {row}@example.org,First {row},"
        for row in range(first, first + number)
    ]
    return ("email,first_name,last_name\n" + "\n".join(rows) + "\n").encode()


async def traces(muster: System, job: dict[str, Any]) -> dict[str, int]:
    """How many documents of each collection still name the job or hold its payload."""
    files = [file["_id"] async for file in muster.database["payloads.files"].find({"metadata.job_id": job["id"]})]
    names = [job["id"], *files]
    found = {}
    for collection in await muster.database.list_collection_names():
        documents = [document async for document in muster.database[collection].find({})]
        found[collection] = sum(any(name in repr(document) for name in names) for document in documents)
    return {collection: number for collection, number in found.items() if number}
