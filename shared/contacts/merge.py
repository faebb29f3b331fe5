"""How rows meet stored contacts: the options of an import as values."""

from dataclasses import dataclass
from enum import StrEnum


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
    """The options that decide a row. `match` is `id`, `uuid` or a key kind (see `shared.contacts.document`)."""

    match: str = "email"
    mode: Mode = Mode.UPSERT
    merge: Merge = Merge.OVERWRITE_NON_EMPTY
    lists: tuple[int, ...] = ()
    tags: tuple[int, ...] = ()
