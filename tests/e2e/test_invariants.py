"""The invariants of the engine that need a whole Muster: 1 to 6 and 9. Number 7, 8 and 10 stand in `test_job_control`."""

import asyncio
import tracemalloc
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from services.gateway.settings import GatewaySettings
from services.importer.planner import Planner
from services.importer.settings import ImporterSettings
from shared.contacts.patch import FieldBook
from shared.contract.options import ImportOptions
from shared.contract.topology import EVENTS, TOPOLOGY, Binding, Queue, Topology
from shared.jobs.chunks import Chunks
from shared.jobs.lanes import Chunk, Limits
from shared.jobs.planning import ChunkSink
from shared.platform.broker.memory import MemoryBroker, Tap
from shared.platform.broker.port import Outgoing
from shared.platform.clock import SystemClock
from tests.e2e.payloads import people
from tests.support.brokers import Seen
from tests.support.system import System, platform_for, system

SMALL_CHUNKS = ImporterSettings(chunk_rows=50, single_lane_rows=100, lanes=8)
ENDS = "test.ends"
END_KEYS = tuple(Binding(EVENTS, f"job.{end}.#") for end in ("completed", "failed", "cancelled"))
WATCHED = Topology(TOPOLOGY.exchanges, (*TOPOLOGY.queues, Queue(ENDS, END_KEYS)))


@asynccontextmanager
async def tapped(mongo_url: str, tap: Tap | None = None, **settings: Any) -> AsyncIterator[tuple[System, Seen]]:
    """A Muster whose broker does what the tap says, and what came of the end events."""
    broker = MemoryBroker(WATCHED, SystemClock().sleep, tap)
    platform = platform_for(mongo_url, f"muster-{uuid.uuid4().hex[:12]}", broker)
    async with system(platform, importer_settings=SMALL_CHUNKS, **settings) as whole:
        seen = Seen()
        await broker.consume(ENDS, 10, seen)
        yield whole, seen


async def test_invariant_1_an_accepted_job_ends_although_every_message_is_lost_at_first(mongo_url: str) -> None:
    known: set[str] = set()

    def lose_first(message: Outgoing) -> Iterable[Outgoing]:
        """Confirmed, and lost with the broker. A command that the rescuer sends again has the same content."""
        content = f"{message.routing_key} {message.body!r}"
        if not message.exchange or message.exchange == EVENTS or content in known:
            return (message,)
        known.add(content)
        return ()

    async with tapped(mongo_url, lose_first) as (muster, _):
        job = await muster.imported(people(90, bad_every=10))
        assert job["state"] == "completed"
        assert (job["counts"]["created"], job["counts"]["rejected"]) == (81, 9)
        assert len(known) == 3, "the start and two chunks"
        assert len(await muster.contacts()) == 81


@pytest.mark.parametrize("duplicates", ["merge", "first", "last", "reject"])
@pytest.mark.parametrize("mode", ["upsert", "create", "update"])
async def test_invariant_2_every_row_that_goes_in_has_one_outcome(tenant: System, mode: str, duplicates: str) -> None:
    rows = (
        people(60, bad_every=7) + people(30, first=40).partition(b"\n")[2] + b'\n,,\n\nover@example.org,a,b,c,d\n,no key,\n"open\n'
    )
    await tenant.imported(people(20))
    job = await tenant.imported(rows, mode=mode, duplicates=duplicates)
    assert job["state"] == "completed"
    outcomes = await tenant.rows(job["id"], limit=13)
    assert sum(job["counts"].values()) == job["progress"]["rows_total"] == len(outcomes)
    for outcome, number in job["counts"].items():
        assert sum(row["outcome"] == outcome for row in outcomes) == number
    assert len({row["line"] for row in outcomes}) == len(outcomes)


async def test_invariant_3_one_end_event_a_job_for_consumers_that_deduplicate_by_id(mongo_url: str) -> None:
    async with tapped(mongo_url, lambda message: (message, message)) as (muster, seen):
        jobs = [await muster.imported(people(300)), await muster.imported(b"no\nuse\n")]
        waiting = await muster.submit(people(1), after=jobs[1]["id"])
        jobs.append(await muster.ended(waiting["id"]))
        await seen.until(lambda seen: len(seen.messages) >= 2 * len(jobs))
        ends = {
            (m.headers["cloudEvents:id"], m.headers["cloudEvents:subject"], m.headers["cloudEvents:type"]) for m in seen.messages
        }
        assert sorted(subject for _, subject, _ in ends) == sorted(job["id"] for job in jobs)
        assert jobs[0]["counts"]["created"] == len(await muster.contacts()) == 300


async def test_invariant_4_rows_of_one_contact_apply_in_file_order_across_lanes(mongo_url: str) -> None:
    lines = [f"person{row % 300}@example.org,turn {row},{row}" for row in range(900)]
    async with tapped(mongo_url) as (muster, _):
        job = await muster.imported(("email,first_name,last_name\n" + "\n".join(lines) + "\n").encode())
        assert (job["counts"]["created"], job["counts"]["updated"]) == (300, 600)
        for contact in await muster.contacts():
            row = 600 + int(contact["email"].removeprefix("person").partition("@")[0])
            assert (contact["first_name"], contact["last_name"]) == (f"turn {row}", str(row))


async def test_two_jobs_one_contact_all_rows_are_applied_and_no_contact_holds_half_of_one(mongo_url: str) -> None:
    def rows(mark: str, numbers: Iterable[int]) -> bytes:
        lines = [f"person{n}@example.org,{mark} {n},{mark} {n}" for n in numbers]
        return ("email,first_name,last_name\n" + "\n".join(lines) + "\n").encode()

    async with tapped(mongo_url) as (muster, _):
        payloads = [rows("a", range(600)), rows("b", range(599, -1, -1)), rows("c", range(600))]
        jobs = await asyncio.gather(*map(muster.submit, payloads))
        ended = [await muster.ended(job["id"]) for job in jobs]
        assert [job["state"] for job in ended] == ["completed"] * 3
        assert sum(job["counts"]["created"] for job in ended) == 600
        assert sum(job["counts"]["updated"] for job in ended) == 1_200
        contacts = await muster.contacts()
        assert len(contacts) == 600
        assert all(contact["first_name"] == contact["last_name"] for contact in contacts)


async def test_invariant_5_an_absent_column_and_an_empty_cell_change_nothing(tenant: System) -> None:
    await tenant.imported(b"email,first_name,last_name,city\nana@example.org,Ana,Lima,Porto\n", tags="vip")
    before = await tenant.contacts()
    for content in (
        b"email\nANA@example.org\n",
        b"email,first_name,last_name,city\nana@example.org, ,,\n",
        b"email,tags\nana@example.org,\n",
    ):
        job = await tenant.imported(content)
        assert job["counts"]["unchanged"] == 1, (content, job["counts"])
    assert await tenant.contacts() == before


async def test_invariant_6_never_one_job_over_the_limit_and_never_a_place_leaked(mongo_url: str) -> None:
    async with tapped(mongo_url, services=("status",), gateway_settings=GatewaySettings(open_jobs=5)) as (muster, _):
        headers = {"Content-Type": "text/csv"}
        answers = await asyncio.gather(*(muster.client.post("/v1/imports", content=people(1), headers=headers) for _ in range(20)))
        accepted = [answer.json() for answer in answers if answer.status_code == 202]
        refused = [answer for answer in answers if answer.status_code == 429]
        assert (len(accepted), len(refused)) == (5, 15)
        assert all("Retry-After" in answer.headers and answer.json()["code"] == "too_many_jobs" for answer in refused)
        assert await muster.database["payloads.files"].count_documents({}) == 5
        await asyncio.gather(*(muster.client.delete(f"/v1/jobs/{job['id']}") for job in accepted))
        assert await muster.gateway.quota.used(muster.account.number) == 0
        assert (await muster.submit(people(1)))["state"] == "queued"


class Nowhere:
    """Takes chunks and keeps none."""

    async def write(self, job_id: str, planner: int, chunks: list[Chunk]) -> None:
        """See `Chunks.write`."""


async def still_mine() -> bool:
    return True


async def planned_peak(rows: int) -> int:
    """The most memory that planning so many rows took, in bytes."""

    async def blocks() -> AsyncIterator[bytes]:
        yield b"email,first_name\n"
        for first in range(0, rows, 500):
            yield "".join(f"person{row}@example.org,{'x' * 200}\n" for row in range(first, first + 500)).encode()

    limits = Limits(chunk_rows=100, single_lane_rows=500, lanes=4)
    sink = ChunkSink(cast(Chunks, Nowhere()), "a job", 0, limits, still_mine)
    planner = Planner(blocks, "a.csv", ImportOptions.model_validate({}), FieldBook(), 10**9)
    tracemalloc.start()
    try:
        await planner.run(sink)
        await sink.finish()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


async def test_invariant_9_planning_takes_no_more_memory_for_a_file_five_times_as_long() -> None:
    await planned_peak(1_000)
    assert await planned_peak(25_000) < 1.5 * await planned_peak(5_000)
