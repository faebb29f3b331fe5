"""v3: contacts by any identifier, pages of them, and their deletion."""

from typing import Any

from tests.dialects.dotdigital.golden.stage import ANA, BO, NEWS
from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/contacts/v3"
EVERYTHING = "include=channelProperties,lists,preferences,consentRecords"
EVE: dict[str, Any] = {
    "identifiers": {"email": "eve@example.org", "mobileNumber": "447700900124"},
    "dataFields": {"firstName": "Eve", "plan": "small"},
    "channelProperties": {"email": {"status": "subscribed", "emailType": "plainText", "optInType": "verifiedDouble"}},
    "lists": [NEWS],
    "preferences": [{"id": 1, "isOptedIn": True}],
    "consentRecords": [
        {
            "text": "Yes",
            "dateTimeConsented": "2026-11-21T09:00:00Z",
            "url": "https://example.org/s",
            "ipAddress": "192.0.2.1",
            "userAgent": "x",
        }
    ],
}
ANNA = {"identifiers": {"email": "ana@example.org"}, "dataFields": {"firstName": "Anna", "plan": None}}
BY_EMAIL = f"{PATH}/email/ana@example.org"
SOME = [{"email": "ana@example.org"}, {"contactId": BO}, {"email": "nobody@example.org"}]
DELETED = Ask(f"POST {PATH}/delete", json=SOME)
LATER = Ask("POST /v1/imports?run_at={tomorrow}", raw="email\nana@example.org\n", headers={"Content-Type": "text/csv"})

CASES = (
    case("v3_contacts/list", f"GET {PATH}", 200),
    case("v3_contacts/list_with_a_slash", f"GET {PATH}/?%7Ecreated=gte%3A%3A2026-01-01T00%3A00%3A00Z&{EVERYTHING}", 200),
    case("v3_contacts/list_of_a_list", f"GET {PATH}?~listId={NEWS}&data-fields=firstName", 200),
    case("v3_contacts/list_first_page", f"GET {PATH}?limit=1", 200),
    case("v3_contacts/list_next_page", "GET {next}", 200, Ask(f"GET {PATH}?limit=3")),
    case("v3_contacts/list_too_many", f"GET {PATH}?limit=5001", 400),
    case("v3_contacts/list_by_a_time_that_is_none", f"GET {PATH}?~modified=gte::yesterday", 400),
    case("v3_contacts/list_with_a_marker_that_is_none", f"GET {PATH}?marker=none", 400),
    case("v3_contacts/create", f"POST {PATH}", 201, json=EVE),
    case("v3_contacts/create_with_a_slash", f"POST {PATH}/", 201, json=EVE),
    case("v3_contacts/create_again", f"POST {PATH}", 409, json=ANNA),
    case("v3_contacts/create_nobody", f"POST {PATH}", 400, json={"dataFields": {"firstName": "Eve"}}),
    case("v3_contacts/create_with_an_unknown_data_field", f"POST {PATH}", 400, json={**EVE, "dataFields": {"shoeSize": "38"}}),
    case("v3_contacts/create_with_an_address_that_is_none", f"POST {PATH}", 400, json={"identifiers": {"email": "bad@@x"}}),
    case("v3_contacts/create_from_json_that_breaks_off", f"POST {PATH}", 400, raw='{"identifiers": '),
    case("v3_contacts/get_by_email", f"GET {BY_EMAIL}?{EVERYTHING}", 200),
    case("v3_contacts/get_by_id", f"GET {PATH}/contactId/{ANA}", 200),
    case("v3_contacts/get_by_mobile_number", f"GET {PATH}/mobileNumber/447700900123", 200),
    case("v3_contacts/get_unknown", f"GET {PATH}/email/nobody@example.org", 404),
    case("v3_contacts/get_ill_formed", f"GET {PATH}/contactId/ana", 400),
    case("v3_contacts/put", f"PUT {BY_EMAIL}", 200, json=ANNA),
    case("v3_contacts/put_unknown", f"PUT {PATH}/contactId/99", 404, json=ANNA),
    case("v3_contacts/patch", f"PATCH {BY_EMAIL}?merge-option=overwrite-if-not-empty", 200, json=ANNA),
    case("v3_contacts/patch_a_new_one", f"PATCH {PATH}/email/eve@example.org", 201, json=EVE),
    case(
        "v3_contacts/patch_an_address_that_is_taken", f"PATCH {PATH}/contactId/{BO}", 409, json={"identifiers": ANNA["identifiers"]}
    ),
    case("v3_contacts/patch_with_a_merge_option_that_is_none", f"PATCH {BY_EMAIL}?merge-option=always", 400, json=ANNA),
    case("v3_contacts/delete", f"DELETE {BY_EMAIL}", 200),
    case("v3_contacts/delete_unknown", f"DELETE {PATH}/contactId/99", 404),
    case("v3_deletions/delete", f"POST {PATH}/delete", 202, json=SOME),
    case("v3_deletions/delete_with_a_slash", f"POST {PATH}/delete/", 202, json=SOME[:1]),
    case("v3_deletions/delete_nobody", f"POST {PATH}/delete", 400, json=[]),
    case("v3_deletions/delete_what_is_no_identifier", f"POST {PATH}/delete", 400, json=["ana@example.org"]),
    case("v3_deletions/one_too_many", f"POST {PATH}/delete", 429, LATER, limits={"open_jobs": 1}, waits=False, json=SOME),
    case("v3_deletions/finished", f"GET {PATH}/delete/{{job}}", 200, DELETED),
    case("v3_deletions/unknown", f"GET {PATH}/delete/{NOBODY}", 404),
)
