"""`mautic` for Python keeps contacts: its bodies are forms, and it takes the older paths for do-not-contact."""

import pytest

from tests.dialects.acquia.clients.behind import by_email, native, person
from tests.dialects.acquia.clients.client import Client
from tests.support.system import System

pytestmark = pytest.mark.mongo

ANA = {"firstname": "Ana", "lastname": "Ortiz", "email": "ana@example.org", "city": "Lyon", "tags[]": ["new", "vip"]}


async def test_the_client_creates_reads_changes_and_deletes_a_contact(python: Client, tenant: System) -> None:
    created = (await python("Contacts.create", ANA))["contact"]
    assert created["fields"]["all"]["id"] == created["id"]
    assert sorted(each["tag"] for each in created["tags"]) == ["new", "vip"]
    shown = (await python("Contacts.get", created["id"]))["contact"]
    assert {name: shown["fields"]["core"][name]["value"] for name in ("firstname", "email", "city")} == {
        "firstname": "Ana",
        "email": "ana@example.org",
        "city": "Lyon",
    }
    changed = (await python("Contacts.edit", created["id"], {"firstname": "Anna", "tags[]": ["-new", "gold"]}))["contact"]
    assert (changed["id"], changed["fields"]["all"]["firstname"]) == (created["id"], "Anna")
    stored = await native(tenant, created["id"])
    assert (stored["first_name"], stored["last_name"], sorted(stored["tags"])) == ("Anna", "Ortiz", ["gold", "vip"])
    gone = (await python("Contacts.delete", created["id"]))["contact"]
    assert (gone["id"], gone["fields"]["all"]["email"]) == (None, "ana@example.org")
    assert (await native(tenant, created["id"]))["deleted_at"]
    raised = await python.refused("Contacts.get", created["id"])
    assert raised.body == {"errors": [{"code": 404, "message": "Item was not found.", "details": [], "type": None}]}


async def test_whoever_is_created_twice_is_one_contact(python: Client, tenant: System) -> None:
    first = (await python("Contacts.create", ANA))["contact"]
    again = (await python("Contacts.create", {"email": "ANA@example.org", "firstname": "", "lastname": "Ruiz"}))["contact"]
    assert again["id"] == first["id"]
    assert {name: again["fields"]["all"][name] for name in ("firstname", "lastname")} == {"firstname": "Ana", "lastname": "Ruiz"}


async def test_a_change_leaves_blanks_alone_and_a_replacement_clears(python: Client, tenant: System) -> None:
    number = (await python("Contacts.create", ANA))["contact"]["id"]
    await python("Contacts.edit", number, {"lastname": "", "firstname": "Anna"})
    assert (await native(tenant, number))["last_name"] == "Ortiz"
    await python("Contacts.edit", number, {"lastname": "", "overwriteWithBlank": 1})
    stored = await native(tenant, number)
    assert (stored["first_name"], stored["last_name"]) == ("Anna", None)
    replaced = (await python("Contacts.edit", number, {"email": "ana@example.org"}, create_if_not_exists=True))["contact"]
    assert replaced["id"] == number
    stored = await native(tenant, number)
    assert (stored["email"], stored["first_name"], stored["addresses"]) == ("ana@example.org", None, [])
    assert sorted(stored["tags"]) == ["new", "vip"]


async def test_a_replacement_of_nobody_creates_and_a_change_does_not(python: Client, tenant: System) -> None:
    raised = await python.refused("Contacts.edit", 4711, {"email": "bo@example.org"})
    assert raised.body["errors"][0]["code"] == 404
    created = (await python("Contacts.edit", 4711, {"email": "bo@example.org"}, create_if_not_exists=True))["contact"]
    assert created["id"] == (await by_email(tenant, "bo@example.org"))["id"]


async def test_the_client_pages_through_contacts_in_an_order(python: Client, tenant: System) -> None:
    for name in ("ana", "bo", "cy"):
        await person(tenant, email=f"{name}@example.org")
    page = await python("Contacts.get_list", limit=2, order_by="email", order_by_dir="DESC")
    assert page["total"] == "3"
    rest = await python("Contacts.get_list", start=2, limit=2, order_by="email", order_by_dir="DESC")
    found = [*page["contacts"].items(), *rest["contacts"].items()]
    assert [each["fields"]["all"]["email"] for _, each in found] == ["cy@example.org", "bo@example.org", "ana@example.org"]
    assert all(int(key) == each["id"] for key, each in found)


async def test_the_client_finds_contacts_and_nobody(python: Client, tenant: System) -> None:
    await person(tenant)
    ana = await person(tenant, email="ana@example.org")
    assert list((await python("Contacts.get_list", search="email:ana@example.org"))["contacts"]) == [str(ana)]
    assert await python("Contacts.get_list", search="email:bo@example.org") == {"total": "0", "contacts": {}}
    assert (await python("Contacts.get_published_list"))["total"] == "2"
    few = await python("Contacts.get_list", search="email:ana@example.org", minimal=True)
    assert list(few["contacts"]) == [str(ana)]


async def test_the_client_adds_and_subtracts_points(python: Client, tenant: System) -> None:
    number = await person(tenant, points=3)
    assert await python("Contacts.add_points", number, 10, eventname="Visit", actionname="A page") == {"success": 1}
    assert await python("Contacts.subtract_points", number, 2) == {"success": 1}
    assert (await python("Contacts.get", number))["contact"]["points"] == 11
    assert (await native(tenant, number))["points"] == 11


async def test_the_client_stops_mail_to_a_contact_and_allows_it_again(python: Client, tenant: System) -> None:
    number = await person(tenant)
    stopped = (await python("Contacts.add_dnc", number, reason=1, comments="Asked by phone"))["contact"]
    (entry,) = stopped["doNotContact"]
    assert (entry["channel"], entry["reason"], entry["comments"]) == ("email", 1, "Asked by phone")
    assert (await native(tenant, number))["status"] == "unsubscribed"
    allowed = (await python("Contacts.remove_dnc", number, "email"))["contact"]
    assert allowed["doNotContact"] == []
    assert (await native(tenant, number))["status"] == "active"


async def test_the_client_learns_what_is_wrong_with_a_contact(python: Client) -> None:
    raised = await python.refused("Contacts.create", {"email": "no address", "firstname": "Bo"})
    (error,) = raised.body["errors"]
    assert (error["code"], error["message"]) == (400, "email: A valid email is required.")
    assert {alias: said[0] for alias, said in error["details"].items()} == {"email": "A valid email is required."}


@pytest.mark.parametrize(
    ("call", "key"), [("get_contact_notes", "notes"), ("get_contact_campaigns", "campaigns"), ("get_events", "events")]
)
async def test_what_is_kept_elsewhere_is_empty(python: Client, tenant: System, call: str, key: str) -> None:
    answer = await python(f"Contacts.{call}", await person(tenant))
    assert int(answer["total"]) == 0
    assert not answer[key]
