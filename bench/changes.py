"""Seconds of a list change of 40,000 contacts, beside one bare `update_many` that does the same to the same contacts."""

import time

from rich.table import Table

from bench.fleet import Fleet
from bench.floors import seconds_of

CONTACTS = 40_000


async def measure(fleet: Fleet) -> Table:
    """Put contacts on a list and take them off, by number and by selection."""
    table = Table(f"change of {CONTACTS:,} contacts", "seconds", "update_many seconds", "ratio")
    (await fleet.client.post("/v1/lists", json={"name": "bench"})).raise_for_status()
    (await fleet.client.post("/v1/tags", json={"name": "bench"})).raise_for_status()
    named = {"ids": list(range(1, CONTACTS + 1))}
    cases = [
        ("add to a list, by number", "list-changes", {"action": "add", "lists": ["bench"], "source": named}),
        ("tag those on the list", "tag-changes", {"action": "add", "tags": ["bench"], "source": {"lists": ["bench"]}}),
        ("remove from the list", "list-changes", {"action": "remove", "lists": ["bench"], "source": {"lists": ["bench"]}}),
        ("delete those with the tag", "deletions", {"source": {"tags": ["bench"]}}),
        ("restore them", "restorations", {"source": {"tags": ["bench"]}}),
    ]
    for name, path, body in cases:
        bare = await seconds_of("change", fleet.mongo_url, fleet.database, str(CONTACTS))
        started = time.perf_counter()
        job = await fleet.ended(await fleet.client.post(f"/v1/{path}", json=body))
        seconds = time.perf_counter() - started
        if job["counts"]["updated"] != CONTACTS:
            raise RuntimeError(f"the change went wrong: {job}")
        table.add_row(name, f"{seconds:.2f}", f"{bare:.2f}", f"{bare / seconds:.2f}")
    return table
