"""Seeds that must all pass, and broken rules that some seed must catch."""

import random
from typing import Any

import pytest

from services.status.handlers import Handlers
from services.status.rescue import Rescue
from shared.jobs.ledger import Ledger
from tests.simulation.seed import Hurry, Result, run_seed
from tests.simulation.world import Faults


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> Hurry:
    """The engine's patience is short here."""
    return Hurry(monkeypatch)


async def test_every_seed_comes_to_rest_with_clean_books(simulated_mongo_url: str, seeds: range) -> None:
    results: list[Result] = []
    for seed in seeds:
        results.append(await run_seed(simulated_mongo_url, seed))
        print(results[-1])
    bad = [result for result in results if result.violations]
    seconds = sum(result.seconds for result in results)
    print(
        f"{len(results)} seeds, {sum(result.deaths for result in results)} deaths, {60 * len(results) / seconds:.0f} seeds a minute"
    )
    assert not bad, "\n".join(map(str, bad))


async def test_without_the_rescuer_a_lost_message_leaves_a_job_open_and_the_audit_says_so(
    simulated_mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def idle(_: Rescue) -> int:
        return 0

    monkeypatch.setattr(Rescue, "sweep", idle)
    assert await is_said(simulated_mongo_url, "has not ended", lost="import.")


async def test_without_the_compare_and_set_a_doubled_command_is_worked_twice_and_the_audit_says_so(
    simulated_mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful = Ledger.take

    async def careless(ledger: Ledger, session: Any, job_id: str, lane: int, sequence: int) -> Any:
        now = await ledger.read(job_id, lane, session)
        return await careful(ledger, session, job_id, lane, now.sequence if now else sequence)

    monkeypatch.setattr(Ledger, "take", careless)
    assert await is_said(simulated_mongo_url, "job", double=1.0)


async def test_without_catching_up_a_lost_end_leaves_chunks_behind_and_the_audit_says_so(
    simulated_mongo_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def idle(_: Handlers) -> None:
        return None

    monkeypatch.setattr(Handlers, "catch_up", idle)
    assert await is_said(simulated_mongo_url, "chunks are left", lost="job.")


async def is_said(mongo_url: str, words: str, *, double: float = 0.0, lost: str | None = None) -> bool:
    """True where the verdict on one of ten seeds has a violation, and these words."""
    for seed in range(10):
        result = await run_seed(mongo_url, seed, faults=Faults(random.Random(seed), double=double, lost=lost), budget_seconds=3)
        if result.violations and words in str(result):
            return True
    return False
