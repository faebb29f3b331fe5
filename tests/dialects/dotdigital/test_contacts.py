"""Single contacts over v2: created or updated by e-mail, read by id and by e-mail, changed, deleted, brought back."""

import asyncio
from typing import Any

import pytest

from tests.dialects.dotdigital.people import BOUNCED, CONTACTS, address, data, leave, listed, make, read, values
from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo

UNKNOWN = "Error: ERROR_CONTACT_NOT_FOUND"
SUPPRESSED = "Contact is suppressed. ERROR_CONTACT_SUPPRESSED"


async def test_a_contact_is_created_and_shown_with_every_data_field_of_the_account(vendor: Vendor) -> None:
    await vendor.field("Points_X", "number")
    email = address()
    body = {"email": email, "optInType": "Single", "dataFields": data(FIRSTNAME="Ana", postcode="N1 1AA", points_x="7")}
    response = await vendor.client.post(CONTACTS, json=body)
    assert response.status_code == 201, response.text
    contact = response.json()
    assert contact == {
        "id": contact["id"],
        "email": email,
        "optInType": "Single",
        "emailType": "Html",
        "dataFields": [
            {"key": "FIRSTNAME", "value": "Ana"},
            {"key": "LASTNAME", "value": None},
            {"key": "FULLNAME", "value": None},
            {"key": "GENDER", "value": None},
            {"key": "POSTCODE", "value": "N1 1AA"},
            {"key": "LASTSUBSCRIBED", "value": None},
            {"key": "POINTS_X", "value": 7},
        ],
        "status": "Subscribed",
    }
    assert await read(vendor, contact["id"]) == await read(vendor, email) == contact


async def test_a_deleted_contact_gives_its_address_up_to_another_one(vendor: Vendor) -> None:
    first, second = await make(vendor), await make(vendor)
    assert (await vendor.client.delete(f"{CONTACTS}/{first['id']}")).status_code == 204
    response = await vendor.client.put(f"{CONTACTS}/{second['id']}", json={"email": first["email"]})
    assert (response.status_code, response.json()["email"]) == (200, first["email"])
    assert (await vendor.native(first["id"]))["email"] is None


async def test_members_are_understood_in_any_letter_case_and_behind_a_slash(vendor: Vendor) -> None:
    body = {
        "Email": address(),
        "EmailType": "PlainText",
        "OptInType": "verifieddouble",
        "DataFields": [{"Key": "GENDER", "Value": "F"}],
    }
    response = await vendor.client.post(f"{CONTACTS}/", json=body)
    assert response.status_code == 201, response.text
    contact = response.json()
    assert (contact["emailType"], contact["optInType"], values(contact)) == ("PlainText", "VerifiedDouble", {"GENDER": "F"})


async def test_creating_a_contact_that_is_there_updates_it_and_leaves_the_rest(vendor: Vendor) -> None:
    first = await make(vendor, emailType="PlainText", optInType="Double", dataFields=data(FIRSTNAME="Ana", GENDER="F"))
    moment = "2020-01-01T09:40:18.527Z"
    second = await make(vendor, email=first["email"].upper(), dataFields=data(FIRSTNAME="Anna", GENDER="", LASTSUBSCRIBED=moment))
    assert second["id"] == first["id"]
    assert (second["emailType"], second["optInType"]) == ("PlainText", "Double")
    assert values(second) == {"FIRSTNAME": "Anna", "LASTSUBSCRIBED": moment}


async def test_a_post_code_leaves_the_rest_of_the_address_alone(vendor: Vendor) -> None:
    number = await vendor.contact(addresses=[{"kind": "home", "city": "London", "postal_code": "N1"}])
    response = await vendor.client.put(f"{CONTACTS}/{number}", json={"dataFields": data(POSTCODE="N2")})
    assert response.status_code == 200, response.text
    (home,) = (await vendor.native(number))["addresses"]
    assert (home["city"], home["postal_code"]) == ("London", "N2")


async def test_dates_truths_numbers_and_choices_are_shown_as_json(vendor: Vendor) -> None:
    for name, kind in (("DAY", "date"), ("AT", "datetime"), ("YES", "boolean"), ("MANY", "multi_select")):
        choices = {"choices": ["a", "b"]} if kind == "multi_select" else {}
        assert (await vendor.client.post("/v1/fields", json={"name": name, "type": kind, **choices})).status_code == 201
    custom = {"DAY": "2026-01-02", "AT": "2026-01-02T03:04:05Z", "YES": False, "MANY": ["a", "b"]}
    contact = await read(vendor, await vendor.contact(custom=custom))
    assert values(contact) == {"DAY": "2026-01-02", "AT": "2026-01-02T03:04:05.000Z", "YES": False, "MANY": "a|b"}


async def test_what_unsubscribed_or_is_suppressed_is_found_by_email_and_not_by_id(vendor: Vendor) -> None:
    left, bounced = await make(vendor), await vendor.contact(channels=BOUNCED)
    await leave(vendor, left["email"])
    assert await read(vendor, left["id"], 404) == await read(vendor, bounced, 404) == {"message": UNKNOWN}
    assert (await read(vendor, left["email"]))["status"] == "Unsubscribed"
    assert (await read(vendor, (await vendor.native(bounced))["email"]))["status"] == "HardBounced"


@pytest.mark.parametrize("name", ["999999", "0", "nobody", "nobody@example.org", "9" * 30, "-1"])
async def test_a_contact_that_there_is_not_is_unknown(vendor: Vendor, name: str) -> None:
    assert await read(vendor, name, 404) == {"message": UNKNOWN}
    assert message(await vendor.client.put(f"{CONTACTS}/{name}", json={}), 404) == UNKNOWN
    assert message(await vendor.client.delete(f"{CONTACTS}/{name}"), 404) == UNKNOWN


async def test_a_change_overwrites_what_is_said_and_leaves_what_is_not(vendor: Vendor) -> None:
    contact = await make(vendor, optInType="Double", dataFields=data(FIRSTNAME="Ana", LASTNAME="Doe"))
    moved = address()
    body = {"id": 1, "email": moved, "emailType": "PlainText", "dataFields": data(LASTNAME=None)}
    response = await vendor.client.put(f"{CONTACTS}/{contact['id']}", json=body)
    assert response.status_code == 200, response.text
    changed = response.json()
    assert (changed["id"], changed["email"], changed["optInType"]) == (contact["id"], moved, "Double")
    assert (changed["emailType"], values(changed)) == ("PlainText", {"FIRSTNAME": "Ana"})


async def test_the_email_of_another_contact_is_refused(vendor: Vendor) -> None:
    one, other = await make(vendor), await make(vendor)
    response = await vendor.client.put(f"{CONTACTS}/{one['id']}", json={"email": other["email"]})
    assert message(response, 409).endswith(" ERROR_NON_UNIQUE_EMAIL")


async def test_a_deleted_contact_is_gone_until_it_is_created_again(vendor: Vendor) -> None:
    contact = await make(vendor, dataFields=data(FIRSTNAME="Ana"))
    response = await vendor.client.delete(f"{CONTACTS}/{contact['id']}")
    assert (response.status_code, response.content) == (204, b"")
    for name in (contact["id"], contact["email"]):
        assert await read(vendor, name, 404) == {"message": UNKNOWN}
    assert message(await vendor.client.delete(f"{CONTACTS}/{contact['id']}"), 404) == UNKNOWN
    assert await listed(vendor) == []
    assert await make(vendor, email=contact["email"]) == contact


async def test_a_contact_that_unsubscribed_can_be_deleted_and_comes_back_by_no_creation(vendor: Vendor) -> None:
    contact = await make(vendor)
    await leave(vendor, contact["email"])
    assert (await vendor.client.delete(f"{CONTACTS}/{contact['id']}")).status_code == 204
    assert message(await vendor.client.post(CONTACTS, json={"email": contact["email"]}), 400) == SUPPRESSED
    assert "deleted_at" in await vendor.native(contact["id"])


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ({"email": None}, "A contact has an email address: send email. ERROR_CONTACT_INVALID"),
        ({"email": " "}, "A contact has an email address: send email. ERROR_CONTACT_INVALID"),
        ({"email": "ana@@x"}, "ERROR_INVALID_EMAIL"),
        ({"email": 5}, "ERROR_PARAMETER_INVALID"),
        ({"optInType": "Triple"}, "ERROR_CONTACT_INVALID"),
        ({"emailType": "Fax"}, "ERROR_CONTACT_INVALID"),
        ({"dataFields": "x"}, "ERROR_PARAMETER_INVALID"),
        ({"dataFields": data(SHOE="41")}, 'There is no data field "SHOE" in this account. ERROR_DATAFIELD_NOTFOUND'),
        ({"dataFields": data(LASTSUBSCRIBED="soon")}, "ERROR_DATAFIELD_INVALID"),
        ({"dataFields": data(FIRSTNAME="x" * 256)}, "ERROR_DATAFIELD_VALUE_OVERFLOW"),
        ({"dataFields": [{"key": "Preference:Offers", "value": "perhaps"}]}, "ERROR_PREFERENCE_INVALID"),
    ],
)
async def test_what_is_wrong_with_a_contact_is_named_and_nothing_is_written(
    vendor: Vendor, member: dict[str, Any], code: str
) -> None:
    said = message(await vendor.client.post(CONTACTS, json={"email": address(), **member}), 400)
    assert said == code or said.endswith(f" {code}")
    assert await listed(vendor) == []


async def test_a_refused_data_field_is_called_by_its_name(vendor: Vendor) -> None:
    await vendor.field("AGE", "integer")
    said = message(await vendor.client.post(CONTACTS, json={"email": address(), "dataFields": data(age="old")}), 400)
    assert said.startswith("AGE: ")
    assert said.endswith(". ERROR_DATAFIELD_INVALID")


async def test_a_contact_that_may_not_be_written_to_is_not_changed(vendor: Vendor) -> None:
    contact = await make(vendor, dataFields=data(FIRSTNAME="Ana"))
    await leave(vendor, contact["email"])
    body = {"email": contact["email"], "dataFields": data(FIRSTNAME="Eve")}
    assert message(await vendor.client.post(CONTACTS, json=body), 400) == SUPPRESSED
    assert message(await vendor.client.put(f"{CONTACTS}/{contact['id']}", json=body), 400) == SUPPRESSED
    assert values(await read(vendor, contact["email"])) == {"FIRSTNAME": "Ana"}


async def test_a_contact_that_has_yet_to_confirm_may_be_changed(vendor: Vendor) -> None:
    number = await vendor.contact(channels={"email": {"status": "pending"}})
    contact = await make(vendor, email=(await read(vendor, number))["email"], dataFields=data(FIRSTNAME="Ana"))
    assert (contact["id"], contact["status"], values(contact)) == (number, "PendingOptIn", {"FIRSTNAME": "Ana"})


async def test_an_account_that_is_full_takes_no_further_contact(vendor: Vendor) -> None:
    contact = await make(vendor)
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, "contacts", 1)
    assert message(await vendor.client.post(CONTACTS, json={"email": address()}), 400).endswith(" ERROR_CONTACT_TOOMANY")
    await make(vendor, email=contact["email"])


async def test_consent_is_added_to_a_contact_and_repeated_in_the_answer(vendor: Vendor) -> None:
    given = {
        "TEXT": "Yes",
        "DATETIMECONSENTED": "2020-01-01 09:40:18.527000+00:00",
        "url": "http://x.example/",
        "IPADDRESS": "192.0.2.1",
    }
    body = {
        "Contact": {"Email": address()},
        "ConsentFields": [{"fields": data(**given)}, {"fields": data(consenttext="And again")}],
    }
    response = await vendor.client.post(f"{CONTACTS}/with-consent", json=body)
    assert response.status_code == 201, response.text
    answer = response.json()
    assert answer["contact"] == await read(vendor, answer["contact"]["id"])
    shown = [{each["key"]: each["value"] for each in record["fields"]} for record in answer["consentFields"]]
    assert shown == [{**{key.upper(): value for key, value in given.items()}}, {"TEXT": "And again"}]
    kept = (await vendor.native(answer["contact"]["id"]))["consents"]
    assert [(record["text"], record.get("ip"), record.get("at")) for record in kept] == [
        ("Yes", "192.0.2.1", "2020-01-01T09:40:18.527Z"),
        ("And again", None, None),
    ]


async def test_one_consent_record_need_not_be_a_list(vendor: Vendor) -> None:
    body = {"contact": {"email": address()}, "consentFields": {"fields": data(TEXT="Yes")}}
    response = await vendor.client.post(f"{CONTACTS}/with-consent", json=body)
    assert response.json()["consentFields"] == [{"id": None, "fields": [{"key": "TEXT", "value": "Yes"}]}]


async def test_a_consent_field_that_there_is_not_is_refused(vendor: Vendor) -> None:
    body = {"contact": {"email": address()}, "consentFields": [{"fields": data(MOOD="good")}]}
    response = await vendor.client.post(f"{CONTACTS}/with-consent", json=body)
    assert message(response, 400).endswith(" ERROR_PARAMETER_INVALID")
    assert await listed(vendor) == []


async def test_the_address_books_of_a_contact_are_those_that_it_is_on(vendor: Vendor) -> None:
    books = [await vendor.book(f"Book {letter}") for letter in "ABC"]
    contact = await vendor.contact(lists=[books[2], books[0]])
    await vendor.contact(lists=[books[0]])
    path = f"{CONTACTS}/{contact}/address-books"
    response = await vendor.client.get(path)
    assert response.json() == [
        {"id": books[0], "name": "Book A", "visibility": "Private", "contacts": 2},
        {"id": books[2], "name": "Book C", "visibility": "Private", "contacts": 1},
    ]
    second = await vendor.client.get(path, params={"select": 1, "skip": 1})
    assert [book["id"] for book in second.json()] == [books[2]]
    assert message(await vendor.client.get(f"{CONTACTS}/999999/address-books"), 404) == UNKNOWN


async def test_a_contact_that_many_create_at_once_is_made_once(vendor: Vendor) -> None:
    email = address()
    made = await asyncio.gather(*(make(vendor, email=email, dataFields=data(FIRSTNAME=str(number))) for number in range(8)))
    assert len({contact["id"] for contact in made}) == 1
    assert len(await listed(vendor)) == 1
