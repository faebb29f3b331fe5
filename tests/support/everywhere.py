"""Looking for a word in everything that is stored, packed or not."""

from typing import Any

from bson import BSON


async def holding(database: Any, word: str) -> list[str]:
    """The collections with a document that holds the word, in any letter case."""
    found = []
    for name in sorted(await database.list_collection_names()):
        async for document in database[name].find():
            if word.lower().encode() in bytes(BSON.encode(document)).lower():
                found.append(name)
                break
    return found
