"""Single contacts: made, read, edited and deleted, each shown with exactly the members that clients of the vendor know."""

from typing import Any

import pytest

from services.gateway.dialects.acquia.contact_fields import DEFAULTS
from shared.accounts.keys import Scope
from tests.dialects.acquia.vendor import CONTACTS, Vendor, error, values

pytestmark = pytest.mark.mongo

MEMBERS = [
    "isPublished", "dateAdded", "dateModified", "createdBy", "createdByUser", "modifiedBy", "modifiedByUser", "id", "points",
    "color", "fields", "lastActive", "owner", "ipAddresses", "tags", "utmtags", "stage", "dateIdentified", "preferredProfileImage",
    "doNotContact", "frequencyRules",
]  # fmt: skip
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"


async def test_a_new_contact_is_answered_whole_with_its_place(vendor: Vendor) -> None:
    response = await vendor.client.post(f"{CONTACTS}/new", json={"email": "ana@example.org", "firstname": "Ana"})
    assert (response.status_code, list(response.json())) == (201, ["contact"])
    contact = response.json()["contact"]
    assert response.headers["location"] == f"{CONTACTS}/{contact['id']}"
    assert contact == await vendor.read(contact["id"])
    again = await vendor.client.post(f"{CONTACTS}/new", json={"email": "ana@example.org", "lastname": "Ash"})
    assert (again.status_code, again.json()["contact"]["id"]) == (200, contact["id"])


async def test_a_contact_with_nothing_has_every_member_and_field_with_null_or_an_empty_list(vendor: Vendor) -> None:
    contact = await vendor.make(email=None)
    assert list(contact) == MEMBERS
    for name in ("dateModified", "createdBy", "lastActive", "owner", "stage", "dateIdentified", "utmtags", "color"):
        assert contact[name] is None, name
    for name in ("ipAddresses", "tags", "doNotContact", "frequencyRules"):
        assert contact[name] == [], name
    assert (contact["isPublished"], contact["points"], type(contact["id"])) == (True, 0, int)
    fields = contact["fields"]
    assert list(fields) == ["core", "social", "personal", "professional", "all"]
    assert (fields["personal"], fields["professional"]) == ([], [])
    assert fields["all"] == {"id": contact["id"], **{field.alias: None for field in DEFAULTS}, "points": 0}
    assert list(fields["core"]) == [field.alias for field in DEFAULTS if field.group == "core"]
    assert list(fields["social"]) == ["facebook", "foursquare", "instagram", "linkedin", "skype", "twitter"]
    head = {"id": "2", "label": "First Name", "alias": "firstname", "type": "text", "group": "core"}
    assert fields["core"]["firstname"] == {**head, "value": None, "normalizedValue": None}


async def test_a_contact_with_everything_is_shown_in_the_vendors_types(vendor: Vendor) -> None:
    for kind, group in (("boolean", "personal"), ("multiselect", "professional"), ("date", "core"), ("number", "social")):
        said: dict[str, Any] = {"label": kind, "alias": f"f_{kind}", "type": kind, "group": group}
        choices = {"properties": {"list": "a|b"}} if kind == "multiselect" else {}
        response = await vendor.client.post("/api/fields/contact/new", json={**said, **choices})
        assert response.status_code == 201, response.text
    custom = {"f_boolean": True, "f_multiselect": ["a", "b"], "f_date": "2024-02-03", "f_number": 2.5}
    beside = {"tags": ["vip"], "owner": 3, "stage": 4, "ipAddress": "10.0.0.1", "lastActive": "2024-01-02 03:04:05", "points": 7}
    made = await vendor.make(**custom, **beside, attribution_date="2024-02-03 04:05:06")
    contact = await vendor.edit(made["id"], firstname="Ana")
    fields = contact["fields"]
    shown = {
        "f_boolean": 1,
        "f_multiselect": "a|b",
        "f_date": "2024-02-03",
        "f_number": 2.5,
        "attribution_date": "2024-02-03 04:05:06",
    }
    assert {alias: fields["all"][alias] for alias in shown} == shown
    assert type(fields["all"]["f_boolean"]) is int
    head = {"label": "boolean", "alias": "f_boolean", "type": "boolean", "group": "personal"}
    boolean, choice = fields["personal"]["f_boolean"], fields["professional"]["f_multiselect"]
    assert boolean == {"id": boolean["id"], **head, "value": 1, "normalizedValue": True}
    assert (choice["value"], choice["normalizedValue"]) == ("a|b", ["a", "b"])
    grouped = [each for group in ("core", "social", "personal", "professional") for each in fields[group].values()]
    assert all(isinstance(each["id"], str) for each in grouped)
    assert contact["owner"] == {"id": 3, "username": None, "firstName": None, "lastName": None}
    assert (contact["stage"], contact["points"], contact["lastActive"]) == ({"id": 4}, 7, "2024-01-02T03:04:05+00:00")
    assert contact["ipAddresses"] == {"10.0.0.1": {"ipAddress": "10.0.0.1"}}
    assert [each["tag"] for each in contact["tags"]] == ["vip"]
    assert contact["dateIdentified"] == contact["dateAdded"]
    assert contact["dateModified"] is None or contact["dateModified"] >= contact["dateAdded"]


async def test_a_number_beyond_32_bits_is_shown(vendor: Vendor) -> None:
    made = await vendor.make(attribution=10**13, owner=10**11)
    assert (made["fields"]["all"]["attribution"], made["owner"]["id"]) == (10**13, 10**11)
    assert made == await vendor.read(made["id"])


async def test_a_deleted_contact_is_answered_as_it_was_without_its_id_and_is_gone(vendor: Vendor) -> None:
    made = await vendor.make(firstname="Ana", tags=["a"])
    response = await vendor.client.delete(f"{CONTACTS}/{made['id']}/delete")
    assert (response.status_code, response.json()) == (200, {"contact": {**made, "id": None}})
    for method, path in (("GET", ""), ("PATCH", "/edit"), ("DELETE", "/delete")):
        gone = await vendor.client.request(method, f"{CONTACTS}/{made['id']}{path}", json={})
        assert error(gone, 404) == {"code": 404, "message": "Item was not found.", "details": [], "type": None}


async def test_contacts_of_another_account_are_nobodys(vendor: Vendor) -> None:
    """Numbers are counted by account, so another's is one that nobody has here yet."""
    made = await vendor.make()
    for number in (made["id"] + 1, 2**40 + made["id"], 0, "0x1", "²", "1e0"):
        for method, path in (("GET", ""), ("PATCH", "/edit"), ("DELETE", "/delete")):
            error(await vendor.client.request(method, f"{CONTACTS}/{number}{path}", json={"firstname": "x"}), 404)
    assert len(await vendor.muster.contacts()) == 1


async def test_a_key_that_may_only_read_reads_and_writes_nothing(vendor: Vendor) -> None:
    made = await vendor.make(firstname="Ana")
    _, key = await vendor.muster.gateway.keys.create(
        vendor.muster.account.number, name="reader", scopes=frozenset({Scope.CONTACTS_READ, Scope.JOBS_READ})
    )
    headers = {"Authorization": f"Bearer {key}"}
    assert (await vendor.client.get(f"{CONTACTS}/{made['id']}", headers=headers)).status_code == 200
    refused = (
        ("POST", "new"), ("PUT", f"{made['id']}/edit"), ("PATCH", f"{made['id']}/edit"), ("DELETE", f"{made['id']}/delete"),
        ("POST", "batch/new"), ("PUT", "batch/edit"), ("PATCH", "batch/edit"), ("DELETE", f"batch/delete?ids={made['id']}"),
        ("POST", "bulk/new"), ("PUT", "bulk/edit"), ("PATCH", "bulk/edit"),
    )  # fmt: skip
    for method, path in refused:
        answered = error(await vendor.client.request(method, f"{CONTACTS}/{path}", json=[{"id": made["id"]}], headers=headers), 403)
        assert answered["message"].startswith("You do not have access to the requested area/action.")
    assert await vendor.read(made["id"]) == made


async def test_a_field_error_is_said_in_the_documented_shape(vendor: Vendor) -> None:
    refused = error(await vendor.client.post(f"{CONTACTS}/new", json={"email": "bad"}), 400)
    assert (refused["message"], refused["type"]) == ("email: A valid email is required.", None)
    assert refused["details"]["email"][0] == "A valid email is required."


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
async def test_the_id_in_the_path_stands_whatever_the_body_says(vendor: Vendor, method: str) -> None:
    made, other = await vendor.make(), await vendor.make()
    edited = await vendor.edit(made["id"], method, id=other["id"], firstname="Ana")
    assert (edited["id"], edited["fields"]["all"]["firstname"]) == (made["id"], "Ana")
    assert await vendor.read(other["id"]) == other


async def test_put_of_an_id_that_there_is_not_makes_a_contact(vendor: Vendor) -> None:
    response = await vendor.client.put(f"{CONTACTS}/987654/edit", json={"firstname": "Ana"})
    assert response.status_code == 201
    contact = response.json()["contact"]
    assert response.headers["location"] == f"{CONTACTS}/{contact['id']}"
    assert values(await vendor.read(contact["id"])) == {"firstname": "Ana"}
