"""A stored contact as v3 shows it. Pure. Its first five members are always there; the others are where they are asked for.

What has no value is left out, save data fields, which are null: clients of the vendor refuse members that they do not know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.dial_codes import country_of
from services.gateway.dialects.dotdigital.account_fields import value_shown
from services.gateway.dialects.dotdigital.channel_words import EMAIL_TYPES, OPT_IN_TYPES
from services.gateway.dialects.dotdigital.v3.contact_record import CONSENT, MATCHES
from shared.contacts.columns import Column
from shared.contacts.document import BARRED, value_at
from shared.contacts.present import Names, time_text
from shared.contract.identity import unpack

INCLUDABLE = ("channelProperties", "lists", "preferences", "consentRecords")
"""What `include` can name."""
_NO_SUBSCRIPTION = "noSubscription"
_PENDING = "pendingOptIn"
_STATUSES = {"none": _NO_SUBSCRIPTION, "pending": _PENDING}
"""Native words of a channel that this API has another word for."""
_CONSENT_MEMBERS = {part: member for member, part in CONSENT.items()}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What of an account is needed to show its contacts: the names of their lists, and its data fields as columns."""

    names: Names
    fields: Mapping[str, Column]
    """By upper-case name; only those that are shown."""


def contact(stored: Mapping[str, Any], shelf: Shelf, parts: tuple[str, ...] = INCLUDABLE) -> dict[str, Any]:
    """The JSON of a contact with these parts, and with the data fields of the shelf where it has any."""
    body: dict[str, Any] = {
        "contactId": unpack(stored["_id"]),
        "status": _status(stored),
        "created": time_text(stored["created_at"]),
        "updated": time_text(stored["updated_at"]),
        "identifiers": identifiers(stored),
    }
    if shelf.fields:
        body["dataFields"] = {name: value_shown(column, stored, shelf.names) for name, column in shelf.fields.items()}
    return body | {part: _PARTS[part](stored, shelf) for part in parts}


def identifiers(stored: Mapping[str, Any]) -> dict[str, str]:
    """What names the contact beside its id; a mobile number by its digits alone.

    An identifier of the account with the name of one that every account has is not shown, and finds nobody here.
    """
    own = {name: value for name, value in stored.get("identifiers", {}).items() if name not in MATCHES}
    named = {"email": stored.get("email"), "mobileNumber": stored.get("mobile", "").removeprefix("+"), **own}
    return {name: value for name, value in named.items() if value}


def _status(stored: Mapping[str, Any]) -> str:
    """That of e-mail; where there is no subscription to it, that of SMS."""
    if "deleted_at" in stored:
        return "deleted"
    email = (
        _email_status(stored) if "email_key" in stored or value_at(stored, "channels.email.status") in BARRED else _NO_SUBSCRIPTION
    )
    return _phone_status(stored, "sms") if email == _NO_SUBSCRIPTION and "mobile" in stored else email


def _email_status(stored: Mapping[str, Any]) -> str:
    """Of who was given to the account, and about whom nothing else is known, the vendor says subscribed."""
    said: Mapping[str, Any] = value_at(stored, "channels.email") or {}
    unsaid = _PENDING if said.get("permission") == "pending_confirmation" else "subscribed"
    return _word(said.get("status")) or unsaid


def _phone_status(stored: Mapping[str, Any], channel: str) -> str:
    return _word(value_at(stored, f"channels.{channel}.status")) or _NO_SUBSCRIPTION


def _word(status: str | None) -> str | None:
    return _STATUSES.get(status, status) if status else None


def _channels(stored: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    channels: dict[str, Any] = {}
    if "email_key" in stored:
        said: Mapping[str, Any] = value_at(stored, "channels.email") or {}
        channels["email"] = {
            "emailType": EMAIL_TYPES[said.get("type", "html")],
            "optInType": OPT_IN_TYPES[said.get("opt_in", {}).get("type", "unknown")],
            "status": _email_status(stored),
        }
    if "mobile" in stored:
        country = country_of(stored["mobile"])
        channels["sms"] = {**({"countryCode": country} if country else {}), "status": _phone_status(stored, "sms")}
        if value_at(stored, "channels.whatsapp.status"):
            channels["whatsApp"] = {"status": _phone_status(stored, "whatsapp")}
    return channels


def _lists(stored: Mapping[str, Any], shelf: Shelf) -> list[dict[str, Any]]:
    """Somebody who may not be written to is suppressed on each list, and so is who has left that list."""
    standing = _status(stored)
    general = "pending" if standing == _PENDING else "suppressed" if standing in BARRED else "subscribed"
    return [
        {
            "id": membership["id"],
            "name": shelf.names.lists[membership["id"]],
            "status": "suppressed" if membership["status"] in BARRED else general,
        }
        for membership in stored.get("lists", ())
        if membership["id"] in shelf.names.lists
    ]


def _preferences(stored: Mapping[str, Any], shelf: Shelf) -> list[dict[str, Any]]:
    """A preference that was named in words has no id here."""
    return [
        {**({"id": int(name)} if _is_id(name) else {}), "isOptedIn": chosen, "publicName": name, "privateName": name}
        for name, chosen in stored.get("preferences", {}).items()
    ]


def _is_id(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) < 10


def _consent_records(stored: Mapping[str, Any], shelf: Shelf) -> list[dict[str, Any]]:
    return [_consent(record) for record in stored.get("consents", ())]


def _consent(record: Mapping[str, Any]) -> dict[str, Any]:
    shown = {_CONSENT_MEMBERS[part]: value for part, value in record.items() if part in _CONSENT_MEMBERS}
    shown["dateTimeCreated"] = record["recorded_at"]
    return {name: time_text(value) if isinstance(value, datetime) else value for name, value in shown.items()}


_PARTS: dict[str, Callable[[Mapping[str, Any], Shelf], Any]] = {
    "channelProperties": _channels,
    "lists": _lists,
    "preferences": _preferences,
    "consentRecords": _consent_records,
}
