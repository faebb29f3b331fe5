"""What a contact that was written on its own does to a stored one, and what goes wrong with it in the words of v3. Pure.

Data are taken whoever the contact is. Who ended a subscription stays so, unless the body says that it subscribes again. Who is
suppressed, as by a bounce, stays so whatever the body says: that was not the person's choice.
"""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from services.gateway.contact_bodies import exactly
from services.gateway.dialects.dotdigital.data_fields import BUILT_IN, DataField
from services.gateway.dialects.dotdigital.v3.contact_finding import contact_not_found
from services.gateway.dialects.dotdigital.v3.errors import detail, refused
from services.gateway.problems import Problem, translating
from shared.contacts.document import BARRED, EMAIL, MOBILE, value_at
from shared.contacts.merge import Merge
from shared.contacts.patch import FieldBook, Patch, resolve_target

_EMAIL_STATUS = "channels.email.status"
_EMAIL_PERMISSION = "channels.email.permission"
_STATUSES = (_EMAIL_STATUS, "channels.sms.status", "channels.whatsapp.status")
_SUBSCRIBED, _UNSUBSCRIBED, _SUPPRESSED = "subscribed", "unsubscribed", "suppressed"
_BUILT_IN = {field.target: field.name for field in BUILT_IN}
_SELF = frozenset({"opt_in_at"})
"""Targets of data fields that tell what happened: a contact that is replaced keeps them."""
_MEMBERS = {
    EMAIL: "identifiers.email",
    MOBILE: "identifiers.mobileNumber",
    "email_status": "channelProperties.email.status",
    "sms_status": "channelProperties.sms.status",
    "whatsapp_status": "channelProperties.whatsApp.status",
    "consents": "consentRecords",
}


@dataclass(frozen=True, slots=True)
class Writing:
    """How a body meets a stored contact."""

    is_unchallenged: bool = True
    """False where somebody who left is to be asked first whether they come back: until then they have left."""
    merge: Merge = Merge.OVERWRITE

    def merging(self, patch: Patch, stored: Mapping[str, Any]) -> Patch:
        """The patch without what it may not do: to subscribe again without saying so, and to join lists meanwhile."""
        result = {path: value for path, value in patch.items() if not (path in _STATUSES and self._is_kept(path, value, stored))}
        if patch.get(_EMAIL_STATUS) == _UNSUBSCRIBED and value_at(stored, _EMAIL_STATUS) == _SUPPRESSED:
            # The suppression says more, and the person's wish is kept beside it.
            result[_EMAIL_PERMISSION] = _UNSUBSCRIBED
        if result.get("lists"):
            result["lists"] = _joined(result, stored)
        return result

    def _is_kept(self, path: str, said: Any, stored: Mapping[str, Any]) -> bool:
        """True where the stored status stays. One that ends a subscription is taken however values are merged."""
        status = value_at(stored, path)
        if status == _SUPPRESSED:
            return True
        if said in BARRED:
            return False
        if status is not None and self.merge is Merge.FILL_EMPTY:
            return True
        is_asked = path == _EMAIL_STATUS and not self.is_unchallenged
        return status in BARRED and (said != _SUBSCRIBED or is_asked)


@dataclass(frozen=True, slots=True)
class Replacing:
    """As `Writing`, of a body that is the whole contact: identifiers, data fields, preferences and lists that it lacks go.

    What this API does not show of a contact stays, and so do its channels and consent records.
    """

    writing: Writing
    fields: Mapping[str, DataField]
    book: FieldBook

    def replacing(self, patch: Patch, stored: Mapping[str, Any]) -> Patch:
        """The patch that makes the stored contact what the body says."""
        targets = (resolve_target(each.target, self.book) for each in self.fields.values() if each.target not in _SELF)
        cleared: Patch = {target.path: None for target in targets if target is not None}
        cleared |= dict.fromkeys((EMAIL, MOBILE, "preferences", "lists"))
        cleared |= {f"identifiers.{name}": None for name in stored.get("identifiers", {})}
        full = {**cleared, **patch}
        if full["preferences"]:
            full["preferences"] = dict.fromkeys(stored.get("preferences", {})) | full["preferences"]
        return self.writing.merging(exactly(full, stored, patch), stored)


def is_unchallenged(contact: Mapping[str, Any]) -> bool:
    """False where the body asks that somebody who left confirms first; true also where it says nothing of it."""
    said: Any = contact
    for member in ("channelProperties", "email", "resubscribeOptions", "resubscribeWithNoChallenge"):
        said = said.get(member) if isinstance(said, Mapping) else None
    return said is not False


def in_its_words(identifier: str = "contactId") -> AbstractContextManager[None]:
    """Problems of the desk become those of this API. `identifier` is what the path found the contact by."""
    return translating(lambda problem: _translated(problem, identifier))


def _translated(problem: Problem, identifier: str) -> Problem:
    match problem.code:
        case "not_found":
            return contact_not_found(identifier)
        case "contact_exists":
            item = _member(problem.field or EMAIL).removeprefix("identifiers.")
            return refused(409, "idAlreadyExists", problem.detail, [detail(item, problem.detail)])
        case "contact_limit":
            # Clients read every 409 as an identifier that somebody has.
            return Problem(403, problem.code, problem.detail)
        case "key_missing":
            why = "A contact needs an email, a mobileNumber or an identifier of the account."
            return refused(400, "invalidContacts", why, [detail("identifiers", why)])
    if problem.status == 422 and problem.field is not None:
        item, why = _member(problem.field), problem.detail.removeprefix(f"{problem.field}: ")
        return refused(400, "invalidContacts", f"The body is not valid: {item}: {why}", [detail(item, why)])
    return problem


def _member(field: str) -> str:
    """The member of a body behind a native field."""
    head, _, rest = field.partition(":")
    if head in ("identifier", "cf"):
        return f"identifiers.{rest}" if head == "identifier" else f"dataFields.{rest.upper()}"
    if field.startswith(("identifiers.", "lists", "preferences", "consents.")):
        return field.replace("consents.", "consentRecords.", 1)
    return _MEMBERS.get(field) or f"dataFields.{_BUILT_IN.get(field, field)}"


def _joined(patch: Patch, stored: Mapping[str, Any]) -> list[int]:
    """The lists of the patch without those that the contact cannot join: it has left them, or may not be written to."""
    status = patch.get(_EMAIL_STATUS) or value_at(stored, _EMAIL_STATUS)
    memberships = {each["id"]: each["status"] for each in stored.get("lists", ())}
    comes_back = patch.get(_EMAIL_STATUS) == _SUBSCRIBED

    def may_join(number: int) -> bool:
        if number not in memberships:
            return status not in BARRED
        return memberships[number] not in BARRED or (comes_back and status not in BARRED)

    return [number for number in patch["lists"] if number < 0 or may_join(number)]
