"""Lists, tags, custom fields and the account over HTTP."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from shared.contacts.naming import resolve_names
from tests.support.resources import resources
from tests.support.system import System

pytestmark = pytest.mark.mongo


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[System]:
    async with resources(mongo_url) as whole:
        yield whole


def some_name() -> str:
    return f"N {uuid4().hex[:8]}"


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return dict(response.json())


async def contact_with(api: System, **members: Any) -> dict[str, Any]:
    response = await api.client.post("/v1/contacts", json={"email": f"{uuid4().hex[:8]}@example.org", **members})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def is_done_again(api: System, what: str, number: int) -> bool:
    """True where a sweep is going to take this off the contacts once more."""
    note = {"account": api.account.number, "what": what, "numbers": [number], "again_at": {"$exists": True}}
    return bool(await api.database["erasures"].count_documents(note) == 1)


@pytest.mark.parametrize("thing", ["lists", "tags"])
async def test_a_named_thing_is_made_found_renamed_and_deleted(api: System, thing: str) -> None:
    name = some_name()
    made = await api.client.post(f"/v1/{thing}", json={"name": f"  {name} "})
    body = made.json()
    assert (made.status_code, body["name"], made.headers["location"]) == (201, name, f"/v1/{thing}/{body['id']}")
    path = f"/v1/{thing}/{body['id']}"
    assert (await api.client.get(f"/v1/{thing}/{body['uuid']}")).json() == body
    assert (await api.client.get(f"/v1/{thing}", params={"name": name.upper()})).json()["items"] == [body]
    contact = await contact_with(api, **{thing: [name]})
    new = some_name()
    assert (await api.client.patch(path, json={"name": new})).json()["name"] == new
    after = (await api.client.get(f"/v1/contacts/{contact['id']}")).json()
    assert [item if thing == "tags" else item["name"] for item in after[thing]] == [new]
    assert (await api.client.delete(path)).status_code == 204
    assert (await api.client.get(f"/v1/contacts/{contact['id']}")).json()[thing] == []
    assert await is_done_again(api, thing, body["id"])
    for method in ("GET", "DELETE"):
        problem(await api.client.request(method, path), 404, "not_found")


@pytest.mark.parametrize("thing,body", [("lists", {}), ("tags", {}), ("fields", {"type": "text"})])
async def test_a_name_is_given_once_in_any_letter_case(api: System, thing: str, body: dict[str, Any]) -> None:
    name = some_name()
    first = (await api.client.post(f"/v1/{thing}", json={"name": name, **body})).json()
    other = (await api.client.post(f"/v1/{thing}", json={"name": some_name(), **body})).json()
    problem(await api.client.post(f"/v1/{thing}", json={"name": name.upper(), **body}), 409, "name_taken")
    problem(await api.client.patch(f"/v1/{thing}/{other['id']}", json={"name": name.lower()}), 409, "name_taken")
    same = await api.client.patch(f"/v1/{thing}/{first['id']}", json={"name": name.upper()})
    assert same.json()["name"] == name.upper()


@pytest.mark.parametrize("thing,body", [("lists", {}), ("tags", {}), ("fields", {"type": "text"})])
@pytest.mark.parametrize("name", ["", "   ", "a\nb", "x" * 256, None, 5, {"$gt": ""}, "\u0000"])
async def test_a_name_that_people_could_not_read_is_refused(api: System, thing: str, body: dict[str, Any], name: Any) -> None:
    refused = problem(await api.client.post(f"/v1/{thing}", json={"name": name, **body}), 422, "invalid_request")
    assert refused["field"] == "name"


async def test_a_tag_does_not_begin_with_the_minus_that_takes_tags_off(api: System) -> None:
    problem(await api.client.post("/v1/tags", json={"name": "-x"}), 422, "invalid_request")


async def test_a_list_keeps_what_is_said_of_it_and_counts_on_request(api: System) -> None:
    name = some_name()
    facts = {"description": "D", "visibility": "public", "favorite": True}
    made = (await api.client.post("/v1/lists", json={"name": name, **facts})).json()
    assert {fact: made[fact] for fact in facts} == facts
    path = f"/v1/lists/{made['id']}"
    changed = (await api.client.patch(path, json={"description": None, "favorite": False})).json()
    assert (changed["description"], changed["visibility"], changed["favorite"]) == (None, "public", False)
    for _ in range(2):
        contact = await contact_with(api, lists=[name])
    await api.client.delete(f"/v1/contacts/{contact['id']}")
    assert (await api.client.get(path, params={"count": True})).json()["contacts"] == 1
    assert "contacts" not in (await api.client.get(path)).json()


async def test_lists_come_in_pages(api: System) -> None:
    for _ in range(3):
        await api.client.post("/v1/lists", json={"name": some_name()})
    whole = (await api.client.get("/v1/lists", params={"limit": 500})).json()
    found, params = [], {"limit": "2"}
    while True:
        page = (await api.client.get("/v1/lists", params=params)).json()
        found += page["items"]
        if "next_cursor" not in page:
            break
        params["cursor"] = page["next_cursor"]
    assert found == whole["items"]
    problem(await api.client.get("/v1/tags", params={"cursor": params["cursor"]}), 400, "cursor_invalid")
    problem(await api.client.get("/v1/lists", params={"cursor": "x" * 400}), 400, "cursor_invalid")


async def test_a_list_is_named_by_name_before_number_and_a_tag_by_name_only(api: System) -> None:
    first = (await api.client.post("/v1/lists", json={"name": some_name()})).json()
    trap = (await api.client.post("/v1/lists", json={"name": str(first["id"])})).json()
    assert [item["id"] for item in (await contact_with(api, lists=[str(first["id"])]))["lists"]] == [trap["id"]]
    assert [item["id"] for item in (await contact_with(api, lists=[trap["id"], first["uuid"]]))["lists"]] == [
        trap["id"],
        first["id"],
    ]
    assert [item["id"] for item in (await contact_with(api, lists=first["id"]))["lists"]] == [first["id"]]
    for number in (0, -first["id"], 2**40, 2**70, trap["id"] + 1000):
        response = await api.client.post("/v1/contacts", json={"email": f"{uuid4().hex[:8]}@example.org", "lists": [number]})
        assert problem(response, 422, "list_unknown")["field"] == "lists"
    tag = (await api.client.post("/v1/tags", json={"name": some_name()})).json()
    assert (await contact_with(api, tags=[tag["id"], "-nobody has it"]))["tags"] == [str(tag["id"])]


async def test_a_field_keeps_its_type_and_takes_its_values_along_when_it_goes(api: System) -> None:
    name = some_name()
    made = await api.client.post("/v1/fields", json={"name": name, "type": "single_select", "choices": ["Gold", "Silver"]})
    body = made.json()
    assert (made.status_code, body["label"], body["choices"]) == (201, name, ["Gold", "Silver"])
    path = f"/v1/fields/{body['uuid']}"
    contact = await contact_with(api, custom={name.lower(): "gold"})
    assert contact["custom"] == {name: "Gold"}
    assert problem(await api.client.patch(path, json={"type": "text"}), 422, "type_fixed")["field"] == "type"
    new = some_name()
    changed = (await api.client.patch(path, json={"name": new, "type": "single_select", "label": "L", "choices": ["Gold"]})).json()
    assert (changed["name"], changed["label"], changed["choices"]) == (new, "L", ["Gold"])
    assert (await api.client.get(f"/v1/contacts/{contact['id']}")).json()["custom"] == {new: "Gold"}
    assert (await api.client.get(path)).json() == changed
    assert (await api.client.delete(path)).status_code == 204
    assert (await api.client.get(f"/v1/contacts/{contact['id']}")).json()["custom"] == {}
    assert await is_done_again(api, "fields", body["id"])
    problem(await api.client.get(path), 404, "not_found")


@pytest.mark.parametrize(
    "kind,choices,code",
    [
        ("single_select", [], "choices_invalid"),
        ("text", ["a"], "choices_invalid"),
        ("multi_select", ["a", "a"], "choices_invalid"),
        ("colour", [], "invalid_request"),
        ("multi_select", [""], "invalid_request"),
    ],
)
async def test_a_field_whose_choices_do_not_fit_is_refused(api: System, kind: str, choices: list[str], code: str) -> None:
    problem(await api.client.post("/v1/fields", json={"name": some_name(), "type": kind, "choices": choices}), 422, code)


async def test_the_account_shows_its_key_its_limits_and_its_use(api: System) -> None:
    await api.client.post("/v1/account/identifiers", json={"name": "erp"})
    added = await api.client.post("/v1/account/identifiers", json={"name": "crm_id"})
    assert (added.status_code, added.json()["identifiers"]) == (201, ["crm_id", "erp"])
    again = await api.client.post("/v1/account/identifiers", json={"name": "erp"})
    assert again.json()["identifiers"] == ["crm_id", "erp"]
    account = (await api.client.get("/v1/account")).json()
    assert account["identifiers"] == ["crm_id", "erp"]
    assert account["key"]["id"] == api.key.split("_")[1]
    assert account["use"]["open_jobs"] == 0
    assert account["limits"]["open_jobs"] == api.gateway.settings.open_jobs
    problem(await api.client.post("/v1/account/identifiers", json={"name": "9x"}), 422, "invalid_request")


async def test_a_member_that_is_not_known_is_refused_and_named(api: System) -> None:
    refused = problem(await api.client.post("/v1/lists", json={"name": some_name(), "colour": 1}), 422, "invalid_request")
    assert refused["field"] == "colour"


async def test_names_of_many_patches_are_resolved_together_and_an_unfit_patch_makes_no_tag(api: System) -> None:
    account = api.account.number
    tags, lists = api.gateway.tags.of_account(account), api.gateway.lists.of_account(account)
    known = await lists.create(some_name())
    fresh, unmade, off = some_name(), some_name(), some_name()
    patches: list[dict[str, Any]] = [
        {"tags": [fresh, f"-{off}"], "lists": [known.name.upper(), str(known.number), known.number]},
        {"tags": [unmade], "lists": ["nowhere"]},
        {"tags": None, "lists": None},
        {"first_name": "A"},
        {"tags": [f"-{fresh}"], "lists": [2**62]},
    ]
    problems = await resolve_names(patches, tags, lists)
    assert [found and found.code for found in problems] == [None, "list_unknown", None, None, "list_unknown"]
    made = await tags.by_names([fresh, unmade, off])
    assert [tag.name for tag in made.values()] == [fresh]
    assert patches[0] == {"tags": [next(iter(made.values())).number], "lists": [known.number]}
    assert patches[2:4] == [{"tags": None, "lists": None}, {"first_name": "A"}]
