"""What any request may be answered, in the words of each version: credentials, rights, rates, addresses."""

from tests.dialects.golden.case import Ask, case

SLOW = {"requests_per_second": 0.01}
V2, V3 = "GET /v2/address-books", "GET /contacts/v3"

CASES = (
    case("refusals/no_credentials", V2, 401, key="none"),
    case("refusals/credentials_of_nobody", V2, 401, key="unknown"),
    case("refusals/a_key_that_may_only_read", "POST /v2/address-books", 403, json={"name": "Music"}, key="reader"),
    case("refusals/no_such_address", "GET /v2/nothing", 404),
    case("refusals/no_such_method", "PATCH /v2/address-books", 405),
    case("refusals/too_many_requests", V2, 429, Ask(V2), limits=SLOW),
    case("v3_refusals/no_credentials", V3, 401, key="none"),
    case("v3_refusals/credentials_of_nobody", V3, 401, key="unknown"),
    case("v3_refusals/a_key_that_may_only_read", "DELETE /contacts/v3/email/ana@example.org", 403, key="reader"),
    case("v3_refusals/no_such_method", "PUT /contacts/v3/delete", 405),
    case("v3_refusals/too_many_requests", V3, 429, Ask(V3), limits=SLOW),
)
