"""By what the rows of a payload name their contacts: the texts that bring the rows of one contact together. Pure."""

from collections.abc import Sequence
from typing import Any

from services.importer.said_keys import SaidKeys
from shared.contacts.matching import key_text, path_of_match
from shared.contacts.merge import EMAIL_OR_MOBILE, ROW, kinds_of_match
from shared.contacts.patch import Patch, Target
from shared.contacts.refused import REFUSED, problems_said
from shared.readers import ABSENT


def row_keys(match: str, targets: Sequence[tuple[int, Target]]) -> "RowKeys | SaidKeys":
    """What reads the names out of rows with these targets."""
    return SaidKeys(targets) if match == ROW else RowKeys(match, targets)


def gives_keys(targets: Sequence[tuple[int, Target]], match: str) -> bool:
    """True where a row may give its contact a unique key that does not find it: one that another contact may have."""
    paths = {target.path for _, target in targets if target.path.partition(".")[0] in ("email", "mobile", "identifiers")}
    return bool(paths - {path_of_match(match)})


class RowKeys:
    """Reads the names out of rows with these targets. Where there are two kinds of them, each begins with its kind and a colon.

    A row that says itself that it is unfit has no name.
    """

    def __init__(self, match: str, targets: Sequence[tuple[int, Target]]) -> None:
        by_path = {target.path: (index, target.setter) for index, target in targets}
        self._refused = by_path[REFUSED][0] if REFUSED in by_path else None
        paths = {kind: path_of_match(kind) for kind in kinds_of_match(match)}
        self._columns = [(kind, *by_path[path]) for kind, path in paths.items() if path in by_path]
        self._paths = tuple(paths.values())
        self._lone = None if match == EMAIL_OR_MOBILE or not self._columns else self._columns[0]

    def __bool__(self) -> bool:
        """True when some column names contacts."""
        return bool(self._columns)

    @property
    def are_of_two_kinds(self) -> bool:
        """True when rows of one contact may have different names."""
        return len(self._columns) > 1

    def of(self, cells: Sequence[Any]) -> tuple[str, str]:
        """The name that finds the contact of a row, and the one that it has beside it; each is "" where there is none."""
        if self._refused is not None and problems_said(cells[self._refused] if self._refused < len(cells) else None):
            return "", ""
        if self._lone is None:
            return self._two_of(cells)
        kind, index, setter = self._lone
        cell = cells[index] if index < len(cells) else None
        return "" if cell is None or cell == ABSENT else key_text(kind, cell, setter), ""

    def rivals(self, cells: Sequence[Any]) -> tuple[str, str]:
        """Those by which a row is told from its duplicates: the same."""
        return self.of(cells)

    def are_in(self, patch: Patch) -> bool:
        """True when the patch of a row names its contact."""
        return any(patch.get(path) is not None for path in self._paths)

    def _two_of(self, cells: Sequence[Any]) -> tuple[str, str]:
        names: list[str] = []
        for kind, index, setter in self._columns:
            cell = cells[index] if index < len(cells) else None
            if cell is not None and cell != ABSENT and (text := key_text(kind, cell, setter)):
                names.append(f"{kind}:{text}")
        first, second, *_ = (*names, "", "")
        return first, second
