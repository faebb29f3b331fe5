"""A contact of a body as a native patch, and what is wrong with it in the words of v2. Pure but for the account's data fields."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from services.gateway.contact_bodies import patch_of
from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.account_fields import account_fields
from services.gateway.dialects.dotdigital.data_fields import DataField
from services.gateway.dialects.dotdigital.v2.contact_finding import no_contact
from services.gateway.dialects.dotdigital.v2.contact_record import ContactInput, native_record, unknown_data_field
from services.gateway.dialects.dotdigital.v2.errors import refused
from services.gateway.problems import Problem, translating
from shared.contacts.document import EMAIL
from shared.contacts.ended import ended
from shared.contacts.patch import Patch
from shared.contacts.values import shown

_NAMES = {EMAIL: "email", "opt_in_type": "optInType", "email_type": "emailType"}
_STILL_THERE = "contact_pending"
"""Of `shared.contacts.ended`: who has yet to confirm was not suppressed by anybody."""


async def contact_patch(asker: Tenant, contact: ContactInput, consents: Sequence[Mapping[str, Any]] = ()) -> Patch:
    """What the contact says; a data field with a blank clears. Raises Problem 400 that names what is wrong.

    ERROR_DATAFIELD_NOTFOUND, ERROR_DATAFIELD_INVALID, ERROR_DATAFIELD_VALUE_OVERFLOW, ERROR_PREFERENCE_INVALID,
    ERROR_INVALID_EMAIL, ERROR_CONTACT_INVALID.
    """
    fields, book = await account_fields(asker)
    unknown = unknown_data_field(contact, fields)
    if unknown is not None:
        raise refused(400, "ERROR_DATAFIELD_NOTFOUND", f"There is no data field {shown(unknown)} in this account.")
    record = native_record(contact, fields)
    if consents:
        record["consents"] = list(consents)
    try:
        patch = patch_of(record, book, asker.account.uuid_base)
    except Problem as problem:
        raise _refused(problem, fields) from None
    if patch.get(EMAIL, "") is None:
        raise no_email()
    return patch


def no_email() -> Problem:
    """The refusal of a contact that nothing could find."""
    return refused(400, "ERROR_CONTACT_INVALID", "A contact has an email address: send email.")


def unless_suppressed(patch: Patch, stored: Mapping[str, Any]) -> Patch:
    """The patch, unless the contact that it is for may not be written to, or has left a list that it would join.

    Raises Problem 400 with the message that clients compare. A deleted contact that comes back may be one that unsubscribed.
    """
    why = ended(stored, ())
    if why is not None and why.code != _STILL_THERE:
        raise refused(400, "ERROR_CONTACT_SUPPRESSED", "Contact is suppressed.")
    on_lists = ended({"lists": stored.get("lists", ())}, patch.get("lists") or ())
    if on_lists is not None:
        raise refused(400, "ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK", "Contact is suppressed for this address book.")
    return patch


def in_its_words() -> AbstractContextManager[None]:
    """Problems of the desk become those of this API."""
    return translating(_translated)


def _translated(problem: Problem) -> Problem:
    match problem.code:
        case "not_found":
            return no_contact()
        case "contact_limit":
            return refused(400, "ERROR_CONTACT_TOOMANY", problem.detail)
    return problem


def _refused(problem: Problem, fields: Mapping[str, DataField]) -> Problem:
    """Native names of fields become those of this API; the sentence stays."""
    native = problem.field or ""
    data_field = next((field.name for field in fields.values() if field.target == native), None)
    sentence = problem.detail.removeprefix(f"{native}: ")
    if data_field is not None:
        code = "ERROR_DATAFIELD_VALUE_OVERFLOW" if problem.code == "too_long" else "ERROR_DATAFIELD_INVALID"
        return refused(400, code, f"{data_field}: {sentence}")
    if native.startswith("preferences"):
        return refused(400, "ERROR_PREFERENCE_INVALID", problem.detail)
    code = "ERROR_INVALID_EMAIL" if native == EMAIL else "ERROR_CONTACT_INVALID"
    return refused(400, code, f"{_NAMES.get(native, native)}: {sentence}")
