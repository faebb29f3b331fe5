"""How rows meet stored contacts: the options of an import as values. Blank cells never take away the key that finds contacts."""

from dataclasses import dataclass
from enum import StrEnum

from shared.contacts.document import EMAIL, MOBILE

EMAIL_OR_MOBILE = "email_or_mobile"
"""The match by the e-mail, and where no contact has it or the row has none, by the mobile; see `Decider`."""


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
    """The options that decide a row. `match` is `id`, `uuid`, EMAIL_OR_MOBILE or a key kind (see `shared.contacts.document`)."""

    match: str = "email"
    mode: Mode = Mode.UPSERT
    merge: Merge = Merge.OVERWRITE_NON_EMPTY
    lists: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
    new_email_permission: str | None = None
    """With which contacts begin that the job creates or brings back, where they have an e-mail and their row says none."""
    sms_permission: str | None = None
    """What every row gives that has a mobile and says none."""

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


def words_of_match(match: str) -> str:
    """What finds contacts, in words for a message."""
    return "email or mobile" if match == EMAIL_OR_MOBILE else match.removeprefix("identifier:")
