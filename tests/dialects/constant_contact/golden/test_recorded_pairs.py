"""Every recorded pair, played again on a new account: the same request is answered with the same words."""

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from services.gateway.context import Gateway
from services.gateway.dialects.constant_contact.dialect import dialect
from tests.dialects.constant_contact.golden.case import Case
from tests.dialects.constant_contact.golden.cases import CASES
from tests.dialects.constant_contact.golden.files import path_of, recorded, text_of
from tests.dialects.constant_contact.golden.stage import exchange
from tests.support.system import System

pytestmark = pytest.mark.mongo

ERRORS_OF_THE_VENDOR = {
    (400, "contacts.api.validation.error"),
    (401, "unauthorized"),
    (403, "forbidden"),
    (404, "contacts.api.not_found"),
    (405, "contacts.api.method_not_allowed"),
    (409, "contacts.api.conflict"),
    (415, "contacts.api.unsupported_media_type"),
    (429, "contacts.api.too_many_activities"),
    (429, "throttled"),
}
"""Those of the specification that Muster gives. It has no quota for a day; 500 and 503 are played where services are broken."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_the_answer_is_the_one_that_was_recorded(tenant: System, case: Case) -> None:
    pair = await exchange(tenant, case)
    assert pair["response"]["status"] == case.status, pair["response"]
    assert text_of(pair) == path_of(case.name).read_text("utf-8")


async def test_every_pair_belongs_to_a_case_and_every_case_has_a_name_of_its_own() -> None:
    names = [case.name for case in CASES]
    assert recorded() == set(names)
    assert len(names) == len(set(names))


async def test_every_endpoint_of_the_dialect_has_a_pair_that_succeeded(shared_muster: System) -> None:
    asked = [(case.ask.method, case.ask.path.partition("?")[0]) for case in CASES if case.status < 400]
    missing = []
    for method, path in endpoints(shared_muster.gateway):
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path))
        if not any(method == each and pattern.fullmatch(where) for each, where in asked):
            missing.append(f"{method} {path}")
    assert missing == []


async def test_every_error_of_the_vendor_has_a_pair() -> None:
    found = {(case.status, key) for case in CASES for key in keys_of(case)}
    assert found >= ERRORS_OF_THE_VENDOR


def endpoints(gateway: Gateway) -> Iterator[tuple[str, str]]:
    """Every method and path of the dialect. HEAD is GET without the body."""
    for route in (route for router in dialect().routes(gateway) for route in router.routes):
        assert isinstance(route, APIRoute)
        yield from ((method, route.path) for method in sorted(route.methods or ()) if method != "HEAD")


def keys_of(case: Case) -> set[str]:
    """The keys of the errors that a pair holds."""
    return set(re.findall(r'"error_key": "([^"]+)"', path_of(case.name).read_text("utf-8")))
