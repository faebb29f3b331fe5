"""Who may not be written to any more, as v2 shows it: the contact, since when, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.gateway.context import Tenant
from services.gateway.dialects.dotdigital.v2.contact_showing import shown
from services.gateway.dialects.dotdigital.v2.contact_words import is_barred, membership_word
from shared.contacts.document import BARRED, Document, value_at
from shared.contacts.present import time_text


async def suppressions(asker: Tenant, contacts: Sequence[Document], list_number: int | None = None) -> list[dict[str, Any]]:
    """The suppression of each contact: that from the account, or with a list that from its address book."""
    bodies = await shown(asker, contacts, is_full=False)
    if list_number is None:
        return [_of_account(body, stored) for body, stored in zip(bodies, contacts, strict=True)]
    return [_of_book(body, stored, list_number) for body, stored in zip(bodies, contacts, strict=True)]


def as_left(stored: Mapping[str, Any], list_number: int | None, at: datetime) -> Document:
    """The contact with the opt-out that was written at this moment, also where somebody has undone it since.

    Between writing and reading again the contact may come back or be deleted, and the list may go.
    """
    present = {name: value for name, value in stored.items() if name != "deleted_at"}
    if list_number is not None:
        left = [each for each in stored.get("lists", ()) if each["id"] == list_number and each["status"] in BARRED]
        return {**present, "lists": left or [{"id": list_number, "status": "unsubscribed", "at": at}]}
    if is_barred(stored):
        return present
    email = {**(value_at(stored, "channels.email") or {}), "status": "unsubscribed", "opt_out": {"at": at}}
    return {**present, "channels": {**stored.get("channels", {}), "email": email}}


def _of_account(body: dict[str, Any], stored: Mapping[str, Any]) -> dict[str, Any]:
    left_at = value_at(stored, "channels.email.opt_out.at") or stored["updated_at"]
    return {"suppressedContact": body, "dateRemoved": time_text(left_at), "reason": body["status"]}


def _of_book(body: dict[str, Any], stored: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The contact is shown as it stands on the address book."""
    membership = next(each for each in stored["lists"] if each["id"] == number)
    word = membership_word(membership)
    return {"suppressedContact": {**body, "status": word}, "dateRemoved": time_text(membership["at"]), "reason": word}
