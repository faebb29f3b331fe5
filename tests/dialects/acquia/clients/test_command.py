"""`mautic-cli` as an operator types it: contacts, segments, tags and fields, as JSON, tables and CSV."""

import csv
import io
import json

import pytest

from tests.dialects.acquia.clients.behind import by_email, members, native, person, segment
from tests.dialects.acquia.clients.command import Command
from tests.support.system import System

pytestmark = pytest.mark.mongo


async def test_a_contact_is_created_read_changed_and_deleted(command: Command, tenant: System) -> None:
    body = {"firstname": "Ana", "email": "ana@example.org", "tags": ["vip"]}
    created = (await command.shown("contacts", "create", "--json", "@-", stdin=json.dumps(body)))["contact"]
    number = created["id"]
    assert (await command.shown("contacts", "get", number))["contact"]["fields"]["all"]["firstname"] == "Ana"
    patch = {"lastname": "Silva", "firstname": "", "tags": "-vip,gold"}
    changed = (await command.shown("contacts", "edit", number, "--json", json.dumps(patch)))["contact"]
    assert (changed["fields"]["all"]["firstname"], changed["fields"]["all"]["lastname"]) == ("Ana", "Silva")
    assert (await native(tenant, number))["tags"] == ["gold"]
    assert (await command.shown("contacts", "delete", number))["contact"]["id"] is None
    assert await command.refused("contacts", "get", number) == (404, "Item was not found.")
    assert await command.refused("contacts", "edit", number, "--json", "{}") == (404, "Item was not found.")


async def test_a_body_that_is_refused_says_why(command: Command) -> None:
    refused = await command.refused("contacts", "create", "--json", '{"email": "no address"}')
    assert refused == (400, "email: A valid email is required.")


async def test_all_pages_are_fetched_one_record_a_line(command: Command, tenant: System) -> None:
    people = {await person(tenant) for _ in range(5)}
    lines = (
        await command.said("--page-all", "contacts", "list", "--limit", 2, "--order-by", "id", "--order-dir", "asc")
    ).splitlines()
    assert [json.loads(line)["id"] for line in lines] == sorted(people)


async def test_contacts_are_searched_and_shown_as_a_table_and_as_csv(command: Command, tenant: System) -> None:
    await person(tenant, email="ana@example.com")
    bo = await person(tenant, email="bo@example.org", first_name="Bo", points=7)
    text = await command.said("--format", "csv", "contacts", "list", "--search", "email:*@example.org")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["id"], row["firstname"], row["email"], row["points"]) == (str(bo), "Bo", "bo@example.org", "7")
    table = await command.said("--format", "table", "contacts", "list", "--limit", 1)
    assert "Showing 1 of 2" in table
    heading, line = (await command.said("--format", "table", "contacts", "get", bo)).splitlines()
    assert heading.split() == ["id", "firstname", "lastname", "email", "points", "dateAdded"]
    assert line.split() == [str(bo), "Bo", "bo@example.org", "7", row["dateAdded"]]
    found = await command.shown("--published-only", "contacts", "list", "--search", "email:bo@example.org")
    assert (found["total"], list(found["contacts"])) == ("1", [str(bo)])


async def test_points_are_added_and_subtracted(command: Command, tenant: System) -> None:
    number = await person(tenant)
    assert await command.shown("contacts", "add-points", number, 10) == {"success": 1}
    assert await command.shown("contacts", "subtract-points", number, 4) == {"success": 1}
    assert (await native(tenant, number))["points"] == 6


async def test_do_not_contact_is_a_member_of_a_contact(command: Command, tenant: System) -> None:
    number = await person(tenant)
    body = '{"doNotContact": [{"channel": "email", "reason": 1, "comments": "By phone"}]}'
    changed = (await command.shown("contacts", "edit", number, "--json", body))["contact"]
    assert [(each["channel"], each["reason"]) for each in changed["doNotContact"]] == [("email", 1)]
    assert (await native(tenant, number))["status"] == "unsubscribed"


async def test_a_segment_is_created_changed_listed_and_deleted(command: Command) -> None:
    created = (await command.shown("segments", "create", "--json", '{"name": "Newsletter Q1", "isPublished": true}'))["list"]
    number = created["id"]
    changed = (await command.shown("segments", "edit", number, "--json", '{"name": "Newsletter Q2"}'))["list"]
    assert (changed["name"], changed["alias"]) == ("Newsletter Q2", created["alias"])
    text = await command.said("--format", "csv", "segments", "list")
    assert [(row["id"], row["name"]) for row in csv.DictReader(io.StringIO(text))] == [(str(number), "Newsletter Q2")]
    assert (await command.shown("segments", "get", number))["list"]["id"] == number
    await command.shown("segments", "delete", number)
    assert await command.refused("segments", "get", number) == (404, "Item was not found.")


async def test_the_members_of_a_segment_are_found_by_its_alias(command: Command, tenant: System) -> None:
    news, ana, _ = await segment(tenant, "News & more"), await person(tenant), await person(tenant)
    assert (await command.shown("segments", "contacts", news))["contacts"] == {}
    assert (await command.shown("contacts", "add-to-segment", ana, news))["success"] == 1
    assert await members(tenant, ana) == [news]
    assert list((await command.shown("segments", "contacts", news))["contacts"]) == [str(ana)]
    assert (await command.shown("segments", "remove-contact", news, ana))["success"] == 1
    assert await members(tenant, ana) == []
    assert (await command.shown("segments", "contacts", news))["contacts"] == {}


async def test_a_tag_is_created_and_listed(command: Command) -> None:
    assert (await command.shown("tags", "create", "--json", '{"tag": "vip"}'))["tag"]["tag"] == "vip"
    text = await command.said("--format", "csv", "tags", "list", "--search", "vip")
    assert [row["tag"] for row in csv.DictReader(io.StringIO(text))] == ["vip"]


async def test_a_field_is_created_and_listed(command: Command, tenant: System) -> None:
    body = '{"label": "Company size", "type": "text", "group": "professional"}'
    alias = (await command.shown("fields", "create", "--json", body))["field"]["alias"]
    text = await command.said("--format", "csv", "fields", "list", "--limit", 200)
    rows = {row["alias"]: row for row in csv.DictReader(io.StringIO(text))}
    assert (rows[alias]["label"], rows[alias]["group"]) == ("Company size", "professional")
    assert rows["email"]["group"] == "core"
    await command.shown("contacts", "create", "--json", json.dumps({"email": "ana@example.org", alias: "large"}))
    assert list((await by_email(tenant, "ana@example.org"))["custom"].values()) == ["large"]


async def test_what_is_kept_elsewhere_is_empty(command: Command, tenant: System) -> None:
    number = await person(tenant)
    assert int((await command.shown("contacts", "activity", number))["total"]) == 0
    assert int((await command.shown("notes", "list", "--contact", number))["total"]) == 0
    code, _ = await command.refused("companies", "list")
    assert code == 404
