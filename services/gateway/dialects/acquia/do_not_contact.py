"""Do-not-contact records: what each says of a channel here, and which of them a stored contact has. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from services.gateway.dialects.acquia.errors import Unfit
from services.gateway.dialects.acquia.php import as_list
from shared.contacts.document import BARRED, value_at
from shared.contacts.setters import REASON_LENGTH, bare

CHANNELS = ("email", "sms")
CONTACTABLE, UNSUBSCRIBED, BOUNCED, MANUAL = range(4)
_DIGITS = frozenset("0123")
HARD_BOUNCED = "hard_bounced"
"""The native reason of a bounce. A comment stands behind it and a colon."""
BY_HAND = "manual"
"""What stands before comments of a record by hand that would be read as something else, as "bounced twice" would."""

COMMENTS_LENGTH = REASON_LENGTH - len(HARD_BOUNCED) - 2
"""Of comments, which then fit behind what may stand before them. Longer ones are cut."""
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")

Cells = dict[str, Any]


def cells_of(said: Any) -> Cells:
    """The native cells, by target, of records as a body has them. Raises Unfit."""
    records = as_list(said)
    if isinstance(records, Mapping):
        records = list(records.values())
    if not isinstance(records, list):
        raise Unfit("Send a list of objects with channel, reason and comments.")
    cells: Cells = {}
    for record in records:
        if not isinstance(record, Mapping):
            raise Unfit("Send a list of objects with channel, reason and comments.")
        channel = record.get("channel") or "email"
        if channel not in CHANNELS:
            raise Unfit(f"The channel is one of {', '.join(CHANNELS)}.")
        cells |= cells_for(str(channel), record.get("reason"), record.get("comments"))
    return cells


def cells_for(channel: str, reason: Any, comments: Any) -> Cells:
    """The native cells of one record. Raises Unfit for a reason that there is not."""
    text = _line(comments)
    match _reason(reason):
        case 0:
            return {f"{channel}_status": "subscribed"}
        case 1:
            return {f"{channel}_status": "unsubscribed", f"{channel}_reason": text or None}
        case 2:
            return {f"{channel}_status": "suppressed", f"{channel}_reason": f"{HARD_BOUNCED}: {text}" if text else HARD_BOUNCED}
    is_plain = _said("suppressed", text) == (MANUAL, text)
    return {f"{channel}_status": "suppressed", f"{channel}_reason": (text if is_plain else f"{BY_HAND}: {text}") or None}


def records_of(stored: Mapping[str, Any], number: int) -> list[dict[str, Any]]:
    """The records of a stored contact: one for each channel on which it may not be written to."""
    found = []
    for place, channel in enumerate(CHANNELS):
        status = value_at(stored, f"channels.{channel}.status")
        if status in BARRED:
            reason, comments = _said(str(status), str(value_at(stored, f"channels.{channel}.reason") or ""))
            record = {"id": number * len(CHANNELS) + place, "reason": reason, "comments": comments}
            found.append({**record, "channel": channel, "channelId": None})
    return found


def is_barred(stored: Mapping[str, Any], channel: str) -> bool:
    """True where the contact may not be written to on this channel."""
    return value_at(stored, f"channels.{channel}.status") in BARRED


def _line(comments: Any) -> str:
    """Comments on one line, as much as fits of them; "" for what is no text. Nobody's opt-out is refused for its comments."""
    if isinstance(comments, bool) or not isinstance(comments, str | int | float):
        return ""
    return " ".join(_CONTROLS.sub(" ", str(comments)).split())[:COMMENTS_LENGTH].rstrip()


def _reason(said: Any) -> int:
    if said is None or said == "":
        return MANUAL
    if isinstance(said, str) and said.strip() in _DIGITS:
        said = int(said)
    if isinstance(said, bool) or said not in (CONTACTABLE, UNSUBSCRIBED, BOUNCED, MANUAL):
        raise Unfit("The reason is 0 (contactable), 1 (unsubscribed), 2 (bounced) or 3 (manual).")
    return int(said)


def _said(status: str, reason: str) -> tuple[int, str]:
    if status == "unsubscribed":
        return UNSUBSCRIBED, reason
    head, colon, comments = reason.partition(":")
    if head == BY_HAND and colon:
        return MANUAL, comments.strip()
    if "bounce" in bare(head):
        return BOUNCED, comments.strip()
    return MANUAL, reason
