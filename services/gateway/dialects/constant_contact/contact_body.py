"""A stored contact as this API shows it. Pure. Members without a value are left out; parts are shown where they are asked for.

The ids of phone numbers, addresses, notes and the SMS channel are made of the contact's id and their own number, and stay.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from services.gateway.contacts import VIA_PERSON
from services.gateway.dialects.constant_contact.contact_limits import (
    ADDRESS,
    ADDRESS_TEXTS,
    EMAIL,
    MEMBERSHIPS,
    NAME,
    NOTE,
    REASON,
    TAGGINGS,
    cut,
    cut_phone,
    shown_addresses,
    shown_notes,
    shown_phones,
    shown_street,
)
from services.gateway.dialects.constant_contact.contact_patch import SCALARS
from services.gateway.dialects.constant_contact.custom_values import ShownField, values_shown
from services.gateway.dialects.constant_contact.sms import parts_of
from shared.contacts.document import BARRED, value_at
from shared.contacts.present import time_text
from shared.contacts.standing import EMAIL_GROUND, SMS_GROUND
from shared.contract.identity import Thing, to_uuid, unpack

PARTS = ("custom_fields", "list_memberships", "taggings", "notes", "phone_numbers", "street_addresses", "sms_channel")
"""What `include` can name."""
_CONFIRMED = frozenset({"double", "verified_double"})
_AGREED = frozenset({"explicit", "implicit"})


@dataclass(frozen=True, slots=True)
class Shelf:
    """What of an account is needed to show its contacts: its fields, and the lists and tags that there are."""

    uuid_base: int
    fields: Sequence[ShownField] = ()
    lists: Collection[int] = ()
    tags: Collection[int] = ()


def contact(stored: Mapping[str, Any], shelf: Shelf, parts: Collection[str]) -> dict[str, Any]:
    """The JSON of a contact with these parts."""
    id = to_uuid(shelf.uuid_base, Thing.CONTACT, unpack(stored["_id"]))
    body: dict[str, Any] = {"contact_id": str(id)}
    if "email" in stored and len(stored["email"]) <= EMAIL:  # a part of an address could be somebody else's
        body["email_address"] = _email(stored)
    body |= {name: _scalar(stored[name]) for name in SCALARS if name in stored}
    body |= _sources(stored) | _times(stored)
    if "deleted_at" in stored:
        body["deleted_at"] = stored["deleted_at"].date().isoformat()  # a date at the vendor: its client for Python takes no time
    for part in PARTS:
        if part in parts and (shown := _PARTS[part](stored, id, shelf)) is not None:
            body[part] = shown
    return body


def _scalar(value: Any) -> Any:
    return cut(value, NAME) if isinstance(value, str) else value


def _times(stored: Mapping[str, Any]) -> dict[str, str]:
    return {name: time_text(stored[name]) for name in ("created_at", "updated_at")}


def _sources(stored: Mapping[str, Any]) -> dict[str, str]:
    created = stored.get("created_via")
    ways = {"create_source": created, "update_source": stored.get("updated_via", created)}
    return {name: "Contact" if way == VIA_PERSON else "Account" for name, way in ways.items()}


def _email(stored: Mapping[str, Any]) -> dict[str, Any]:
    permission = EMAIL_GROUND.of(stored)
    body = {"address": stored["email"], "permission_to_send": permission, **_times(stored)}
    said: dict[str, Any] = value_at(stored, "channels.email") or {}
    if permission in _AGREED:
        agreed = said.get("opt_in", {})
        body["opt_in_source"] = agreed.get("source") or _sources(stored)["create_source"]
        body["opt_in_date"] = time_text(agreed.get("at") or stored["created_at"])
    elif permission == "unsubscribed":
        ended = said.get("opt_out", {})
        when = time_text(ended["at"]) if "at" in ended else None
        left = {
            "opt_out_source": ended.get("source"),
            "opt_out_date": when,
            "opt_out_reason": cut(said.get("reason") or "", REASON) or None,
        }
        body |= {name: value for name, value in left.items() if value is not None}
    return {**body, "confirm_status": _confirmed(permission, said)}


def _confirmed(permission: str | None, said: Mapping[str, Any]) -> str:
    if permission == "pending_confirmation":
        return "pending"
    return "confirmed" if said.get("opt_in", {}).get("type") in _CONFIRMED else "off"


def _custom_fields(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    return [
        {
            "custom_field_id": str(field),
            "value": shown.value,
            **({"choice_ids": list(shown.choice_ids)} if shown.choice_ids else {}),
        }
        for field, shown in values_shown(stored, shelf.fields).items()
    ]


def _list_memberships(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[str]:
    """The lists that the contact is on now; somebody deleted is on none."""
    if "deleted_at" in stored:
        return []
    live = (each["id"] for each in stored.get("lists", ()) if each["status"] not in BARRED)
    return [str(to_uuid(shelf.uuid_base, Thing.LIST, number)) for number in live if number in shelf.lists][:MEMBERSHIPS]


def _taggings(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[str]:
    known = [number for number in stored.get("tags", ()) if number in shelf.tags]
    return [str(to_uuid(shelf.uuid_base, Thing.TAG, number)) for number in known[:TAGGINGS]]


def _notes(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    return [
        {"note_id": _part_id(id, "note", each["id"]), "created_at": time_text(each["at"]), "content": cut(each["text"], NOTE)}
        for each in shown_notes(stored)
    ]


def _phone_numbers(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    """Times and sources are those of the contact: of one number alone they are not known."""
    return [
        {
            "phone_number_id": _part_id(id, "phone_number", each["id"]),
            "phone_number": cut_phone(each["number"]),
            "kind": each["kind"],
            **_times(stored),
            **_sources(stored),
        }
        for each in shown_phones(stored)
    ]


def _street_addresses(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    return [
        {
            "street_address_id": _part_id(id, "street_address", each["id"]),
            "kind": each["kind"],
            **({} if (street := shown_street(each)) is None else {"street": street}),
            **{part: cut(each[part], ADDRESS) for part in ADDRESS_TEXTS if part in each},
            **_times(stored),
        }
        for each in shown_addresses(stored)
    ]


def _sms_channel(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> dict[str, Any] | None:
    permission = SMS_GROUND.of(stored)
    if permission is None:
        return None
    said: dict[str, Any] = value_at(stored, "channels.sms") or {}
    consent = {"sms_consent_permission": permission, "consent_type": "promotional_sms"}
    moments = {"opt_in_date": said.get("opt_in", {}).get("at"), "opt_out_date": said.get("opt_out", {}).get("at")}
    shown = moments if permission == "unsubscribed" else {"opt_in_date": moments["opt_in_date"]}
    consent |= {name: time_text(moment) for name, moment in shown.items() if moment is not None}
    number = parts_of(stored["mobile"])
    return {"sms_channel_id": _part_id(id, "sms_channel", 1), **number, **_sources(stored), "sms_channel_consents": [consent]}


def _part_id(contact_id: UUID, part: str, number: int) -> str:
    return str(uuid5(contact_id, f"{part}:{number}"))


_PARTS = {
    "custom_fields": _custom_fields,
    "list_memberships": _list_memberships,
    "taggings": _taggings,
    "notes": _notes,
    "phone_numbers": _phone_numbers,
    "street_addresses": _street_addresses,
    "sms_channel": _sms_channel,
}
