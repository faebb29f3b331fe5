"""What v2 calls things that are stored of a contact: where it stands, how it opted in, which mail it gets. Pure."""

from collections.abc import Mapping
from typing import Any

from services.gateway.dialects.dotdigital.channel_words import EMAIL_TYPES, OPT_IN_TYPES
from shared.contacts.document import BARRED, value_at
from shared.contacts.ended import ended

SUBSCRIBED = "Subscribed"
UNSUBSCRIBED = "Unsubscribed"
SUPPRESSED = "Suppressed"
DELETED = "Deleted"
_STATUSES = {
    "contact_unsubscribed": UNSUBSCRIBED,
    "contact_suppressed": SUPPRESSED,
    "contact_pending": "PendingOptIn",
    "contact_hard_bounced": "HardBounced",
    "contact_soft_bounced": "SoftBounced",
    "contact_complained": "IspComplained",
    "contact_direct_complaint": "DirectComplaint",
    "contact_mail_blocked": "MailBlocked",
    "contact_domain_suppressed": "DomainSuppression",
    "contact_blocked": "NotAllowed",
}
"""By the code of `shared.contacts.ended`."""


def status_word(stored: Mapping[str, Any]) -> str:
    """Where the contact stands in the account, whatever it left of its address books."""
    if "deleted_at" in stored:
        return DELETED
    why = ended(stored, ())
    return _STATUSES[why.code] if why else SUBSCRIBED


def membership_word(membership: Mapping[str, Any]) -> str:
    """Where a contact stands on one address book."""
    return {"unsubscribed": UNSUBSCRIBED, "suppressed": SUPPRESSED}.get(membership["status"], SUBSCRIBED)


def is_barred(stored: Mapping[str, Any]) -> bool:
    """True for a contact that unsubscribed from the account or is suppressed; one that has yet to confirm is neither."""
    return not BARRED.isdisjoint((value_at(stored, "channels.email.status"), value_at(stored, "channels.email.permission")))


def opt_in_word(stored: Mapping[str, Any]) -> str:
    """How the contact opted in."""
    return OPT_IN_TYPES[value_at(stored, "channels.email.opt_in.type") or "unknown"]


def email_type_word(stored: Mapping[str, Any]) -> str:
    """Which mail the contact gets: HTML unless somebody said otherwise."""
    return EMAIL_TYPES[value_at(stored, "channels.email.type") or "html"]
