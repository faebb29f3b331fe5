"""A stored contact as this API shows it. Pure. Members without a value are left out; parts are shown where they are asked for.

The ids of phone numbers, addresses, notes and the SMS channel are made of the contact's id and their own number, and stay.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from services.gateway.contacts import VIA_PERSON
from services.gateway.dialects.constant_contact.contact_patch import BEYOND, SCALARS
from services.gateway.dialects.constant_contact.sms import parts_of
from shared.contacts.columns import Column
from shared.contacts.document import BARRED, value_at
from shared.contacts.present import Names, time_text
from shared.contacts.standing import EMAIL_GROUND, SMS_GROUND
from shared.contract.identity import Thing, to_uuid, unpack

PARTS = ("custom_fields", "list_memberships", "taggings", "notes", "phone_numbers", "street_addresses", "sms_channel")
"""What `include` can name."""
_CONFIRMED = frozenset({"double", "verified_double"})
_AGREED = frozenset({"explicit", "implicit"})


@dataclass(frozen=True, slots=True)
class ShownField:
    """A custom field: its id, how its value is read as text, and the ids of its choices by their labels."""

    id: UUID
    column: Column
    choice_ids: Mapping[str, int] = field(default_factory=dict)


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
    if "email" in stored:
        body["email_address"] = _email(stored)
    body |= {name: stored[name] for name in SCALARS if name in stored}
    body |= _sources(stored) | _times(stored)
    if "deleted_at" in stored:
        body["deleted_at"] = stored["deleted_at"].date().isoformat()  # a date at the vendor: its client for Python takes no time
    for part in PARTS:
        if part in parts and (shown := _PARTS[part](stored, id, shelf)) is not None:
            body[part] = shown
    return body


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
        left = {"opt_out_source": ended.get("source"), "opt_out_date": when, "opt_out_reason": said.get("reason")}
        body |= {name: value for name, value in left.items() if value is not None}
    return {**body, "confirm_status": _confirmed(permission, said)}


def _confirmed(permission: str | None, said: Mapping[str, Any]) -> str:
    if permission == "pending_confirmation":
        return "pending"
    return "confirmed" if said.get("opt_in", {}).get("type") in _CONFIRMED else "off"


def _custom_fields(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    shown = []
    for each in shelf.fields:
        value = each.column.value(stored, Names(shelf.uuid_base))
        if value is not None:
            labels = value if isinstance(value, list) else [value]
            chosen = [each.choice_ids[label] for label in labels if label in each.choice_ids] if each.choice_ids else []
            choices = {"choice_ids": chosen} if chosen else {}
            shown.append({"custom_field_id": str(each.id), "value": each.column.cell(value), **choices})
    return shown


def _list_memberships(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[str]:
    """The lists that the contact is on now; somebody deleted is on none."""
    if "deleted_at" in stored:
        return []
    live = (each["id"] for each in stored.get("lists", ()) if each["status"] not in BARRED)
    return [str(to_uuid(shelf.uuid_base, Thing.LIST, number)) for number in live if number in shelf.lists]


def _taggings(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[str]:
    return [str(to_uuid(shelf.uuid_base, Thing.TAG, number)) for number in stored.get("tags", ()) if number in shelf.tags]


def _notes(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    return [
        {"note_id": _part_id(id, "note", each["id"]), "created_at": time_text(each["at"]), "content": each["text"]}
        for each in stored.get("notes", ())
    ]


def _phone_numbers(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    """Times and sources are those of the contact: of one number alone they are not known."""
    return [
        {
            "phone_number_id": _part_id(id, "phone_number", each["id"]),
            "phone_number": each["number"],
            "kind": each["kind"],
            **_times(stored),
            **_sources(stored),
        }
        for each in stored.get("phones", ())
        if each["kind"] not in BEYOND
    ]


def _street_addresses(stored: Mapping[str, Any], id: UUID, shelf: Shelf) -> list[dict[str, Any]]:
    return [
        {
            "street_address_id": _part_id(id, "street_address", each["id"]),
            "kind": each["kind"],
            **_street(each),
            **{part: each[part] for part in ("city", "state", "postal_code", "country") if part in each},
            **_times(stored),
        }
        for each in stored.get("addresses", ())
    ]


def _street(address: Mapping[str, Any]) -> dict[str, str]:
    """Both lines in one text; `contact_patch` takes them apart again."""
    if "street2" in address:
        return {"street": f"{address.get('street', '')}\n{address['street2']}"}
    return {"street": address["street"]} if "street" in address else {}


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
