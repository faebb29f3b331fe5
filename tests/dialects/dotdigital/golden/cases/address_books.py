"""v2: address books, and their contacts."""

from tests.dialects.dotdigital.golden.stage import ANA, BO, NEWS
from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v2/address-books"
ONE = f"{PATH}/{NEWS}"
MEMBERS = f"{ONE}/contacts"
DELETION = "GET /v2/contacts/deletion/{job}"
SINCE = "2026-01-01"
EVE = {"email": "eve@example.org", "optInType": "Single", "emailType": "Html", "dataFields": [{"key": "FIRSTNAME", "value": "Eve"}]}
LEFT = Ask(f"POST {MEMBERS}/unsubscribe", json={"email": "ana@example.org"})
BACK = {"unsubscribedContact": {"email": "ana@example.org"}}

CASES = (
    case("address_books/list", f"GET {PATH}", 200),
    case("address_books/list_a_page", f"GET {PATH}?select=1&skip=1", 200),
    case("address_books/list_too_many", f"GET {PATH}?select=1001", 400),
    case("address_books/list_from_below_nothing", f"GET {PATH}?skip=-1", 400),
    case("address_books/private", f"GET {PATH}/private", 200),
    case("address_books/public", f"GET {PATH}/public", 200, Ask(f"POST {PATH}", json={"name": "Music", "visibility": "Public"})),
    case("address_books/create", f"POST {PATH}", 201, json={"Name": "Music", "Visibility": "Public"}),
    case("address_books/create_again", f"POST {PATH}", 400, json={"name": "news", "visibility": "Private"}),
    case("address_books/create_with_a_reserved_name", f"POST {PATH}", 400, json={"name": "Test"}),
    case("address_books/create_without_a_name", f"POST {PATH}", 400, json={"visibility": "Private"}),
    case("address_books/get", f"GET {ONE}", 200),
    case("address_books/get_unknown", f"GET {PATH}/99", 404),
    case("address_books/put", f"PUT {ONE}", 200, json={"name": "News of the month", "visibility": "Public"}),
    case("address_books/put_a_name_that_is_taken", f"PUT {ONE}", 400, json={"name": "Sport"}),
    case("address_books/put_unknown", f"PUT {PATH}/99", 404, json={"name": "Music"}),
    case("address_books/delete", f"DELETE {ONE}", 204),
    case("address_books/delete_unknown", f"DELETE {PATH}/99", 404),
    case("address_books/contacts", f"GET {MEMBERS}", 200),
    case("address_books/contacts_with_full_data", f"GET {MEMBERS}?withFullData=true&select=10&skip=0", 200),
    case("address_books/contacts_of_an_unknown_one", f"GET {PATH}/99/contacts", 404),
    case("address_books/modified_since", f"GET {MEMBERS}/modified-since/{SINCE}?withFullData=true", 200),
    case("address_books/unsubscribed_since", f"GET {MEMBERS}/unsubscribed-since/{SINCE}", 200, LEFT),
    case("address_books/add", f"POST {MEMBERS}", 200, json=EVE),
    case("address_books/add_a_suppressed_contact", f"POST {MEMBERS}", 400, json={"email": "dee@example.org"}),
    case("address_books/add_one_that_left", f"POST {MEMBERS}", 400, LEFT, json={"email": "ana@example.org"}),
    case("address_books/remove", f"DELETE {MEMBERS}/{ANA}", 204),
    case("address_books/remove_unknown", f"DELETE {MEMBERS}/99", 404),
    case("address_books/remove_all", f"DELETE {MEMBERS}", 204),
    case("address_books/delete_some", f"POST {MEMBERS}/delete", 202, json=[ANA, BO]),
    case("address_books/delete_none", f"POST {MEMBERS}/delete", 400, json=[]),
    case("address_books/delete_all", f"POST {MEMBERS}/delete-all", 202),
    case(
        "address_books/delete_some_beside_too_many_jobs",
        f"POST {MEMBERS}/delete",
        429,
        Ask("POST /v1/list-changes", json={"action": "remove", "lists": [NEWS], "source": {"all": True}, "run_at": "{tomorrow}"}),
        limits={"open_jobs": 1},
        waits=False,
        json=[ANA, BO],
    ),
    case("address_books/deletion_ended", DELETION, 200, Ask(f"POST {MEMBERS}/delete", json=[ANA])),
    case("address_books/deletion_unknown", f"GET /v2/contacts/deletion/{NOBODY}", 404),
    case("address_books/unsubscribe", f"POST {MEMBERS}/unsubscribe", 200, json={"email": "ana@example.org"}),
    case("address_books/resubscribe", f"POST {MEMBERS}/resubscribe", 200, LEFT, json=BACK),
    case(
        "address_books/resubscribe_with_no_challenge",
        f"POST {MEMBERS}/resubscribe-with-no-challenge",
        200,
        json={"unsubscribedContact": {"email": "cy@example.org"}},
    ),
)
