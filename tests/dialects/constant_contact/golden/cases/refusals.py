"""What any request may be answered, whatever it is about: tokens, rights, limits, bodies that cannot be read."""

from tests.dialects.golden.case import Ask, case

CHANGE = "POST /v3/activities/list_delete"
BODY = {"list_ids": ["{news}"]}
LATER = {"action": "add", "lists": ["News"], "source": {"emails": ["bo@example.org"]}, "run_at": "{tomorrow}"}

CASES = (
    case("refusals/no_token", "GET /v3/activities", 401, key="none"),
    case("refusals/a_token_that_is_none", "GET /v3/activities", 401, key="unknown"),
    case("refusals/a_token_that_may_only_read", CHANGE, 403, json=BODY, key="reader"),
    case("refusals/no_such_address", "GET /v3/nothing", 404),
    case("refusals/no_such_method", "PATCH /v3/activities", 405),
    case("refusals/a_name_that_is_taken", "POST /v3/contact_lists", 409, json={"name": "News"}),
    case("refusals/json_that_breaks_off", CHANGE, 400, raw='{"list_ids": ['),
    case("refusals/json_that_is_no_object", CHANGE, 400, json=["{news}"]),
    case("refusals/a_body_that_is_no_json", CHANGE, 415, raw="list_ids=1", headers={"Content-Type": "text/plain"}),
    case(
        "refusals/too_many_activities",
        CHANGE,
        429,
        Ask("POST /v1/list-changes", json=LATER),
        limits={"open_jobs": 1},
        waits=False,
        json=BODY,
    ),
    case(
        "refusals/too_many_requests",
        "GET /v3/activities",
        429,
        Ask("GET /v3/activities"),
        limits={"requests_per_second": 0.01},
    ),
)
