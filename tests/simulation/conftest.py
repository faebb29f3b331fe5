"""Which seeds run: a few in every run, many with `--full`, one with `--seed`."""

import pytest


@pytest.fixture
def seeds(request: pytest.FixtureRequest) -> range:
    """The seeds of this run."""
    chosen: int | None = request.config.getoption("--seed")
    if chosen is not None:
        return range(chosen, chosen + 1)
    return range(200) if request.config.getoption("--full") else range(8)
