"""Why a contact may not be written to by e-mail, in one code, for jobs that leave such contacts alone. Pure.

A row that ends the subscription itself is no row to refuse: an opt-out is never lost.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from shared.contacts.document import BARRED, value_at
from shared.contacts.merge import Merge
from shared.contacts.setters import bare

_STATUS, _PERMISSION, _REASON = "channels.email.status", "channels.email.permission", "channels.email.reason"


class Ended(NamedTuple):
    """What ended: a stable code, a message that says what to do, and the field that says it."""

    code: str
    message: str
    field: str


_UNSUBSCRIBED = Ended(
    "contact_unsubscribed",
    "The contact has unsubscribed, and this job leaves such contacts alone. If the person asks to come back, set email_status "
    "to subscribed on this one contact; no file does it.",
    "email_status",
)
_PENDING = Ended(
    "contact_pending",
    "The contact was asked to confirm and has not yet, and this job leaves such contacts alone. Send the row again after the "
    "confirmation.",
    "email_permission",
)
_LEFT = (
    "The contact has left a list that the row would join, and this job leaves such contacts alone. If the person asks to come "
    "back, send this one contact with the list and with email_status subscribed; no file does it."
)
_BY_PERSON = "set email_status to subscribed on this one contact; no file does it."
_SUPPRESSED = {
    "contact_suppressed": "The contact is suppressed. When the cause is gone",
    "contact_hard_bounced": "Mail to the contact came back for good. Find an address that works; if this one works again",
    "contact_soft_bounced": "Mail to the contact came back too often. When the mailbox takes mail again",
    "contact_complained": "The contact reported mail as spam to its provider. Only if the person asks for mail",
    "contact_direct_complaint": "The contact has complained. Only if the person asks for mail",
    "contact_mail_blocked": "The contact's mail server turns mail away. When it lets mail through again",
    "contact_domain_suppressed": "The domain of the contact's address is suppressed. When it may be written to again",
    "contact_blocked": "The contact is blocked. When whoever blocked it allows it again",
}
"""By code, what happened, and when it may be undone."""
_SPELLINGS = {
    "contact_hard_bounced": "hardbounced hardbounce hardbounces hardbouncing",
    "contact_soft_bounced": "softbounced softbounce softbounces softbouncing",
    "contact_complained": "complained complaint ispcomplained ispcomplaint spamcomplained spamcomplaint abusecomplaint "
    "markedasspam reportedasspam reportedspam",
    "contact_direct_complaint": "directcomplaint directcomplained directlycomplained complaineddirectly",
    "contact_mail_blocked": "mailblocked mailblock emailblocked blockedmail",
    "contact_domain_suppressed": "domainsuppressed domainsuppression suppresseddomain",
    "contact_blocked": "blocked block blocklisted",
}
_CODES = {spelling: code for code, spellings in _SPELLINGS.items() for spelling in spellings.split()}


def ends(patch: Mapping[str, Any], stored: Mapping[str, Any], merge: Merge) -> bool:
    """True where the patch bars the e-mail channel, by status or by permission. Where stored values win, one stays as it is."""
    paths = (path for path in (_STATUS, _PERMISSION) if patch.get(path) in BARRED)
    return any(merge is not Merge.FILL_EMPTY or value_at(stored, path) is None for path in paths)


def ended(stored: Mapping[str, Any], joins: Iterable[int], *, is_ending: bool = False) -> Ended | None:
    """What ended of this contact, or None. `joins`: the lists that it would join; a negative number is one that it would leave.

    A suppression says more than an opt-out, an opt-out more than a confirmation that is still awaited, and each of them more
    than a list that the contact has left. The reason of a suppression is free text, a known word and a comment behind a colon
    at most: where it is none that is known, the code is `contact_suppressed`. `is_ending`: the row ends the subscription
    itself (see `ends`), which nothing stands against but a suppression: an opt-out would take its place.
    """
    status, permission = value_at(stored, _STATUS), value_at(stored, _PERMISSION)
    if status == "suppressed":
        code = _code_of(value_at(stored, _REASON) or "")
        return Ended(code, f"{_SUPPRESSED[code]}, {_BY_PERSON}", "email_status")
    if is_ending:
        return None
    if "unsubscribed" in (status, permission):
        return _UNSUBSCRIBED
    if status == "pending" or permission == "pending_confirmation":
        return _PENDING
    left = {membership["id"] for membership in stored.get("lists", ()) if membership["status"] in BARRED}
    return Ended("list_unsubscribed", _LEFT, "lists") if left and not left.isdisjoint(joins) else None


def _code_of(reason: str) -> str:
    return _CODES.get(bare(reason)) or _CODES.get(bare(reason.partition(":")[0]), "contact_suppressed")
