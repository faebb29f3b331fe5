"""Every recorded pair, played again on a new account: the same request is answered with the same words."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from services.gateway.dialects.acquia.dialect import dialect
from tests.dialects.acquia.golden.pairs import PAIRS
from tests.dialects.golden.case import Case
from tests.dialects.golden.comparing import endpoints_without_a_pair, see_one_pair_for_each_case, see_the_same_answer, texts
from tests.support.system import System

pytestmark = pytest.mark.mongo

STOCK_ERRORS = {
    (400, "email: A valid email is required."),
    (400, "email: A valid email is required., points: This value is not valid., country: This value is not valid."),
    (400, "A max of 10000 entities are supported at a time."),
    (401, "API authorization denied."),
    (403, "You do not have access to the requested area/action."),
    (404, "Item was not found."),
    (500, "A max of 200 entities are supported at a time."),
}
"""What clients may compare byte for byte. Muster's API cannot be switched off, so nothing is answered "API disabled."."""
STOCK_BEGINNINGS = {(400, "This is a bad request. ")}
"""Those behind which stands what to do."""
STOCK_ITEMS = {
    (400, "email: A valid email is required."),
    (400, "email: A valid email is required., points: This value is not valid."),
    (400, "ID is missing from the payload."),
    (404, "Item was not found."),
}
"""Of single contacts of batches and jobs."""
WORDS = {"queued", "completed"}
"""Those of a job's status; what comes between, "in_progress", is over too soon to be recorded, and is met by the tests of jobs."""
ARRAYS: dict[str, tuple[type, type, type | None]] = {
    "new": (list, list, None),
    "new_with_a_fault_at_the_end": (list, list, dict),
    "new_with_a_fault_in_the_middle": (dict, list, dict),
    "new_with_faults_in_the_first_two": (dict, list, list),
    "new_with_faults_alone": (list, list, list),
    "new_with_keys_of_its_own": (dict, dict, dict),
    "new_with_keys_that_count_up": (list, list, None),
    "new_as_a_form": (list, list, None),
    "new_as_a_form_with_a_gap": (dict, dict, None),
    "patch_with_faults": (dict, list, dict),
    "put_with_faults": (dict, list, dict),
}
"""By the name of a batch: whether contacts, status codes and errors are a list or, as PHP writes an array with gaps, an object."""
UNREADABLE = re.compile("a_text|a_number|a_list|nobody.*|no_body|.*multipart|.*that_breaks_off|.*that_do_not_fit")
"""Names of cases whose body cannot be one."""
OF_A_FIELD, OF_A_LOOK_UP = ["code", "message", "details", "type"], ["message", "code", "type"]
BATCHES = ("/api/contacts/batch/",)


@pytest.mark.parametrize("case", PAIRS.cases, ids=lambda case: case.name)
async def test_the_answer_is_the_one_that_was_recorded(tenant: System, case: Case) -> None:
    await see_the_same_answer(PAIRS, tenant, case)


def test_every_pair_belongs_to_a_case_and_every_case_has_a_name_of_its_own() -> None:
    see_one_pair_for_each_case(PAIRS)


async def test_every_endpoint_of_the_dialect_has_a_pair_that_succeeded(shared_muster: System) -> None:
    assert endpoints_without_a_pair(PAIRS, dialect(), shared_muster.gateway) == []


def test_every_stock_message_of_the_vendor_has_a_pair_and_stands_there_as_it_is() -> None:
    said = {(each["code"], each["message"]) for _, response in refused() for each in response["body"]["errors"]}
    assert said >= STOCK_ERRORS
    for code, beginning in STOCK_BEGINNINGS:
        assert [message for each, message in said if each == code and message.startswith(beginning)], beginning
    assert {(each["code"], each["message"]) for each in item_errors()} >= STOCK_ITEMS


def test_every_error_is_a_list_of_one_object_with_the_four_members_and_the_status_as_its_code() -> None:
    assert {response["status"] for _, response in refused()} >= {400, 401, 403, 404, 405, 413, 429, 500}
    for path, response in refused():
        assert list(response["body"]) == ["errors"], path
        (error,) = response["body"]["errors"]
        assert list(error) == OF_A_FIELD, path
        assert error["code"] == response["status"], path
        assert is_well_formed(error), path
        assert error["type"] == ("access_denied" if error["code"] == 401 else None), path


def test_the_error_of_a_contact_has_one_of_two_shapes() -> None:
    shapes = set()
    for error in item_errors():
        shapes.add(tuple(error))
        assert error["type"] == (None if "details" in error else "api")
        assert is_well_formed({"details": [], **error})
    assert shapes == {tuple(OF_A_FIELD), tuple(OF_A_LOOK_UP)}


def test_no_success_has_errors_but_that_of_a_batch() -> None:
    """One client takes any answer with such a member for a failure."""
    succeeded = [(path, response["body"]) for path, response in answers() if response["status"] < 400 and "body" in response]
    assert [path for path, body in succeeded if "errors" in body and not path.startswith(BATCHES)] == []
    assert [path for path, body in succeeded if "errors" in body and not body["errors"]] == []


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_whose_keys_count_up_is_a_list_and_any_other_is_an_object(name: str) -> None:
    body = json.loads(PAIRS.path(f"batches/{name}").read_text("utf-8"))["response"]["body"]
    errors = type(body["errors"]) if "errors" in body else None
    assert (type(body["contacts"]), type(body["statusCodes"]), errors) == ARRAYS[name]


def test_a_body_that_cannot_be_one_is_refused_in_the_words_of_the_vendor() -> None:
    cases = [case for case in PAIRS.cases if UNREADABLE.fullmatch(case.name.partition("/")[2]) and case.status == 400]
    pairs = [json.loads(PAIRS.path(case.name).read_text("utf-8")) for case in cases if not case.name.startswith("tokens/")]
    assert len(pairs) > 12
    for response in (pair["response"] for pair in pairs):
        (error,) = response["body"]["errors"]
        assert error["message"].startswith("This is a bad request. ")
        assert error["details"] == []


def test_every_answer_says_the_version() -> None:
    assert {response["headers"].get("mautic-version") for _, response in answers()} == {"5.1.1"}


def test_both_words_for_the_status_of_a_job_that_stand_still_have_a_pair() -> None:
    bodies = [
        response["body"] for path, response in answers() if path.startswith("/api/contacts/job/") and response["status"] == 200
    ]
    assert {body["status"] for body in bodies if "status" in body} == WORDS


def answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """The path and the response of every pair."""
    for _, text in texts(PAIRS):
        pair = json.loads(text)
        yield pair["request"]["path"], pair["response"]


def refused() -> list[tuple[str, dict[str, Any]]]:
    """Those that are errors, but for tokens: OAuth has words of its own."""
    return [(path, each) for path, each in answers() if each["status"] >= 400 and not path.startswith("/oauth/")]


def item_errors() -> Iterator[dict[str, Any]]:
    """The errors of contacts in batches and in the details of jobs."""
    for path, response in answers():
        if response["status"] < 400 and path.startswith(BATCHES):
            errors = response["body"].get("errors", [])
            yield from errors.values() if isinstance(errors, dict) else errors
        if response["status"] < 400 and "details" in path:
            items = response["body"].get("details", {}).get("contacts", [])
            yield from (item["errors"] for item in items if isinstance(item, dict) and "errors" in item)


def is_well_formed(error: dict[str, Any]) -> bool:
    """Whether the message is a text, and the details are lists of sentences by field, or an empty list."""
    details = error["details"]
    sentences = [said for each in details.values() for said in each] if isinstance(details, dict) else details
    return (
        bool(error["message"]) and details != {} and (isinstance(details, dict) or details == []) and all(map(str.strip, sentences))
    )
