"""PATCH of v3: a contact changed or made by any identifier, with each merge option, and with subscriptions that ended."""

import asyncio
from typing import Any

import pytest

from tests.dialects.dotdigital.v3_people import PATH, address, get, make, merge, merged, mobile
from tests.dialects.dotdigital.vendor import Vendor, error

pytestmark = pytest.mark.mongo

SUBSCRIBED = {"email": {"status": "subscribed"}}


async def ended(vendor: Vendor, status: str = "unsubscribed", **members: Any) -> int:
    """A contact that may not be written to; its id."""
    made = await make(vendor, channelProperties={"email": {"status": status}}, **members)
    assert made["status"] == status
    return int(made["contactId"])


async def test_what_is_not_mentioned_stays_and_null_clears_a_data_field_but_no_identifier(vendor: Vendor) -> None:
    first, second = await vendor.book(), await vendor.book()
    number = mobile()
    made = await make(
        vendor,
        identifiers={"email": address(), "mobileNumber": number},
        dataFields={"FIRSTNAME": "Ana", "LASTNAME": "Bo"},
        lists=[first],
        preferences=[{"id": 1, "isOptedIn": True}],
    )
    identifiers = {"email": address(), "mobileNumber": None}
    body = {"dataFields": {"firstname": None, "GENDER": "f"}, "lists": [second], "preferences": [{"id": 2, "isOptedIn": False}]}
    now = await merged(vendor, "contactId", made["contactId"], identifiers=identifiers, **body)
    assert now["identifiers"] == {"email": identifiers["email"], "mobileNumber": number}
    assert {name: value for name, value in now["dataFields"].items() if value} == {"LASTNAME": "Bo", "GENDER": "f"}
    assert [each["id"] for each in now["lists"]] == [first, second]
    assert {each["id"]: each["isOptedIn"] for each in now["preferences"]} == {1: True, 2: False}


@pytest.mark.parametrize(
    ("option", "filled", "empty", "cleared"),
    [
        ("", "new", "new", None),
        ("overwrite", "new", "new", None),
        ("overwrite-if-not-empty", "new", "new", "old"),
        ("Overwrite-If-Empty", "old", "new", "old"),
    ],
)
async def test_each_merge_option_does_to_stored_values_what_it_says(
    vendor: Vendor, option: str, filled: str, empty: str, cleared: str | None
) -> None:
    number = (await make(vendor, dataFields={"FIRSTNAME": "old", "FULLNAME": "old"}))["contactId"]
    now = await merged(vendor, "contactId", number, option, dataFields={"FIRSTNAME": "new", "LASTNAME": "new", "FULLNAME": None})
    assert [now["dataFields"][name] for name in ("FIRSTNAME", "LASTNAME", "FULLNAME")] == [filled, empty, cleared]


async def test_a_merge_option_that_there_is_not_is_refused(vendor: Vendor) -> None:
    response = await merge(vendor, "email", address(), "sometimes", dataFields={})
    assert (error(response, 400)[0], response.json()["details"][0]["item"]) == ("contacts:invalidFilter", "merge-option")


async def test_a_contact_that_there_is_not_is_made_by_what_the_path_and_the_body_name(vendor: Vendor) -> None:
    email, number = address(), mobile()
    response = await merge(vendor, "email", email, identifiers={"mobileNumber": number}, dataFields={"FIRSTNAME": "Ana"})
    assert response.status_code == 201, response.text
    assert response.json()["identifiers"] == {"email": email, "mobileNumber": number}
    assert (await get(vendor, "mobileNumber", number))["dataFields"]["FIRSTNAME"] == "Ana"
    response = await merge(vendor, "contactId", 987654, identifiers={"email": address()})
    assert error(response, 404)[0] == "contacts:contactNotFound"
    response = await merge(vendor, "mobileNumber", mobile(), identifiers={"email": email})
    assert error(response, 409)[0] == "contacts:idAlreadyExists"


async def test_a_deleted_contact_comes_back_with_what_it_had(vendor: Vendor) -> None:
    made = await make(vendor, dataFields={"FIRSTNAME": "Ana"})
    await vendor.client.delete(f"{PATH}/contactId/{made['contactId']}")
    now = await merged(vendor, "email", made["identifiers"]["email"], dataFields={"LASTNAME": "Bo"})
    assert (now["contactId"], now["status"]) == (made["contactId"], "subscribed")
    assert (now["dataFields"]["FIRSTNAME"], now["dataFields"]["LASTNAME"]) == ("Ana", "Bo")


async def test_many_who_merge_the_same_new_contact_at_once_make_it_once(vendor: Vendor) -> None:
    email = address()
    answers = await asyncio.gather(*(merge(vendor, "email", email, dataFields={"FIRSTNAME": f"A{each}"}) for each in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({answer.json()["contactId"] for answer in answers}) == 1


@pytest.mark.parametrize("status", ["unsubscribed", "suppressed"])
async def test_data_of_somebody_who_ended_the_subscription_are_taken_and_the_state_stays(vendor: Vendor, status: str) -> None:
    number = await ended(vendor, status)
    book = await vendor.book()
    now = await merged(vendor, "contactId", number, dataFields={"FIRSTNAME": "Ana"}, lists=[book])
    assert (now["status"], now["dataFields"]["FIRSTNAME"], now["lists"]) == (status, "Ana", [])
    response = await vendor.client.put(f"{PATH}/contactId/{number}", json={"identifiers": now["identifiers"], "lists": [book]})
    assert (response.status_code, response.json()["status"], response.json()["lists"]) == (200, status, [])


async def test_somebody_who_subscribes_again_by_name_is_subscribed_and_joins_lists(vendor: Vendor) -> None:
    number, book = await ended(vendor), await vendor.book()
    now = await merged(vendor, "contactId", number, channelProperties=SUBSCRIBED, lists=[book])
    assert (now["status"], [each["status"] for each in now["lists"]]) == ("subscribed", ["subscribed"])


@pytest.mark.parametrize("option", ["overwrite", "overwrite-if-not-empty", "overwrite-if-empty"])
async def test_who_is_suppressed_stays_so_whatever_a_body_says_and_a_wish_to_leave_is_kept_beside_it(
    vendor: Vendor, option: str
) -> None:
    number, book = await ended(vendor, "suppressed"), await vendor.book()
    now = await merged(vendor, "contactId", number, option, channelProperties=SUBSCRIBED, lists=[book])
    assert (now["status"], now["lists"]) == ("suppressed", [])
    now = await merged(vendor, "contactId", number, option, channelProperties={"email": {"status": "unsubscribed"}})
    assert now["status"] == "suppressed"
    assert (await vendor.native(number))["channels"]["email"]["permission"] == "unsubscribed"
    body = {"identifiers": now["identifiers"], "channelProperties": SUBSCRIBED}
    replaced = await vendor.client.put(f"{PATH}/contactId/{number}", json=body)
    assert (replaced.status_code, replaced.json()["status"]) == (200, "suppressed")


async def test_an_opt_out_is_taken_and_no_list_is_joined_however_values_are_merged(vendor: Vendor) -> None:
    left, joined = await vendor.book(), await vendor.book()
    made = await make(vendor, lists=[joined], channelProperties=SUBSCRIBED)
    leaving = {"email": {"status": "unsubscribed"}}
    now = await merged(vendor, "contactId", made["contactId"], "overwrite-if-empty", channelProperties=leaving, lists=[left])
    assert (now["status"], [each["id"] for each in now["lists"]]) == ("unsubscribed", [joined])
    now = await merged(vendor, "contactId", made["contactId"], "overwrite-if-empty", channelProperties=SUBSCRIBED, lists=[left])
    assert (now["status"], [each["id"] for each in now["lists"]]) == ("unsubscribed", [joined])


async def test_a_contact_that_merging_makes_has_the_key_as_it_was_written(vendor: Vendor) -> None:
    email = f"Ana.{address()}"
    response = await merge(vendor, "email", f"%20{email}", dataFields={"FIRSTNAME": "Ana"})
    assert (response.status_code, response.json()["identifiers"]) == (201, {"email": email})
    assert (await merged(vendor, "email", email.upper()))["identifiers"] == {"email": email}


async def test_values_of_own_identifiers_are_trimmed_and_refused_as_the_field_does(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    made = (await merge(vendor, "crm", "A-1%E2%80%8B")).json()
    assert made["identifiers"] == {"crm": "A-1"}
    assert await get(vendor, "crm", "%E2%80%8BA-1") == made
    for value in ("A%00B", "%E2%80%8B", "x" * 256):
        assert error(await merge(vendor, "crm", value), 400)[0] == "contacts:invalidId"
        assert error(await vendor.client.get(f"{PATH}/crm/{value}"), 400)[0] == "contacts:invalidId"


async def test_a_deleted_contact_that_comes_back_by_another_key_is_merged_as_the_query_says(vendor: Vendor) -> None:
    made = await make(vendor, dataFields={"FIRSTNAME": "Ana"})
    await vendor.client.delete(f"{PATH}/contactId/{made['contactId']}")
    fields = {"FIRSTNAME": "Eve", "LASTNAME": "Bo"}
    now = await merged(vendor, "mobileNumber", mobile(), "overwrite-if-empty", identifiers=made["identifiers"], dataFields=fields)
    assert (now["contactId"], now["dataFields"]["FIRSTNAME"], now["dataFields"]["LASTNAME"]) == (made["contactId"], "Ana", "Bo")


async def keys_of_a_deleted_one(vendor: Vendor, **members: Any) -> tuple[int, dict[str, str]]:
    """The id of a deleted contact, and its identifiers, one of each kind."""
    assert (await vendor.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    identifiers = {"email": address(), "mobileNumber": mobile(), "crm": "A-1"}
    number = (await make(vendor, identifiers=identifiers, **members))["contactId"]
    assert (await vendor.client.delete(f"{PATH}/contactId/{number}")).status_code == 200
    return number, identifiers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
async def test_a_deleted_contact_gives_up_the_keys_that_another_one_takes(vendor: Vendor, method: str) -> None:
    deleted, identifiers = await keys_of_a_deleted_one(vendor)
    if method == "POST":
        wanted = identifiers | {"email": address()}
        response = await vendor.client.post(PATH, json={"identifiers": wanted})
    else:
        wanted, other = identifiers, (await make(vendor))["contactId"]
        response = await vendor.client.request(method, f"{PATH}/contactId/{other}", json={"identifiers": wanted})
    assert response.status_code in (200, 201), response.text
    assert (response.json()["identifiers"], response.json()["contactId"] == deleted) == (wanted, False)
    assert await get(vendor, "crm", "A-1") == response.json()
    left = await vendor.native(deleted)
    assert (left["email"], left["mobile"], left["identifiers"]) == (identifiers["email"] if method == "POST" else None, None, {})


async def test_a_key_of_a_live_contact_is_not_given_up_beside_one_of_a_deleted_one(vendor: Vendor) -> None:
    deleted, _ = await keys_of_a_deleted_one(vendor)
    living = (await make(vendor))["identifiers"]["email"]
    other = (await make(vendor))["contactId"]
    response = await merge(vendor, "contactId", other, identifiers={"crm": "A-1", "email": living})
    assert (error(response, 409)[0], response.json()["details"][0]["item"]) == ("contacts:idAlreadyExists", "email")
    assert (await vendor.native(deleted))["identifiers"] == {"crm": "A-1"}


async def test_an_address_whose_owner_left_before_it_was_deleted_stays_left(vendor: Vendor) -> None:
    leaving = {"email": {"status": "unsubscribed"}}
    _, identifiers = await keys_of_a_deleted_one(vendor, channelProperties=leaving)
    other = (await make(vendor))["contactId"]
    email = {"email": identifiers["email"]}
    assert (await merged(vendor, "contactId", other, identifiers=email, channelProperties=SUBSCRIBED))["status"] == "unsubscribed"
    assert (await merged(vendor, "contactId", other, channelProperties=SUBSCRIBED))["status"] == "subscribed"


async def test_many_who_take_one_key_of_a_deleted_contact_at_once_leave_it_with_one(vendor: Vendor) -> None:
    _, identifiers = await keys_of_a_deleted_one(vendor)
    others = [(await make(vendor))["contactId"] for _ in range(4)]
    answers = await asyncio.gather(*(merge(vendor, "contactId", each, identifiers={"crm": "A-1"}) for each in others))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert (await get(vendor, "crm", identifiers["crm"]))["contactId"] in others


async def test_somebody_who_is_to_be_asked_first_stays_unsubscribed(vendor: Vendor) -> None:
    number = await ended(vendor)
    asking = {"email": {"status": "subscribed", "emailType": "Html", "resubscribeOptions": {"resubscribeWithNoChallenge": False}}}
    now = await merged(vendor, "contactId", number, channelProperties=asking, dataFields={"FIRSTNAME": "Ana"})
    assert (now["status"], now["dataFields"]["FIRSTNAME"]) == ("unsubscribed", "Ana")


async def test_that_there_is_no_subscription_ends_no_refusal_of_sms(vendor: Vendor) -> None:
    made = await make(vendor, identifiers={"mobileNumber": mobile()}, channelProperties={"sms": {"status": "unsubscribed"}})
    assert made["status"] == "unsubscribed"
    sms = {"sms": {"status": "noSubscription"}}
    now = await merged(vendor, "contactId", made["contactId"], channelProperties=sms)
    assert now["channelProperties"]["sms"]["status"] == "unsubscribed"


async def test_a_list_that_the_contact_has_left_is_joined_again_only_with_the_word(vendor: Vendor) -> None:
    book = await vendor.book()
    made = await make(vendor, lists=[book])
    left = await vendor.client.post(f"/v2/address-books/{book}/contacts/unsubscribe", json={"email": made["identifiers"]["email"]})
    assert left.status_code == 200, left.text
    now = await merged(vendor, "contactId", made["contactId"], lists=[book])
    assert [each["status"] for each in now["lists"]] == ["suppressed"]
    now = await merged(vendor, "contactId", made["contactId"], lists=[book], channelProperties=SUBSCRIBED)
    assert [each["status"] for each in now["lists"]] == ["subscribed"]


async def test_a_contact_that_is_made_unsubscribed_joins_no_list(vendor: Vendor) -> None:
    made = await make(vendor, lists=[await vendor.book()], channelProperties={"email": {"status": "Unsubscribed"}})
    assert (made["status"], made["lists"]) == ("unsubscribed", [])
