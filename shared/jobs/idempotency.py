"""The only door to the idempotency keys: which job answers a repeated request. Kept in the transaction that accepts the job."""

from dataclasses import dataclass
from datetime import timedelta

from pymongo import ASCENDING, IndexModel

from shared.platform.clock import Clock
from shared.platform.mongo import Mongo, Session, ensure_indexes

INDEXES = (IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The job a key made, and the fingerprint of the request that made it."""

    job_id: str
    fingerprint: str


class Idempotency:
    """Keys of every account. A key is the account's own: two accounts may use the same one."""

    def __init__(self, mongo: Mongo, clock: Clock, hours: float) -> None:
        self._keys = mongo.database["idempotency"]
        self._clock = clock
        self._life = timedelta(hours=hours)

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._keys, INDEXES)

    async def find(self, session: Session | None, account: int, key: str) -> Remembered | None:
        """What the key stands for, unless its time is over."""
        live = {"_id": f"{account}:{key}", "expires_at": {"$gt": self._clock.now()}}
        document = await self._keys.find_one(live, session=session)
        return Remembered(document["job"], document["fingerprint"]) if document else None

    async def keep(self, session: Session, account: int, key: str, remembered: Remembered) -> None:
        """Remember the key. Of two requests at the same moment one meets a conflict, runs again and finds the other's job."""
        facts = {"job": remembered.job_id, "fingerprint": remembered.fingerprint, "expires_at": self._clock.now() + self._life}
        await self._keys.replace_one({"_id": f"{account}:{key}"}, facts, upsert=True, session=session)
