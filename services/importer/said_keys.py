"""By what the rows of a payload name their contacts where each row says what finds its own. Pure.

All that names a contact is read out of a row as the work reads it: a row that the work rejects for it has no name.
"""

from collections.abc import Sequence
from typing import Any

from shared.contacts.decide import keys_in
from shared.contacts.matching import path_of_match
from shared.contacts.merge import MATCH_BY
from shared.contacts.patch import Patch, RowProblem, Target, parse_row
from shared.contacts.values import email_key

BESIDE = "\0"
"""Stands in the key of a planned row between the name that finds its contact and others that it has beside it."""
_NUMBER, _SAID = "id", frozenset({MATCH_BY, "id", "email", "mobile", "identifiers"})


class SaidKeys:
    """Reads the names out of rows with these targets. Each name begins with its kind and a colon."""

    def __init__(self, targets: Sequence[tuple[int, Target]]) -> None:
        self._columns = [(index, target) for index, target in targets if target.path.partition(".")[0] in _SAID]
        paths = {target.path for _, target in self._columns}
        self._is_enough = MATCH_BY in paths and len(paths) > 1

    def __bool__(self) -> bool:
        """True when one column says what finds contacts, and another may do so."""
        return self._is_enough

    @property
    def are_of_two_kinds(self) -> bool:
        """True: rows of one contact may have different names."""
        return True

    def of(self, cells: Sequence[Any]) -> tuple[str, str]:
        """The name that finds the contact of a row, and all others that it has, with BESIDE between; "" where there is none."""
        try:
            patch = parse_row(self._columns, cells)
        except RowProblem:
            return "", ""
        said = patch.get(MATCH_BY)
        value = None if said is None else patch.get(path_of_match(said))
        if value is None:
            return "", ""
        name = f"{said}:{email_key(value) if said == 'email' else value}"
        others = (f"{kind}:{text}" for _, (kind, text) in keys_in(patch))
        return name, BESIDE.join(other for other in others if other != name)

    def rivals(self, cells: Sequence[Any]) -> tuple[str, str]:
        """The name by which a row is told from its duplicates: what it has beside it makes it no one's equal."""
        return self.of(cells)[0], ""

    def are_in(self, patch: Patch) -> bool:
        """True when the patch of a row names its contact."""
        said = patch.get(MATCH_BY)
        return said is not None and patch.get(path_of_match(said)) is not None


def kind_and_value(name: str) -> tuple[str, str]:
    """What a name consists of: the kind, as `email` or `identifier:<name>`, and the value."""
    kind, value = name.split(":", 1)
    if kind != "identifier":
        return kind, value
    own, value = value.split(":", 1)
    return f"{kind}:{own}", value
