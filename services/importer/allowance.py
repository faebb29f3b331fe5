"""How many contacts an import may create: the distinct match keys of its payload that no contact has, counted as the rows go by.

Each lane has its share of them, so that a lane by itself knows when it goes beyond. Memory is eight bytes for each of them.
Rows that turn out bad for another reason than their key count as well. A name that some row has beside another is no contact.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence

from services.importer.name_hash import name_hash
from services.importer.newcomers import Newcomers
from services.importer.said_keys import BESIDE
from shared.contacts.document import MOBILE
from shared.contacts.fields import IDENTIFIER_LENGTH
from shared.contacts.merge import EMAIL_OR_MOBILE, ROW
from shared.contacts.setters import SINGLE, text_setter
from shared.contacts.store import AccountContacts
from shared.contacts.values import ValueProblem
from shared.contract.options import ImportOptions
from shared.delivery.outbox import Unit
from shared.jobs.job import Job, JobRefused
from shared.jobs.lanes import PlannedRow, lane_of
from shared.jobs.reservations import ContactLimit, Reservations

ASK_TOGETHER = 1_000
PARTS = 256
_identifier = text_setter("identifier", IDENTIFIER_LENGTH)


class NewKeys:
    """Counts keys that no contact has, each once, by the lane that its rows go to where they are spread over this many."""

    def __init__(self, contacts: AccountContacts, match: str, lanes: int, *, merges: bool = False) -> None:
        self._contacts = contacts
        self._match = match
        self._merges = merges
        self._lanes = lanes
        self._parts = -(-PARTS // lanes)
        self._asked: dict[str, set[str]] = defaultdict(set)
        """Names that find contacts, with what rows have beside them."""
        self._new = [array("Q") for _ in range(lanes * self._parts)]
        self._beside = [array("Q") for _ in self._new]

    async def add(self, rows: Sequence[PlannedRow]) -> None:
        """Take the next rows."""
        if self._match == EMAIL_OR_MOBILE:
            for row in rows:
                key, _, beside = row.key.partition(BESIDE)
                if key:
                    self._asked[key].add(beside)
                self._keep((beside,) if beside else (), self._beside)
        else:
            self._asked.update((row.key, {""}) for row in rows if row.key)
        if len(self._asked) >= ASK_TOGETHER:
            await self._ask()

    async def count(self) -> list[int]:
        """Those of each lane, when the last row has been taken."""
        await self._ask()
        distinct = [len(set(new).difference(beside)) for new, beside in zip(self._new, self._beside, strict=True)]
        return [sum(distinct[first : first + self._parts]) for first in range(0, len(distinct), self._parts)]

    async def _ask(self) -> None:
        asked, self._asked = self._asked, defaultdict(set)
        by_kind: dict[str, dict[str, str]] = defaultdict(dict)
        for key in asked:
            kind, value = key.split(":", 1) if self._match == EMAIL_OR_MOBILE else (self._match, key)
            by_kind[kind][value] = key
        for kind, keys in by_kind.items():
            known = await self._contacts.known(kind, keys.keys())
            new = [key for value, key in keys.items() if value not in known and _is_valid(kind, value)]
            owned = await self._owned({beside for key in new for beside in asked[key] if beside})
            self._keep((key for key in new if not asked[key] <= owned), self._new)

    async def _owned(self, besides: set[str]) -> set[str]:
        """Those of these names that a contact has: a row with one of them beside its own makes no contact.

        Where contacts are merged, only a contact without e-mail is found by it; one with an e-mail is merged into a new one.
        """
        values = {beside.partition(":")[2]: beside for beside in besides}
        if self._merges:
            keys = [(MOBILE, value) for value in values]
            owners = await self._contacts.matching(None, (), keys, ("email_key", MOBILE))
            return {values[owner[MOBILE]] for owner in owners if "email_key" not in owner}
        known = await self._contacts.known(MOBILE, values.keys()) if values else ()
        return {values[value] for value in known}

    def _keep(self, keys: Iterable[str], parts: list["array[int]"]) -> None:
        for key in keys:
            digest = name_hash(key)
            parts[lane_of(key, self._lanes) * self._parts + digest % self._parts].append(digest)


class Allowance:
    """Sees the rows of one import go by, and asks for the room that they need."""

    def __init__(
        self, reservations: Reservations, contacts: AccountContacts, options: ImportOptions, limit: int, most_lanes: int
    ) -> None:
        self._reservations = reservations
        self._limit = limit
        self._may_create = options.mode != "update" and options.match not in ("id", "uuid")
        only_creates = options.mode == "create"
        merges = options.taken == "merge" and not only_creates
        self._keys = (
            Newcomers(contacts, merges=merges, only_creates=only_creates)
            if options.match == ROW
            else NewKeys(contacts, options.match, most_lanes, merges=merges)
        )
        self._shares: list[int] = []
        self._wanted = 0

    async def watch(self, rows: Sequence[PlannedRow]) -> None:
        """Take the next rows."""
        if self._may_create:
            await self._keys.add(rows)

    async def check(self, job: Job) -> None:
        """Return if there is room now, after the last row. Spares what else a plan changes; `reserve` is what decides."""
        self._shares = await self._keys.count()
        self._wanted = sum(self._shares)
        free = await self._reservations.free(None, job.account, self._limit, but=job.id)
        if self._wanted > free:
            raise self._refusal(max(0, free))

    async def reserve(self, unit: Unit, job: Job) -> None:
        """Keep the room until the job ends. Raises JobRefused."""
        try:
            await self._reservations.reserve(unit.session, job, self._limit, self._wanted)
        except ContactLimit as short:
            raise self._refusal(short.free) from short

    def shares(self, lanes: int) -> list[int]:
        """What each of so many lanes may create of it, after `check`: all in one, or spread over as many as there can be."""
        return self._shares if lanes > 1 else [self._wanted]

    def _refusal(self, free: int) -> JobRefused:
        return JobRefused(
            "contact_limit",
            f"The payload has {self._wanted} new contacts, and the account, which may have {self._limit}, has room for {free}. "
            f"Nothing was written. Send fewer, or erase contacts first.",
        )


def _is_valid(match: str, key: str) -> bool:
    """False for what the work is going to reject, so that it takes no room."""
    try:
        SINGLE.get(match, _identifier)(key, {})
    except ValueProblem:
        return False
    return True
