"""By what the rows of a payload name their contacts where each row says what finds its own. Pure.

All that names a contact is read out of a row as the work reads it: a row that the work rejects for it has no name.
"""

from collections.abc import Sequence
from typing import Any

from shared.contacts.decide import keys_in
from shared.contacts.matching import path_of_match
from shared.contacts.merge import MATCH_BY, NEW, words_of_row
from shared.contacts.patch import Patch, RowProblem, Target, parse_row
from shared.contacts.refused import REFUSED
from shared.contacts.values import email_key

BESIDE = "\0"
"""Stands in the key of a planned row between the name that finds its contact and others that it has beside it."""
NEXT = "|"
"""Stands before a name that is tried where the one before it finds nobody."""
MADE = f"{NEW}:"
"""Stands where no name is left to try, and a contact is made."""
_NUMBER, _SAID = "id", frozenset({REFUSED, MATCH_BY, "id", "email", "mobile", "identifiers"})


class SaidKeys:
    """Reads the names out of rows with these targets. Each name begins with its kind and a colon."""

    def __init__(self, targets: Sequence[tuple[int, Target]]) -> None:
        self._columns = [(index, target) for index, target in targets if target.path.partition(".")[0] in _SAID]
        paths = {target.path for _, target in self._columns} - {REFUSED}
        self._is_enough = MATCH_BY in paths and len(paths) > 1

    def __bool__(self) -> bool:
        """True when one column says what finds contacts, and another may do so."""
        return self._is_enough

    @property
    def are_of_two_kinds(self) -> bool:
        """True: rows of one contact may have different names."""
        return True

    def of(self, cells: Sequence[Any]) -> tuple[str, str]:
        """The name that finds the contact of a row, and all others that it has, with BESIDE between; "" where there is none.

        Of several that are tried in turn it is the first, and the others stand beside it, each behind NEXT. MADE is one too.
        """
        try:
            patch = parse_row(self._columns, cells)
        except RowProblem:
            return "", ""
        name, *more = _tried(patch) or ("",)
        if not name:
            return "", ""
        others = (f"{kind}:{text}" for _, (kind, text) in keys_in(patch))
        beside = [f"{NEXT}{other}" for other in more] + [other for other in others if other != name and other not in more]
        return name, BESIDE.join(beside)

    def rivals(self, cells: Sequence[Any]) -> tuple[str, str]:
        """The name by which a row is told from its duplicates: what it has beside it makes it no one's equal."""
        name = self.of(cells)[0]
        return "" if name == MADE else name, ""

    def are_in(self, patch: Patch) -> bool:
        """True when the patch of a row names its contact, or says that it is to be made."""
        return bool(_tried(patch))


def _tried(patch: Patch) -> list[str]:
    """The names that are tried for the contact of a row, in turn, and MADE where one is made if they find nobody."""
    names: list[str] = []
    for word in words_of_row(patch.get(MATCH_BY) or ""):
        value = "" if word == NEW else patch.get(path_of_match(word))
        if value is not None:
            names.append(f"{word}:{email_key(value) if word == 'email' else value}")
    return names


def kind_and_value(name: str) -> tuple[str, str]:
    """What a name consists of: the kind, as `email` or `identifier:<name>`, and the value."""
    kind, value = name.split(":", 1)
    if kind != "identifier":
        return kind, value
    own, value = value.split(":", 1)
    return f"{kind}:{own}", value
