"""What the tests of every dialect's pairs ask: is the answer still the same, and what has no pair?"""

import re
from collections.abc import Iterator

from fastapi.routing import APIRoute

from services.gateway.context import Gateway
from services.gateway.dialects.dialect import Dialect
from tests.dialects.golden.case import Case
from tests.dialects.golden.pairs import Pairs, text_of
from tests.support.system import System


async def see_the_same_answer(pairs: Pairs, tenant: System, case: Case) -> None:
    """Play a case again on a new account: the same request is answered with the same words."""
    pair = await pairs.play(tenant, case)
    assert pair["response"]["status"] == case.status, pair["response"]
    assert text_of(pair) == pairs.path(case.name).read_text("utf-8")


def see_one_pair_for_each_case(pairs: Pairs) -> None:
    """Every pair belongs to a case, and every case has a name of its own."""
    names = [case.name for case in pairs.cases]
    assert pairs.recorded() == set(names)
    assert len(names) == len(set(names))


def endpoints_without_a_pair(pairs: Pairs, dialect: Dialect, gateway: Gateway) -> list[str]:
    """Those that no case asks with success. Of two that fit the path of a case the first is the one that answers."""
    endpoints = [(method, path, _pattern(path)) for method, path in _endpoints(dialect, gateway)]
    answered = set()
    for ask in (case.ask for case in pairs.cases if case.status < 400):
        where = ask.path.partition("?")[0]
        answered.add(next((each[:2] for each in endpoints if each[0] == ask.method and each[2].fullmatch(where)), None))
    return [f"{method} {path}" for method, path, _ in endpoints if (method, path) not in answered]


def texts(pairs: Pairs) -> Iterator[tuple[int, str]]:
    """The status and the whole text of every pair."""
    for case in pairs.cases:
        yield case.status, pairs.path(case.name).read_text("utf-8")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))


def _endpoints(dialect: Dialect, gateway: Gateway) -> Iterator[tuple[str, str]]:
    """Every method and path of the dialect. HEAD is GET without the body."""
    for route in (route for router in dialect.routes(gateway) for route in router.routes):
        assert isinstance(route, APIRoute)
        yield from ((method, route.path) for method in sorted(route.methods or ()) if method != "HEAD")
