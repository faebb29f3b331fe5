"""A contact's way through every kind of bulk job, as a client sees it."""

import csv
import io
from typing import Any

from tests.support.system import System

PEOPLE = b"email,first_name,lists\nana@example.org,Ana,News\nbo@example.org,Bo,News\ncy@example.org,Cy,\n"


async def done(muster: System, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The job that these options make, at its end."""
    response = await muster.client.post(path, json=body)
    assert response.status_code == 202, response.text
    job = await muster.ended(response.json()["id"])
    assert job["state"] == "completed", job
    return job


async def exported(muster: System, **options: Any) -> list[dict[str, str]]:
    """The rows of the file of an export."""
    job = await done(muster, "/v1/exports", options)
    response = await muster.client.get(job["links"]["file"])
    assert response.status_code == 200, response.text
    assert (len(response.content), job["file"]["rows"]) == (job["file"]["bytes"], job["counts"]["unchanged"])
    return list(csv.DictReader(io.StringIO(response.text)))


async def test_contacts_are_moved_tagged_deleted_and_restored_and_every_export_shows_it(tenant: System) -> None:
    for name in ("News", "Offers"):
        await tenant.client.post("/v1/lists", json={"name": name})
    await tenant.imported(PEOPLE)
    fields = ["email", "lists", "tags"]
    await done(tenant, "/v1/list-changes", {"action": "move", "lists": ["Offers"], "source": {"lists": ["News"]}})
    await done(tenant, "/v1/tag-changes", {"action": "add", "tags": ["VIP"], "source": {"emails": ["BO@example.org"]}})
    rows = await exported(tenant, fields=fields)
    assert rows == [
        {"email": "ana@example.org", "lists": "Offers", "tags": ""},
        {"email": "bo@example.org", "lists": "Offers", "tags": "VIP"},
        {"email": "cy@example.org", "lists": "", "tags": ""},
    ]
    job = await done(tenant, "/v1/deletions", {"source": {"emails": ["ana@example.org", "cy@example.org", "no one"]}})
    assert (job["counts"]["rejected"], job["payload"]["name"]) == (1, "source.json")
    assert [row["email"] for row in await exported(tenant, fields=["email"])] == ["bo@example.org"]
    await done(tenant, "/v1/restorations", {"source": {"lists": ["Offers"]}})
    kept = await exported(tenant, fields=["email"], exclude={"tags": ["vip"]})
    assert [row["email"] for row in kept] == ["ana@example.org"]
