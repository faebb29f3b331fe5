"""Contacts per second of an export, from the request to the last byte of the file, beside a bare loop from a cursor to a CSV."""

import time

from rich.table import Table

from bench.corpus import COLUMNS
from bench.fleet import Fleet
from bench.floors import seconds_of

FIELDS = [
    *("email", "first_name", "last_name", "company_name", "job_title", "mobile"),
    *("address:home:street", "address:home:city", "address:home:postal_code", "address:home:country", "cf:plan"),
]


async def measure(fleet: Fleet) -> Table:
    """Export every contact there is."""
    table = Table("export as", "contacts", "contacts/s", "bare loop contacts/s", "ratio")
    bare = await seconds_of("export", fleet.mongo_url, fleet.database)
    cases = {
        f"CSV, {len(COLUMNS.split(','))} columns": {"fields": FIELDS},
        "CSV, every column": {},
        "CSV, every column, gzip": {"compression": "gzip"},
        "NDJSON": {"format": "ndjson"},
        "Parquet": {"format": "parquet"},
    }
    for name, options in cases.items():
        started = time.perf_counter()
        job = await fleet.ended(await fleet.client.post("/v1/exports", json=options))
        async with fleet.client.stream("GET", f"/v1/jobs/{job['id']}/file", headers={"Accept-Encoding": "identity"}) as file:
            size = sum([len(block) async for block in file.aiter_raw()])
        seconds = time.perf_counter() - started
        if size != job["file"]["bytes"]:
            raise RuntimeError(f"the file has {size} bytes: {job}")
        rows = job["file"]["rows"]
        table.add_row(name, f"{rows:,}", f"{rows / seconds:,.0f}", f"{rows / bare:,.0f}", f"{bare / seconds:.2f}")
    return table
