"""`contact_exports`: which contacts and which columns a file has, what is refused, and that the file can come back."""

import csv
import io
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.accounts.keys import Scope
from shared.contract.identity import pack
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo
Rows = list[dict[str, str]]
REFUSED = "contacts.api.validation.error"
SOMEBODY = str(uuid4())


async def exported(vendor: Vendor, **body: Any) -> Rows:
    """The rows of the file by their headings."""
    ended = await vendor.done("contact_exports", **body)
    response = await vendor.client.get(ended["_links"]["results"]["href"])
    assert response.status_code == 200, response.text
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


async def found(vendor: Vendor, **body: Any) -> list[str]:
    """The first names of those who are in the file."""
    return [row["First name"] for row in await exported(vendor, fields=["first_name"], **body)]


async def people(vendor: Vendor) -> dict[str, str]:
    """Contacts of every status; their ids by first name."""
    channels = {"bo": "unsubscribed", "cy": "suppressed", "di": "pending"}
    ids = {}
    for name in ("ana", "bo", "cy", "di", "el"):
        members: dict[str, Any] = {"channels": {"email": {"status": channels[name]}}} if name in channels else {}
        ids[name] = await vendor.contact(first_name=name, **members)
    assert (await vendor.client.delete(f"/v1/contacts/{ids['el']}")).status_code == 204
    return ids


async def aged(vendor: Vendor, contact_id: str) -> None:
    """Let the contact have come 31 days ago."""
    number = (await vendor.native(contact_id))["id"]
    change = {"$set": {"created_at": vendor.muster.platform.clock.now() - timedelta(days=31)}}
    await vendor.muster.database["contacts"].update_one({"_id": pack(vendor.muster.account.number, number)}, change)


@pytest.mark.parametrize(
    ("status", "names"), [(None, "ana bo cy di"), ("active", "ana"), ("unsubscribed", "bo"), ("removed", "el")]
)
async def test_a_status_selects_alone_among_contacts_and_among_the_members_of_a_list(
    vendor: Vendor, status: str | None, names: str
) -> None:
    everybody = await people(vendor)
    chosen = {"status": status} if status else {}
    assert await found(vendor, **chosen) == names.split()
    assert await found(vendor, contact_ids=list(everybody.values()), **chosen) == names.split()
    assert await found(vendor, contact_ids=[everybody["ana"], SOMEBODY], **chosen) == ["ana"] * ("ana" in names)


async def test_the_members_of_lists_with_a_status_and_without_those_excluded(vendor: Vendor) -> None:
    news, offers = await vendor.list(), await vendor.list()
    ids = [await vendor.contact(first_name=name, lists=[each]) for name, each in (("ana", news), ("bo", offers), ("cy", news))]
    await vendor.contact(first_name="di")
    await vendor.client.delete(f"/v1/contacts/{ids[2]}")
    assert await found(vendor, list_ids=[news]) == ["ana"]
    assert await found(vendor, list_ids=[news], status="removed") == ["cy"]
    assert await found(vendor, list_ids=[news, offers], tag_ids=[], all_active_contacts=False) == ["ana", "bo"]
    assert await found(vendor, list_ids=[news, offers], exclude={"contact_ids": [ids[0]]}) == ["bo"]


async def test_the_contacts_with_a_tag(vendor: Vendor) -> None:
    vip = await vendor.tag("VIP")
    await vendor.contact(first_name="ana", tags=["VIP"])
    await vendor.contact(first_name="bo")
    assert await found(vendor, tag_ids=[vip]) == ["ana"]


async def test_new_subscribers_are_those_of_the_last_thirty_days_also_of_a_list(vendor: Vendor) -> None:
    news = await vendor.list()
    ids = {
        name: await vendor.contact(first_name=name, lists=lists)
        for name, lists in (("old", [news]), ("new", [news]), ("other", []))
    }
    await vendor.contact(first_name="gone", channels={"email": {"status": "unsubscribed"}})
    await aged(vendor, ids["old"])
    assert await found(vendor, new_subscriber=True) == ["new", "other"]
    assert await found(vendor, new_subscriber=True, exclude={"contact_ids": [ids["new"]]}) == ["other"]
    assert await found(vendor, new_subscriber=True, list_ids=[news]) == ["new"]
    assert await found(vendor, new_subscriber=False, list_ids=[news]) == ["old", "new"]


@pytest.mark.parametrize("chosen", [{"all_active_contacts": True}, {"status": "active"}, {"new_subscriber": True}])
async def test_active_contacts_are_those_that_a_page_of_active_contacts_shows(vendor: Vendor, chosen: dict[str, Any]) -> None:
    permissions = ("", "explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
    for permission in permissions:
        channels = {"email": {"permission": permission}} if permission else {}
        await vendor.contact(first_name=permission or "none", channels=channels)
    await vendor.contact(first_name="sms", email=None, mobile="+15551230001")
    shown = (await vendor.client.get("/v3/contacts", params={"status": "active"})).json()["contacts"]
    assert [each["first_name"] for each in shown] == ["none", "explicit", "implicit"]
    assert await found(vendor, **chosen) == [each["first_name"] for each in shown]


async def test_all_active_contacts_of_the_older_guide(vendor: Vendor) -> None:
    ids = await people(vendor)
    assert await found(vendor, all_active_contacts=True) == ["ana"]
    assert await found(vendor, all_active_contacts=True, exclude={"contact_ids": [ids["ana"]]}) == []


@pytest.mark.parametrize("parts", [{"json": {}}, {"content": b""}, {"json": {"fields": None, "exclude": None, "hat": 1}}])
async def test_a_request_that_says_nothing_is_about_everybody_and_everything(vendor: Vendor, parts: dict[str, Any]) -> None:
    await vendor.contact(first_name="ana")
    response = await vendor.client.post("/v3/activities/contact_exports", **parts)
    assert response.status_code == 201, response.text
    activity = response.json()
    assert response.headers["location"] == activity["_links"]["self"]["href"] == f"/v3/activities/{activity['activity_id']}"
    assert (activity["state"], "results" in activity["_links"]) == ("initialized", False)
    ended = await vendor.ended(activity["activity_id"])
    assert ended["status"] == {"items_total_count": 1, "items_completed_count": 1}
    assert ended["_links"]["results"]["href"] == f"/v3/contact_exports/{activity['activity_id']}"


async def test_a_file_without_fields_shows_all_that_is_known_in_the_vendors_words(vendor: Vendor) -> None:
    await vendor.client.post("/v1/fields", json={"name": "shoe_size", "label": "Shoe size", "type": "integer"})
    await vendor.list("News"), await vendor.tag("VIP"), await vendor.tag("New")
    await vendor.contact(
        email="ana@example.org",
        first_name="=Ana",
        birthday_month=2,
        birthday_day=9,
        anniversary="2020-02-29",
        phones=[{"kind": "home", "number": "+1 555 0100"}],
        addresses=[{"kind": "work", "city": "Bonn", "postal_code": "53111"}],
        lists=["News"],
        tags=["VIP", "New"],
        custom={"shoe_size": 38},
        channels={"email": {"permission": "implicit"}},
    )
    (row,) = await exported(vendor)
    shown = {heading: cell for heading, cell in row.items() if cell and not heading.endswith("ed At")}
    assert shown == {
        "Email address": "ana@example.org",
        "First name": "'=Ana",
        "Email status": "active",
        "Email permission status": "implicit",
        "Email Lists": "News",
        "Tags": "New|VIP",
        "Phone - home": "+1 555 0100",
        "City - Work": "Bonn",
        "Zip/Postal code - Work": "53111",
        "Birthday": "02/09",
        "Anniversary": "2020-02-29",
        "Shoe size": "38",
    }
    assert row["Created At"].endswith("Z")
    assert {"Last name", "Company", "Job title", "Source Name", "Country - Home", "Updated At"} < row.keys()


async def test_who_opted_out_is_shown_with_when(vendor: Vendor) -> None:
    ana = await vendor.contact(channels={"email": {"permission": "explicit"}})
    await vendor.client.patch(f"/v1/contacts/{ana}", json={"channels": {"email": {"permission": "unsubscribed"}}})
    fields = ["email_address", "email_permission_status", "email_optout_date", "email_optout_source", "email_optout_reason"]
    (row,) = await exported(vendor, fields=fields)
    opted_out = (await vendor.native(ana))["channels"]["email"]["opt_out"]["at"]
    assert list(row.values())[1:] == ["unsubscribed", opted_out, "", ""]


async def test_a_file_with_the_names_of_an_import_comes_back_unchanged(vendor: Vendor) -> None:
    await vendor.client.post("/v1/fields", json={"name": "Shoe size", "type": "integer"})
    await vendor.client.post("/v1/fields", json={"name": "plan", "label": "First name", "type": "text"})
    news = await vendor.list("News")
    for number in range(3):
        kinds = [{"kind": kind, "street": f"{kind} 1", "street2": "back", "city": "Bonn"} for kind in ("home", "work", "other")]
        await vendor.contact(
            first_name="=1+1",
            mobile=f"+1555010{number:04}",
            birthday_month=2,
            birthday_day=9,
            anniversary="2020-02-29",
            phones=[{"kind": kind, "number": f"555 010{number}"} for kind in ("home", "work", "mobile", "other")],
            addresses=kinds,
            custom={"Shoe size": 38, "plan": "gold"},
            channels={
                "email": {"permission": "explicit"},
                "sms": {"status": "subscribed", "opt_in": {"at": "2026-01-02T03:04:05Z"}},
            },
            lists=["News"],
        )
    ended = await vendor.done("contact_exports", column_names="import")
    file = (await vendor.client.get(ended["_links"]["results"]["href"])).content
    headings = file.decode().split("\r\n")[0].split(",")
    assert {"email", "first_name", "cf:Shoe size", "cf:plan", "home_street", "phone", "sms_number", "sms_consent_date"} <= set(
        headings
    )
    before = await vendor.muster.contacts()
    job = await vendor.muster.imported(file)
    assert (job["state"], job["counts"]["unchanged"], job["codes"], job["problems"]) == ("completed", 3, {}, []), job
    assert await vendor.muster.contacts() == before
    response = await vendor.client.post(
        "/v3/activities/contacts_file_import", data={"list_ids": news}, files={"file": ("again.csv", file)}
    )
    again = await vendor.ended(response.json()["activity_id"])
    assert (again["status"]["person_count"], again["activity_errors"]) == (3, []), again
    assert await vendor.muster.contacts() == before
    ended = await vendor.done("contact_exports", column_names="import", fields=["email_address", "cf:PLAN"])
    file = (await vendor.client.get(ended["_links"]["results"]["href"])).content
    assert file.startswith(b"email,cf:plan\r\n")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"segment_id": 4}, "segment_id does not have a valid value: Muster has no segments"),
        ({"contact_ids": [SOMEBODY], "list_ids": [SOMEBODY]}, "contact_ids and list_ids are mutually exclusive"),
        ({"tag_ids": [SOMEBODY], "new_subscriber": True}, "tag_ids and new_subscriber are mutually exclusive"),
        ({"list_ids": [SOMEBODY], "all_active_contacts": True}, "mutually exclusive"),
        ({"tag_ids": [SOMEBODY], "status": "active"}, "status does not have a valid value: it goes with"),
        ({"new_subscriber": True, "status": "active"}, "status does not have a valid value: it goes with"),
        ({"status": "deleted"}, "status does not have a valid value: input should be 'active', 'unsubscribed' or 'removed'"),
        ({"exclude": {"contact_ids": [SOMEBODY]}}, "exclude does not have a valid value: it goes with"),
        ({"contact_ids": [SOMEBODY], "exclude": {"contact_ids": [SOMEBODY]}}, "exclude does not have a valid value: it goes with"),
        ({"list_ids": [SOMEBODY], "exclude": {"contact_ids": [SOMEBODY] * 51}}, "exclude.contact_ids does not have a valid value"),
        ({"contact_ids": [SOMEBODY] * 501}, "contact_ids does not have a valid value"),
        ({"list_ids": [SOMEBODY] * 51}, "list_ids does not have a valid value"),
        ({"tag_ids": [SOMEBODY] * 51}, "tag_ids does not have a valid value"),
        ({"contact_ids": ["no id"]}, "contact_ids.0 does not have a valid value"),
        ({"fields": "email_address"}, "fields does not have a valid value"),
        ({"fields": ["email"]}, "fields.0 does not have a valid value: there is no field 'email'"),
        ({"fields": ["email_optin_date"]}, "email_optin_date goes only together with email_address"),
        ({"fields": ["tags"], "column_names": "import"}, "no import reads tags"),
        ({"column_names": "pretty"}, "column_names does not have a valid value: input should be 'titles' or 'import'"),
        ({"after": ["018bd6b53f5c"]}, "after does not have a valid value: there is no such activity"),
    ],
)
async def test_what_does_not_go_together_or_is_not_there_is_refused(vendor: Vendor, body: dict[str, Any], says: str) -> None:
    response = await vendor.client.post("/v3/activities/contact_exports", json=body)
    assert says in errors(response, 400, REFUSED)[0]


@pytest.mark.parametrize("name", ["list_ids", "tag_ids"])
async def test_a_list_or_a_tag_that_there_is_not_is_not_found(vendor: Vendor, name: str) -> None:
    response = await vendor.client.post("/v3/activities/contact_exports", json={name: [SOMEBODY]})
    assert errors(response, 404, "contacts.api.not_found")[0].startswith(f"{name}.0 does not have a valid value")


async def test_a_body_that_is_no_json_is_refused(vendor: Vendor) -> None:
    sent = {"content": b"a=b", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
    response = await vendor.client.post("/v3/activities/contact_exports", **sent)  # type: ignore[arg-type]
    errors(response, 415, "contacts.api.unsupported_media_type")
    headers = {"Content-Type": "application/json"}
    errors(await vendor.client.post("/v3/activities/contact_exports", content=b"{", headers=headers), 400, REFUSED)


async def test_an_export_is_made_only_with_both_of_its_scopes(vendor: Vendor) -> None:
    for missing in (Scope.CONTACTS_READ, Scope.JOBS_WRITE):
        keys, account = vendor.muster.gateway.keys, vendor.muster.account.number
        _, key = await keys.create(account, name="half", scopes=frozenset(Scope) - {missing})
        headers = {"Authorization": f"Bearer {key}"}
        response = await vendor.client.post("/v3/activities/contact_exports", json={}, headers=headers)
        assert (response.status_code, response.json()["error_key"]) == (403, "forbidden")


async def test_a_request_with_a_key_makes_one_export_however_often_it_comes(vendor: Vendor) -> None:
    headers, body = {"Idempotency-Key": "k"}, {"new_subscriber": True}
    first, again = [
        (await vendor.client.post("/v3/activities/contact_exports", json=body, headers=headers)).json()["activity_id"]
        for _ in range(2)
    ]
    assert first == again


async def test_an_export_waits_for_the_activities_after_which_it_comes(vendor: Vendor) -> None:
    news, ana = await vendor.list(), await vendor.contact(first_name="ana")
    before = await vendor.submit("add_list_memberships", source={"contact_ids": [ana]}, list_ids=[news])
    assert await found(vendor, list_ids=[news], after=[before["activity_id"]]) == ["ana"]
