"""Bodies about one contact as native patches, and what completes them by what is stored. Pure.

What this API does not show of a contact, no body of it changes: identifiers, preferences, fax numbers, and all else beyond it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.contact_bodies import exactly
from services.gateway.dialects.constant_contact import contact_keeping as keeping
from services.gateway.dialects.constant_contact import contact_limits as limits
from services.gateway.dialects.constant_contact.contact_ids import Known
from services.gateway.dialects.constant_contact.contact_permission import Actor, email_changes, sms_changes
from services.gateway.dialects.constant_contact.contact_requests import (
    ChangedContact,
    Contact,
    CustomValue,
    NewContact,
    Person,
    SignUp,
    SmsChannel,
    StreetAddress,
)
from services.gateway.dialects.constant_contact.custom_values import new_values, replaced_values
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.dialects.constant_contact.sms import mobile_of
from services.gateway.problems import Problem
from shared.contacts.applying import NOTES_GONE
from shared.contacts.document import value_at
from shared.contacts.fields import ADDRESS_PARTS
from shared.contacts.patch import Patch, RowProblem, patch_from_json
from shared.contacts.values import email_key

SCALARS = ("first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day", "anniversary")
_BARRING = frozenset({"unsubscribed", "temp_hold"})
_NAMES = {"email": "email_address", "phones": "phone_numbers", "number": "phone_number", "addresses": "street_addresses"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a body asks for: the native patch, and what makes it whole (see `services.gateway.contacts.Completion`)."""

    patch: Patch
    completed: Callable[[Patch, Mapping[str, Any]], Patch]


def creation(said: NewContact, known: Known, now: datetime) -> Asked:
    """For a new contact, or for a deleted one that comes back: what the body does not say, it keeps. Raises Problem 400."""
    actor = Actor(said.create_source == "Contact", now)
    scalars = {name: value for name in SCALARS if (value := getattr(said, name)) is not None}
    patch = _filled({**_patch(said, known, scalars), **_new_custom(said.custom_fields, known)})
    if said.email_address is not None and said.email_address.permission_to_send in _BARRING:
        patch.pop("lists", None)  # whoever may not be written to joins no list, but is a contact all the same
    return Asked(patch, lambda patch, stored: _said_of(said, actor, patch, stored))


def replacement(said: ChangedContact, known: Known, now: datetime) -> Asked:
    """For a stored contact: scalars left out are cleared, parts left out stay, parts sent replace. Raises Problem 400."""
    actor = Actor(said.update_source == "Contact", now)
    patch = _patch(said, known, {name: getattr(said, name) for name in SCALARS})

    def completed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
        if "deleted_at" in stored and actor.is_person:
            raise invalid("update_source does not have a valid value: a deleted contact is revived by Account only")
        _check_length(patch, stored)
        whole = {**patch, **_kept(said, patch, stored), **_replaced_custom(said.custom_fields, known, stored)}
        return _said_of(said, actor, exactly(whole, stored, whole), stored)

    return Asked(patch, completed)


def sign_up(said: SignUp, known: Known, now: datetime) -> Asked:
    """For whoever filled in a form: what it says is added, nothing is cleared, and the person may be written to again."""
    actor = Actor(is_person=True, now=now)
    given = {name: value for name in SCALARS if (value := getattr(said, name)) is not None}
    if said.email_address:
        given["email"] = said.email_address
    if said.phone_number:
        given["phone:other"] = said.phone_number
    if said.street_address is not None:
        kind = said.street_address.kind
        given |= {f"address:{kind}:{part}": value for part, value in _address(said.street_address).items() if part != "kind"}
    patch = _filled({**_read(said, known, given), **_new_custom(said.custom_fields, known)})
    patch |= _moved(said.street_address, patch)

    def completed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
        permission = email_changes("explicit", stored, actor) if said.email_address else {}
        channels = {**permission, **_sms(said.sms_channel, stored, actor)}
        return {**patch, **actor.joining(patch, stored, channels)}

    return Asked(patch, completed)


def _patch(said: Contact, known: Known, native: dict[str, Any]) -> Patch:
    if said.email_address is not None:
        native["email"] = said.email_address.address
    if said.phone_numbers is not None:
        native["phones"] = [{"kind": each.kind, "number": each.phone_number} for each in said.phone_numbers]
    if said.street_addresses is not None:
        native["addresses"] = [_address(each) for each in said.street_addresses]
    patch = _read(said, known, native)
    if said.notes is not None:
        patch["notes"] = [each.content for each in reversed(said.notes)]
    return patch


def _read(said: Person, known: Known, native: Mapping[str, Any]) -> Patch:
    try:
        patch = patch_from_json(native, known.book)
    except RowProblem as problem:
        raise _refused(problem) from None
    if said.sms_channel is not None:
        patch["mobile"] = _mobile(said.sms_channel)
    if known.lists is not None:
        patch["lists"] = list(known.lists)
    if known.tags is not None:
        patch["tags"] = list(known.tags)
    return patch


def _filled(patch: Patch) -> Patch:
    """Without what is blank, save the second line of a street, which a street without one does not have."""
    return {path: value for path, value in patch.items() if value is not None or path.endswith(".street2")}


def _moved(said: StreetAddress | None, patch: Patch) -> Patch:
    """Of an address that has a street or a city, the parts that it does not have: another's would be mixed with it."""
    beginning = f"addresses.{said.kind}." if said is not None else ""
    if not any(patch.get(f"{beginning}{part}") for part in ("street", "city")):
        return {}
    return {f"{beginning}{part}": None for part in ADDRESS_PARTS if f"{beginning}{part}" not in patch}


def _said_of(said: Contact, actor: Actor, patch: Patch, stored: Mapping[str, Any]) -> Patch:
    email = said.email_address
    sent, reason = (email.permission_to_send, email.opt_out_reason) if email is not None else (None, None)
    reason = keeping.whole_text(reason, value_at(stored, "channels.email.reason"), limits.REASON)
    channels = {**email_changes(sent, stored, actor, reason), **_sms(said.sms_channel, stored, actor)}
    return {**patch, **actor.joining(patch, stored, channels)}


def _kept(said: ChangedContact, patch: Patch, stored: Mapping[str, Any]) -> Patch:
    """The patch's texts and parts with what stays because this API does not show it, and the notes that go."""
    change: Patch = {name: keeping.whole_text(patch[name], stored.get(name), limits.NAME) for name in SCALARS}
    if said.phone_numbers is not None:
        change["phones"] = keeping.phones(patch["phones"] or (), stored) or None
    if said.street_addresses is not None:
        change["addresses"] = keeping.addresses(said.street_addresses, patch["addresses"] or (), stored) or None
    if said.notes is not None:
        change[NOTES_GONE] = [note["id"] for note in limits.shown_notes(stored) if note["text"] not in patch["notes"]]
    if said.list_memberships is not None:
        change["lists"] = [*patch["lists"], *keeping.hidden_lists(stored)]
    if said.taggings is not None:
        change["tags"] = [*patch["tags"], *keeping.hidden_tags(stored)]
    return change


def _check_length(patch: Patch, stored: Mapping[str, Any]) -> None:
    """An address that is too long for this API may be sent where it is the contact's own."""
    email = patch.get("email") or ""
    if len(email) > limits.EMAIL and email_key(email) != stored.get("email_key"):
        raise invalid(f"email_address.address does not have a valid value: at most {limits.EMAIL} characters fit")


def _new_custom(custom: tuple[CustomValue, ...] | None, known: Known) -> Patch:
    try:
        return new_values(custom or (), known.fields)
    except RowProblem as problem:
        raise _refused(problem) from None


def _replaced_custom(custom: tuple[CustomValue, ...] | None, known: Known, stored: Mapping[str, Any]) -> Patch:
    try:
        return replaced_values(custom, known.fields, stored) if custom is not None else {}
    except RowProblem as problem:
        raise _refused(problem) from None


def _address(said: StreetAddress) -> dict[str, Any]:
    """The parts that are there; what stands on further lines of the street is its second line."""
    parts = said.model_dump(exclude_none=True)
    if "street" in parts:
        street, _, street2 = said.street.partition("\n") if said.street else ("", "", "")
        parts |= {"street": street.strip(), "street2": " ".join(street2.split("\n")).strip()}
    return parts


def _mobile(said: SmsChannel) -> str:
    if said.full_sms_address:
        return mobile_of(said.full_sms_address, None, "sms_channel.full_sms_address")
    return mobile_of(said.sms_address or "", said.dial_code, "sms_channel.sms_address", said.country_code)


def _sms(said: SmsChannel | None, stored: Mapping[str, Any], actor: Actor) -> Patch:
    consents = said.sms_channel_consents if said is not None else ()
    return sms_changes(consents[-1].sms_consent_permission, stored, actor) if consents else {}


def _refused(problem: RowProblem) -> Problem:
    """Native names of members become those of this API; the sentence stays."""
    name, sentence = problem.field, problem.message.removeprefix(f"{problem.field}: ")
    if name.startswith("cf:"):
        member = f"custom_fields ({name.removeprefix('cf:')})"
    else:
        member = ".".join(_NAMES.get(part, part) for part in name.replace("address:", "street_address.").split("."))
        member = "phone_number" if member == "phone:other" else member.replace(":", ".")
    return invalid(f"{member} does not have a valid value: {sentence}")
