"""What the routes of exports and changes refuse, with which code and which place in the request; and that nothing stays of it."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.gateway.named_contacts import MOST_NAMED, take_named
from services.gateway.problems import Problem
from shared.accounts.keys import Scope
from tests.support.bulk import CHANGES, SELECTION_BYTES, Bulk, bulk
from tests.support.resources import problem

pytestmark = pytest.mark.mongo
CSV = b"email\nana@example.org\n"
AS_CSV = {"Content-Type": "text/csv"}
EVERYBODY = {"all": True}
ADD = {"action": "add", "lists": ["News"]}
NOBODY = "018bd6b5-3f5c-8000-8100-000000000001"


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[Bulk]:
    async with bulk(mongo_url) as whole:
        yield whole


async def refused(api: Bulk, path: str, status: int, code: str, field: str | None, body: Any = None, **parts: Any) -> str:
    """What the refusal says; it leaves neither a job nor a file."""
    before = await api.left()
    found = problem(await api.post(path, body, **parts), status, code)
    assert found.get("field") == field, found
    assert await api.left() == before
    return str(found["detail"])


@pytest.mark.parametrize(
    ("selection", "code", "where"),
    [
        ({}, "selection_empty", ""),
        ({"lists": []}, "selection_empty", ""),
        ({"all": True, "lists": ["News"]}, "selection_ambiguous", ".all"),
        ({"all": True, "where": [{"field": "email", "op": "is_set"}]}, "selection_ambiguous", ".all"),
        ({"all": False}, "option_invalid", ".all"),
        ({"lists": ["Nowhere"]}, "list_unknown", ".lists"),
        ({"lists": ["News", 77]}, "list_unknown", ".lists"),
        ({"lists": [0]}, "list_unknown", ".lists"),
        ({"lists": [2**70]}, "list_unknown", ".lists"),
        ({"lists": [NOBODY]}, "list_unknown", ".lists"),
        ({"lists": [{"id": 1}]}, "option_invalid", ".lists.0"),
        ({"tags": "gone"}, "tag_unknown", ".tags"),
        ({"tags": [-1]}, "tag_unknown", ".tags"),
        ({"status": "asleep"}, "option_invalid", ".status.0"),
        ({"created_after": "yesterday"}, "option_invalid", ".created_after"),
        ({"updated_before": "0001-01-01T00:00:00+14:00"}, "option_invalid", ".updated_before"),
        ({"where": [{"field": "email", "op": "is_set"}, {"field": "shoe"}]}, "condition_invalid", ".where.1"),
        ({"where": [{"field": "cf:since", "op": "gt", "value": "long ago"}]}, "condition_invalid", ".where.0"),
        ({"where": [{"field": "email", "op": "in", "value": []}]}, "condition_invalid", ".where.0"),
        ({"where": [{"field": "email", "op": "like"}]}, "option_invalid", ".where.0.op"),
        ({"where": [{"field": "first_name", "value": {"$ne": 1}}]}, "condition_invalid", ".where.0"),
        ({"unknown": 1}, "option_invalid", ".unknown"),
    ],
)
@pytest.mark.parametrize(("path", "name"), [("/v1/exports", "select"), ("/v1/deletions", "source"), ("/v1/exports", "exclude")])
async def test_a_selection_that_cannot_be_meant_is_refused_by_its_place(
    api: Bulk, path: str, name: str, selection: dict[str, Any], code: str, where: str
) -> None:
    detail = await refused(api, path, 422, code, f"{name}{where}", {name: selection})
    if code == "selection_empty" and name != "exclude":
        assert '{"all": true}' in detail


@pytest.mark.parametrize(
    ("select", "code", "field"),
    [
        ({"ids": ["no id"]}, "id_invalid", "select.ids.0"),
        ({"ids": [1, ""]}, "id_invalid", "select.ids.1"),
        ({"ids": [1.5]}, "option_invalid", "select.ids.0"),
        ({"ids": list(range(1, 10_002))}, "option_invalid", "select.ids"),
        ({"emails": ["x" * 321]}, "option_invalid", "select.emails.0"),
        ([], "option_invalid", "select"),
        ("all", "option_invalid", "select"),
    ],
)
async def test_contacts_that_an_export_names_are_checked(api: Bulk, select: Any, code: str, field: str) -> None:
    await refused(api, "/v1/exports", 422, code, field, {"select": select})


@pytest.mark.parametrize(
    ("options", "code", "field"),
    [
        ({"fields": ["email", "frist_name"]}, "field_unknown", "fields.1"),
        ({"fields": ["phones"]}, "field_unknown", "fields.0"),
        ({"fields": ["cf:gone"]}, "field_unknown", "fields.0"),
        ({"fields": ["email", "id", "email"]}, "field_repeated", "fields.2"),
        ({"fields": ["cf:plan", "cf:PLAN"]}, "field_repeated", "fields.1"),
        ({"format": "xlsx", "compression": "gzip"}, "option_invalid", "compression"),
        ({"format": "parquet", "compression": "zstd"}, "option_invalid", "compression"),
        ({"format": "json", "delimiter": ";"}, "option_invalid", "delimiter"),
        ({"format": "xlsx", "bom": True}, "option_invalid", "bom"),
        ({"format": "pdf"}, "option_invalid", "format"),
        ({"retention_days": 0}, "option_invalid", "retention_days"),
        ({"retention_days": 9_999}, "option_invalid", "retention_days"),
        ({"run_at": "soon"}, "option_invalid", "run_at"),
        ({"after": ["0198c0de-0000-7000-8000-000000000001"]}, "predecessor_unknown", "after"),
        ({"match": "email"}, "option_invalid", "match"),
    ],
)
async def test_an_export_that_could_not_be_made_is_refused(api: Bulk, options: dict[str, Any], code: str, field: str) -> None:
    await refused(api, "/v1/exports", 422, code, field, options)


async def test_a_field_that_there_is_not_is_answered_with_the_nearest_names(api: Bulk) -> None:
    assert "first_name" in await refused(api, "/v1/exports", 422, "field_unknown", "fields.0", {"fields": ["frist_name"]})
    assert "created_at" in await refused(api, "/v1/exports", 422, "field_unknown", "fields.0", {"fields": ["created"]})


@pytest.mark.parametrize(
    ("source", "code", "field"),
    [
        ({"ids": [1], "lists": ["News"]}, "source_ambiguous", "source.ids"),
        ({"ids": [], "lists": ["News"]}, "source_ambiguous", "source.ids"),
        ({"ids": [1], "emails": ["a@example.org"]}, "source_ambiguous", "source.ids"),
        ({"emails": ["a@example.org"], "all": True}, "source_ambiguous", "source.emails"),
        ({"ids": []}, "selection_empty", "source"),
        ({"emails": []}, "selection_empty", "source"),
        ({"ids": 7}, "option_invalid", "source.ids"),
        ({"ids": [1, None]}, "option_invalid", "source.ids.1"),
        ({"ids": [True]}, "option_invalid", "source.ids.0"),
        ({"ids": [1.0]}, "option_invalid", "source.ids.0"),
        ({"emails": [1]}, "option_invalid", "source.emails.0"),
        ({"emails": ["a@example.org"] * 6_000 + [{}]}, "option_invalid", "source.emails.6000"),
        ([1], "option_invalid", "source"),
        (None, "source_missing", "source"),
    ],
)
async def test_contacts_are_named_one_by_one_or_selected_but_never_both(api: Bulk, source: Any, code: str, field: str) -> None:
    for path, more in (("/v1/list-changes", ADD), ("/v1/deletions", {"mode": "erase"}), ("/v1/restorations", {})):
        await refused(api, path, 422, code, field, {"source": source, **more})


def test_more_named_contacts_than_allowed_are_sent_as_a_file() -> None:
    given = {"source": {"ids": [1] * MOST_NAMED}}
    assert take_named(given)[1] is not None
    given["source"]["ids"].append(1)
    with pytest.raises(Problem, match=r"422 too_many_contacts: .* as a file"):
        take_named(given)


@pytest.mark.parametrize("path", CHANGES)
async def test_a_change_without_contacts_is_refused(api: Bulk, path: str) -> None:
    more: dict[str, Any] = {"/v1/list-changes": ADD, "/v1/tag-changes": {"action": "add", "tags": ["x"]}}.get(path, {})
    await refused(api, path, 422, "source_missing", "source", more)
    await refused(api, path, 422, "selection_empty", "source", {**more, "source": {}})
    await refused(api, path, 422, "selection_empty", "exclude", {**more, "source": EVERYBODY, "exclude": {}})


@pytest.mark.parametrize(
    ("path", "options", "code", "field"),
    [
        ("/v1/list-changes", {"lists": ["News"]}, "option_invalid", "action"),
        ("/v1/list-changes", {"action": "add"}, "option_invalid", "lists"),
        ("/v1/list-changes", {"action": "add", "lists": []}, "option_invalid", "lists"),
        ("/v1/list-changes", {"action": "add", "lists": ["Nowhere"]}, "list_unknown", "lists"),
        ("/v1/list-changes", {"action": "move", "lists": ["News"]}, "leave_missing", "leave"),
        ("/v1/list-changes", {"action": "move", "lists": ["News"], "leave": ["Nowhere"]}, "list_unknown", "leave"),
        ("/v1/list-changes", {"action": "move", "lists": ["News", "Offers"], "leave": [1]}, "option_invalid", "leave"),
        ("/v1/list-changes", {"action": "move", "lists": [1], "source": {"lists": [1]}}, "leave_missing", "leave"),
        ("/v1/list-changes", {**ADD, "leave": ["Offers"]}, "option_invalid", "leave"),
        ("/v1/tag-changes", {"action": "remove", "tags": ["gone"]}, "tag_unknown", "tags"),
        ("/v1/tag-changes", {"action": "add", "tags": [77]}, "tag_unknown", "tags"),
        ("/v1/tag-changes", {"action": "add", "tags": ["ok", "-vip"]}, "option_invalid", "tags.1"),
        ("/v1/tag-changes", {"action": "add", "tags": ["  "]}, "option_invalid", "tags.0"),
        ("/v1/tag-changes", {"action": "add", "tags": ["a\nb"]}, "option_invalid", "tags.0"),
        ("/v1/tag-changes", {"action": "move", "tags": ["x"]}, "option_invalid", "action"),
        ("/v1/deletions", {"names": ["News"]}, "option_invalid", "names"),
        ("/v1/deletions", {"mode": "hard"}, "option_invalid", "mode"),
        ("/v1/deletions", {"what": "lists", "names": ["News"]}, "source_ambiguous", "source"),
        ("/v1/deletions", {"what": "lists", "names": ["News"], "source": {"ids": [1]}}, "source_ambiguous", "source"),
        ("/v1/deletions", {"what": "fields", "names": ["x"], "source": None, "exclude": EVERYBODY}, "source_ambiguous", "source"),
        ("/v1/deletions", {"what": "tags", "source": None}, "option_invalid", "names"),
        ("/v1/deletions", {"what": "lists", "source": None, "names": ["Nowhere"]}, "list_unknown", "names"),
        ("/v1/deletions", {"what": "tags", "source": None, "names": ["News"]}, "tag_unknown", "names"),
        ("/v1/deletions", {"what": "fields", "source": None, "names": ["first_name"]}, "field_unknown", "names"),
        ("/v1/deletions", {"what": "fields", "source": None, "names": [77]}, "field_unknown", "names"),
        ("/v1/restorations", {"source": {"status": "active"}}, "option_invalid", "source.status"),
        ("/v1/restorations", {"exclude": {"status": ["deleted", "pending"]}}, "option_invalid", "exclude.status"),
        ("/v1/restorations", {"match": "identifier:none"}, "option_invalid", "match"),
        ("/v1/restorations", {"match": "shoe"}, "option_invalid", "match"),
        ("/v1/restorations", {"sheet": 2**70}, "option_invalid", "sheet"),
    ],
)
async def test_a_change_that_could_not_be_worked_is_refused(
    api: Bulk, path: str, options: dict[str, Any], code: str, field: str
) -> None:
    await refused(api, path, 422, code, field, {"source": EVERYBODY, **options})


@pytest.mark.parametrize("path", CHANGES)
async def test_a_refused_file_is_not_kept(api: Bulk, path: str) -> None:
    await refused(api, path, 422, "option_invalid", "match", content=CSV, params={"match": "shoe"}, headers=AS_CSV)
    await refused(api, path, 400, "payload_empty", "file", content=b"", headers=AS_CSV)
    await refused(api, path, 415, "media_type_unsupported", "Content-Type", content=CSV, headers={"Content-Type": "image/png"})


async def test_a_file_and_a_selection_at_once_are_refused(api: Bulk) -> None:
    for source in (EVERYBODY, {"ids": [1]}):
        query = {"source": json.dumps(source)}
        await refused(api, "/v1/deletions", 422, "source_ambiguous", "source", content=CSV, params=query, headers=AS_CSV)
        form = {"file": ("who.csv", CSV), "options": (None, json.dumps({"source": source}))}
        await refused(api, "/v1/deletions", 422, "source_ambiguous", "source", files=form)
    query = {"what": "lists", "names": "News"}
    await refused(api, "/v1/deletions", 422, "source_ambiguous", "source", content=CSV, params=query, headers=AS_CSV)


@pytest.mark.parametrize("path", ["/v1/exports", *CHANGES])
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "json_invalid"),
        (b"[" * 100_000, 400, "json_invalid"),
        (b'{"name": "\xff"}', 400, "json_invalid"),
        (b'{"name": "\\ud800"}', 400, "json_invalid"),
        (b'{"source": NaN}', 400, "json_invalid"),
        (b"[]", 422, "invalid_request"),
        (b"7", 422, "invalid_request"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(api: Bulk, path: str, body: bytes, status: int, code: str) -> None:
    await refused(api, path, status, code, "body", content=body, headers={"Content-Type": "application/json"})


async def test_a_body_over_the_limit_of_its_address_is_refused(api: Bulk) -> None:
    most = SELECTION_BYTES
    exact = b'{"source": {"ids": [1]}}'.ljust(most)
    headers = {"Content-Type": "application/json"}
    await api.accepted("/v1/deletions", content=exact, headers=headers)
    await refused(api, "/v1/deletions", 413, "body_too_large", None, content=exact + b" ", headers=headers)

    async def unannounced() -> AsyncIterator[bytes]:
        yield exact
        yield b" "

    await refused(api, "/v1/deletions", 413, "body_too_large", None, content=unannounced(), headers=headers)
    much = b"{}".ljust(api.muster.gateway.settings.body_bytes + 1)
    await refused(api, "/v1/exports", 413, "body_too_large", None, content=much, headers=headers)


async def test_an_export_takes_nothing_but_json(api: Bulk) -> None:
    await refused(api, "/v1/exports", 415, "media_type_unsupported", "Content-Type", content=CSV, headers=AS_CSV)


@pytest.mark.parametrize("name", ["select", "exclude", "source"])
async def test_a_selection_in_the_query_is_a_json_object(api: Bulk, name: str) -> None:
    for text in ("[]", "{", "News"):
        await refused(api, "/v1/deletions", 422, "option_invalid", name, {"source": EVERYBODY}, params={name: text})


@pytest.mark.parametrize("path", ["/v1/exports", *CHANGES])
async def test_a_job_is_made_only_with_both_of_its_scopes(api: Bulk, path: str) -> None:
    needed = Scope.CONTACTS_READ if path == "/v1/exports" else Scope.CONTACTS_WRITE
    for missing in (needed, Scope.JOBS_WRITE):
        keys, account = api.muster.gateway.keys, api.muster.account.number
        _, key = await keys.create(account, name="half", scopes=frozenset(Scope) - {missing})
        headers = {"Authorization": f"Bearer {key}"}
        await refused(api, path, 403, "scope_missing", None, {"source": EVERYBODY}, headers=headers)
