"""Every recorded pair, played again on a new account: the same request is answered with the same words."""

import re

import pytest

from services.gateway.dialects.constant_contact.dialect import dialect
from tests.dialects.constant_contact.golden.pairs import PAIRS
from tests.dialects.golden.case import Case
from tests.dialects.golden.comparing import endpoints_without_a_pair, see_one_pair_for_each_case, see_the_same_answer, texts
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


@pytest.mark.parametrize("case", PAIRS.cases, ids=lambda case: case.name)
async def test_the_answer_is_the_one_that_was_recorded(tenant: System, case: Case) -> None:
    await see_the_same_answer(PAIRS, tenant, case)


def test_every_pair_belongs_to_a_case_and_every_case_has_a_name_of_its_own() -> None:
    see_one_pair_for_each_case(PAIRS)


async def test_every_endpoint_of_the_dialect_has_a_pair_that_succeeded(shared_muster: System) -> None:
    assert endpoints_without_a_pair(PAIRS, dialect(), shared_muster.gateway) == []


def test_every_error_of_the_vendor_has_a_pair() -> None:
    found = {(status, key) for status, text in texts(PAIRS) for key in re.findall(r'"error_key": "([^"]+)"', text)}
    assert found >= ERRORS_OF_THE_VENDOR
