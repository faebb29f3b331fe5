"""Contact tags."""

from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v3/contact_tags"
SILVER = Ask(f"POST {PATH}", json={"name": "silver"})

CASES = (
    case("tags/list", f"GET {PATH}", 200),
    case("tags/list_with_counts", f"GET {PATH}?include_count=true", 200),
    case("tags/list_first_page", f"GET {PATH}?limit=1", 200, SILVER),
    case("tags/list_last_page", "GET {next}", 200, SILVER, Ask(f"GET {PATH}?limit=1")),
    case("tags/list_too_many", f"GET {PATH}?limit=501", 400),
    case("tags/create", f"POST {PATH}", 201, json={"name": "silver", "tag_source": "Contact"}),
    case("tags/create_without_a_name", f"POST {PATH}", 400, json={}),
    case("tags/create_again", f"POST {PATH}", 409, json={"name": "gold"}),
    case("tags/get", f"GET {PATH}/{{gold}}?include_count=true", 200),
    case("tags/get_unknown", f"GET {PATH}/{NOBODY}", 404),
    case("tags/put", f"PUT {PATH}/{{gold}}", 200, json={"name": "golden"}),
    case("tags/put_a_name_that_is_taken", f"PUT {PATH}/{{made}}", 409, SILVER, json={"name": "gold"}),
    case("tags/put_unknown", f"PUT {PATH}/{NOBODY}", 404, json={"name": "golden"}),
    case("tags/delete", f"DELETE {PATH}/{{gold}}", 202),
    case("tags/delete_ended", "GET /v3/activities/{activity}", 200, Ask(f"DELETE {PATH}/{{gold}}")),
    case("tags/delete_unknown", f"DELETE {PATH}/{NOBODY}", 404),
)
