"""Options of the whole suite, as a plugin: `tests/conftest.py` names it, so they exist wherever pytest is told to start."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--full` and `--seed`."""
    parser.addoption("--full", action="store_true", help="the long form of the chaos tests and the simulation")
    parser.addoption(
        "--seed", type=int, default=None, help="run the simulation, or draw the moments of the chaos tests, with this seed"
    )


@pytest.fixture
def is_full(request: pytest.FixtureRequest) -> bool:
    """True for the long form."""
    return bool(request.config.getoption("--full"))
