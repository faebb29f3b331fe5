"""Jobs that wait for each other: what was submitted in an order happens in that order, however fast each of them is."""

import csv
import io

import pytest

from tests.support.system import System

IMPORTED = 1_500


@pytest.mark.parametrize("turn", range(20))
async def test_import_then_list_then_export_submitted_at_once_gives_exactly_the_imported_contacts(
    tenant: System, turn: int
) -> None:
    (await tenant.client.post("/v1/lists", json={"name": "Wave"})).raise_for_status()
    (await tenant.client.post("/v1/tags", json={"name": "new"})).raise_for_status()
    await tenant.imported(b"email\nstranger@example.org\n")
    emails = [f"p{turn}-{number}@example.org" for number in range(IMPORTED)]
    first = await tenant.submit("\n".join(["email", *emails]).encode(), tags="new")
    second = await tenant.ask("list-changes", action="add", lists=["Wave"], source={"tags": ["new"]}, after=[first["id"]])
    third = await tenant.ask("exports", select={"lists": ["Wave"]}, fields=["email"], after=[second["id"]])
    assert second["state"] == third["state"] == "waiting"
    ended = await tenant.ended(third["id"])
    assert ended["state"] == "completed", ended
    file = (await tenant.client.get(f"/v1/jobs/{third['id']}/file")).text
    assert sorted(row["email"] for row in csv.DictReader(io.StringIO(file))) == sorted(emails)
    assert (await tenant.job(second["id"]))["counts"]["updated"] == IMPORTED


async def test_a_chain_breaks_where_one_of_it_fails(tenant: System) -> None:
    (await tenant.client.post("/v1/lists", json={"name": "Wave"})).raise_for_status()
    first = await tenant.submit(b"no,key\n1,2\n")
    second = await tenant.ask("list-changes", action="add", lists=["Wave"], source={"all": True}, after=[first["id"]])
    third = await tenant.ask("exports", after=[second["id"]])
    ended = await tenant.ended(third["id"])
    assert (ended["state"], ended["error"]["code"]) == ("failed", "predecessor_failed")
    assert (await tenant.job(second["id"]))["error"]["code"] == "predecessor_failed"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("exports", {}),
        ("list-changes", {"action": "add", "lists": ["Wave"], "source": {"all": True}}),
        ("tag-changes", {"action": "add", "tags": ["t"], "source": {"all": True}}),
        ("deletions", {"source": {"all": True}}),
        ("restorations", {"source": {"all": True}}),
    ],
)
async def test_every_kind_of_job_refuses_a_predecessor_that_there_is_not(
    tenant: System, path: str, body: dict[str, object]
) -> None:
    (await tenant.client.post("/v1/lists", json={"name": "Wave"})).raise_for_status()
    answer = await tenant.client.post(f"/v1/{path}", json={**body, "after": ["0190b5a0-0000-7000-8000-000000000000"]})
    assert (answer.status_code, answer.json()["code"]) == (422, "predecessor_unknown")
