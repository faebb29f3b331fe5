"""What v2 makes of problems that are raised elsewhere."""

import json

import pytest

from services.gateway.dialects.dotdigital.v2.errors import voice
from services.gateway.problems import Problem


@pytest.mark.parametrize(
    ("problem", "status", "code"),
    [
        (Problem(422, "consents_full", "consents: no room."), 400, "ERROR_CONTACT_INVALID"),
        (Problem(429, "too_many_imports", "Wait."), 400, "ERROR_IMPORT_TOOMANYACTIVEIMPORTS"),
        (Problem(429, "too_many_requests", "Wait."), 429, "ERROR_APIUSAGE_EXCEEDED"),
        (Problem(503, "database_unavailable", "Wait."), 503, "ERROR_UNKNOWN"),
    ],
)
def test_the_last_word_is_one_of_the_vendors_codes(problem: Problem, status: int, code: str) -> None:
    response = voice(problem)
    assert response.status_code == status
    assert json.loads(bytes(response.body)) == {"message": f"{problem.detail} {code}"}
