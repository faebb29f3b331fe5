"""Bodies about one contact as native patches, and what completes them by what is stored. Pure.

What this API does not show of a contact, no body of it changes: identifiers, preferences, fax numbers, and all else beyond it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.contact_bodies import exactly
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
from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.dialects.constant_contact.sms import mobile_of
from services.gateway.problems import Problem
from shared.contacts.applying import NOTES_GONE
from shared.contacts.patch import Patch, RowProblem, patch_from_json
from shared.contacts.registry import CustomField

SCALARS = ("first_name", "last_name", "job_title", "company_name", "birthday_month", "birthday_day", "anniversary")
BEYOND = frozenset({"fax"})
"""Kinds of phones that this API does not have."""
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
    return Asked(_filled(_patch(said, known, scalars)), lambda patch, stored: _said_of(said, actor, patch, stored))


def replacement(said: ChangedContact, known: Known, now: datetime) -> Asked:
    """For a stored contact: scalars left out are cleared, parts left out stay, parts sent replace. Raises Problem 400."""
    actor = Actor(said.update_source == "Contact", now)
    patch = _patch(said, known, {name: getattr(said, name) for name in SCALARS})
    fields = {each.number for each in known.fields.values()}

    def completed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
        if "deleted_at" in stored and actor.is_person:
            raise invalid("update_source does not have a valid value: a deleted contact is revived by Account only")
        whole = {**patch, **_left_out(said, patch, stored, fields)}
        return _said_of(said, actor, exactly(whole, stored, patch), stored)

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
    patch = _filled(_read(said, known, given | _custom(said.custom_fields, known)))

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
    patch = _read(said, known, native | _custom(said.custom_fields, known))
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


def _said_of(said: Contact, actor: Actor, patch: Patch, stored: Mapping[str, Any]) -> Patch:
    email = said.email_address
    sent, reason = (email.permission_to_send, email.opt_out_reason) if email is not None else (None, None)
    channels = {**email_changes(sent, stored, actor, reason), **_sms(said.sms_channel, stored, actor)}
    return {**patch, **actor.joining(patch, stored, channels)}


def _left_out(said: ChangedContact, patch: Patch, stored: Mapping[str, Any], fields: set[int]) -> Patch:
    """What goes because a part that was sent does not have it, and what stays because this API does not show it."""
    change: Patch = {}
    if said.custom_fields is not None:
        cleared = {f"custom.{number}": None for number in stored.get("custom", {}) if int(number) in fields}
        change |= {path: None for path in cleared if path not in patch}
    if said.phone_numbers is not None:
        kept = [{"kind": each["kind"], "number": each["number"]} for each in stored.get("phones", ()) if each["kind"] in BEYOND]
        change["phones"] = [*(patch["phones"] or ()), *kept] or None
    if said.notes is not None:
        change[NOTES_GONE] = [note["id"] for note in stored.get("notes", ()) if note["text"] not in patch["notes"]]
    return change


def _address(said: StreetAddress) -> dict[str, Any]:
    """The parts that are there; what stands on further lines of the street is its second line."""
    parts = said.model_dump(exclude_none=True)
    if "street" in parts:
        street, _, street2 = said.street.partition("\n") if said.street else ("", "", "")
        parts |= {"street": street.strip(), "street2": " ".join(street2.split("\n")).strip()}
    return parts


def _custom(custom: tuple[CustomValue, ...] | None, known: Known) -> dict[str, Any]:
    """Each value under its own name, so that what is wrong with one names it."""
    return {f"cf:{known.fields[each.custom_field_id].field.name}": _value(each, known) for each in custom or ()}


def _value(said: CustomValue, known: Known) -> Any:
    if not said.choice_ids:
        return said.value
    labels = _labels(known.fields[said.custom_field_id])
    if unknown := [str(each) for each in said.choice_ids if each not in labels]:
        raise invalid(f"custom_fields does not have a valid value: {said.custom_field_id} has no choice {', '.join(unknown)}")
    chosen = [labels[each] for each in said.choice_ids]
    return chosen if known.fields[said.custom_field_id].field.type == "multi_select" else chosen[-1]


def _labels(field: CustomField) -> dict[int, str]:
    """The choices that there are by their ids."""
    return {number: label for label, number in field.choice_ids.items() if label in field.field.choices}


def _mobile(said: SmsChannel) -> str:
    if said.full_sms_address:
        return mobile_of(said.full_sms_address, None, "sms_channel.full_sms_address")
    return mobile_of(said.sms_address or "", said.dial_code, "sms_channel.sms_address")


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
