"""Merge options: what a value of an import does to a stored one, in the words of each API. Pure."""

from typing import Literal

Merge = Literal["overwrite", "overwrite_non_empty", "fill_empty"]
"""The native words. `overwrite` clears with blanks; in all of them a field that is not in the import stays as it is."""

V2_NAMES: dict[str, Merge] = {
    "overwrite": "overwrite",
    "onlyoverwriteifnotempty": "overwrite_non_empty",
    "onlyoverwriteifcontactdatanotpopulated": "fill_empty",
}
"""By the name of the vendor's enum in lower case."""
NO_MERGE = (
    "mergeOption must be 0, 1 or 2, or the name of one: Overwrite, OnlyOverwriteIfNotEmpty, OnlyOverwriteIfContactDataNotPopulated."
)
"""What v2 says of any other."""
V2_NUMBERS: tuple[Merge, ...] = ("overwrite", "overwrite_non_empty", "fill_empty")
"""By number."""
V3: dict[str, Merge] = {
    "overwrite": "overwrite",
    "overwriteifnotempty": "overwrite_non_empty",
    "overwriteifempty": "fill_empty",
}
"""By the word in lower case."""


def v2_merge(said: str) -> Merge | None:
    """The merge that a number or a name of the enum means, in any letter case; None for anything else.

    `NotAvailableInThisVersion`, which stands in every enum of the vendor, is no way of merging.
    """
    word = said.strip().lower()
    if word in ("0", "1", "2"):
        return V2_NUMBERS[int(word)]
    return V2_NAMES.get(word)
