"""The only door to the accounts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.accounts.counters import ACCOUNTS, Counters
from shared.contract.identity import uuid_base
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo


@dataclass(frozen=True, slots=True)
class Account:
    """A tenant. `uuid_base` is the upper half of the UUID of everything it owns."""

    number: int
    name: str
    uuid_base: int
    created_at: datetime
    limits: Mapping[str, float] = field(default_factory=dict)
    """Limits of its own, by the names of `shared.accounts.limits`."""
    identifiers: frozenset[str] = frozenset()
    """Names of the account's custom identifiers."""


class Accounts:
    """Every account."""

    def __init__(self, mongo: Mongo, counters: Counters, clock: Clock) -> None:
        self._accounts = mongo.database["accounts"]
        self._counters = counters
        self._clock = clock

    async def create(self, name: str) -> Account:
        """Open an account. Names are for people and need not be unique."""
        number = (await self._counters.take(ACCOUNTS, "account"))[0]
        base = uuid_base(int.from_bytes(self._clock.token_bytes(8), "big"))
        document = {
            "_id": number,
            "name": name,
            "uuid_base": f"{base:016x}",
            "created_at": self._clock.now(),
            "limits": {},
            "identifiers": [],
        }
        await self._accounts.insert_one(document)
        return _account(document)

    async def read(self, number: int) -> Account | None:
        """The account of this number."""
        document = await self._accounts.find_one({"_id": number})
        return _account(document) if document else None

    async def find(self, name: str) -> Account | None:
        """The oldest account of this name, or the one of this number where the name is a number."""
        if name.isdecimal():
            return await self.read(int(name))
        document = await self._accounts.find_one({"name": name}, sort=[("_id", 1)])
        return _account(document) if document else None

    async def all(self) -> list[Account]:
        """Every account, oldest first."""
        return [_account(document) async for document in self._accounts.find().sort("_id", 1)]

    async def add_identifier(self, number: int, name: str) -> None:
        """Let contacts be found by another custom identifier."""
        await self._accounts.update_one({"_id": number}, {"$addToSet": {"identifiers": name}})

    async def set_limit(self, number: int, name: str, value: float | None) -> None:
        """Give the account a limit of its own; None takes it away. It holds from the next request, job or sweep on."""
        change = {"$unset": {f"limits.{name}": ""}} if value is None else {"$set": {f"limits.{name}": value}}
        await self._accounts.update_one({"_id": number}, change)


def _account(document: Mapping[str, Any]) -> Account:
    return Account(
        document["_id"],
        document["name"],
        int(document["uuid_base"], 16),
        document["created_at"],
        document.get("limits", {}),
        frozenset(document.get("identifiers", ())),
    )
