"""What a contact looks like in the API's description. Answers are made by `shared.contacts.present`; a test holds both together."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from shared.contacts.composites import MOST_CONSENTS
from shared.contacts.fields import ADDRESS_KINDS, ADDRESS_PARTS, PHONE_KINDS, STANDARD_FIELDS, FieldType
from shared.contacts.setters import CHANNEL_STATES, EMAIL_TYPES, OPT_IN_TYPES, PERMISSIONS, REASON_LENGTH
from shared.contract.selection import Status

_CONSENTS = f"Consent records to add. A contact has at most {MOST_CONSENTS}: beyond them it is refused as `consents_full`."


class Phone(BaseModel):
    """One number."""

    id: int
    kind: str = Field(json_schema_extra={"enum": list(PHONE_KINDS)})
    number: str


class Address(BaseModel):
    """One postal address."""

    id: int
    kind: str = Field(json_schema_extra={"enum": list(ADDRESS_KINDS)})
    street: str | None
    street2: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None


class Membership(BaseModel):
    """A list that the contact is on, or has left: `status` says."""

    id: int
    uuid: str
    name: str
    status: str = Field(examples=["subscribed"])
    since: str


class Note(BaseModel):
    """A note. Notes are added, never changed."""

    id: int
    created_at: str
    text: str


def _standard() -> dict[str, Any]:
    kinds = {FieldType.INTEGER: int}
    return {field.name: (kinds.get(field.type, str) | None, Field(description=field.label)) for field in STANDARD_FIELDS}


class ContactHead(BaseModel):
    """How a contact is told apart."""

    id: int = Field(description="Stays for good, also when the e-mail changes.")
    uuid: str = Field(description="The same contact under a UUID.")
    status: Status = Field(description="From the deletion and the e-mail channel.")
    email: str | None = Field(description="As written; found in any letter case.")
    mobile: str | None
    identifiers: dict[str, str] = Field(description="Keys of your own, by the names that `/account/identifiers` knows.")


class ContactTail(BaseModel):
    """What belongs to a contact beside its fields."""

    custom: dict[str, Any] = Field(description="Values of custom fields by the field's name; unset ones are left out.")
    phones: list[Phone]
    addresses: list[Address]
    lists: list[Membership]
    tags: list[str]
    notes: list[Note]
    consents: list[dict[str, Any]]
    preferences: dict[str, bool]
    channels: dict[str, Any] = Field(description="What is known about each channel: status, permission, opt_in, opt_out ...")
    created_at: str
    updated_at: str
    created_via: str | None
    updated_via: str | None
    deleted_at: str | None = None


ContactBody: Any = create_model(
    "Contact", __base__=(ContactTail, create_model("ContactFields", __base__=ContactHead, **_standard())), __doc__="A contact."
)


class ContactPage(BaseModel):
    """Contacts by id. `next_cursor` is there while there is more."""

    model_config = ConfigDict(title="ContactPage")

    items: list[ContactBody]
    next_cursor: str | None = None


def request_body(example: dict[str, Any], media_types: tuple[str, ...] = ("application/json",)) -> dict[str, Any]:
    """For `openapi_extra`: the body of a request that makes or changes a contact."""
    content = {media_type: {"schema": _request_schema(), "example": example} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}


def _request_schema() -> dict[str, Any]:
    text: dict[str, Any] = {"type": ["string", "null"]}
    texts: dict[str, Any] = {"type": ["array", "null"], "items": {"type": "string"}}
    standard = {
        field.name: {"type": ["integer" if field.type is FieldType.INTEGER else "string", "null"], "description": field.label}
        for field in STANDARD_FIELDS
    }
    reason = {**text, "maxLength": REASON_LENGTH, "description": "Why it is suppressed or left. Taking that back clears it."}
    email_channel = {
        "status": {"enum": [*CHANNEL_STATES, None]},
        "permission": {"enum": [*PERMISSIONS, None]},
        "reason": reason,
        "type": {"enum": [*EMAIL_TYPES, None]},
        "opt_in": _object({"type": {"enum": [*OPT_IN_TYPES, None]}, "source": text, "at": {**text, "format": "date-time"}}),
    }
    other = {"status": {"enum": [*CHANNEL_STATES, None]}}
    channels = {"email": _object(email_channel), "sms": _object({**other, "reason": reason}), "whatsapp": _object(other)}
    phone = _object({"kind": {"enum": list(PHONE_KINDS)}, "number": {"type": "string"}})
    address = _object({"kind": {"enum": list(ADDRESS_KINDS)}, **dict.fromkeys(ADDRESS_PARTS, text)})
    consent = _object({**dict.fromkeys(("text", "url", "ip", "user_agent"), text), "at": {**text, "format": "date-time"}})
    return _object(
        {
            "email": {**text, "format": "email"},
            "mobile": text,
            "identifiers": {"type": ["object", "null"], "additionalProperties": text},
            **standard,
            "custom": {"type": ["object", "null"], "description": "By the custom field's name, in any letter case."},
            "phones": {"type": ["array", "null"], "items": phone, "description": "All of them: what is not named goes."},
            "addresses": {"type": ["array", "null"], "items": address, "description": "All of them: what is not named goes."},
            "lists": {
                "type": ["array", "null"],
                "items": {"type": ["string", "integer"]},
                "description": "Lists to join, by name, number or UUID. A list that there is not is refused.",
            },
            "tags": {**texts, "description": "Tags to add, by name; a leading minus takes one off. New ones are made."},
            "notes": {**texts, "description": "Notes to add."},
            "consents": {"type": ["array", "null"], "items": consent, "description": _CONSENTS},
            "preferences": {"type": ["object", "null"], "additionalProperties": {"type": ["boolean", "null"]}},
            "channels": _object(channels),
        }
    )


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties}
