"""v2: the account, and the time."""

from tests.dialects.golden.case import case

CASES = (
    case("account/info", "GET /v2/account-info", 200),
    case("account/server_time", "GET /v2/server-time", 200),
    case("account/info_with_its_rate", "GET /v2/account-info", 200, limits={"requests_per_second": 100}),
)
