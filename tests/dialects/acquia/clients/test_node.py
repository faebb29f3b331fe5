"""`node-mautic` speaks JSON, asks by Basic, takes whatever has no `errors` for a success, and always overwrites with blanks."""

import pytest

from tests.dialects.acquia.clients.behind import members, native, person, segment
from tests.dialects.acquia.clients.client import Client
from tests.support.system import System

pytestmark = pytest.mark.mongo

NOT_FOUND = "MAUTIC | Mautic API error. | Errors: 404: Item was not found."


async def test_the_client_creates_reads_changes_and_deletes_a_contact(node: Client, tenant: System) -> None:
    created = (await node("contacts.createContact", {"firstname": "Ana", "email": "ana@example.org", "tags": ["new"]}))["contact"]
    number = created["id"]
    shown = (await node("contacts.getContact", number))["contact"]
    assert (shown["fields"]["all"]["firstname"], shown["fields"]["all"]["lastname"]) == ("Ana", None)
    changed = (await node("contacts.editContact", "PATCH", {"lastname": "Ortiz", "tags": ["-new", "vip"]}, number))["contact"]
    assert [each["tag"] for each in changed["tags"]] == ["vip"]
    stored = await native(tenant, number)
    assert (stored["first_name"], stored["last_name"]) == ("Ana", "Ortiz")
    assert (await node("contacts.deleteContact", number))["contact"]["id"] is None
    assert str(await node.refused("contacts.getContact", number)) == NOT_FOUND


async def test_blanks_of_this_client_clear(node: Client, tenant: System) -> None:
    number = await person(tenant, email="ana@example.org", first_name="Ana", last_name="Ortiz", title="Dr")
    again = (await node("contacts.createContact", {"email": "ana@example.org", "lastname": ""}))["contact"]
    assert (again["id"], again["fields"]["all"]["lastname"], again["fields"]["all"]["firstname"]) == (number, None, "Ana")
    await node("contacts.editContact", "PATCH", {"title": None}, number)
    stored = await native(tenant, number)
    assert (stored["title"], stored["first_name"]) == (None, "Ana")
    await node("contacts.editContact", "PUT", {"email": "ana@example.org", "title": "Prof"}, number)
    stored = await native(tenant, number)
    assert (stored["title"], stored["first_name"]) == ("Prof", None)


async def test_the_client_finds_contacts_by_text_by_address_and_by_conditions(node: Client, tenant: System) -> None:
    await person(tenant, first_name="Bo")
    ana = await person(tenant, email="ana@example.org", first_name="Ana", last_name="Ortiz")
    for found in (
        await node("contacts.getContactByEmailAddress", "ana@example.org"),
        await node("contacts.getContactByEmailAddress", "email:ana@example.org"),
        await node("contacts.queryContacts", {"email": "ana@example.org"}),
        await node("contacts.queryContacts", {"firstname": "Ana", "lastname": "Ortiz"}),
    ):
        assert (found["total"], list(found["contacts"])) == ("1", [str(ana)])
    assert await node("contacts.queryContacts", {"firstname": "Bo", "lastname": "Ortiz"}) == {"total": "0", "contacts": {}}
    page = await node("contacts.listContacts", {"limit": 1, "orderBy": "id", "orderByDir": "desc"})
    assert (page["total"], list(page["contacts"])) == ("2", [str(ana)])


async def test_the_client_adds_and_subtracts_points(node: Client, tenant: System) -> None:
    number = await person(tenant)
    assert await node("contacts.addPoints", number, {"eventName": "Visit"}, 5) == {"success": 1}
    assert await node("contacts.subtractPoints", number, None, 2) == {"success": 1}
    assert (await native(tenant, number))["points"] == 3


async def test_the_client_stops_mail_and_messages_to_a_contact_and_allows_them_again(node: Client, tenant: System) -> None:
    number = await person(tenant)
    (entry,) = (await node("contacts.addDoNotContact", number))["contact"]["doNotContact"]
    assert (entry["channel"], entry["reason"]) == ("email", 3)
    both = (await node("contacts.addDoNotContact", number, "sms", 1, None, "STOP"))["contact"]["doNotContact"]
    assert sorted((each["channel"], each["reason"], each["comments"]) for each in both) == [("email", 3, ""), ("sms", 1, "STOP")]
    assert (await native(tenant, number))["status"] == "suppressed"
    (left,) = (await node("contacts.removeDoNotContact", number))["contact"]["doNotContact"]
    assert left["channel"] == "sms"
    assert (await native(tenant, number))["status"] == "active"


async def test_the_client_creates_changes_lists_and_deletes_a_segment(node: Client) -> None:
    number = (await node("segments.createSegment", {"name": "News"}))["list"]["id"]
    assert (await node("segments.editSegment", "PATCH", {"name": "Our news"}, number))["list"]["name"] == "Our news"
    assert (await node("segments.getSegment", number))["list"]["id"] == number
    assert list((await node("segments.listSegments"))["lists"]) == [str(number)]
    assert (await node("segments.deleteSegment", number))["list"]["id"] is None
    assert str(await node.refused("segments.getSegment", number)) == NOT_FOUND


async def test_the_client_puts_a_contact_into_a_segment_and_takes_it_out(node: Client, tenant: System) -> None:
    news, ana = await segment(tenant), await person(tenant)
    assert (await node("segments.addContactToSegment", news, ana))["success"] == 1
    assert list((await node("contacts.getSegmentMemberships", ana))["lists"]) == [str(news)]
    assert (await node("segments.removeContactFromSegment", news, ana))["success"] == 1
    assert await members(tenant, ana) == []
    assert str(await node.refused("segments.addContactToSegment", news, ana + 1)) == NOT_FOUND


async def test_the_client_makes_a_field_changes_it_and_deletes_it(node: Client) -> None:
    created = (await node("fields.createField", "contact", {"label": "Colour", "alias": "colour", "type": "text"}))["field"]
    assert (created["label"], created["alias"]) == ("Colour", "colour")
    number = created["id"]
    assert (await node("fields.editField", "PATCH", "contact", {"label": "Favourite"}, number))["field"]["label"] == "Favourite"
    assert (await node("fields.getField", "contact", number))["field"]["alias"] == "colour"
    listed = await node("contacts.listAvailableFields")
    assert (listed[str(number)]["alias"], listed[str(number)]["label"]) == ("colour", "Favourite")
    await node("fields.deleteField", "contact", number)
    assert str(number) not in await node("contacts.listAvailableFields")


async def test_the_client_learns_what_is_wrong_with_a_contact(node: Client) -> None:
    raised = await node.refused("contacts.createContact", {"email": "no address"})
    assert str(raised).endswith("Errors: 400: email: A valid email is required.")


@pytest.mark.parametrize(
    "call",
    ["listContactNotes", "getCampaignMemberships", "getActivityEventsForContact", "getContactCompanies", "getContactDevices"],
)
async def test_what_is_kept_elsewhere_is_empty(node: Client, tenant: System, call: str) -> None:
    assert int((await node(f"contacts.{call}", await person(tenant)))["total"]) == 0
    assert str(await node.refused(f"contacts.{call}", 4711)) == NOT_FOUND


async def test_what_this_api_does_not_have_is_an_error_to_the_client(node: Client) -> None:
    assert "Errors: 404: " in str(await node.refused("emails.listEmails"))
