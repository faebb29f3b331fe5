"""Bodies about a contact and something beside it: what it consented to, and that it comes back. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import field_validator

from services.gateway.dialects.dotdigital.v2.asking import KeyValue, Said
from services.gateway.dialects.dotdigital.v2.contact_record import CONSENT, ContactInput
from services.gateway.dialects.dotdigital.v2.errors import invalid
from shared.contacts.values import shown

_PARTS = {"TEXT": "text", "URL": "url", "DATETIMECONSENTED": "at", "IPADDRESS": "ip", "USERAGENT": "user_agent"}
"""What the vendor's documentation calls the parts of a consent record here; those of imports are understood too."""
_WORDS = {part: word for word, part in _PARTS.items()}
_KEYS = {**{word.lower(): part for word, part in _PARTS.items()}, **CONSENT}


class Address(Said):
    """Somebody, by e-mail."""

    email: str


class ConsentFields(Said):
    """One consent record, as keys with values."""

    fields: tuple[KeyValue, ...] = ()


class ConsentingContact(Said):
    """A contact with what it consented to: a list of records, or one record alone."""

    contact: ContactInput
    consentfields: tuple[ConsentFields, ...] = ()

    @field_validator("consentfields", mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return [given] if isinstance(given, Mapping) else given


class Resubscription(Said):
    """Who comes back. The locale and the address to return to are for a mail that Muster does not send."""

    unsubscribedcontact: ContactInput


def consent_records(groups: tuple[ConsentFields, ...]) -> list[dict[str, Any]]:
    """The native records; an empty one is none. Raises Problem 400 for a key that there is not."""
    records = ({_part(each.key): each.value for each in group.fields if each.value is not None} for group in groups)
    return [record for record in records if record]


def consent_body(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record that was given, as the vendor repeats it."""
    return {"id": None, "fields": [{"key": _WORDS[part], "value": value} for part, value in record.items()]}


def _part(key: str) -> str:
    part = _KEYS.get(key.strip().lower())
    if part is None:
        raise invalid(f"consentFields: {shown(key)} is none of {', '.join(_PARTS)}.")
    return part
