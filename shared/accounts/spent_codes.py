"""The only door to the OAuth codes that were exchanged: each is good for one exchange, however many ask at the same moment."""

from datetime import timedelta

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from shared.accounts.tokens import Code
from shared.platform.mongo import Mongo, ensure_indexes

INDEXES = (IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),)
KEPT = timedelta(hours=1)
"""How long a code is remembered beyond its end: more than the clocks of gateways and database are apart."""


class SpentCodes:
    """Codes of every account, by their ids."""

    def __init__(self, mongo: Mongo) -> None:
        self._codes = mongo.database["spent_codes"]

    async def prepare(self) -> None:
        """Create the indexes."""
        await ensure_indexes(self._codes, INDEXES)

    async def spend(self, code: Code) -> bool:
        """True for the first who spends this code, False for everybody after."""
        try:
            await self._codes.insert_one({"_id": code.id, "expires_at": code.expires_at + KEPT})
        except DuplicateKeyError:
            return False
        return True
