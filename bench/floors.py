"""What the same work takes without anything around it, each in a process of its own.

`python -m bench.floors <import|export|change> <mongo url> <database> [<file>|<contacts>]` prints seconds.
"""

import asyncio
import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from bench import floor_import

COLUMNS = ("email", "first_name", "last_name", "company_name", "job_title", "mobile")
PARTS = ("street", "city", "postal_code", "country")
FIRST = 1 << 40
"""Where the contacts of account 1 begin."""
OTHER_LIST = 1_000_000

Client = MongoClient[dict[str, Any]]


async def seconds_of(what: str, *arguments: str) -> float:
    """Seconds that the floor took."""
    command = [sys.executable, "-m", "bench.floors", what, *arguments]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return float(done.stdout)


def export(client: Client, database: str) -> float:
    """One cursor over every contact, and `csv.writer`."""
    started = time.perf_counter()
    cursor = client[database]["contacts"].find({"deleted_at": {"$exists": False}}).sort("_id", 1).batch_size(10_000)
    with open(os.devnull, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        for contact in cursor:
            address = (contact.get("addresses") or [{}])[0]
            cells = [contact.get(name, "") for name in COLUMNS]
            writer.writerow([*cells, *(address.get(part, "") for part in PARTS), contact.get("custom", {}).get("1", "")])
    return time.perf_counter() - started


def change(client: Client, database: str, contacts: str) -> float:
    """One `update_many` that puts contacts on a list."""
    collection = client[database]["contacts"]
    chosen = {"_id": {"$in": list(range(FIRST + 1, FIRST + 1 + int(contacts)))}}
    membership = {"id": OTHER_LIST, "status": "subscribed"}
    started = time.perf_counter()
    done = collection.update_many(chosen, {"$push": {"lists": membership}})
    seconds = time.perf_counter() - started
    if done.modified_count != int(contacts):
        raise RuntimeError(f"{done.modified_count} contacts changed")
    collection.update_many(chosen, {"$pull": {"lists": {"id": OTHER_LIST}}})
    collection.update_many({**chosen, "lists": []}, {"$unset": {"lists": ""}})
    return seconds


FLOORS: dict[str, Callable[..., float]] = {"import": floor_import.seconds, "export": export, "change": change}

if __name__ == "__main__":
    what, url, *arguments = sys.argv[1:]
    print(FLOORS[what](MongoClient(url, maxPoolSize=8), *arguments))
