"""The only door to the contacts. A store belongs to one account: every query it makes carries that account's number."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateMany, UpdateOne

from shared.accounts.counters import Counters
from shared.contacts.applying import Working
from shared.contacts.changing import ContactChange
from shared.contacts.decide import Decider
from shared.contacts.document import BARRED, EMAIL, Document, Key, put_at, secondary_keys, stored_key
from shared.contacts.pipelines import Order, by_values, in_order, of_each
from shared.contacts.updating import keys_given_up, update_of
from shared.contract.identity import NUMBER_BITS, key_range, pack, unpack
from shared.platform.mongo import Mongo, Session, aggregate, ensure_indexes, in_time, snapshot

BATCH = 10_000
"""Numbers read at once."""
PAGE = 1_000
"""Whole contacts read at once, where there may be many."""
QUESTION_SECONDS = 20
"""How long the answer to one question of a client may take."""
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything was deleted."""
INDEXES = (
    IndexModel(
        [("account", ASCENDING), ("email_key", ASCENDING)], unique=True, partialFilterExpression={"email_key": {"$exists": True}}
    ),
    IndexModel([("account", ASCENDING), ("keys", ASCENDING)], unique=True, partialFilterExpression={"keys": {"$exists": True}}),
    IndexModel([("account", ASCENDING), ("lists.id", ASCENDING)], partialFilterExpression={"lists": {"$exists": True}}),
    IndexModel([("account", ASCENDING), ("tags", ASCENDING)], partialFilterExpression={"tags": {"$exists": True}}),
    IndexModel([("account", ASCENDING), ("deleted_at", ASCENDING)], partialFilterExpression={"deleted_at": {"$exists": True}}),
)


class Contacts:
    """Every account's contacts; hands out the door to one account's."""

    def __init__(self, mongo: Mongo, counters: Counters) -> None:
        self._contacts = mongo.database["contacts"]
        self._counters = counters

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._contacts, INDEXES)

    def of_account(self, account: int) -> "AccountContacts":
        """The contacts of one account and of no other."""
        return AccountContacts(self._contacts, self._counters, account)


class AccountContacts:
    """The contacts of one account."""

    def __init__(self, contacts: Any, counters: Counters, account: int) -> None:
        self._contacts = contacts
        self._counters = counters
        self._account = account
        self._first, self._beyond = key_range(account)

    async def read(self, number: int) -> Document | None:
        """The contact of this number, deleted ones included."""
        return await self._one({"_id": pack(self._account, number)})

    async def find(self, key: Key) -> Document | None:
        """The contact that has this unique key, deleted ones included."""
        field, value = ("email_key", key[1]) if key[0] == EMAIL else ("keys", stored_key(key))
        return await self._one({"account": self._account, field: value})

    async def matching(
        self, session: Session | None, numbers: Iterable[int], keys: Iterable[Key], parts: Sequence[str] = ()
    ) -> list[Document]:
        """Every contact that has one of these numbers or unique keys, once; of each only these parts, where any are named.

        A number that no contact can have finds none.
        """
        emails: list[str] = []
        others: list[str] = []
        for key in set(keys):
            if key[0] == EMAIL:
                emails.append(key[1])
            else:
                others.append(stored_key(key))
        packed = [pack(self._account, number) for number in set(numbers) if 0 < number < 1 << NUMBER_BITS]
        queries: list[tuple[Document, Sequence[str] | Sequence[int]]] = [
            ({"account": self._account, "email_key": {"$in": sorted(emails)}}, emails),
            ({"account": self._account, "keys": {"$in": sorted(others)}}, others),
            ({"_id": {"$in": sorted(packed)}, "account": self._account}, packed),
        ]
        found: dict[int, Document] = {}
        for query, wanted in queries:
            if wanted:
                cursor = self._contacts.find(query, list(parts) or None, session=session).batch_size(len(wanted) + 1)
                for document in await cursor.to_list(None):
                    found.setdefault(document["_id"], document)
        return list(found.values())

    async def write(self, session: Session, decider: Decider, now: datetime, via: str) -> None:
        """Write what was decided: insert the new contacts, change only what changed of the others. Numbers the new ones.

        `stored` of each is then as it stands in the database, but for objects there that were left empty.
        """
        created, updated, givers = decider.created(), decider.updated(), decider.handing_over()
        if givers:
            losses = [UpdateOne({"_id": contact.stored["_id"]}, {"$unset": keys_given_up(contact)}) for contact in givers]
            await self._contacts.bulk_write(losses, ordered=False, session=session)
        if created:
            await self._number(created)
            documents = [self._finish(contact.stored, now, via) for contact in created]
            await self._contacts.insert_many(documents, ordered=False, session=session)
        if updated:
            changes = [UpdateOne({"_id": contact.stored["_id"]}, update_of(contact, now, via)) for contact in updated]
            await self._contacts.bulk_write(changes, ordered=False, session=session)
            for contact in updated:
                contact.stored |= {"updated_at": now, "updated_via": via}

    async def page(self, query: Mapping[str, Any], *, after: int = 0, limit: int, skip: int = 0) -> list[Document]:
        """Contacts beyond the number `after` that fit the query, by number, but for the first `skip` of them.

        `after` is found at once; skipping reads what it skips, a hundred thousand in about 0.1 s. This and what is counted
        raise QuestionTooLong beyond QUESTION_SECONDS.
        """
        cursor = self._contacts.find(self._mine(query, after)).sort("_id", ASCENDING)
        with in_time():
            return list(await cursor.skip(skip).limit(limit).max_time_ms(1_000 * QUESTION_SECONDS).to_list(limit))

    async def ordered(self, query: Mapping[str, Any], order: Order, *, limit: int, skip: int = 0) -> list[int]:
        """The numbers of a page in another order; contacts that have the same place in it are by number. See `in_order`.

        Whoever reads these contacts may find some of them changed or gone.
        """
        pipeline = in_order(self._mine(query), order, skip=skip, limit=limit)
        return [unpack(each["_id"]) for each in await aggregate(self._contacts, pipeline, within_seconds=QUESTION_SECONDS)]

    async def numbers(self, query: Mapping[str, Any]) -> AsyncIterator[list[int]]:
        """Numbers of all contacts that fit the query, rising, some thousands at a time.

        They are those of one moment: whatever is written meanwhile, a contact that fits throughout comes exactly once.
        """
        bounds = {"$gte": self._first, "$lt": self._beyond}
        wanted = {"account": self._account, **query, "_id": bounds}
        found: list[int] = []
        async with snapshot(self._contacts) as session:
            cursor = self._contacts.find(wanted, {"_id": 1}, allow_disk_use=True, session=session)
            async for document in cursor.sort("_id", ASCENDING).batch_size(BATCH):
                found.append(unpack(document["_id"]))
                if len(found) == BATCH:
                    yield found
                    found = []
        if found:
            yield found

    async def among(self, session: Session | None, numbers: Sequence[int], query: Mapping[str, Any]) -> set[int]:
        """Those of these numbers whose contacts fit the query."""
        packed = {"$in": sorted(pack(self._account, number) for number in numbers)}
        cursor = self._contacts.find({"account": self._account, **query, "_id": packed}, {"_id": 1}, session=session)
        return {unpack(document["_id"]) for document in await cursor.to_list(None)}

    async def of_numbers(
        self, session: Session | None, numbers: Sequence[int], parts: Sequence[str] = ()
    ) -> AsyncIterator[list[Document]]:
        """The stored contacts of these numbers, rising, some hundreds at a time; of each only these parts, where any are named."""
        packed = {"$in": sorted(pack(self._account, number) for number in numbers)}
        cursor = self._contacts.find({"_id": packed, "account": self._account}, list(parts) or None, session=session)
        found: list[Document] = []
        async for document in cursor.sort("_id", ASCENDING).batch_size(PAGE):
            found.append(document)
            if len(found) == PAGE:
                yield found
                found = []
        if found:
            yield found

    async def count(self, query: Mapping[str, Any], *, within_seconds: float | None = QUESTION_SECONDS) -> int:
        """Contacts that fit the query."""
        limit = {"maxTimeMS": int(within_seconds * 1000)} if within_seconds else {}
        with in_time():
            return int(await self._contacts.count_documents(self._mine(query), **limit))

    async def living(self) -> int:
        """Contacts that are not deleted: all in the index, less the deleted ones in theirs. No contact is read."""
        gone = {"account": self._account, "deleted_at": {"$gt": _LONG_AGO}}  # of `$exists` the index would not be enough
        with in_time():
            deleted = int(await self._contacts.count_documents(gone, maxTimeMS=1_000 * QUESTION_SECONDS))
            return max(0, await self.total() - deleted)

    async def count_each(
        self, path: str, numbers: Collection[int], query: Mapping[str, Any], *, ended_too: bool = True
    ) -> dict[int, int]:
        """Contacts that fit the query, for each of these `lists` or `tags`; those that left a list only with `ended_too`.

        All of them are counted in one pass over the contacts that have any.
        """
        counts = dict.fromkeys(numbers, 0)
        pipeline = of_each(path, counts, {**query, "account": self._account}, ended_too=ended_too)
        found = await aggregate(self._contacts, pipeline, within_seconds=QUESTION_SECONDS) if counts else []
        return counts | {int(each["_id"]): int(each["contacts"]) for each in found}

    async def tally(self, query: Mapping[str, Any], paths: Sequence[str]) -> list[tuple[Document, int]]:
        """How many contacts fit the query, by what they have at these paths; few values, each counted in the same pass.

        Each kind of contact is shown as one that has these values and nothing else.
        """
        counted: list[tuple[Document, int]] = []
        pipeline = by_values({**query, "account": self._account}, paths)
        for each in await aggregate(self._contacts, pipeline, within_seconds=QUESTION_SECONDS):
            kind: Document = {}
            for place, value in each["_id"].items():
                put_at(kind, paths[int(place)], value)
            counted.append((kind, int(each["contacts"])))
        return counted

    async def total(self, session: Session | None = None) -> int:
        """Contacts, deleted ones included: counted in the index, a few million a second."""
        mine = {"_id": {"$gte": self._first, "$lt": self._beyond}}
        return int(await self._contacts.count_documents(mine, maxTimeMS=1_000 * QUESTION_SECONDS, session=session))

    async def known(self, kind: str, values: Collection[str]) -> set[str]:
        """Those of these keys, all of one kind, that a contact has, deleted ones included. E-mails are found in the index alone."""
        field = "email_key" if kind == EMAIL else "keys"
        wanted = {value if kind == EMAIL else stored_key((kind, value)): value for value in values}
        query = {"account": self._account, field: {"$in": sorted(wanted)}}
        cursor = self._contacts.find(query, {"_id": 0, field: 1}).batch_size(len(wanted) + 1)
        stored = [document[field] for document in await cursor.to_list(None)]
        found = stored if kind == EMAIL else [key for keys in stored for key in keys]
        return {wanted[key] for key in found if key in wanted}

    async def all(self) -> AsyncIterator[Document]:
        """Every contact by number, deleted ones included."""
        query = {"_id": {"$gte": self._first, "$lt": self._beyond}}
        async for document in self._contacts.find(query).sort("_id", ASCENDING):
            yield document

    async def change_all(self, session: Session, groups: Mapping[ContactChange, Collection[int]], now: datetime, via: str) -> None:
        """Give each change to the contacts of its group, one statement a group, with the time and the way of it."""
        ordered = sorted(groups.items(), key=lambda group: min(group[1]))
        updates = [UpdateMany(self._of(numbers), change.update(now, via)) for change, numbers in ordered]
        if updates:
            await self._contacts.bulk_write(updates, ordered=False, session=session)

    async def erase_all(self, session: Session, numbers: Collection[int]) -> None:
        """Take all these contacts out for good."""
        await self._contacts.delete_many(self._of(numbers), session=session)

    async def take_out(self, path: str, values: Collection[int]) -> None:
        """Remove list memberships (`lists`) or tags (`tags`) from every contact that has them."""
        pulled: Mapping[str, Any] = {"id": {"$in": list(values)}} if path == "lists" else {"$in": list(values)}
        field = "lists.id" if path == "lists" else path
        query = {"account": self._account, field: {"$in": list(values)}}
        await self._contacts.update_many(query, {"$pull": {path: pulled}})

    async def leave(self, number: int, now: datetime, via: str) -> None:
        """Take every contact off one list, deleted ones too. A membership that has ended is evidence, and stays."""
        live = {"id": number, "status": {"$nin": sorted(BARRED)}}
        query = {"account": self._account, "lists.id": number, "lists": {"$exists": True, "$elemMatch": live}}
        await self._contacts.update_many(query, {"$pull": {"lists": live}, "$set": {"updated_at": now, "updated_via": via}})

    async def clear(self, path: str) -> None:
        """Remove the value at a path from every contact."""
        await self._contacts.update_many({"account": self._account, path: {"$exists": True}}, {"$unset": {path: ""}})

    def _mine(self, query: Mapping[str, Any], after: int = 0) -> Document:
        """With bounds of `_id`: where no other index helps, no contact of another account is read."""
        return {**query, "account": self._account, "_id": {"$gt": pack(self._account, after), "$lt": self._beyond}}

    def _of(self, numbers: Collection[int]) -> Document:
        """Sorted: a fixed order keeps two jobs from locking each other out for long."""
        return {"_id": {"$in": sorted(pack(self._account, number) for number in numbers)}, "account": self._account}

    async def next_number(self) -> int:
        """Whoever is created from now on has this number or a greater one; nobody who is there has."""
        return (await self._counters.take(self._account, "contact", 0)).start

    async def _number(self, created: Sequence[Working]) -> None:
        fresh = [contact for contact in created if "_id" not in contact.stored]
        numbers = await self._counters.take(self._account, "contact", len(fresh)) if fresh else range(0)
        for number, contact in zip(numbers, fresh, strict=True):
            contact.stored["_id"] = pack(self._account, number)

    def _finish(self, stored: Document, now: datetime, via: str) -> Document:
        stored["account"] = self._account
        stored["created_at"] = stored["updated_at"] = now
        stored["created_via"] = via
        keys = secondary_keys(stored)
        if keys:
            stored["keys"] = keys
        return stored

    async def _one(self, query: Document) -> Document | None:
        document: Document | None = await self._contacts.find_one({**query, "account": self._account})
        return document
