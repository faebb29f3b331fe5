"""The vendor's clients keep lists, tags and custom fields."""

import pytest

from tests.dialects.constant_contact.official.client import Client, refused
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo


async def test_a_client_creates_reads_changes_and_finds_a_list(official: Client, vendor: Vendor) -> None:
    created = await official.answer("create_list", {"name": "News", "favorite": True, "description": "Once a month"})
    assert created["status"] == 201
    news = created["body"]["list_id"]
    wanted = {"list_id": news, "name": "News", "favorite": True, "description": "Once a month"}
    assert {name: created["body"][name] for name in wanted} == wanted
    changed = await official("update_list", news, {"name": "News of the month", "favorite": False, "description": "Once a month"})
    assert (changed["name"], changed["favorite"]) == ("News of the month", False)
    await vendor.contact(lists=[news])
    shown = await official("get_list", news, include_membership_count="all")
    assert (shown["name"], shown["membership_count"]) == ("News of the month", 1)
    page = await official("get_all_lists", include_count=True, name="News of the month")
    assert ([each["list_id"] for each in page["lists"]], page["lists_count"]) == ([news], 1)


async def test_a_client_pages_through_lists(official: Client, vendor: Vendor) -> None:
    lists = [await vendor.list() for _ in range(3)]
    first = await official("get_all_lists", limit=2)
    last = await official.follow(first)
    assert sorted(each["list_id"] for page in (first, last) for each in page["lists"]) == sorted(lists)
    assert "_links" not in last


async def test_a_client_deletes_a_list_and_polls_its_activity(official: Client, vendor: Vendor) -> None:
    accepted = await official.answer("delete_list", await vendor.list())
    assert accepted["status"] == 202
    assert accepted["body"]["state"] == "initialized"
    assert (await official.ended(accepted["body"]))["state"] == "completed"
    assert (await official("get_all_lists"))["lists"] == []


async def test_a_client_creates_reads_changes_and_finds_a_tag(official: Client, vendor: Vendor) -> None:
    created = await official.answer("post_tag", {"name": "gold"})
    assert (created["status"], created["body"]["name"]) == (201, "gold")
    gold = created["body"]["tag_id"]
    assert (await official("put_tag", gold, {"name": "golden"}))["name"] == "golden"
    await vendor.contact(tags=["golden"])
    shown = await official("get_tag", gold, include_count=True)
    assert (shown["name"], shown["contacts_count"]) == ("golden", 1)
    assert [each["tag_id"] for each in (await official("get_all_tags"))["tags"]] == [gold]


async def test_a_client_deletes_a_tag_and_polls_its_activity(official: Client, vendor: Vendor) -> None:
    accepted = await official.answer("delete_tag", await vendor.tag())
    assert accepted["status"] == 202
    assert (await official.ended(accepted["body"]))["state"] == "completed"
    assert (await official("get_all_tags"))["tags"] == []


async def test_a_client_creates_reads_changes_lists_and_deletes_a_custom_field(official: Client) -> None:
    created = await official.answer("create_custom_fields", {"label": "Customer ID", "type": "string"})
    assert created["status"] == 201
    assert (created["body"]["label"], created["body"]["name"].lower()) == ("Customer ID", "customer_id")
    number = created["body"]["custom_field_id"]
    changed = await official("update_custom_field", number, {"label": "Client ID", "type": "string"})
    assert changed["label"] == "Client ID"
    assert (await official("get_custom_field", number))["type"] == "string"
    assert [each["custom_field_id"] for each in (await official("get_all_custom_fields"))["custom_fields"]] == [number]
    assert (await official.answer("delete_custom_field", number))["status"] == 204
    assert (await official("get_all_custom_fields"))["custom_fields"] == []
    await refused(official, 404, "get_custom_field", number)


@pytest.mark.parametrize(
    "kind", ["string", "text_area", "date", "datetime", "currency", "number", "boolean", "single_select", "multi_select"]
)
async def test_a_client_reads_a_custom_field_of_every_type(official: Client, kind: str) -> None:
    choices = [{"choice_label": name, "display_order": order} for order, name in enumerate(("small", "large"), start=1)]
    body = {"label": "Something", "type": kind, **({"choices": choices} if "select" in kind else {})}
    created = await official("create_custom_fields", body)
    shown = await official("get_custom_field", created["custom_field_id"])
    assert shown["type"] == kind
    assert [each["choice_label"] for each in shown.get("choices", ())] == (["small", "large"] if "select" in kind else [])
    assert (await official("get_all_custom_fields"))["custom_fields"][0]["type"] == kind


async def test_a_client_finds_the_new_ids_of_lists_by_their_numbers(official: Client, vendor: Vendor) -> None:
    news = await vendor.list()
    number = str((await vendor.client.get(f"/v1/lists/{news}")).json()["id"])
    assert (await official("get_list_id_xrefs", number))["xrefs"] == [{"sequence_id": number, "list_id": news}]


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("create_list", {"name": "News"}),
        ("post_tag", {"name": "News"}),
        ("create_custom_fields", {"label": "News", "type": "string"}),
    ],
)
async def test_a_client_learns_that_a_name_is_taken(official: Client, call: str, body: dict[str, str]) -> None:
    await official(call, body)
    raised = await refused(official, 409, call, body)
    assert [error["error_key"] for error in raised.body] == ["contacts.api.conflict"]
