"""How many contacts an import creates whose rows each say what finds their contact: its rows are followed in file order.

A row creates a contact where nobody has any of its names, stored contacts and those of earlier rows together: it names one
that is there by a name that finds it, and is rejected for any other, or merges who has that. A name that a row takes from its
contact is not counted as free: who is made with it by a later row asks for room when it comes. Memory is eight bytes for each name.
"""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence

from services.importer.name_hash import name_hash
from services.importer.said_keys import BESIDE, MADE, NEXT, kind_and_value
from shared.contacts.store import AccountContacts
from shared.contract.identity import NUMBER_BITS
from shared.jobs.lanes import PlannedRow

ASK_TOGETHER = 1_000
PARTS = 4_096


class Newcomers:
    """Counts them, all in the one lane that the rows of such an import have.

    `merges`: see `shared.contacts.merge.Rules`. `only_creates`: a row whose contact is there is skipped, and gives it no name.
    """

    def __init__(self, contacts: AccountContacts, *, merges: bool = False, only_creates: bool = False) -> None:
        self._contacts = contacts
        self._merges = merges
        self._only_creates = only_creates
        self._held: list[list[str]] = []
        self._seen = _Names()
        self._count = 0

    async def add(self, rows: Sequence[PlannedRow]) -> None:
        """Take the next rows."""
        self._held += [row.key.split(BESIDE) for row in rows if row.key]
        if len(self._held) >= ASK_TOGETHER:
            await self._follow()

    async def count(self) -> list[int]:
        """Those of the lane, when the last row has been taken."""
        await self._follow()
        return [self._count]

    async def _follow(self) -> None:
        held, self._held = self._held, []
        bare = [[name.removeprefix(NEXT) for name in names] for names in held]
        stored = await self._stored({name for names in bare for name in names} - {MADE})
        for marked, names in zip(held, bare, strict=True):  # those that are tried stand first
            tried = 1 + sum(name.startswith(NEXT) for name in marked)
            if not any(name in stored or name in self._seen for name in names[:tried]):
                if all(name.startswith("id:") for name in names[:tried]):
                    continue
                if not self._merges and any(name in stored or name in self._seen for name in names[tried:]):
                    continue
                self._count += 1
            elif self._only_creates:
                continue
            for name in names:
                if name != MADE and not name.startswith("id:"):
                    self._seen.add(name)

    async def _stored(self, names: set[str]) -> set[str]:
        """Those of the names that a stored contact has."""
        by_kind: dict[str, dict[str, str]] = defaultdict(dict)
        for name in names:
            kind, value = kind_and_value(name)
            by_kind[kind][value] = name
        numbers = [number for number in map(int, by_kind.pop("id", ())) if 0 < number < 1 << NUMBER_BITS]
        found = {f"id:{number}" for number in await self._contacts.among(None, numbers, {})}
        for kind, values in by_kind.items():
            found.update(values[value] for value in await self._contacts.known(kind, values.keys()))
        return found


class _Names:
    """A set of names by their 64-bit hashes, sorted, in parts that stay short."""

    def __init__(self) -> None:
        self._parts = [array("Q") for _ in range(PARTS)]

    def add(self, name: str) -> None:
        part, place, digest = self._place(name)
        if place == len(part) or part[place] != digest:
            part.insert(place, digest)

    def __contains__(self, name: str) -> bool:
        part, place, digest = self._place(name)
        return place < len(part) and part[place] == digest

    def _place(self, name: str) -> tuple["array[int]", int, int]:
        digest = name_hash(name)
        part = self._parts[digest % PARTS]
        return part, bisect_left(part, digest), digest
