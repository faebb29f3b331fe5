"""What a change makes of each contact of a chunk, decided by comparing it with what is stored. Pure.

A row is judged by what the rows before it left, so a contact that is named twice comes out the same wherever chunks are cut.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple

from services.lists.judging import ALREADY_DELETED, NOTHING, Judged, add, delete, erase, move, remove, restore, tag, untag
from shared.contacts.changing import ContactChange
from shared.contacts.document import Document, keys_of
from shared.contacts.matching import Name
from shared.contract.identity import unpack
from shared.contract.values import Outcome

NOT_FOUND = ("contact_not_found", "There is no such contact. One that was deleted has to be restored first.")
GONE = ("contact_gone", "The contact was deleted after the job had begun.")
EXCLUDED = ("excluded", "The contact is among those that the job leaves out.")
_KEYS = ("email_key", "mobile", "identifiers")
_MEMBERSHIPS = ("lists", "channels.email.status")
_OWN_PARTS = {
    **dict.fromkeys(("add", "remove", "move"), _MEMBERSHIPS),
    **dict.fromkeys(("tag", "untag"), ("tags",)),
    "erase": _KEYS,
}
_ABOUT_DELETED = ("delete", "erase", "restore")


class Verdict(NamedTuple):
    """What becomes of one row."""

    outcome: Outcome
    number: int | None = None
    code: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Aim:
    """What a job does to its contacts."""

    action: str
    """`add`, `remove` or `move` with lists; `tag` or `untag`; `delete`, `erase` or `restore`."""
    join: tuple[int, ...] = ()
    leave: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    is_named: bool = False
    """True where somebody named each contact, and false where a selection found them."""
    reaches_deleted: bool = False
    """True where deleted contacts were asked for."""

    @property
    def parts(self) -> tuple[str, ...]:
        """What has to be read of a contact."""
        return ("deleted_at", *_OWN_PARTS.get(self.action, ()), *(_KEYS if self.is_named else ()))

    def judge(self, now: datetime, lists: Collection[int]) -> Callable[[Document], Judged]:
        """What judges one contact; `lists` are those of `join` that exist still."""
        join = tuple(number for number in self.join if number in lists)
        leave = tuple(number for number in self.leave if number not in self.join)
        match self.action:
            case "add":
                return partial(add, join, now)
            case "remove":
                return partial(remove, self.leave, now)
            case "move":
                return partial(move, join, leave, now)
            case "tag":
                return partial(tag, self.tags)
            case "untag":
                return partial(untag, self.tags)
            case "delete":
                return delete
            case "erase":
                return erase
        return restore


class Decider:
    """Decides the rows of one chunk, in order. `erased` names contacts that earlier chunks of the job have taken out."""

    def __init__(
        self,
        aim: Aim,
        existing: Iterable[Document],
        now: datetime,
        *,
        lists: Collection[int] = (),
        excluded: Collection[int] = (),
        erased: Iterable[Name] = (),
    ) -> None:
        self._aim = aim
        self.now = now
        self._excluded = excluded
        self._judge = aim.judge(now, lists)
        self._contacts: dict[Name, Document] = {}
        self._erased: set[Name] = set(erased)
        self.groups: dict[ContactChange, list[int]] = {}
        """The contacts of each change."""
        self.erased: list[Document] = []
        """Those of them that are taken out for good, as they were."""
        for document in existing:
            self._put(document)

    def decide(self, name: Name) -> Verdict:
        """What becomes of the row that names this contact."""
        if name in self._erased:
            return Verdict(Outcome.SKIPPED, None, *ALREADY_DELETED)
        stored = self._contacts.get(name)
        if stored is None or ("deleted_at" in stored and not self._reaches_deleted()):
            missing = (Outcome.REJECTED, None, *NOT_FOUND) if self._aim.is_named else (Outcome.SKIPPED, None, *GONE)
            return Verdict(*missing)
        number = unpack(stored["_id"])
        if number in self._excluded:
            return Verdict(Outcome.SKIPPED, number, *EXCLUDED)
        judged = self._judge(stored)
        if judged.change is not NOTHING:
            self._change(number, stored, judged.change)
        return Verdict(judged.outcome, number, *(judged.note or ()))

    def _reaches_deleted(self) -> bool:
        return self._aim.reaches_deleted or self._aim.action in _ABOUT_DELETED

    def _change(self, number: int, stored: Document, change: ContactChange) -> None:
        self.groups.setdefault(change, []).append(number)
        if change.is_erased:
            self.erased.append(stored)
            self._erased.update((number, *keys_of(stored)))
        elif self._aim.is_named:
            self._put(change.applied_to(stored, self.now))

    def _put(self, stored: Document) -> None:
        self._contacts[unpack(stored["_id"])] = stored
        if self._aim.is_named:
            self._contacts.update(dict.fromkeys(keys_of(stored), stored))
