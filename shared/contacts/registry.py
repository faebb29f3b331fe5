"""The custom fields of an account: the only door to their collection. Their numbers never change, so names may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.accounts.counters import Counters
from shared.accounts.store import Account
from shared.contacts.fields import CUSTOM_TEXT_LENGTH, Field, FieldType, custom_path
from shared.contacts.patch import FieldBook
from shared.contract.identity import key_range, pack, unpack
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo, Session, ensure_indexes

INDEXES = (IndexModel([("account", ASCENDING), ("name_key", ASCENDING)], unique=True),)


class NameTaken(Exception):
    """The account has another one of this name."""


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that an account defined, and how values of it are checked."""

    number: int
    field: Field
    created_at: datetime
    updated_at: datetime
    metadata: Mapping[str, Any]


class CustomFields:
    """Every account's custom fields; hands out the door to one account's."""

    def __init__(self, mongo: Mongo, counters: Counters, clock: Clock) -> None:
        self._fields = mongo.database["fields"]
        self._counters = counters
        self._clock = clock

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._fields, INDEXES)

    def of_account(self, account: int) -> "AccountFields":
        """The custom fields of one account and of no other."""
        return AccountFields(self._fields, self._counters, self._clock, account)


class AccountFields:
    """The custom fields of one account."""

    def __init__(self, fields: Any, counters: Counters, clock: Clock, account: int) -> None:
        self._fields = fields
        self._counters = counters
        self._clock = clock
        self._account = account

    async def all(self) -> list[CustomField]:
        """All of them, oldest first."""
        first, beyond = key_range(self._account)
        cursor = self._fields.find({"_id": {"$gte": first, "$lt": beyond}}).sort("_id", ASCENDING)
        return [_custom_field(document) async for document in cursor]

    async def book(self, owner: Account | None) -> FieldBook:
        """Every field that the account's contacts can have; of an account that is gone, none of its own identifiers."""
        custom = {custom.field.name.lower(): custom.field for custom in await self.all()}
        return FieldBook(custom, owner.identifiers if owner else frozenset())

    async def read(self, number: int) -> CustomField | None:
        """The custom field of this number."""
        document = await self._fields.find_one({"_id": pack(self._account, number), "account": self._account})
        return _custom_field(document) if document else None

    async def create(
        self, name: str, kind: FieldType, *, label: str = "", choices: Sequence[str] = (), metadata: Mapping[str, Any] | None = None
    ) -> CustomField:
        """Define a field. Raises NameTaken."""
        number = (await self._counters.take(self._account, "field"))[0]
        now = self._clock.now()
        document = {
            "_id": pack(self._account, number),
            "account": self._account,
            "name": name,
            "name_key": name.casefold(),
            "label": label or name,
            "type": str(kind),
            "choices": list(choices),
            "metadata": dict(metadata or {}),
            "created_at": now,
            "updated_at": now,
        }
        try:
            await self._fields.insert_one(document)
        except DuplicateKeyError as error:
            raise NameTaken(name) from error
        return _custom_field(document)

    async def change(self, number: int, facts: Mapping[str, Any]) -> CustomField | None:
        """Change name, label, choices or metadata; the type stays. None where there is no such field. Raises NameTaken."""
        change = {**facts, "updated_at": self._clock.now()}
        if "name" in facts:
            change["name_key"] = facts["name"].casefold()
        try:
            document = await self._fields.find_one_and_update(
                {"_id": pack(self._account, number), "account": self._account}, {"$set": change}, return_document=True
            )
        except DuplicateKeyError as error:
            raise NameTaken(str(facts.get("name"))) from error
        return _custom_field(document) if document else None

    async def delete(self, number: int, session: Session | None = None) -> bool:
        """Forget the definition. The caller clears the values. False where there is none."""
        result = await self._fields.delete_one({"_id": pack(self._account, number), "account": self._account}, session=session)
        return bool(result.deleted_count)


def _custom_field(document: Mapping[str, Any]) -> CustomField:
    number = unpack(document["_id"])
    kind = FieldType(document["type"])
    length = {FieldType.TEXT: CUSTOM_TEXT_LENGTH, FieldType.TEXT_AREA: 4 * CUSTOM_TEXT_LENGTH}.get(kind)
    field = Field(
        document["name"],
        kind,
        custom_path(number),
        document["label"],
        max_length=length,
        choices=tuple(document.get("choices", ())),
    )
    return CustomField(number, field, document["created_at"], document["updated_at"], document.get("metadata", {}))
