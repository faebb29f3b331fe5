"""Submissions and polls per second of one gateway beside a bare Starlette route, and the time of the smallest job.

The client speaks HTTP over plain sockets: a library would cost more than what it measures.
"""

import asyncio
import re
import statistics
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

from rich.table import Table

from bench.bare import BareServer
from bench.fleet import Fleet

CONNECTIONS = 32
ROW = b"email,first_name\r\nana@example.org,Ana\r\n"
SUBMISSIONS, POLLS, SMALL_JOBS = 1_500, 6_000, 50


async def measure(fleet: Fleet) -> Table:
    """Ask one gateway, and the bare route with the same requests."""
    table = Table(f"requests, {CONNECTIONS} at once", "a second", "bare route a second", "ratio")
    headers = f"Authorization: {fleet.client.headers['Authorization']}\r\nContent-Type: text/csv\r\n"
    submit = _request("POST", "/v1/imports", headers, ROW)
    first = await fleet.ended(await fleet.client.post("/v1/imports", content=ROW, headers={"Content-Type": "text/csv"}))
    poll = _request("GET", f"/v1/jobs/{first['id']}", headers, b"")
    async with BareServer() as bare:
        for name, request, times, status in (
            ("submit an import of one row", submit, SUBMISSIONS, 202),
            ("poll a job", poll, POLLS, 200),
        ):
            rate = await _rate(str(fleet.client.base_url), request, times, status)
            floor = await _rate(bare.url, request, times, 200)
            table.add_row(name, f"{rate:,.0f}", f"{floor:,.0f}", f"{rate / floor:.2f}")
    return table


async def latency(fleet: Fleet) -> str:
    """Milliseconds from the request to the first poll that says completed, one import of one contact after the other."""
    times = []
    for number in range(SMALL_JOBS):
        row = f"email\r\nsmall{number}@example.org\r\n".encode()
        started = time.perf_counter()
        await fleet.ended(
            await fleet.client.post("/v1/imports", content=row, headers={"Content-Type": "text/csv"}), every_seconds=0.002
        )
        times.append((time.perf_counter() - started) * 1000)
    low, middle, high = min(times), statistics.median(times), statistics.quantiles(times, n=20)[-1]
    figures = f"median {middle:.0f} ms, least {low:.0f}, 95th percentile {high:.0f}"
    return f"one contact, from POST to completed: {figures} ({SMALL_JOBS} jobs)"


def _request(method: str, path: str, headers: str, body: bytes) -> bytes:
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


async def _rate(url: str, request: bytes, times: int, status: int) -> float:
    left = iter(range(times))
    started = time.perf_counter()
    await asyncio.gather(*(_ask(url, request, left, status) for _ in range(CONNECTIONS)))
    return times / (time.perf_counter() - started)


async def _ask(url: str, request: bytes, left: Iterator[int], status: int) -> None:
    """Send the request again and again over one connection."""
    place = urlsplit(url)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    for _ in left:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if int(head[9:12]) != status:
            raise RuntimeError(head.decode())
        await reader.readexactly(int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1]))  # type: ignore[index]
    writer.close()
