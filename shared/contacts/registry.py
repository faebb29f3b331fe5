"""The custom fields of an account: the only door to their collection. Their numbers never change, so names may."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.accounts.counters import Counters
from shared.accounts.store import Account
from shared.contacts.choice_ids import ChoiceIds
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
    """What an API keeps of the field beside what it is; see the dialects."""
    choice_ids: Mapping[str, int]
    """The number of each choice, also under names that it had before. It stays when the choice is renamed or moved."""


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
            "choice_ids": _stored(ChoiceIds().for_choices(choices)),
            "metadata": dict(metadata or {}),
            "created_at": now,
            "updated_at": now,
        }
        try:
            await self._fields.insert_one(document)
        except DuplicateKeyError as error:
            raise NameTaken(name) from error
        return _custom_field(document)

    async def change(
        self, number: int, facts: Mapping[str, Any], *, choice_ids: Mapping[str, int] | None = None
    ) -> CustomField | None:
        """Change name, label, choices or metadata; the type stays. None where there is no such field. Raises NameTaken.

        `choice_ids` says which choices are old ones under a new name, by the numbers that they have.
        """
        change = {**facts, "updated_at": self._clock.now()}
        if "name" in facts:
            change["name_key"] = facts["name"].casefold()
        try:
            if "choices" in facts:
                document = await self._rechoose(number, change, choice_ids)
            else:
                document = await self._update({"_id": pack(self._account, number)}, change)
        except DuplicateKeyError as error:
            raise NameTaken(str(facts.get("name"))) from error
        return _custom_field(document) if document else None

    async def delete(self, number: int, session: Session | None = None) -> bool:
        """Forget the definition. The caller clears the values. False where there is none."""
        result = await self._fields.delete_one({"_id": pack(self._account, number), "account": self._account}, session=session)
        return bool(result.deleted_count)

    async def _rechoose(self, number: int, change: Mapping[str, Any], given: Mapping[str, int] | None) -> Any:
        """Change the choices. Two who do so at once number theirs one after the other."""
        this = {"_id": pack(self._account, number)}
        while stored := await self._fields.find_one({**this, "account": self._account}):
            ids = _choice_ids(stored).for_choices(change["choices"], stored.get("choices", ()), given)
            unmoved = {**this, "choice_ids": stored.get("choice_ids")}
            if document := await self._update(unmoved, {**change, "choice_ids": _stored(ids)}):
                return document
        return None

    async def _update(self, which: Mapping[str, Any], change: Mapping[str, Any]) -> Any:
        query = {**which, "account": self._account}
        return await self._fields.find_one_and_update(query, {"$set": change}, return_document=True)


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
    return CustomField(
        number, field, document["created_at"], document["updated_at"], document.get("metadata", {}), _choice_ids(document).of
    )


def _stored(ids: ChoiceIds) -> dict[str, Any]:
    """In pairs: a choice may have any letters, and the name of a member in the database may not."""
    return {"last": ids.last, "of": [list(pair) for pair in ids.of.items()]}


def _choice_ids(document: Mapping[str, Any]) -> ChoiceIds:
    """Fields that are older than these numbers have them by the order of their choices."""
    stored = document.get("choice_ids")
    if stored is None:
        return ChoiceIds().for_choices(document.get("choices", ()))
    return ChoiceIds({name: int(number) for name, number in stored["of"]}, int(stored["last"]))
