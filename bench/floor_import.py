"""The yardstick: the same file parsed, checked and written by the same read-first method in one process, and nothing else.

No broker, no outcomes, no ledger, no job: what is left is what the work itself costs on this machine.
"""

import csv
import re
import threading
import time
from queue import Queue
from typing import Any

from pymongo import MongoClient, UpdateOne
from pymongo.collection import Collection
from pymongo.write_concern import WriteConcern

BATCH = 1_000
WRITERS = 2
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
_PHONE = re.compile(r"\+?[0-9 ().-]{3,50}")


def seconds(client: "MongoClient[dict[str, Any]]", database: str, path: str) -> float:
    """Import the file and say what it took."""
    contacts = client[database].get_collection("floor", write_concern=WriteConcern(w="majority", j=True))
    contacts.create_index([("account", 1), ("key", 1)], unique=True, partialFilterExpression={"key": {"$exists": True}})
    contacts.create_index([("account", 1), ("lists", 1)], partialFilterExpression={"lists": {"$exists": True}})
    contacts.create_index([("account", 1), ("tags", 1)], partialFilterExpression={"tags": {"$exists": True}})
    batches: Queue[list[dict[str, Any]] | None] = Queue(maxsize=4)
    started = time.perf_counter()
    writers = [threading.Thread(target=_write_all, args=(client, contacts, batches)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    _parse(path, batches)
    for _ in writers:
        batches.put(None)
    for writer in writers:
        writer.join()
    return time.perf_counter() - started


def _parse(path: str, batches: "Queue[list[dict[str, Any]] | None]") -> None:
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.reader(file)
        columns = [column.replace("cf:", "cf_") for column in next(reader)]
        batch: list[dict[str, Any]] = []
        for cells in reader:
            document: dict[str, Any] = dict(zip(columns, map(str.strip, cells), strict=True))
            if _ADDRESS.fullmatch(document["email"]) and _PHONE.fullmatch(document["phone"]) and max(map(len, cells)) < 255:
                document["account"], document["key"] = 1, document["email"].lower()
                batch.append(document)
            if len(batch) == BATCH:
                batches.put(batch)
                batch = []
        if batch:
            batches.put(batch)


def _write_all(client: "MongoClient[dict[str, Any]]", contacts: "Collection[dict[str, Any]]", batches: "Queue[Any]") -> None:
    while (batch := batches.get()) is not None:
        with client.start_session() as session, session.start_transaction():
            found = contacts.find({"account": 1, "key": {"$in": [document["key"] for document in batch]}}, session=session)
            stored = {document["key"]: document for document in found}
            new = [document for document in batch if document["key"] not in stored]
            changes = [change for document in batch if (change := _change(stored.get(document["key"]), document))]
            if new:
                contacts.insert_many(new, ordered=False, session=session)
            if changes:
                contacts.bulk_write(changes, ordered=False, session=session)


def _change(stored: dict[str, Any] | None, wanted: dict[str, Any]) -> UpdateOne | None:
    if stored is None:
        return None
    changed = {name: value for name, value in wanted.items() if value and stored.get(name) != value}
    return UpdateOne({"_id": stored["_id"]}, {"$set": changed}) if changed else None
