"""What a body says of permissions, as changes of channels. Pure. Who unsubscribed is written to again only where it wants it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.gateway.dialects.constant_contact.errors import invalid
from services.gateway.problems import Problem
from shared.contacts.document import BARRED, value_at
from shared.contacts.patch import Patch
from shared.contacts.standing import EMAIL_GROUND, SMS_GROUND, Ground

_EMAIL, _SMS = "channels.email", "channels.sms"
_ASKED_AT = f"{_EMAIL}.confirm.asked_at"
_BARRED = {"unsubscribed": ("unsubscribed",), "temp_hold": ("temp_hold", "unsubscribed")}
"""Words that hold until the person takes them back, and what the account may put in their place."""
_STATUSES = {"unsubscribed": "unsubscribed", "temp_hold": "suppressed", "pending_confirmation": "pending"}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted, the person or the account, and when."""

    is_person: bool
    now: datetime

    @property
    def source(self) -> str:
        """As this API says it."""
        return "Contact" if self.is_person else "Account"

    def joining(self, patch: Patch, stored: Mapping[str, Any], channels: Patch) -> Patch:
        """The changes of channels; where the person comes back to a list that it had left, it also subscribes anew."""
        comes_back = self.is_person and bool(_left(stored) & {*patch.get("lists", ())})
        if comes_back and f"{_EMAIL}.status" not in channels and EMAIL_GROUND.of(stored) not in _STATUSES:
            return {**channels, f"{_EMAIL}.status": "subscribed"}
        return channels


def email_changes(sent: str | None, stored: Mapping[str, Any], actor: Actor, reason: str | None = None) -> Patch:
    """What a permission for e-mail changes. Raises Problem 400 where it is not the account's to give."""
    standing = EMAIL_GROUND.of(stored) if "email_key" in stored else None
    if sent is None or (sent == standing and not (sent == "unsubscribed" and reason)):
        return {}
    _check(standing, sent, actor, "email_address.permission_to_send")
    _check_asked(standing, sent, actor, stored)
    if sent == "unsubscribed":
        said = {f"{_EMAIL}.status": sent, f"{_EMAIL}.opt_out.source": actor.source}
        return {**said, f"{_EMAIL}.reason": reason} if reason else said
    if sent == "temp_hold":
        return {f"{_EMAIL}.status": _STATUSES[sent]}
    if sent == "pending_confirmation":
        return {f"{_EMAIL}.status": _STATUSES[sent], f"{_EMAIL}.permission": sent}
    agreed = {f"{_EMAIL}.opt_in.source": actor.source, f"{_EMAIL}.opt_in.at": actor.now} if sent != "not_set" else {}
    return {**_opened(_EMAIL, EMAIL_GROUND, stored), f"{_EMAIL}.permission": sent, **agreed}


def sms_changes(sent: str, stored: Mapping[str, Any], actor: Actor) -> Patch:
    """What a permission for SMS changes. Raises Problem 400 where it is not the account's to give."""
    standing = SMS_GROUND.of(stored)
    if sent == standing:
        return {}
    _check(standing, sent, actor, "sms_channel.sms_channel_consents.sms_consent_permission")
    if sent in _STATUSES:
        return {f"{_SMS}.status": _STATUSES[sent]}
    if sent == "explicit":
        return {f"{_SMS}.status": "subscribed", f"{_SMS}.permission": sent, f"{_SMS}.opt_in.at": actor.now}
    return {**_opened(_SMS, SMS_GROUND, stored), f"{_SMS}.permission": sent}


def resubscription(stored: Mapping[str, Any], now: datetime) -> Patch:
    """The one time that an account asks somebody who unsubscribed: until the answer, the contact is pending. Raises Problem 400."""
    if EMAIL_GROUND.of(stored) != "unsubscribed":
        raise invalid("contact_id does not have a valid value: only a contact that unsubscribed can be resubscribed")
    if value_at(stored, _ASKED_AT) is not None:
        raise invalid("contact_id does not have a valid value: this contact was asked before, and nobody is asked twice")
    pending = {f"{_EMAIL}.status": "pending", f"{_EMAIL}.permission": "pending_confirmation"}
    return {**pending, _ASKED_AT: now}


def not_resubscribed(problem: Problem, member: str = "list_memberships") -> Problem:
    """The refusal of a list for somebody who left it, in the words of this API; any other problem as it is."""
    if problem.code != "not_resubscribed":
        return problem
    how = "if it asked for it, send its permission and that the source is Contact, or use sign_up_form"
    return invalid(f"{member} does not have a valid value: the contact has unsubscribed; {how}")


def _opened(channel: str, ground: Ground, stored: Mapping[str, Any]) -> Patch:
    return {f"{channel}.status": "subscribed"} if value_at(stored, f"{channel}.status") in ground.by_status else {}


def _check(standing: str | None, sent: str, actor: Actor, member: str) -> None:
    if not actor.is_person and standing in _BARRED and sent not in _BARRED[standing]:
        raise invalid(f"{member} does not have a valid value: the contact is {standing}, which only the contact itself ends")


def _check_asked(standing: str | None, sent: str, actor: Actor, stored: Mapping[str, Any]) -> None:
    """Who had unsubscribed and was asked whether it comes back (see `resubscription`) answers for itself."""
    waits = standing == "pending_confirmation" and value_at(stored, _ASKED_AT) is not None
    if waits and not actor.is_person and sent not in _STATUSES:
        raise invalid(
            "email_address.permission_to_send does not have a valid value: the contact was asked to confirm, "
            "and only the contact itself answers"
        )


def _left(stored: Mapping[str, Any]) -> set[int]:
    """Lists that the contact has left."""
    return {membership["id"] for membership in stored.get("lists", ()) if membership["status"] in BARRED}
