"""How many jobs an account may have open at once.

Places are taken and freed in the transactions that accept and end a job, so the figure never drifts.
"""

from shared.platform.mongo import Mongo, Session


class QuotaExceeded(Exception):
    """The account has as many open jobs as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"at most {limit} jobs may be queued or running at once")
        self.limit = limit


class Quota:
    """Places for open jobs, one document an account."""

    def __init__(self, mongo: Mongo) -> None:
        self._usage = mongo.database["usage"]

    async def open_account(self, account: int, session: Session | None = None) -> None:
        """Start counting for a new account."""
        await self._usage.update_one({"_id": account}, {"$setOnInsert": {"open_jobs": 0}}, upsert=True, session=session)

    async def take(self, session: Session, account: int, limit: int) -> None:
        """Take a place. Raises QuotaExceeded; nothing is taken then."""
        free = {"_id": account, "open_jobs": {"$lt": limit}}
        result = await self._usage.update_one(free, {"$inc": {"open_jobs": 1}}, session=session)
        if not result.modified_count:
            raise QuotaExceeded(limit)

    async def free(self, session: Session, account: int) -> None:
        """Give a place back."""
        await self._usage.update_one({"_id": account}, {"$inc": {"open_jobs": -1}}, session=session)

    async def used(self, account: int) -> int:
        """Places taken now."""
        document = await self._usage.find_one({"_id": account})
        return int(document["open_jobs"]) if document else 0
