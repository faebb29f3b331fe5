"""Rows per second of an import through the real services, beside the floor that runs right before it on the same file."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from bench.corpus import csv_blocks
from bench.fleet import Fleet
from bench.floors import seconds_of


class Case(NamedTuple):
    """One kind of import: which contacts the file has, and in which version."""

    name: str
    first: int
    version: int


def cases(rows: int) -> list[Case]:
    """In this order each finds what the one before left."""
    return [Case("new", 0, 0), Case("unchanged", 0, 0), Case("changed", 0, 1), Case("half new", rows // 2, 1)]


async def measure(fleet: Fleet, rows: int, folder: Path) -> Table:
    """Import four files of so many rows."""
    table = Table("import of contacts that are", "rows/s", "floor rows/s", "ratio", "services' CPU us/row")
    (await fleet.client.post("/v1/fields", json={"name": "plan", "type": "text"})).raise_for_status()
    for case in cases(rows):
        rate, floor, cpu = await _run(fleet, case, rows, folder / "contacts.csv")
        table.add_row(case.name, f"{rate:,.0f}", f"{floor:,.0f}", f"{rate / floor:.2f}", f"{cpu:.0f}")
    return table


async def _run(fleet: Fleet, case: Case, rows: int, path: Path) -> tuple[float, float, float]:
    with path.open("wb") as file:
        file.writelines(csv_blocks(case.first, rows, case.version))
    floor = rows / await seconds_of("import", fleet.mongo_url, fleet.database, str(path))
    busy = fleet.cpu_seconds()
    started = time.perf_counter()
    response = await fleet.client.post("/v1/imports", content=file_blocks(path), headers={"Content-Type": "text/csv"})
    job = await fleet.ended(response)
    seconds = time.perf_counter() - started
    if sum(job["counts"].values()) != rows or job["counts"]["rejected"]:
        raise RuntimeError(f"the import went wrong: {job}")
    return rows / seconds, floor, (fleet.cpu_seconds() - busy) / rows * 1e6


async def file_blocks(path: Path) -> AsyncIterator[bytes]:
    """A file in blocks of 256 KiB."""
    with path.open("rb") as file:
        while block := file.read(1 << 18):
            yield block
