"""How rows meet stored contacts: the options of an import as values. Blank cells never take away the key that finds contacts."""

from dataclasses import dataclass
from enum import StrEnum

from shared.contacts.document import EMAIL, MOBILE

EMAIL_OR_MOBILE = "email_or_mobile"
"""The match by the e-mail, and where no contact has it or the row has none, by the mobile; see `Decider`."""
ROW = "row"
"""The match by what each row names as its MATCH_BY: `id`, a key kind or NEW, or several of them (see `words_of_row`)."""
NEW = "new"
"""The match that finds nobody, so that a contact is made, if need be without any unique key."""
MATCH_BY = "match_by"
"""Where the patch of a row says what finds its contact."""


class Mode(StrEnum):
    """Which contacts a job may touch."""

    UPSERT = "upsert"
    CREATE = "create"
    UPDATE = "update"


class Merge(StrEnum):
    """What a value does to a stored one. A column that is absent changes nothing in any of them."""

    OVERWRITE_NON_EMPTY = "overwrite_non_empty"
    OVERWRITE = "overwrite"
    FILL_EMPTY = "fill_empty"


@dataclass(frozen=True, slots=True)
class Rules:
    """The options that decide a row. `match`: `id`, `uuid`, EMAIL_OR_MOBILE, ROW, or a key kind of `shared.contacts.document`.

    While a row is decided by ROW, it is the word that found its contact, or NEW.
    """

    match: str = "email"
    mode: Mode = Mode.UPSERT
    merge: Merge = Merge.OVERWRITE_NON_EMPTY
    lists: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    new_email_permission: str | None = None
    """With which contacts begin that the job creates or brings back, where they have an e-mail and their row says none."""
    sms_permission: str | None = None
    """What every row gives that has a mobile and says none."""
    refuses_ended: bool = False
    """True where nothing of a row is applied to a contact that may not be written to (see `shared.contacts.ended`)."""
    first_new: int = 0
    """Contacts from this number on came since the job was planned, most of them by the job itself: none of them has `ended`."""
    frees_deleted: bool = False
    """True where a deleted contact gives up a unique key that another contact is to have; see `shared.contacts.freeing`."""
    merges: bool = False
    """True where a row that gives its contact a key of another one merges that one into its own; see `shared.contacts.absorbing`.

    A deleted contact is not merged and gives up the key, as under `frees_deleted`. With Mode.CREATE nobody is merged.
    """

    @property
    def permits(self) -> bool:
        """True where the job gives a permission of its own."""
        return self.new_email_permission is not None or self.sms_permission is not None

    def finds_by(self, kind: str) -> bool:
        """True where this kind of key finds contacts."""
        return kind in kinds_of_match(self.match)


def kinds_of_match(match: str) -> tuple[str, ...]:
    """The kinds of keys that find contacts, the one that decides first; `id` and `uuid` stand for themselves."""
    return (EMAIL, MOBILE) if match == EMAIL_OR_MOBILE else (match,)


def words_of_row(match_by: str) -> list[str]:
    """What a row named as its MATCH_BY, one after the other: the first that finds a contact decides."""
    return match_by.split("|")


def words_of_match(match: str) -> str:
    """What finds contacts, in words for a message."""
    if match == ROW:
        return "match_by with its value"
    return "email or mobile" if match == EMAIL_OR_MOBILE else match.removeprefix("identifier:")


def code_of_missing(match: str) -> str:
    """The code of a row that lacks what finds contacts."""
    return f"{MATCH_BY if match == ROW else match.partition(':')[0]}_missing"
