"""Stored contacts for the tests of what is decided, and a store in memory that writes as the real one does."""

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

from shared.contacts.decide import Decider, Decision
from shared.contacts.document import Document, put_at
from shared.contacts.merge import Rules
from shared.contract.identity import pack

ACCOUNT = 3
NOW = datetime(2026, 11, 22, tzinfo=UTC)
LATER = datetime(2026, 11, 23, tzinfo=UTC)


def contact(number: int = 1, **members: Any) -> Document:
    """A stored contact with an e-mail, unless told otherwise."""
    document: Document = {"_id": pack(ACCOUNT, number), "account": ACCOUNT, "created_at": NOW, "updated_at": NOW}
    email = members.pop("email", f"c{number}@example.org")
    if email is not None:
        document |= {"email": email, "email_key": email.lower()}
    document |= {name.replace("__", "."): value for name, value in members.items()}
    return document


def decided(rules: Rules, stored: list[Document], *patches: dict[str, Any], by_person: bool = False) -> list[Decision]:
    """What becomes of these rows in one chunk."""
    decider = Decider(rules, deepcopy(stored), LATER, by_person=by_person)
    return [decider.decide(patch) for patch in patches]


def written(
    rules: Rules, stored: list[Document], patches: list[dict[str, Any]], now: datetime = LATER
) -> tuple[list[Document], list[Decision]]:
    """The contacts after a chunk, made from its changes alone, as the database makes them."""
    decider = Decider(rules, deepcopy(stored), now)
    decisions = [decider.decide(patch) for patch in patches]
    after = {document["_id"]: deepcopy(document) for document in stored}
    for working in decider.updated():
        for path, value in working.changes.items():
            put_at(after[working.stored["_id"]], path, deepcopy(value))
    for working in decider.created():
        working.stored["_id"] = pack(ACCOUNT, max((_id & 0xFFFF for _id in after), default=0) + 1)
        after[working.stored["_id"]] = deepcopy(working.stored)
    return list(after.values()), decisions
