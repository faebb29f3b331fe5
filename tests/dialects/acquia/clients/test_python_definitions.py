"""`mautic` for Python keeps segments and fields, and reaches batches and bulk jobs with nested forms."""

import asyncio
from typing import Any

import pytest

from tests.dialects.acquia.clients.behind import by_email, members, person, segment
from tests.dialects.acquia.clients.client import Client
from tests.support.system import System

pytestmark = pytest.mark.mongo


async def completed(python: Client, job_id: str) -> dict[str, Any]:
    """The job at its end."""
    async with asyncio.timeout(30):
        while (job := await python("Contacts.get", f"job/{job_id}"))["status"] != "completed":
            assert job["status"] in ("queued", "in_progress")
            await asyncio.sleep(0.02)
    return dict(job)


async def test_the_client_creates_reads_changes_lists_and_deletes_a_segment(python: Client) -> None:
    created = (await python("Segments.create", {"name": "Our news", "description": "Monthly", "isPublished": 1}))["list"]
    assert (created["name"], created["description"], created["isPublished"]) == ("Our news", "Monthly", True)
    number = created["id"]
    changed = (await python("Segments.edit", number, {"name": "Our best news"}))["list"]
    assert (changed["id"], changed["name"], changed["alias"]) == (number, "Our best news", created["alias"])
    assert (await python("Segments.get", number))["list"]["name"] == "Our best news"
    page = await python("Segments.get_list")
    assert (page["total"], {key: each["id"] for key, each in page["lists"].items()}) == (1, {str(number): number})
    assert [each["id"] for each in _each(await python("Contacts.get_segments"))] == [number]
    assert (await python("Segments.delete", number))["list"]["id"] is None
    assert (await python.refused("Segments.get", number)).body["errors"][0]["code"] == 404


async def test_the_client_puts_a_contact_into_a_segment(python: Client, tenant: System) -> None:
    news, ana = await segment(tenant, "News"), await person(tenant)
    assert not (await python("Contacts.get_contact_segments", ana))["lists"]
    assert (await python("Segments.add_contact", news, ana))["success"] == 1
    assert await members(tenant, ana) == [news]
    shown = await python("Contacts.get_contact_segments", ana)
    assert (shown["total"], shown["lists"][str(news)]["name"]) == (1, "News")
    assert (await python.refused("Segments.add_contact", news + 1, ana)).body["errors"][0]["code"] == 404


async def test_the_client_makes_a_field_and_fills_it(python: Client, tenant: System) -> None:
    made = {"label": "Favourite colour", "alias": "favourite_colour", "type": "text"}
    created = (await python("ContactFields.create", made))["field"]
    assert {name: created[name] for name in made} == made
    page = await python("ContactFields.get_list")
    assert "favourite_colour" in [each["alias"] for each in _each(page["fields"])]
    listed = await python("Contacts.get_field_list")
    assert {"email", "firstname", "favourite_colour"} <= {each["alias"] for each in listed.values()}
    assert all(key == str(each["id"]) for key, each in listed.items())
    contact = (await python("Contacts.create", {"email": "ana@example.org", "favourite_colour": "green"}))["contact"]
    assert contact["fields"]["all"]["favourite_colour"] == "green"
    assert (await by_email(tenant, "ana@example.org"))["custom"] == {"favourite_colour": "green"}


async def test_a_nested_form_is_a_batch(python: Client, tenant: System) -> None:
    form = {"0[email]": "ana@example.org", "0[firstname]": "Ana", "1[email]": "no address", "2[email]": "cy@example.org"}
    answer = await python("contacts/batch.create", {**form, "2[doNotContact][0][channel]": "email", "2[tags][]": ["a", "b"]})
    assert answer["statusCodes"] == [201, 400, 201]
    assert {place: each["fields"]["all"]["email"] for place, each in answer["contacts"].items()} == {
        "0": "ana@example.org",
        "2": "cy@example.org",
    }
    assert answer["errors"]["1"]["message"] == "email: A valid email is required."
    cy = await by_email(tenant, "cy@example.org")
    assert (cy["status"], sorted(cy["tags"])) == ("suppressed", ["a", "b"])
    ana = answer["contacts"]["0"]["id"]
    changed = await python("Contacts.edit", "batch", {"0[id]": ana, "0[lastname]": "Ortiz"})
    assert (changed["statusCodes"], changed["contacts"][0]["fields"]["all"]["lastname"]) == ([200], "Ortiz")
    assert (await by_email(tenant, "ana@example.org"))["first_name"] == "Ana"


async def test_a_nested_form_is_a_bulk_job(python: Client, tenant: System) -> None:
    created = await python("contacts/bulk.create", {"0[email]": "ana@example.org", "1[email]": "bo@example.org"})
    assert await completed(python, created["id"]) == {"status": "completed"}
    ana = (await by_email(tenant, "ana@example.org"))["id"]
    changed = await python("Contacts.edit", "bulk", {"0[id]": ana, "0[firstname]": "Ana"})
    await completed(python, changed["id"])
    assert (await by_email(tenant, "ana@example.org"))["first_name"] == "Ana"
    assert (await by_email(tenant, "bo@example.org"))["first_name"] is None
    assert (await python.refused("Contacts.get", f"job/{'0' * 8}-0000-4000-8000-{'0' * 12}")).body["errors"][0]["code"] == 404


async def test_the_client_lists_owners(python: Client) -> None:
    assert all("id" in owner for owner in _each(await python("Contacts.get_owners")))


def _each(shown: Any) -> list[Any]:
    """The members of a list as PHP shows it: an object or an array."""
    return list(shown.values() if isinstance(shown, dict) else shown)
