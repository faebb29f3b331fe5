"""Every recorded pair, played again on a new account: the same request is answered with the same words."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from services.gateway.dialects.dialect import Dialect
from services.gateway.dialects.dotdigital import dialect
from tests.dialects.dotdigital.golden.pairs import PAIRS
from tests.dialects.golden.case import Case
from tests.dialects.golden.comparing import endpoints_without_a_pair, see_one_pair_for_each_case, see_the_same_answer, texts
from tests.support.system import System

pytestmark = pytest.mark.mongo

V2_ERRORS = {
    "ERROR_ADDRESSBOOK_DUPLICATE",
    "ERROR_ADDRESSBOOK_INVALID",
    "ERROR_ADDRESSBOOK_IN_USE",
    "ERROR_ADDRESSBOOK_NOT_FOUND",
    "ERROR_APIUSAGE_EXCEEDED",
    "ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE",
    "ERROR_CONTACTS_ARE_NOT_SPECIFIED",
    "ERROR_CONTACT_INVALID",
    "ERROR_CONTACT_NOT_FOUND",
    "ERROR_CONTACT_SUPPRESSED",
    "ERROR_CONTACT_SUPPRESSEDFORADDRESSBOOK",
    "ERROR_CONTACT_TOOMANY",
    "ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED",
    "ERROR_DATAFIELD_INVALID",
    "ERROR_DATAFIELD_NOTFOUND",
    "ERROR_FEATURENOTACTIVE",
    "ERROR_IMPORT_REPORT_NOT_FOUND",
    "ERROR_IMPORT_TOOMANYACTIVEIMPORTS",
    "ERROR_IMPORT_UNSUPPORTED_FORMAT",
    "ERROR_INVALID_EMAIL",
    "ERROR_MALFORMED_REQUEST",
    "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED",
    "ERROR_NON_UNIQUE_DATAFIELD",
    "ERROR_NON_UNIQUE_EMAIL",
    "ERROR_NO_EMAIL_COLUMN",
    "ERROR_PARAMETER_INVALID",
    "ERROR_UNKNOWN",
}
V2_SENTENCES = {
    "Authorization has been denied for this request.",
    "Contact is suppressed. ERROR_CONTACT_SUPPRESSED",
    "Error: ERROR_ADDRESSBOOK_NOT_FOUND",
    "Error: ERROR_CONTACT_NOT_FOUND",
    "Error: ERROR_FEATURENOTACTIVE",
    "Field already exists. ERROR_NON_UNIQUE_DATAFIELD",
    "file must be valid",
}
"""What clients compare byte for byte."""
V3_ERRORS = {
    (400, "contacts:badJson"),
    (400, "contacts:invalidContacts"),
    (400, "contacts:invalidFilter"),
    (400, "contacts:invalidId"),
    (400, "contacts:noContactsSpecified"),
    (404, "contacts:contactNotFound"),
    (404, "contacts:importNotFound"),
    (409, "contacts:idAlreadyExists"),
    (429, "contacts:tooManyActiveImports"),
    (429, "contacts:tooManyBulkDeleteJobs"),
}
WORDS = {
    "ExceedsAllowedContactLimit",
    "Failed",
    "Finished",
    "InvalidFileFormat",
    "NotFinished",
    "RejectedByWatchdog",
    "Unknown",
}
"""Those of an import's status; `NotAvailableInThisVersion` is said of nothing here."""


@pytest.mark.parametrize("case", PAIRS.cases, ids=lambda case: case.name)
async def test_the_answer_is_the_one_that_was_recorded(tenant: System, case: Case) -> None:
    await see_the_same_answer(PAIRS, tenant, case)


def test_every_pair_belongs_to_a_case_and_every_case_has_a_name_of_its_own() -> None:
    see_one_pair_for_each_case(PAIRS)


@pytest.mark.parametrize("version", [dialect.v2, dialect.v3])
async def test_every_endpoint_has_a_pair_that_succeeded(shared_muster: System, version: Callable[[], Dialect]) -> None:
    assert endpoints_without_a_pair(PAIRS, version(), shared_muster.gateway) == []


def test_every_error_of_v2_has_a_pair_and_what_clients_compare_stands_there_as_it_is() -> None:
    said = {pair["response"]["body"]["message"] for pair in _pairs("/v2/", 400)}
    assert {found[0] for message in said if (found := re.search(r"ERROR_\w+$", message))} >= V2_ERRORS
    assert said >= V2_SENTENCES


def test_every_error_of_v3_has_a_pair() -> None:
    refused = [pair["response"] for pair in _pairs("/contacts/v3", 400)]
    assert {(each["status"], each["body"]["errorCode"]) for each in refused if "body" in each} >= V3_ERRORS


def test_no_answer_of_v2_that_is_no_error_has_a_message() -> None:
    bodies = [pair["response"].get("body") for pair in _pairs("/v2/", 200) if pair["response"]["status"] < 400]
    assert [body for body in bodies if isinstance(body, dict) and "message" in body] == []


def test_every_word_for_the_status_of_an_import_has_a_pair() -> None:
    bodies = [pair["response"]["body"] for pair in _pairs("/v2/contacts/import/", 200) if pair["response"]["status"] == 200]
    assert {body["status"] for body in bodies if isinstance(body, dict) and "status" in body} == WORDS


def _pairs(beginning: str, least_status: int) -> list[dict[str, Any]]:
    """Those of paths that begin so, with this status or a higher one."""
    found = [json.loads(text) for status, text in texts(PAIRS) if status >= least_status]
    return [pair for pair in found if pair["request"]["path"].startswith(beginning)]
