"""`make bench`: rows per second of an import through the real services, beside the floor measured in the same run.

Gateway, status and two importers are processes of their own on RabbitMQ and MongoDB, as `make test` finds or starts them.
The floor runs right before each import, on the same file and in the same state of what is stored.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from bench.corpus import csv_blocks
from bench.fleet import Fleet, running
from shared.contract.values import ENDS
from tests.support import servers

IMPORTERS = ("importer", "importer-2")


class Case(NamedTuple):
    """One kind of import: which contacts the file has, and in which version."""

    name: str
    first: int
    version: int


class Result(NamedTuple):
    """Rows per second, and CPU microseconds a row of everything that took part."""

    rate: float
    floor: float
    cpu: float


def cases(rows: int) -> list[Case]:
    """In this order each finds what the one before left."""
    return [Case("new", 0, 0), Case("unchanged", 0, 0), Case("changed", 0, 1), Case("half new", rows // 2, 1)]


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each file")
    rows = parser.parse_args().rows
    servers.begin_run()
    try:
        await _measure(rows)
    finally:
        servers.end_run()


async def _measure(rows: int) -> None:
    amqp, mongo, database = servers.server("amqp"), servers.server("mongo"), f"bench-{uuid.uuid4().hex[:8]}"
    console = Console()
    console.print(
        f"RabbitMQ: {servers.source('amqp')}. MongoDB: {servers.source('mongo')}. Cores: {os.cpu_count()}. Rows a file: {rows:,}."
    )
    table = Table("import of contacts that are", "rows/s", "floor rows/s", "ratio", "services' CPU us/row")
    with tempfile.TemporaryDirectory() as folder:
        async with running(amqp, mongo, database, "gateway", "status", *IMPORTERS) as fleet:
            (await fleet.client.post("/v1/fields", json={"name": "plan", "type": "text"})).raise_for_status()
            for case in cases(rows):
                result = await _run(fleet, case, rows, mongo, database, Path(folder) / "contacts.csv")
                ratio = result.rate / result.floor
                table.add_row(case.name, f"{result.rate:,.0f}", f"{result.floor:,.0f}", f"{ratio:.2f}", f"{result.cpu:.0f}")
            peaks = fleet.megabytes("VmHWM")
    console.print(table)
    console.print("peak memory:", ", ".join(f"{name} {peak:.0f} MB" for name, peak in peaks.items()))


async def _run(fleet: Fleet, case: Case, rows: int, mongo: str, database: str, path: Path) -> Result:
    with path.open("wb") as file:
        file.writelines(csv_blocks(case.first, rows, case.version))
    floor = await _floor(mongo, database, path)
    busy = fleet.cpu_seconds()
    started = time.perf_counter()
    response = await fleet.client.post("/v1/imports", content=_blocks(path), headers={"Content-Type": "text/csv"})
    response.raise_for_status()
    job = await _ended(fleet, response.json()["id"])
    seconds = time.perf_counter() - started
    if job["state"] != "completed" or sum(job["counts"].values()) != rows or job["counts"]["rejected"]:
        raise RuntimeError(f"the import went wrong: {job}")
    return Result(rows / seconds, floor, (fleet.cpu_seconds() - busy) / rows * 1e6)


async def _ended(fleet: Fleet, job_id: str) -> dict[str, Any]:
    while True:
        job: dict[str, Any] = (await fleet.client.get(f"/v1/jobs/{job_id}")).json()
        if job["state"] in ENDS:
            return job
        await asyncio.sleep(0.1)


async def _floor(mongo: str, database: str, path: Path) -> float:
    command = [sys.executable, "-m", "bench.floor", mongo, database, str(path)]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    rows, seconds = done.stdout.split()
    return int(rows) / float(seconds)


async def _blocks(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 18):
            yield block


if __name__ == "__main__":
    asyncio.run(main())
