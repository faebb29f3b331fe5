"""What became of a contact as updates of the database. Pure."""

from datetime import datetime

from shared.contacts.applying import Working
from shared.contacts.document import Document


def keys_given_up(contact: Working) -> Document:
    """What to take out first, so that two contacts never have one key on the way; `update_of` puts the new keys in."""
    return {path: "" for path in ("email_key", "keys") if path in contact.changes}


def update_of(contact: Working, now: datetime, via: str) -> Document:
    """What changed of the contact, with the time and the way of it."""
    put = {path: value for path, value in contact.changes.items() if value is not None}
    gone = {path: "" for path, value in contact.changes.items() if value is None}
    change: Document = {"$set": {**put, "updated_at": now, "updated_via": via}}
    if gone:
        change["$unset"] = gone
    return change
