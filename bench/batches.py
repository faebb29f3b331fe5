"""Milliseconds of a batch of 200 contacts in an account with a million, beside the same 200 contacts saved one after the other."""

import statistics
import time
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from bench.corpus import csv_blocks
from bench.fleet import Fleet

CONTACTS = 1_000_000
BATCH, TIMES, SINGLE_TIMES = 200, 20, 3
_FIRST = 50_000_000
"""Numbers of the corpus that no other measurement uses."""


async def measure(fleet: Fleet) -> Table:
    """Fill the account up to a million contacts, then save batches of new contacts and of those that are there."""
    await _fill(fleet)
    table = Table(f"batch of {BATCH} with {CONTACTS:,} contacts", "median ms", "95th percentile", "one by one ms", "ratio")
    for name, is_new in (("new contacts", True), ("contacts that are there", False)):
        batches = [await _milliseconds(fleet, "batch/new", [_people(turn, is_new)]) for turn in range(TIMES)]
        single = [await _milliseconds(fleet, "new", _people(TIMES + turn, is_new)) for turn in range(SINGLE_TIMES)]
        middle, singly = statistics.median(batches), statistics.median(single)
        high = statistics.quantiles(batches, n=20)[-1]
        table.add_row(name, f"{middle:.0f}", f"{high:.0f}", f"{singly:.0f}", f"{singly / middle:.1f}")
    return table


async def _fill(fleet: Fleet) -> None:
    missing = CONTACTS - (await fleet.client.get("/v1/account")).json()["use"]["contacts"]
    if missing > 0:
        body = b"".join(csv_blocks(_FIRST, missing))
        await fleet.ended(await fleet.client.post("/v1/imports", content=body, headers={"Content-Type": "text/csv"}))


def _people(turn: int, is_new: bool) -> list[dict[str, Any]]:
    """Each turn has contacts of its own, spread over the account where they are there."""
    if is_new:
        return [{"email": f"batch{turn}-{place}@example.org", "firstname": "Ana", "city": "Leeds"} for place in range(BATCH)]
    numbers = (_FIRST + turn + place * 1_000 for place in range(BATCH))
    return [{"email": f"person{each}@example{each % 977}.org", "firstname": f"Turn {turn}", "points": turn + 1} for each in numbers]


async def _milliseconds(fleet: Fleet, path: str, bodies: Sequence[Any]) -> float:
    """All of these requests, one after the other."""
    started = time.perf_counter()
    for body in bodies:
        answer = await fleet.client.post(f"/api/contacts/{path}", json=body)
        answer.raise_for_status()
        if "errors" in answer.json():
            raise RuntimeError(f"a contact was refused: {answer.text[:500]}")
    return (time.perf_counter() - started) * 1000
