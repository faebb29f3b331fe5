"""Seeds that must all pass, and broken rules that some seed must catch."""

import pytest

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
    print(f"{len(results)} seeds, {sum(result.deaths for result in results)} deaths, {60 * len(results) / seconds:.0f} seeds a minute")
    assert not bad, "\n".join(map(str, bad))
