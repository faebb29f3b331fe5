"""Stored contacts in the words of v3."""

from typing import Any

import pytest

from services.gateway.dialects.dotdigital.v3.contact_body import Shelf, contact
from shared.contacts.document import Document
from shared.contacts.present import Names
from shared.contract.identity import pack
from tests.unit.contacts.stored import NOW

NAMES = Names(0, lists={3: "News"})
BASE: Document = {"_id": pack(1, 7), "created_at": NOW, "updated_at": NOW}
EMAIL: Document = {"email": "Ana@example.org", "email_key": "ana@example.org"}
MOBILE: Document = {"mobile": "+447700900123"}


def shown(**stored: Any) -> dict[str, Any]:
    """The contact as it is shown, without data fields."""
    return contact({**BASE, **stored}, Shelf(NAMES, {}))


@pytest.mark.parametrize(
    ("stored", "status"),
    [
        ({**EMAIL}, "subscribed"),
        ({**EMAIL, "channels": {"email": {"status": "none"}}}, "noSubscription"),
        ({**EMAIL, "channels": {"email": {"status": "pending"}}}, "pendingOptIn"),
        ({**EMAIL, "channels": {"email": {"permission": "pending_confirmation"}}}, "pendingOptIn"),
        ({**EMAIL, "channels": {"email": {"status": "unsubscribed"}}}, "unsubscribed"),
        ({**EMAIL, "channels": {"email": {"status": "suppressed"}}}, "suppressed"),
        ({**EMAIL, "deleted_at": NOW}, "deleted"),
        ({**MOBILE}, "noSubscription"),
        ({**MOBILE, "channels": {"sms": {"status": "subscribed"}}}, "subscribed"),
        ({**MOBILE, "channels": {"sms": {"status": "unsubscribed"}}}, "unsubscribed"),
        ({**MOBILE, **EMAIL, "channels": {"sms": {"status": "unsubscribed"}}}, "subscribed"),
        ({**MOBILE, **EMAIL, "channels": {"email": {"status": "none"}, "sms": {"status": "subscribed"}}}, "subscribed"),
        ({**MOBILE, "channels": {"email": {"status": "suppressed"}}}, "suppressed"),
        ({"identifiers": {"crm": "1"}}, "noSubscription"),
    ],
)
def test_the_status_is_that_of_email_or_else_that_of_sms(stored: Document, status: str) -> None:
    assert shown(**stored)["status"] == status


def test_no_identifier_of_the_account_stands_in_the_place_of_one_that_every_account_has() -> None:
    own = {"email": "x", "mobileNumber": "y", "contactId": "z", "crm": "A-1"}
    mobile = MOBILE["mobile"].removeprefix("+")
    assert shown(**EMAIL, **MOBILE, identifiers=own)["identifiers"] == {
        "email": EMAIL["email"],
        "mobileNumber": mobile,
        "crm": "A-1",
    }
    assert shown(identifiers=own)["identifiers"] == {"crm": "A-1"}


def test_channels_are_those_of_which_the_contact_has_an_address() -> None:
    assert shown(identifiers={"crm": "1"})["channelProperties"] == {}
    assert shown(**EMAIL)["channelProperties"] == {"email": {"emailType": "Html", "optInType": "Unknown", "status": "subscribed"}}
    assert shown(mobile="+59812345678")["channelProperties"] == {"sms": {"status": "noSubscription"}}
    whatsapp = shown(**MOBILE, channels={"whatsapp": {"status": "subscribed"}})["channelProperties"]
    assert whatsapp == {"sms": {"countryCode": "GB", "status": "noSubscription"}, "whatsApp": {"status": "subscribed"}}


@pytest.mark.parametrize(
    ("membership", "channel", "status"),
    [
        ("subscribed", "subscribed", "subscribed"),
        ("subscribed", "pending", "pending"),
        ("subscribed", "unsubscribed", "suppressed"),
        ("unsubscribed", "subscribed", "suppressed"),
        ("suppressed", "pending", "suppressed"),
    ],
)
def test_a_list_says_whether_the_contact_is_written_to_there(membership: str, channel: str, status: str) -> None:
    memberships = [{"id": number, "status": membership, "at": NOW} for number in (3, 4)]
    body = shown(**EMAIL, lists=memberships, channels={"email": {"status": channel}})
    assert body["lists"] == [{"id": 3, "name": "News", "status": status}]


def test_identifiers_are_written_as_they_are_read_and_preferences_in_words_have_no_id() -> None:
    body = shown(**EMAIL, **MOBILE, identifiers={"crm": "A-1"}, preferences={"12": True, "Offers": False})
    assert body["identifiers"] == {"email": "Ana@example.org", "mobileNumber": "447700900123", "crm": "A-1"}
    assert [each.get("id") for each in body["preferences"]] == [12, None]
    assert body["preferences"][1] == {"isOptedIn": False, "publicName": "Offers", "privateName": "Offers"}
