"""What the bodies about single contacts may say, with the vendor's limits (AppConnect V3, "Contacts"). Pure."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BeforeValidator, Field, model_validator

from services.gateway.dialects.constant_contact import contact_limits as limits
from services.gateway.dialects.constant_contact.asking import Said
from shared.contacts.fields import EMAIL_LENGTH

Source = Literal["Contact", "Account"]
SmsWord = Literal["explicit", "not_set", "pending_confirmation", "unsubscribed"]
Permission = Literal["explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed"]
AddressKind = Literal["home", "work", "other"]


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else value


Text10 = Annotated[str, Field(max_length=10)]
Text25 = Annotated[str, Field(max_length=25)]
Text50 = Annotated[str, Field(max_length=50)]
Text255 = Annotated[str, Field(max_length=255)]


class EmailAddress(Said):
    """The e-mail address, and whether it may be written to. What else an answer has here is shown only."""

    address: Annotated[str, Field(min_length=1, max_length=limits.EMAIL)]
    permission_to_send: Permission | None = None
    opt_out_reason: Text255 | None = None


class ChangedEmailAddress(EmailAddress):
    """That of a contact that is stored, which may have one that is longer: `contact_patch` sees to it that it is its own."""

    address: Annotated[str, Field(min_length=1, max_length=EMAIL_LENGTH)]


class CustomValue(Said):
    """The value of one custom field; of a select its choices may be named by their ids instead."""

    custom_field_id: UUID
    value: Annotated[Text255 | None, BeforeValidator(_as_text)] = None
    choice_ids: tuple[int, ...] | None = None


class PhoneNumber(Said):
    """A phone number."""

    phone_number: Annotated[str, Field(min_length=1, max_length=25)]
    kind: Literal["home", "work", "mobile", "other"] = "other"


class StreetAddress(Said):
    """A postal address. What the native API keeps as a second line of the street stands on a line of its own in `street`."""

    kind: AddressKind
    street: Text255 | None = None
    city: Text50 | None = None
    state: Text50 | None = None
    postal_code: Text50 | None = None
    country: Text50 | None = None


class Note(Said):
    """A note."""

    content: Annotated[str, Field(min_length=1, max_length=limits.NOTE)]


class SmsConsent(Said):
    """What the contact agreed to for SMS."""

    sms_consent_permission: SmsWord
    consent_type: Literal["promotional_sms"] = "promotional_sms"


class SmsChannel(Said):
    """A mobile number, whole or in parts, and what was agreed to."""

    full_sms_address: Text25 | None = None
    sms_address: Text25 | None = None
    dial_code: Annotated[str, Field(max_length=5)] | None = None
    country_code: Text25 | None = None
    sms_channel_consents: Annotated[tuple[SmsConsent, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _has_number(self) -> Self:
        if not (self.full_sms_address or self.sms_address):
            raise ValueError("sms_channel.full_sms_address is missing")
        return self


class Person(Said):
    """What every body about one contact may say of it."""

    first_name: Text50 | None = None
    last_name: Text50 | None = None
    job_title: Text50 | None = None
    company_name: Text50 | None = None
    birthday_month: Annotated[int, Field(ge=1, le=12)] | None = None
    birthday_day: Annotated[int, Field(ge=1, le=31)] | None = None
    anniversary: Text10 | None = None
    sms_channel: SmsChannel | None = None

    @model_validator(mode="after")
    def _has_whole_birthday(self) -> Self:
        month, day = self.birthday_month, self.birthday_day
        if (month is None) != (day is None):
            missing = "birthday_month" if month is None else "birthday_day"
            raise ValueError(f"{missing} is missing: birthday_month and birthday_day go together")
        try:
            date(2000, month or 1, day or 1)
        except ValueError:
            raise ValueError("birthday_day does not have a valid value: the month has no such day") from None
        return self


class Contact(Person):
    """A contact with its parts. A part that is left out, or null, says nothing."""

    email_address: EmailAddress | None = None
    custom_fields: Annotated[tuple[CustomValue, ...], Field(max_length=limits.CUSTOM_FIELDS)] | None = None
    phone_numbers: Annotated[tuple[PhoneNumber, ...], Field(max_length=limits.PHONES)] | None = None
    street_addresses: Annotated[tuple[StreetAddress, ...], Field(max_length=limits.ADDRESSES)] | None = None
    list_memberships: Annotated[tuple[UUID, ...], Field(max_length=limits.MEMBERSHIPS)] | None = None
    taggings: Annotated[tuple[UUID, ...], Field(max_length=limits.TAGGINGS)] | None = None
    notes: Annotated[tuple[Note, ...], Field(max_length=limits.NOTES)] | None = None


class NewContact(Contact):
    """`POST /v3/contacts`."""

    create_source: Source

    @model_validator(mode="after")
    def _says_who(self) -> Self:
        if not (self.first_name or self.last_name or self.email_address or self.sms_channel):
            raise ValueError("one of first_name, last_name, email_address, sms_channel must be given: all are missing")
        return self


class ChangedContact(Contact):
    """`PUT /v3/contacts/{contact_id}`."""

    update_source: Source
    email_address: ChangedEmailAddress | None = None


class SignUp(Person):
    """`POST /v3/contacts/sign_up_form`: what a person filled in, flat."""

    email_address: Annotated[str, Field(min_length=1, max_length=50)] | None = None
    list_memberships: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)]
    custom_fields: Annotated[tuple[CustomValue, ...], Field(max_length=50)] | None = None
    phone_number: Text25 | None = None
    street_address: StreetAddress | None = None

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if not (self.email_address or self.sms_channel):
            raise ValueError("email_address is missing: it or sms_channel must be given")
        return self


class Resubscription(Said):
    """`PUT /v3/contacts/resubscribe/{contact_id}`."""

    list_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=50)]
