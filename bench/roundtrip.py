"""`python -m bench.roundtrip`: export every contact and import the file again, in each format. Nothing may change.

Prints contacts a second each way and the most memory that any process took, children included.
"""

import argparse
import asyncio
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

from bench.corpus import csv_blocks
from bench.fleet import Fleet, running
from bench.imports import file_blocks
from tests.support import servers

SERVICES = ("gateway", "status", "importer", "importer-2", "exporter", "lists")
WORKBOOK_ROWS = 100_000
SAMPLE_SECONDS = 0.1


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.roundtrip", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="contacts in the account")
    rows = parser.parse_args().rows
    servers.begin_run()
    try:
        amqp, mongo, database = servers.server("amqp"), servers.server("mongo"), f"roundtrip-{uuid.uuid4().hex[:8]}"
        async with running(amqp, mongo, database, *SERVICES) as fleet:
            Console().print(await measure(fleet, rows))
    finally:
        servers.end_run()


async def measure(fleet: Fleet, rows: int) -> Table:
    """Fill the account, then out and in again: as a workbook with its first contacts, as CSV and Parquet with all of them."""
    table = Table("format", "contacts", "MB", "out, contacts/s", "in, contacts/s", "unchanged", "most memory")
    (await fleet.client.post("/v1/fields", json={"name": "plan", "type": "text"})).raise_for_status()
    few = min(rows, WORKBOOK_ROWS)
    with tempfile.TemporaryDirectory() as folder:
        await _fill(fleet, 0, few)
        table.add_row(*await _there_and_back(fleet, Path(folder, "contacts.xlsx"), few))
        if rows > few:
            await _fill(fleet, few, rows - few)
        for form in ("csv", "parquet"):
            table.add_row(*await _there_and_back(fleet, Path(folder, f"contacts.{form}"), rows))
    return table


async def _fill(fleet: Fleet, first: int, rows: int) -> None:
    async def blocks() -> AsyncIterator[bytes]:
        for block in csv_blocks(first, rows):
            yield block

    await fleet.ended(await fleet.client.post("/v1/imports", content=blocks(), headers={"Content-Type": "text/csv"}))


async def _there_and_back(fleet: Fleet, path: Path, rows: int) -> list[str]:
    async with _peaks(fleet) as peaks:
        started = time.perf_counter()
        job = await fleet.ended(await fleet.client.post("/v1/exports", json={"format": path.suffix[1:]}))
        async with fleet.client.stream("GET", f"/v1/jobs/{job['id']}/file", headers={"Accept-Encoding": "identity"}) as file:
            with path.open("wb") as target:
                async for block in file.aiter_raw():
                    target.write(block)
        out = time.perf_counter() - started
        started = time.perf_counter()
        headers = {"Content-Type": "application/octet-stream"}
        again = await fleet.client.post(f"/v1/imports?filename={path.name}", content=file_blocks(path), headers=headers)
        counts = (await fleet.ended(again))["counts"]
        back = time.perf_counter() - started
    if counts["unchanged"] != rows or sum(counts.values()) != rows:
        raise RuntimeError(f"{path.suffix}: {counts}")
    most = "\n".join(f"{name} {peak:.0f} MB" for name, peak in peaks.items())
    size = path.stat().st_size / 1e6
    return [
        path.suffix[1:],
        f"{rows:,}",
        f"{size:,.0f}",
        f"{rows / out:,.0f}",
        f"{rows / back:,.0f}",
        f"{counts['unchanged']:,}",
        most,
    ]


@asynccontextmanager
async def _peaks(fleet: Fleet) -> AsyncIterator[dict[str, float]]:
    """Within the block: the most memory of each service's process, and of the largest child that any of them had, in MB."""
    peaks: dict[str, float] = {}

    async def sample() -> None:
        while True:
            for name, process in fleet.processes.items():
                for each in _family(process.pid):
                    who = name if each.pid == process.pid else f"child of {name.partition('-')[0]}"
                    with suppress(psutil.Error):
                        peaks[who] = max(peaks.get(who, 0.0), each.memory_info().rss / 2**20)
            await asyncio.sleep(SAMPLE_SECONDS)

    sampling = asyncio.create_task(sample())
    try:
        yield peaks
    finally:
        sampling.cancel()


def _family(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.Error:
        return []


if __name__ == "__main__":
    asyncio.run(main())
