"""What the routes of exports and changes accept: what stays with the job, and what becomes its payload."""

import gzip
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.gateway.app import web_app
from services.gateway.native.change_examples import EXAMPLES
from services.gateway.native.changes import ROUTES
from services.gateway.native.exports import EXAMPLES as EXPORTS
from shared.contract.identity import Thing
from shared.contract.values import Kind
from tests.e2e.conftest import open_tenant
from tests.support.bulk import CHANGES, Bulk, bulk

pytestmark = pytest.mark.mongo
CSV = b"email\nana@example.org\n"
AS_CSV = {"Content-Type": "text/csv"}
EVERYBODY = {"all": True}


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[Bulk]:
    async with bulk(mongo_url) as whole:
        yield whole


def said(document: dict[str, Any], *names: str) -> dict[str, Any]:
    """These options of the job."""
    return {name: document["options"][name] for name in names}


async def test_an_export_without_a_body_is_everything_as_csv(api: Bulk) -> None:
    for parts in ({"content": b""}, {"content": b"{}", "headers": {"Content-Type": "application/json"}}):
        document = await api.accepted("/v1/exports", **parts)
        assert document["kind"] == "export"
        assert document["options"]["select"]["all"] is True
        assert said(document, "format", "fields", "compression", "exclude") == {
            "format": "csv",
            "fields": [],
            "compression": "none",
            "exclude": None,
        }
        assert document["payload"] is None


async def test_names_in_a_selection_become_numbers_and_moments_are_in_utc(api: Bulk) -> None:
    select = {
        "ids": [api.contacts[0], str(api.contacts[1]), api.uuid_of(Thing.CONTACT, api.contacts[0]).upper()],
        "emails": ["ana@example.org"],
        "lists": ["news", api.lists["Offers"], api.uuid_of(Thing.LIST, api.lists["News"])],
        "tags": "trial",
        "status": "active",
        "created_after": "2026-01-01T00:00:00",
        "created_before": "2026-02-01T01:00:00+02:00",
        "where": [{"field": "cf:plan", "op": "in", "value": ["gold"]}],
    }
    document = await api.accepted("/v1/exports", {"select": select, "exclude": {"tags": [api.uuid_of(Thing.TAG, api.tags["VIP"])]}})
    kept = document["options"]["select"]
    assert kept["ids"] == [api.contacts[0], api.contacts[1], api.contacts[0]]
    assert kept["lists"] == [api.lists["News"], api.lists["Offers"]]
    assert (kept["tags"], kept["status"]) == ([api.tags["Trial"]], ["active"])
    assert (kept["created_after"], kept["created_before"]) == ("2026-01-01T00:00:00Z", "2026-01-31T23:00:00Z")
    assert kept["where"] == [{"field": "cf:plan", "op": "in", "value": ["gold"]}]
    assert document["options"]["exclude"]["tags"] == [api.tags["VIP"]]


async def test_a_text_of_digits_is_a_name_first_and_a_number_where_nothing_has_the_name(api: Bulk) -> None:
    document = await api.accepted("/v1/exports", {"select": {"lists": ["2", 2, "1"]}})
    assert document["options"]["select"]["lists"] == [api.lists["2"], api.lists["Offers"], api.lists["News"]]
    assert (api.lists["2"], api.lists["Offers"], api.lists["News"]) == (3, 2, 1)


async def test_the_columns_of_an_export_are_kept_by_their_canonical_names(api: Bulk) -> None:
    fields = ["email", "cf:plan", "identifier:crm", "phone:home", "status", "list_statuses", "preference:news"]
    document = await api.accepted("/v1/exports", {"fields": fields, "format": "xlsx"})
    assert document["options"]["fields"] == ["email", "cf:Plan", *fields[2:]]


async def test_the_query_wins_over_the_body(api: Bulk) -> None:
    query = {"format": "ndjson", "fields": "email,id", "select": json.dumps({"lists": "News"})}
    document = await api.accepted("/v1/exports", {"format": "csv", "compression": "zstd"}, params=query)
    assert said(document, "format", "compression", "fields") == {
        "format": "ndjson",
        "compression": "zstd",
        "fields": ["email", "id"],
    }
    assert document["options"]["select"]["lists"] == [api.lists["News"]]


async def test_what_every_job_may_say_reaches_the_job(api: Bulk) -> None:
    first = await api.accepted("/v1/exports", {})
    body = {
        "name": "Spring",
        "after": [first["_id"], first["_id"]],
        "retention_days": 2,
        "run_at": "2020-01-01T00:00:00",
        "source": EVERYBODY,
    }
    response = await api.post("/v1/deletions", body)
    assert response.status_code == 202, response.text
    document = await api.muster.database["jobs"].find_one({"_id": response.json()["id"]})
    assert (document["name"], document["after"], document["state"]) == ("Spring", [first["_id"]], "waiting")
    assert document["retention_seconds"] == 2 * 86_400


async def test_a_change_of_a_selection_keeps_it_in_the_options(api: Bulk) -> None:
    source = {"lists": ["News"], "where": [{"field": "first_name", "op": "is_set"}]}
    document = await api.accepted("/v1/list-changes", {"action": "add", "lists": ["Offers", 2], "source": source})
    assert (document["kind"], document["payload"]) == ("list_change", None)
    assert document["options"]["source"]["lists"] == [api.lists["News"]]
    assert said(document, "action", "lists", "leave") == {"action": "add", "lists": [api.lists["Offers"]], "leave": []}


@pytest.mark.parametrize(
    ("body", "lists", "leave"),
    [
        ({"lists": ["Offers"], "source": {"lists": ["News"]}}, ["Offers"], ["News"]),
        ({"lists": ["Offers"], "source": {"lists": ["News", "Offers"]}}, ["Offers"], ["News"]),
        ({"lists": ["Offers"], "leave": ["2"], "source": {"lists": ["News"]}}, ["Offers"], ["2"]),
        ({"lists": ["Offers"], "leave": ["News"], "source": {"emails": ["ana@example.org"]}}, ["Offers"], ["News"]),
    ],
)
async def test_a_move_leaves_the_lists_of_its_source_unless_it_says_which(
    api: Bulk, body: dict[str, Any], lists: list[str], leave: list[str]
) -> None:
    document = await api.accepted("/v1/list-changes", {"action": "move", **body})
    expected = {"lists": [api.lists[name] for name in lists], "leave": [api.lists[name] for name in leave]}
    assert said(document, "lists", "leave") == expected


async def test_tags_of_a_change_stay_names_and_are_not_made_before_the_job(api: Bulk) -> None:
    tags = [" Spring fair ", "2024", api.tags["VIP"], "Spring fair"]
    document = await api.accepted("/v1/tag-changes", {"action": "add", "tags": tags, "source": EVERYBODY})
    assert document["options"]["tags"] == ["Spring fair", "2024", api.tags["VIP"]]
    assert len((await api.muster.client.get("/v1/tags")).json()["items"]) == 2
    document = await api.accepted("/v1/tag-changes", {"action": "remove", "tags": ["trial"], "source": EVERYBODY})
    assert document["options"]["tags"] == ["trial"]


@pytest.mark.parametrize(
    ("what", "names", "expected"),
    [
        ("lists", ["news", 2], [1, 2]),
        ("tags", ["VIP", "trial"], [2, 1]),
        ("fields", ["plan", "cf:Since", 1], [1, 2]),
        ("fields", ["2"], [2]),
    ],
)
async def test_what_is_deleted_instead_of_contacts_is_kept_by_number(
    api: Bulk, what: str, names: list[Any], expected: list[int]
) -> None:
    document = await api.accepted("/v1/deletions", {"what": what, "names": names})
    assert said(document, "what", "names", "source") == {"what": what, "names": expected, "source": None}


async def test_everything_is_erased_when_the_request_says_all(api: Bulk) -> None:
    document = await api.accepted("/v1/deletions", {"mode": "erase", "source": EVERYBODY})
    assert said(document, "mode", "what") == {"mode": "erase", "what": "contacts"}
    assert document["options"]["source"]["all"] is True


async def test_contacts_named_by_id_become_the_payload_and_what_is_no_id_stays_as_text(api: Bulk) -> None:
    one, two = api.contacts
    ids = [one, str(two), api.uuid_of(Thing.CONTACT, one), "no id", 2**40, 10**30, 0, "7" * 40]
    document = await api.accepted("/v1/deletions", {"source": {"ids": ids}})
    assert said(document, "source", "match", "format") == {"source": None, "match": "id", "format": "json"}
    rows = [one, two, one, "no id", str(2**40), str(10**30), "0", "7" * 40]
    assert await api.payload(document) == [{"id": each} for each in rows]
    payload = document["payload"]
    assert (payload["name"], payload["media_type"]) == ("source.json", "application/json")
    stored = await api.muster.database["payloads.files"].find_one({"_id": payload["file_id"]})
    assert (stored["metadata"]["state"], stored["metadata"]["job_id"]) == ("taken", document["_id"])


async def test_contacts_named_by_email_become_the_payload_as_they_are_written(api: Bulk) -> None:
    emails = [" Ana@Example.org", "ana@example.org", "", 'é"\\\n']
    document = await api.accepted(
        "/v1/restorations", {"source": {"emails": emails}, "match": "mobile", "column": "x", "format": "csv"}
    )
    assert said(document, "source", "match", "format", "column") == {
        "source": None,
        "match": "email",
        "format": "json",
        "column": None,
    }
    assert await api.payload(document) == [{"email": email} for email in emails]


async def test_many_named_contacts_keep_their_order_and_stay_out_of_the_options(api: Bulk) -> None:
    ids = list(range(1, 20_001))
    document = await api.accepted("/v1/tag-changes", {"action": "add", "tags": ["x"], "source": {"ids": ids}})
    assert [row["id"] for row in await api.payload(document)] == ids
    assert len(json.dumps(document["options"])) < 1_000


async def test_a_compressed_body_of_named_contacts_is_taken(api: Bulk) -> None:
    body = gzip.compress(json.dumps({"source": {"ids": [1, 2]}}).encode())
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    assert await api.payload(await api.accepted("/v1/deletions", content=body, headers=headers)) == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize("way", ["form", "raw", "head"])
async def test_a_file_names_the_contacts_and_its_options_come_with_it(api: Bulk, way: str) -> None:
    options = {"action": "remove", "lists": ["News"], "match": "crm", "exclude": {"tags": ["VIP"]}}
    if way == "form":
        files = {"file": ("who.csv", CSV, "text/csv"), "options": (None, json.dumps(options))}
        document = await api.accepted("/v1/list-changes", files=files)
    elif way == "head":
        text = json.dumps({"options": options, "contacts": [{"crm": "1"}]})
        document = await api.accepted("/v1/list-changes", files={"file": ("who.csv.json", text, "application/json")})
    else:
        query = {**options, "exclude": json.dumps(options["exclude"]), "filename": "who.csv"}
        document = await api.accepted("/v1/list-changes", content=CSV, params=query, headers=AS_CSV)
    assert document["payload"]["name"].startswith("who.csv")
    assert said(document, "source", "match", "lists") == {"source": None, "match": "identifier:crm", "lists": [api.lists["News"]]}
    assert document["options"]["exclude"]["tags"] == [api.tags["VIP"]]


@pytest.mark.parametrize("path", ["/v1/exports", *CHANGES])
async def test_the_same_request_with_the_same_key_makes_one_job_and_leaves_one_file(api: Bulk, path: str) -> None:
    bodies: dict[str, dict[str, Any]] = {
        "/v1/exports": {"format": "json"},
        "/v1/list-changes": {"action": "add", "lists": ["News"], "source": {"ids": [1]}},
        "/v1/tag-changes": {"action": "add", "tags": ["x"], "source": {"ids": [1]}},
        "/v1/deletions": {"source": {"emails": ["ana@example.org"]}},
        "/v1/restorations": {"source": EVERYBODY},
    }
    headers = {"Idempotency-Key": f"key of {path}"}
    first = await api.post(path, bodies[path], headers=headers)
    before = await api.left()
    again = await api.post(path, bodies[path], headers=headers)
    assert (first.status_code, again.status_code) == (202, 202), again.text
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert (again.json()["id"], again.headers["location"]) == (first.json()["id"], first.headers["location"])
    assert await api.left() == before
    other = await api.post(path, {**bodies[path], "name": "another"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert await api.left() == before


async def test_other_contacts_under_the_same_key_are_another_request(api: Bulk) -> None:
    headers = {"Idempotency-Key": "these contacts"}
    for number, status in ((1, 202), (2, 422)):
        response = await api.post("/v1/deletions", {"source": {"ids": [number]}}, headers=headers)
        assert response.status_code == status


async def test_a_file_that_is_sent_again_under_the_same_key_is_kept_once(api: Bulk) -> None:
    headers, query = {"Idempotency-Key": "this file", **AS_CSV}, {"mode": "erase"}
    first = await api.accepted("/v1/deletions", content=CSV, params=query, headers=headers)
    before = await api.left()
    again = await api.post("/v1/deletions", content=CSV, params=query, headers=headers)
    assert (again.json()["id"], again.json()["payload"]["name"]) == (first["_id"], "upload.csv")
    assert await api.left() == before


@pytest.mark.parametrize("kind", list(EXAMPLES))
async def test_every_example_of_the_documentation_is_accepted(api: Bulk, kind: Kind) -> None:
    for name, example in EXAMPLES[kind].items():
        assert (await api.accepted(f"/v1{ROUTES[kind][0]}", example["value"]))["kind"] == kind, name


async def test_every_example_of_an_export_is_accepted(api: Bulk) -> None:
    for name, example in EXPORTS.items():
        assert (await api.accepted("/v1/exports", example["value"]))["kind"] == "export", name


async def test_invariant_7_ids_and_names_of_one_account_mean_nothing_in_another(api: Bulk) -> None:
    mine = api.uuid_of(Thing.CONTACT, api.contacts[0])
    async with open_tenant(api.muster, web_app(api.muster.gateway)) as other:
        theirs = Bulk(other, {}, {}, {}, [])
        for selection in ({"lists": ["News"]}, {"lists": [1]}, {"lists": [api.uuid_of(Thing.LIST, 1)]}, {"tags": ["VIP"]}):
            response = await theirs.post("/v1/deletions", {"source": selection})
            assert (response.status_code, response.json()["code"]) == (422, f"{next(iter(selection))[:-1]}_unknown")
        named = await theirs.accepted("/v1/deletions", {"source": {"ids": [mine]}})
        assert await theirs.payload(named) == [{"id": mine}]
        selected = await theirs.accepted("/v1/exports", {"select": {"ids": [mine]}})
        assert selected["options"]["select"]["ids"] == [mine]
        response = await theirs.post("/v1/exports", {"fields": ["cf:Plan"]})
        assert response.json()["code"] == "field_unknown"


async def test_the_description_has_every_option_and_every_reference_leads_somewhere(api: Bulk) -> None:
    document = (await api.muster.client.get("/openapi.json")).json()
    for path in ("/v1/exports", "/v1/imports", *CHANGES):
        operation = document["paths"][path]["post"]
        assert set(operation["responses"]["202"]["headers"]) == {"Location", "Idempotent-Replayed"}
        assert "Idempotency-Key" in {parameter["name"] for parameter in operation["parameters"]}
    text = json.dumps(document)
    for reference in {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}:
        assert reference in document["components"]["schemas"], reference
