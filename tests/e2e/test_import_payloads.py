"""Every way to send a payload, and payloads that hold nothing."""

import gzip
import json
from typing import Any

import pytest

from tests.support.system import System

CSV = b"email,first_name\nana@example.org,Ana\nbo@example.org,Bo\n"
NDJSON = b'{"email": "ana@example.org", "first_name": "Ana"}\n{"email": "bo@example.org", "first_name": "Bo"}\n'
CONTACTS = [{"email": "ana@example.org", "first_name": "Ana"}, {"email": "bo@example.org", "first_name": "Bo"}]
ENVELOPE = json.dumps({"options": {"name": "from the head", "tags": ["vip"]}, "contacts": CONTACTS}).encode()


async def both_are_there(muster: System, job: dict[str, Any]) -> None:
    """The two contacts, and counts that say so."""
    assert job["state"] == "completed", job
    assert job["counts"]["created"] == job["progress"]["rows_total"] == 2
    assert [contact["first_name"] for contact in await muster.contacts()] == ["Ana", "Bo"]


@pytest.mark.parametrize(
    "content, media_type",
    [
        (CSV, "text/csv"),
        (CSV, "text/csv; charset=utf-8"),
        (NDJSON, "application/x-ndjson"),
        (json.dumps(CONTACTS).encode(), "application/json"),
        (ENVELOPE, "application/json"),
        (gzip.compress(CSV), "application/gzip"),
    ],
)
async def test_a_body_is_the_payload_whatever_its_format(tenant: System, content: bytes, media_type: str) -> None:
    await both_are_there(tenant, await tenant.imported(content, media_type=media_type))


@pytest.mark.parametrize(
    "content, media_type", [(CSV, "text/csv"), (NDJSON, "application/x-ndjson"), (ENVELOPE, "application/json")]
)
async def test_a_transfer_may_be_compressed(tenant: System, content: bytes, media_type: str) -> None:
    headers = {"Content-Type": media_type, "Content-Encoding": "gzip"}
    response = await tenant.client.post("/v1/imports", content=gzip.compress(content), headers=headers)
    assert response.status_code == 202, response.text
    assert response.json()["payload"]["bytes"] == len(content)
    await both_are_there(tenant, await tenant.ended(response.json()["id"]))


@pytest.mark.parametrize(
    "name, content",
    [("a.csv", CSV), ("a.ndjson", NDJSON), ("a.csv.gz", gzip.compress(CSV)), ("a.ndjson.gz", gzip.compress(NDJSON))],
)
async def test_a_form_carries_a_file_and_its_options(tenant: System, name: str, content: bytes) -> None:
    files: dict[str, Any] = {
        "file": (name, content),
        "options": (None, json.dumps({"name": "a form", "quality_gate": "off"}), "application/json"),
    }
    response = await tenant.client.post("/v1/imports", files=files)
    assert response.status_code == 202, response.text
    assert response.headers["Location"] == f"/v1/jobs/{response.json()['id']}"
    assert (response.json()["name"], response.json()["payload"]["name"]) == ("a form", name)
    await both_are_there(tenant, await tenant.ended(response.json()["id"]))


async def test_options_at_the_head_of_a_json_body_hold_and_the_query_wins_over_them(tenant: System) -> None:
    job = await tenant.imported(ENVELOPE, media_type="application/json", name="from the query")
    await both_are_there(tenant, job)
    assert job["name"] == "from the query"
    assert all(len(contact["tags"]) == 1 for contact in await tenant.contacts())


@pytest.mark.parametrize("media_type", ["application/octet-stream", "application/json"])
async def test_options_at_the_head_of_a_json_file_in_a_form_hold_too(tenant: System, media_type: str) -> None:
    response = await tenant.client.post("/v1/imports", files={"file": ("contacts.json", ENVELOPE, media_type)})
    assert response.status_code == 202, response.text
    assert response.json()["name"] == "from the head"
    await both_are_there(tenant, await tenant.ended(response.json()["id"]))


async def test_options_behind_the_contacts_are_refused_and_not_ignored(tenant: System) -> None:
    late = json.dumps({"contacts": CONTACTS, "options": {"mode": "update"}}).encode()
    job = await tenant.imported(late, media_type="application/json")
    assert (job["state"], job["error"]["code"]) == ("failed", "options_late")
    assert await tenant.contacts() == []


async def test_a_file_with_a_header_and_no_rows_completes_and_says_so(tenant: System) -> None:
    job = await tenant.imported(b"email,first_name\n")
    assert (job["state"], job["progress"]["rows_total"], job["progress"]["percent"]) == ("completed", 0, 100.0)
    assert "no_rows" in [problem["code"] for problem in job["problems"]]


async def test_a_request_without_a_payload_is_refused_and_leaves_nothing(tenant: System) -> None:
    response = await tenant.client.post("/v1/imports", content=b"", headers={"Content-Type": "text/csv"})
    assert (response.status_code, response.json()["code"]) == (400, "payload_empty")
    assert await tenant.database["payloads.files"].count_documents({"metadata.account": tenant.account.number}) == 0


@pytest.mark.parametrize(
    "content, media_type, code",
    [
        (b"\n\n  \n", "text/csv", "empty_file"),
        (gzip.compress(b""), "application/gzip", "empty_file"),
        (b"%PDF-1.7 ...", "text/csv", "not_text"),
        (b"{", "application/json", "invalid_json"),
        (b"first_name\nAna\n", "text/csv", "match_column_missing"),
        (b"E-Mail,E Mail\na@x.org,b@x.org\n", "text/csv", "mapping_target_twice"),
    ],
)
async def test_a_payload_that_cannot_be_used_fails_the_job_with_a_clear_reason(
    tenant: System, content: bytes, media_type: str, code: str
) -> None:
    job = await tenant.imported(content, media_type=media_type)
    assert (job["state"], job["error"]["code"]) == ("failed", code), job
    assert await tenant.contacts() == []
    assert (await tenant.client.get("/v1/account")).json()["use"]["open_jobs"] == 0


async def test_a_missing_key_column_is_named_with_what_to_do(tenant: System) -> None:
    job = await tenant.imported(b"Who,When\nana,2026\n")
    assert job["error"]["code"] == "match_column_missing"
    assert "'Who', 'When'" in job["error"]["message"]
    assert "mapping" in job["error"]["message"]


async def test_the_same_key_and_body_answer_with_the_same_job_over_http(tenant: System) -> None:
    headers = {"Content-Type": "text/csv", "Idempotency-Key": "one"}
    first = await tenant.client.post("/v1/imports", content=CSV, headers=headers)
    again = await tenant.client.post("/v1/imports", content=CSV, headers=headers)
    other = await tenant.client.post("/v1/imports", content=NDJSON, headers=headers)
    assert (first.status_code, again.status_code, other.status_code) == (202, 202, 422)
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.json()["code"] == "idempotency_key_reused"
    assert await tenant.database["payloads.files"].count_documents({"metadata.account": tenant.account.number}) == 1
    await tenant.ended(first.json()["id"])
