"""Numbers for what an account owns, in blocks. Outside any transaction: inside one, every lane of the account would meet here.

Numbers rise and are never given twice; gaps are normal.
"""

from pymongo import ReturnDocument

from shared.platform.mongo import Mongo

ACCOUNTS = 0
"""The owner of the counter that numbers accounts themselves."""


class Counters:
    """Every account's counters."""

    def __init__(self, mongo: Mongo) -> None:
        self._counters = mongo.database["counters"]

    async def take(self, account: int, thing: str, amount: int = 1) -> range:
        """The next `amount` numbers, from 1."""
        document = await self._counters.find_one_and_update(
            {"_id": f"{account}:{thing}"}, {"$inc": {"last": amount}}, upsert=True, return_document=ReturnDocument.AFTER
        )
        last = int(document["last"]) if document else amount
        return range(last - amount + 1, last + 1)
