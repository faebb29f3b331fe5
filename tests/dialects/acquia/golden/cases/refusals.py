"""What any request may be answered: credentials, rights, rates, addresses."""

from tests.dialects.golden.case import Ask, case

ONE = "GET /api/contacts/1"

CASES = (
    case("refusals/no_credentials", ONE, 401, key="none"),
    case("refusals/credentials_of_nobody", ONE, 401, key="unknown"),
    case("refusals/a_token_of_nobody", ONE, 401, key="none", headers={"Authorization": "Bearer an-old-token"}),
    case("refusals/a_token_in_the_address", f"{ONE}?access_token=an-old-token", 400, key="none"),
    case("refusals/a_key_that_may_only_read", "POST /api/contacts/new", 403, json={"firstname": "Eve"}, key="reader"),
    case("refusals/no_such_address", "GET /api/nothing", 404),
    case("refusals/no_such_address_of_the_vendor", "GET /api/campaigns", 404),
    case("refusals/no_address_at_all", "GET /api/", 404),
    case("refusals/no_such_method", "PUT /api/contacts/new", 405),
    case("refusals/no_such_method_of_a_batch", "POST /api/contacts/batch/edit", 405),
    case("refusals/no_such_method_of_a_contact", "DELETE /api/contacts/1", 405),
    case("refusals/too_many_requests", ONE, 429, Ask(ONE), limits={"requests_per_second": 0.01}),
)
