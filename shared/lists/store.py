"""The only door to lists and to tags. Both are a name with a number that never changes; contacts hold the numbers."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.accounts.counters import Counters
from shared.contract.identity import key_range, pack, unpack
from shared.platform.clock import Clock
from shared.platform.mongo import DUPLICATE_KEY, Mongo, Session, ensure_indexes

LISTS_COLLECTION = "lists"
TAGS_COLLECTION = "tags"
PUBLIC: Mapping[str, Any] = {"facts.visibility": "public"}
"""Lists that may be shown to the contacts themselves, for `AccountThings.page`."""
PRIVATE: Mapping[str, Any] = {"facts.visibility": {"$ne": "public"}}
"""All other lists."""
INDEXES = (
    IndexModel([("account", ASCENDING), ("name_key", ASCENDING)], unique=True),
    IndexModel([("account", ASCENDING), ("alias", ASCENDING)], unique=True, partialFilterExpression={"alias": {"$exists": True}}),
)


class NameTaken(Exception):
    """The account has another one of this name."""


class AliasTaken(Exception):
    """The account has another one of this alias."""


class Order(StrEnum):
    """By what a page is sorted. Those that are alike in it follow by number."""

    NUMBER = "_id"
    NAME = "name_key"
    CREATED = "created_at"
    UPDATED = "updated_at"


@dataclass(frozen=True, slots=True)
class Named:
    """A list or a tag. `facts` are what else is known of it: description, visibility, favourite, source."""

    number: int
    name: str
    created_at: datetime
    updated_at: datetime
    facts: Mapping[str, Any]
    alias: str | None = None
    """What programs call it, where an API lets them choose: unique among those of the account, and none where nobody chose."""


def name_key(name: str) -> str:
    """Names are told apart without regard to case and outer blanks."""
    return name.strip().casefold()


def has_text(text: str, where: Iterable[str] = ("name", "alias", "description")) -> Mapping[str, Any]:
    """Those that have this text in one of these places, in any letter case: a condition for `among`."""
    folded = {"$regex": re.escape(name_key(text))}
    literal = {"$regex": re.escape(text.strip()), "$options": "i"}
    ways = {"name": {"name_key": folded}, "alias": {"alias": folded}, "description": {"facts.description": literal}}
    return {"$or": [ways[place] for place in where]}


def has_fact(fact: str, value: bool, *, unless_said: bool) -> Mapping[str, Any]:
    """Those of which this fact is so, which is `unless_said` where nobody said it: a condition for `among`."""
    return {f"facts.{fact}": {"$ne": not value} if value == unless_said else value}


def has_all(conditions: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """All of these conditions at once: a condition for `among`."""
    found = list(conditions)
    return {"$and": found} if found else {}


def has_any(conditions: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Any of these conditions, of which there is one at least: a condition for `among`."""
    return {"$or": list(conditions)}


def has_not(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those that the condition leaves out: a condition for `among`."""
    return {"$nor": [condition]}


class NamedThings:
    """The lists, or the tags, of every account; hands out the door to one account's."""

    def __init__(self, mongo: Mongo, counters: Counters, clock: Clock, collection: str) -> None:
        self._things = mongo.database[collection]
        self._thing = collection
        self._counters = counters
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._things, INDEXES)

    def of_account(self, account: int) -> "AccountThings":
        """Those of one account and of no other."""
        return AccountThings(self._things, self._thing, self._counters, self._clock, account)


class AccountThings:
    """The lists, or the tags, of one account."""

    def __init__(self, things: Any, thing: str, counters: Counters, clock: Clock, account: int) -> None:
        self._things = things
        self._thing = thing
        self._counters = counters
        self._clock = clock
        self._account = account

    async def create(self, name: str, facts: Mapping[str, Any] | None = None, alias: str | None = None) -> Named:
        """Make one. Raises NameTaken, AliasTaken."""
        number = (await self._counters.take(self._account, self._thing))[0]
        document = {
            **self._document(number, name, facts, self._clock.now()),
            **({"alias": alias} if alias is not None else {}),
        }
        try:
            await self._things.insert_one(document)
        except DuplicateKeyError as error:
            raise _taken(error, name, alias) from error
        return _named(document)

    def without_alias(self, number: int) -> Mapping[str, Any]:
        """The one of this number, where nobody chose an alias for it: a condition for `among`."""
        return {"_id": pack(self._account, number), "alias": {"$exists": False}}

    async def read(self, number: int) -> Named | None:
        """The one of this number."""
        document = await self._things.find_one({"_id": pack(self._account, number), "account": self._account})
        return _named(document) if document else None

    async def by_alias(self, alias: str) -> Named | None:
        """The one of this alias."""
        document = await self._things.find_one({"account": self._account, "alias": alias})
        return _named(document) if document else None

    async def aliases_after(self, beginning: str) -> set[str]:
        """The aliases that are `beginning` with nothing or with digits behind it."""
        query = {"account": self._account, "alias": {"$regex": f"^{re.escape(beginning)}[0-9]*$"}}
        return {document["alias"] async for document in self._things.find(query, {"_id": 0, "alias": 1})}

    async def by_numbers(self, numbers: Iterable[int], session: Session | None = None) -> dict[int, Named]:
        """Those of these numbers that exist; in a session, those that its snapshot has."""
        wanted = [pack(self._account, number) for number in set(numbers)]
        if not wanted:
            return {}
        query = {"_id": {"$in": wanted}, "account": self._account}
        found = [_named(document) async for document in self._things.find(query, session=session)]
        return {named.number: named for named in found}

    async def by_names(self, names: Iterable[str]) -> dict[str, Named]:
        """Those of these names that exist, by `name_key`."""
        wanted = sorted({name_key(name) for name in names})
        query = {"account": self._account, "name_key": {"$in": wanted}}
        return {document["name_key"]: _named(document) async for document in self._things.find(query)} if wanted else {}

    async def ensure(self, names: Iterable[str], facts: Mapping[str, Any] | None = None) -> dict[str, Named]:
        """Those of these names, made together where they do not exist, by `name_key`. Safe under races."""
        wanted = {name_key(name): name for name in names}
        found = await self.by_names(wanted.values())
        missing = [name for key, name in wanted.items() if key not in found]
        if not missing:
            return found
        numbers, now = await self._counters.take(self._account, self._thing, len(missing)), self._clock.now()
        made = [self._document(number, name, facts, now) for number, name in zip(numbers, missing, strict=True)]
        try:
            await self._things.insert_many(made, ordered=False)
        except BulkWriteError as error:  # of those that somebody else makes at this moment
            if any(each["code"] != DUPLICATE_KEY for each in error.details["writeErrors"]):
                raise
        return found | await self.by_names(missing)

    async def page(
        self,
        *,
        after: int = 0,
        limit: int,
        name: str | None = None,
        skip: int = 0,
        among: Mapping[str, Any] | None = None,
        order: Order = Order.NUMBER,
        falling: bool = False,
    ) -> list[Named]:
        """In this order, beyond the number `after` and behind the first `skip`; only those `among` PUBLIC or PRIVATE ones, or
        under another condition of this module, where one is said.
        """
        query = {**self._query(after, name), **(among or {})}
        direction = DESCENDING if falling else ASCENDING
        sort = [(str(order), direction), ("_id", direction)] if order is not Order.NUMBER else [("_id", direction)]
        found = self._things.find(query).sort(sort).skip(skip).limit(limit)
        return [_named(document) async for document in found]

    async def count(self, name: str | None = None, among: Mapping[str, Any] | None = None) -> int:
        """How many there are on all pages."""
        return int(await self._things.count_documents({**self._query(0, name), **(among or {})}))

    async def change(self, number: int, name: str | None, facts: Mapping[str, Any], alias: str | None = None) -> Named | None:
        """Rename it, give it an alias or change its facts; a fact within another is named with a dot between.

        None where there is none. Raises NameTaken, AliasTaken.
        """
        change: dict[str, Any] = {f"facts.{key}": value for key, value in facts.items()} | {"updated_at": self._clock.now()}
        if name is not None:
            change |= {"name": name.strip(), "name_key": name_key(name)}
        if alias is not None:
            change["alias"] = alias
        try:
            document = await self._things.find_one_and_update(
                {"_id": pack(self._account, number), "account": self._account}, {"$set": change}, return_document=True
            )
        except DuplicateKeyError as error:
            raise _taken(error, str(name), alias) from error
        return _named(document) if document else None

    async def delete(self, number: int, session: Session | None = None) -> bool:
        """Forget it. The caller takes it off the contacts. False where there is none."""
        result = await self._things.delete_one({"_id": pack(self._account, number), "account": self._account}, session=session)
        return bool(result.deleted_count)

    def _document(self, number: int, name: str, facts: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
        return {
            "_id": pack(self._account, number),
            "account": self._account,
            "name": name.strip(),
            "name_key": name_key(name),
            "facts": dict(facts or {}),
            "created_at": now,
            "updated_at": now,
        }

    def _query(self, after: int, name: str | None) -> dict[str, Any]:
        _, beyond = key_range(self._account)
        query: dict[str, Any] = {"account": self._account, "_id": {"$gt": pack(self._account, after), "$lt": beyond}}
        return query if name is None else {**query, "name_key": name_key(name)}


def _named(document: Mapping[str, Any]) -> Named:
    return Named(
        unpack(document["_id"]),
        document["name"],
        document["created_at"],
        document["updated_at"],
        document.get("facts", {}),
        document.get("alias"),
    )


def _taken(error: DuplicateKeyError, name: str, alias: str | None) -> NameTaken | AliasTaken:
    """Which of the two another one has."""
    is_alias = "alias" in ((error.details or {}).get("keyPattern") or {})
    return AliasTaken(alias) if is_alias else NameTaken(name)


def lists(mongo: Mongo, counters: Counters, clock: Clock) -> NamedThings:
    """The lists of every account."""
    return NamedThings(mongo, counters, clock, LISTS_COLLECTION)


def tags(mongo: Mongo, counters: Counters, clock: Clock) -> NamedThings:
    """The tags of every account."""
    return NamedThings(mongo, counters, clock, TAGS_COLLECTION)
