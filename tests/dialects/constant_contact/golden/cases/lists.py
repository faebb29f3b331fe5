"""Contact lists."""

from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v3/contact_lists"

CASES = (
    case("lists/list", f"GET {PATH}", 200),
    case("lists/list_with_counts", f"GET {PATH}?include_count=true&include_membership_count=all", 200),
    case("lists/list_active_members", f"GET {PATH}?include_membership_count=active&name=News", 200),
    case("lists/list_first_page", f"GET {PATH}?limit=1", 200),
    case("lists/list_last_page", "GET {next}", 200, Ask(f"GET {PATH}?limit=1")),
    case("lists/list_by_name", f"GET {PATH}?name=Sport", 200),
    case("lists/list_counting_what_there_is_not", f"GET {PATH}?include_membership_count=some", 400),
    case("lists/list_too_many", f"GET {PATH}?limit=1001", 400),
    case("lists/create", f"POST {PATH}", 201, json={"name": "Music", "favorite": True, "description": "Once a month"}),
    case("lists/create_without_a_name", f"POST {PATH}", 400, json={"description": "Once a month"}),
    case("lists/create_again", f"POST {PATH}", 409, json={"name": "News"}),
    case("lists/get", f"GET {PATH}/{{news}}?include_membership_count=all", 200),
    case("lists/get_unknown", f"GET {PATH}/{NOBODY}", 404),
    case("lists/get_ill_formed", f"GET {PATH}/no-id", 404),
    case("lists/put", f"PUT {PATH}/{{news}}", 200, json={"name": "News of the month", "favorite": True}),
    case("lists/put_a_name_that_is_taken", f"PUT {PATH}/{{news}}", 409, json={"name": "Sport"}),
    case("lists/put_unknown", f"PUT {PATH}/{NOBODY}", 404, json={"name": "Music"}),
    case("lists/delete", f"DELETE {PATH}/{{news}}", 202),
    case("lists/delete_ended", "GET /v3/activities/{activity}", 200, Ask(f"DELETE {PATH}/{{news}}")),
    case("lists/delete_unknown", f"DELETE {PATH}/{NOBODY}", 404),
    case("lists/xrefs", f"GET {PATH}/list_id_xrefs?sequence_ids=1,2", 200),
)
