"""API keys: the only door to them. A secret is shown once and kept as an HMAC, so a stolen database cannot even test guesses.

A key reads `mst_<id>_<secret>_<check>`: a public id of 12 characters, 256 bits of secret, and a CRC-32 that catches typing errors.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError, PyMongoError

from shared.accounts.briefly import Briefly
from shared.accounts.key_text import LONGEST, SHORTEST, checked_redirect_uri, is_key_id, is_whole, new_text, parts, spelled
from shared.platform.clock import Clock
from shared.platform.mongo import Mongo, ensure_indexes

log = structlog.get_logger(__name__)

INDEXES = (IndexModel([("account", ASCENDING), ("created_at", ASCENDING)]),)
KNOWN_SECONDS = 5.0
UNKNOWN_SECONDS = 1.0
USED_SECONDS = 300.0
_NOBODY = bytes(32)


class Scope(StrEnum):
    """What a key may do."""

    CONTACTS_READ = "contacts:read"
    CONTACTS_WRITE = "contacts:write"
    JOBS_READ = "jobs:read"
    JOBS_WRITE = "jobs:write"


class Refusal(StrEnum):
    """Why a text opens nothing."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    WRONG = "wrong"
    EXPIRED = "expired"
    REVOKED = "revoked"


class PepperMissing(Exception):
    """There is no pepper to hash keys with. Set MUSTER_KEY_PEPPER to a long random text, the same for all, and keep it."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret. `last_used_at` may lag by five minutes."""

    id: str
    account: int
    name: str
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
    redirect_uris: tuple[str, ...] = ()
    """Where OAuth codes for it may be sent; none where it is used without them."""


@dataclass(frozen=True, slots=True)
class KeyRefusal:
    """A text that was not let in. `key_id` is the id it names, fit for logs; `at` is since when it has expired or was revoked."""

    reason: Refusal
    key_id: str | None = None
    at: datetime | None = None


class Keys:
    """Every account's keys. Raises PepperMissing when made with an empty pepper."""

    def __init__(self, mongo: Mongo, clock: Clock, pepper: bytes) -> None:
        if not pepper:
            raise PepperMissing(PepperMissing.__doc__)
        self._keys = mongo.database["keys"]
        self._clock = clock
        self._pepper = pepper
        self._known: Briefly[str, tuple[Key, bytes]] = Briefly(clock, KNOWN_SECONDS)
        self._unknown: Briefly[str, None] = Briefly(clock, UNKNOWN_SECONDS)
        self._used: Briefly[str, None] = Briefly(clock, USED_SECONDS)

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._keys, INDEXES)

    async def create(
        self,
        account: int,
        *,
        name: str,
        scopes: Iterable[Scope],
        expires_at: datetime | None = None,
        redirect_uris: Iterable[str] = (),
    ) -> tuple[Key, str]:
        """Make a key. The text is given here and never again. Raises ValueError for a redirect URI that cannot be one."""
        key_id, secret = new_text(self._clock.token_bytes(16), self._clock.token_bytes(32))
        uris = tuple(dict.fromkeys(checked_redirect_uri(uri) for uri in redirect_uris))
        key = Key(key_id, account, name, frozenset(scopes), self._clock.now(), expires_at, redirect_uris=uris)
        await self._keys.insert_one(_document(key, self._digest(secret)))
        return key, spelled(key_id, secret)

    async def adopt(self, account: int, text: str, scopes: Iterable[Scope]) -> Key:
        """Make a text that somebody else chose a key of the account, or leave it one: for development, where keys are settings.

        Asked again with other scopes it takes those, and it is no longer revoked. Raises ValueError for a text of fewer than
        8 or more than 200 characters, for one that begins as a key and is none, and for one that another account has.
        """
        written = parts(text)
        if written is None:
            raise ValueError(f"A key has {SHORTEST} to {LONGEST} characters, and what begins with mst_ must be a whole key.")
        key_id, secret = written
        key = Key(key_id, account, "adopted", frozenset(scopes), self._clock.now())
        change = {"$set": {"scopes": sorted(key.scopes)}, "$unset": {"revoked_at": ""}}
        mine = {"_id": key_id, "account": account, "digest": self._digest(secret)}
        document = await self._keys.find_one_and_update(mine, change, return_document=True)
        if document is None:
            try:
                await self._keys.insert_one(document := _document(key, self._digest(secret)))
            except DuplicateKeyError as error:
                document = await self._keys.find_one(mine)
                if document is None:
                    raise ValueError("This key belongs to another account, or was made with another pepper.") from error
        self._forget(key_id)
        return _key(document)

    async def check(self, text: str) -> Key | KeyRefusal:
        """The key that this text is, or why it is none. A revocation elsewhere is noticed within five seconds.

        Expired and revoked are said only to who knows the secret. The comparison takes the same time for every text.
        """
        written = parts(text)
        if written is None:
            return KeyRefusal(Refusal.MALFORMED)
        key_id, secret = written
        found = await self._look_up(key_id)
        fits = hmac.compare_digest(self._digest(secret), found[1] if found else _NOBODY)
        if found is None:
            return KeyRefusal(Refusal.UNKNOWN if is_whole(text) else Refusal.MALFORMED, key_id)
        if not fits:
            return KeyRefusal(Refusal.WRONG, key_id)
        key = self._standing(found[0])
        if isinstance(key, Key):
            await self.note_use(key)
        return key

    async def named(self, key_id: str) -> Key | KeyRefusal:
        """The key of this id, or why it opens nothing any more. It is no proof: for a caller who holds a token for the key."""
        found = await self._look_up(key_id) if is_key_id(key_id) else None
        return self._standing(found[0]) if found else KeyRefusal(Refusal.UNKNOWN, key_id)

    async def exists(self, key_id: str) -> bool:
        """True when there is a key of this id, revoked and expired ones included."""
        return is_key_id(key_id) and await self._look_up(key_id) is not None

    async def of_account(self, account: int) -> list[Key]:
        """The account's keys, oldest first, revoked ones included."""
        return [_key(document) async for document in self._keys.find({"account": account}).sort("created_at", ASCENDING)]

    async def revoke(self, account: int, key_id: str) -> bool:
        """End a key for good. Again is harmless. False where the account has no such key."""
        mine = {"_id": key_id, "account": account}
        result = await self._keys.update_one(
            {**mine, "revoked_at": {"$exists": False}}, {"$set": {"revoked_at": self._clock.now()}}
        )
        self._forget(key_id)
        return bool(result.matched_count) or await self._keys.find_one(mine) is not None

    async def _look_up(self, key_id: str) -> tuple[Key, bytes] | None:
        known = self._known.get(key_id)
        if known is not None or key_id in self._unknown:
            return known
        document = await self._keys.find_one({"_id": key_id})
        if document is None:
            self._unknown.put(key_id, None)
            return None
        found = (_key(document), bytes(document["digest"]))
        self._known.put(key_id, found)
        return found

    def _standing(self, key: Key) -> Key | KeyRefusal:
        if key.revoked_at is not None:
            return KeyRefusal(Refusal.REVOKED, key.id, key.revoked_at)
        if key.expires_at is not None and key.expires_at <= self._clock.now():
            return KeyRefusal(Refusal.EXPIRED, key.id, key.expires_at)
        return key

    async def note_use(self, key: Key) -> None:
        """Keep that the key was used: one write in five minutes, by one request, and no request fails for it."""
        if key.id in self._used:
            return
        self._used.put(key.id, None)
        now = self._clock.now()
        if key.last_used_at is not None and now - key.last_used_at < timedelta(seconds=USED_SECONDS):
            return
        try:
            await self._keys.update_one({"_id": key.id}, {"$max": {"last_used_at": now}})
        except PyMongoError as error:
            log.warning("key.use_not_noted", key=key.id, error=type(error).__name__)

    def _digest(self, secret: str) -> bytes:
        return hmac.digest(self._pepper, secret.encode(), "sha256")

    def _forget(self, key_id: str) -> None:
        self._known.drop(key_id)
        self._unknown.drop(key_id)


def _document(key: Key, digest: bytes) -> dict[str, Any]:
    document = {
        "_id": key.id,
        "account": key.account,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "digest": digest,
        "created_at": key.created_at,
    }
    given = {"expires_at": key.expires_at, "redirect_uris": list(key.redirect_uris)}
    return document | {name: value for name, value in given.items() if value}


def _key(document: Mapping[str, Any]) -> Key:
    return Key(
        document["_id"],
        document["account"],
        document["name"],
        frozenset(Scope(scope) for scope in document["scopes"] if scope in set(Scope)),
        document["created_at"],
        document.get("expires_at"),
        document.get("revoked_at"),
        document.get("last_used_at"),
        tuple(document.get("redirect_uris", ())),
    )
