"""A request that is sent again under its key answers with its job, whatever the job or anybody else has done since."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.support.bulk import Bulk, bulk

pytestmark = pytest.mark.mongo
CSV = b"email\nana@example.org\n"
NAMED = {"source": {"ids": [1, 2]}}
REQUESTS: dict[str, tuple[str, dict[str, Any]]] = {
    "deletion of a list": ("/v1/deletions", {"json": {"what": "lists", "names": ["Gone"]}}),
    "change of a selection": ("/v1/tag-changes", {"json": {"action": "add", "tags": ["x"], "source": {"lists": ["Gone"]}}}),
    "contacts one by one": ("/v1/list-changes", {"json": {"action": "add", "lists": ["Gone"], **NAMED}}),
    "contacts in a file": ("/v1/list-changes", {"params": {"action": "add", "lists": "Gone"}, "content": CSV}),
    "export": ("/v1/exports", {"json": {"select": {"lists": ["Gone"]}}}),
    "import": ("/v1/imports", {"params": {"lists": "Gone"}, "content": CSV}),
}


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[Bulk]:
    async with bulk(mongo_url) as whole:
        yield whole


async def made(api: Bulk, name: str) -> str:
    """The path of a new list."""
    response = await api.post("/v1/lists", {"name": name})
    assert response.status_code == 201, response.text
    return f"/v1/lists/{response.json()['id']}"


def sent(request: str, key: str) -> tuple[str, dict[str, Any]]:
    """Path and parts of a request with this key."""
    path, parts = REQUESTS[request]
    media_type = {"Content-Type": "text/csv"} if "content" in parts else {}
    return path, {**parts, "headers": {"Idempotency-Key": key, **media_type}}


@pytest.mark.parametrize("request_of", list(REQUESTS))
@pytest.mark.parametrize("change", ["deleted", "renamed", "replaced"])
async def test_a_key_answers_with_its_job_though_what_it_names_has_changed(api: Bulk, request_of: str, change: str) -> None:
    place = await made(api, "Gone")
    path, parts = sent(request_of, f"{request_of} {change}")
    first = await api.post(path, **parts)
    assert first.status_code == 202, first.text
    if change == "renamed":
        assert (await api.muster.client.patch(place, json={"name": f"{request_of} long ago"})).status_code == 200
    else:
        assert (await api.muster.client.delete(place)).status_code == 204
    other = await made(api, "Gone") if change == "replaced" else None
    before = await api.left()
    again = await api.post(path, **parts)
    assert (again.status_code, again.headers.get("idempotent-replayed")) == (202, "true"), again.text
    assert again.json()["id"] == first.json()["id"]
    assert await api.left() == before, "what was sent again is not kept"
    if other:
        await api.muster.client.delete(other)


@pytest.mark.parametrize("request_of", list(REQUESTS))
async def test_another_request_under_a_used_key_is_told_so_before_its_names_are_looked_up(api: Bulk, request_of: str) -> None:
    place = await made(api, "Gone")
    path, parts = sent(request_of, f"used by {request_of}")
    assert (await api.post(path, **parts)).status_code == 202
    await api.muster.client.delete(place)
    before = await api.left()
    other = await api.post(path, **{**parts, "params": {**parts.get("params", {}), "name": "another"}})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await api.left() == before
    unknown = await api.post(path, **{**parts, "headers": parts["headers"] | {"Idempotency-Key": f"new for {request_of}"}})
    assert (unknown.status_code, unknown.json()["code"]) == (422, "list_unknown")


async def test_the_contacts_that_a_request_names_are_part_of_what_its_key_stands_for(api: Bulk) -> None:
    headers = {"Idempotency-Key": "one by one"}
    statuses = [
        (await api.post("/v1/deletions", {"source": source}, headers=headers)).status_code
        for source in ({"ids": [1]}, {"ids": [1]}, {"ids": ["1"]}, {"emails": ["ana@example.org"]})
    ]
    assert statuses == [202, 202, 422, 422]
