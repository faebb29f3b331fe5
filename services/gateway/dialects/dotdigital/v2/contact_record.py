"""A contact as v2 writes it, made into the native one. Pure.

What a contact does not mention is not in the record: it stays as it is. Null is a value only of a data field, where it is a blank.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import field_validator

from services.gateway.dialects.dotdigital.data_fields import DataField
from services.gateway.dialects.dotdigital.v2.asking import KeyValue, Said, said_members
from shared.contacts.matching import is_blank

PREFERENCE = "preference:"
"""What stands before the name of a marketing preference, in lower case."""
CONSENT = {
    "consenttext": "text",
    "consenturl": "url",
    "consentdatetime": "at",
    "consentip": "ip",
    "consentuseragent": "user_agent",
}
"""The keys of consent fields in lower case, and the parts of a native consent record."""
_WORDS = {"optintype": "opt_in_type", "emailtype": "email_type"}
_LISTS = {"datafields": "custom", "consentfields": "consents"}
"""Members that are lists, and the native composite that refuses, row by row, what is no such list."""


class ContactInput(Said):
    """One contact in a body."""

    id: int | None = None
    email: str | None = None
    optintype: str | None = None
    emailtype: str | None = None
    datafields: tuple[KeyValue, ...] = ()
    consentfields: tuple[KeyValue, ...] = ()

    @field_validator("id")
    @classmethod
    def _none_below_one(cls, number: int | None) -> int | None:
        return number if number and number > 0 else None  # clients with typed models send 0 for an id that they do not have


def native_record(contact: ContactInput, fields: Mapping[str, DataField]) -> dict[str, Any]:
    """What the contact says beside its id, by the names of native targets: as `POST /v1/contacts` and rows of imports take it.

    Data fields that the account does not have are left out; see `unknown_data_field`.
    """
    said = contact.model_dump(exclude_none=True)
    return _with_values({"email": contact.email} if contact.email is not None else {}, said, fields)


def imported_record(contact: Any, fields: Mapping[str, DataField]) -> dict[str, Any]:
    """The row of an import for whatever stands in its list of contacts, with the native `match_by`: `id` where it has one.

    It never raises. What is no contact, and what has wrong types, becomes a row that the importer refuses.
    """
    if not isinstance(contact, dict):
        return {"match_by": "email", "email": [contact]}
    said = said_members(contact)
    number = said.get("id")
    # Without a key it is refused by itself. A column in which nobody has one would refuse the whole import.
    named = {"match_by": "email", "email": said.get("email")} if _is_none(number) else {"match_by": "id", "id": number}
    # A blank beside the id says nothing: an e-mail is not lost for an empty text.
    if "email" in said and not is_blank(said["email"]):
        named["email"] = said["email"]
    return _with_values(named, said, fields)


def unknown_data_field(contact: ContactInput, fields: Mapping[str, DataField]) -> str | None:
    """The first data field of the contact that the account does not have."""
    names = (each.key.strip() for each in contact.datafields)
    return next((name for name in names if not _is_preference(name) and name.upper() not in fields), None)


def _with_values(record: dict[str, Any], said: Mapping[str, Any], fields: Mapping[str, DataField]) -> dict[str, Any]:
    for member, target in _WORDS.items():
        if member in said:
            record[target] = said[member]
    for member, composite in _LISTS.items():
        if member not in said:
            continue
        values = _key_values(said[member])
        if values is None:
            record[composite] = str(said[member])[:100]
        elif composite == "custom":
            _add_data(record, values, fields)
        else:
            parts = ((CONSENT.get(key.strip().lower()), value) for key, value in values)
            record |= {f"consent:{part}": value for part, value in parts if part}
    return record


def _add_data(record: dict[str, Any], values: list[tuple[str, Any]], fields: Mapping[str, DataField]) -> None:
    for key, value in values:
        field = fields.get(key) or fields.get(key.strip().upper())
        if field is not None:
            record[field.target] = value
        elif _is_preference(key.strip()) and value is not None:
            record.setdefault("preferences", {})[key.strip()[len(PREFERENCE) :]] = value


def _key_values(values: Any) -> list[tuple[str, Any]] | None:
    """Keys with their values; None for what is no list of them."""
    if not isinstance(values, list | tuple):
        return None
    found: list[tuple[str, Any]] = []
    for item in values:
        if not isinstance(item, dict):
            return None
        if not ("key" in item and "value" in item):
            item = {str(name).lower(): value for name, value in item.items()}
        key = item.get("key")
        if not isinstance(key, str):
            return None
        found.append((key, item.get("value")))
    return found


def _is_preference(name: str) -> bool:
    return name[: len(PREFERENCE)].lower() == PREFERENCE


def _is_none(number: Any) -> bool:
    return number is None or (isinstance(number, int) and number < 1)
