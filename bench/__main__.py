"""`make bench`: the real services beside floors measured in the same run.

Gateway, status, exporter, lists and two importers are processes of their own on RabbitMQ and MongoDB, as `make test` finds
or starts them. A floor does the same to the same data with nothing around it, right before what it is compared with.
"""

import argparse
import asyncio
import os
import tempfile
import uuid
from pathlib import Path

from rich.console import Console

from bench import batches, changes, exports, imports, requests
from bench.fleet import running
from tests.support import servers

SERVICES = ("gateway", "status", "importer", "importer-2", "exporter", "lists")


async def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each file that is imported; at least 40,000")
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
    with tempfile.TemporaryDirectory() as folder:
        async with running(amqp, mongo, database, *SERVICES) as fleet:
            console.print(await imports.measure(fleet, rows, Path(folder)))
            console.print(await exports.measure(fleet))
            console.print(await changes.measure(fleet))
            console.print(await batches.measure(fleet))
            console.print(await requests.latency(fleet))
            console.print(await requests.measure(fleet))
            peaks = fleet.megabytes("VmHWM")
    console.print("peak memory:", ", ".join(f"{name} {peak:.0f} MB" for name, peak in peaks.items()))


if __name__ == "__main__":
    asyncio.run(main())
