"""v2: contacts one by one, and pages of them."""

from tests.dialects.dotdigital.golden.stage import ANA, BO, CY
from tests.dialects.golden.case import case

PATH = "/v2/contacts"
SINCE = "2026-01-01T00%3A00%3A00Z"
EVE = {
    "email": "eve@example.org",
    "optInType": "VerifiedDouble",
    "emailType": "PlainText",
    "dataFields": [
        {"key": "FIRSTNAME", "value": "Eve"},
        {"key": "plan", "value": "small"},
        {"key": "POSTCODE", "value": "CB7 4AA"},
        {"key": "LASTSUBSCRIBED", "value": "2026-11-21T09:00:00Z"},
    ],
}
SHOE = {"email": "eve@example.org", "dataFields": [{"key": "SHOESIZE", "value": "38"}]}
CONSENT = [{"fields": [{"key": "TEXT", "value": "Yes please"}, {"key": "DATETIMECONSENTED", "value": "2026-11-21T09:00:00Z"}]}]
ANA_BY_EMAIL = {"email": "ana@example.org", "dataFields": [{"key": "FIRSTNAME", "value": "Anna"}]}
BACK = {"unsubscribedContact": {"email": "cy@example.org"}}
NOBODY_YET = {"email": "new@example.org"}

CASES = (
    case("contacts/list", f"GET {PATH}", 200),
    case("contacts/list_with_a_slash", f"GET {PATH}/?select=2&skip=2", 200),
    case("contacts/list_with_full_data", f"GET {PATH}?withFullData=true&select=2", 200),
    case("contacts/list_behind_the_end", f"GET {PATH}?select=10&skip=10", 200),
    case("contacts/list_none", f"GET {PATH}?select=0", 400),
    case("contacts/count", f"GET {PATH}/count", 200),
    case("contacts/created_since", f"GET {PATH}/created-since/{SINCE}", 200),
    case("contacts/modified_since", f"GET {PATH}/modified-since/{SINCE}?select=1", 200),
    case("contacts/unsubscribed_since", f"GET {PATH}/unsubscribed-since/{SINCE}", 200),
    case("contacts/suppressed_since", f"GET {PATH}/suppressed-since/{SINCE}", 200),
    case("contacts/since_a_day_that_is_none", f"GET {PATH}/modified-since/yesterday", 400),
    case("contacts/create", f"POST {PATH}", 201, json=EVE),
    case("contacts/create_with_a_slash", f"POST {PATH}/", 201, json=NOBODY_YET),
    case("contacts/create_one_that_is_there", f"POST {PATH}", 201, json=ANA_BY_EMAIL),
    case("contacts/create_a_suppressed_contact", f"POST {PATH}", 400, json={"email": "dee@example.org"}),
    case("contacts/create_without_an_address", f"POST {PATH}", 400, json={"optInType": "Single"}),
    case("contacts/create_with_an_address_that_is_none", f"POST {PATH}", 400, json={"email": "no address"}),
    case("contacts/create_with_an_opt_in_that_is_none", f"POST {PATH}", 400, json={**EVE, "optInType": "Triple"}),
    case("contacts/create_with_an_unknown_data_field", f"POST {PATH}", 400, json=SHOE),
    case("contacts/create_one_too_many", f"POST {PATH}", 400, json=NOBODY_YET, limits={"contacts": 4}),
    case("contacts/create_from_json_that_breaks_off", f"POST {PATH}", 400, raw='{"email": '),
    case("contacts/create_with_consent", f"POST {PATH}/with-consent", 201, json={"contact": EVE, "consentFields": CONSENT}),
    case("contacts/get", f"GET {PATH}/{ANA}", 200),
    case("contacts/get_by_email", f"GET {PATH}/cy@example.org", 200),
    case("contacts/get_an_unsubscribed_contact", f"GET {PATH}/{CY}", 404),
    case("contacts/get_unknown", f"GET {PATH}/nobody@example.org", 404),
    case("contacts/put", f"PUT {PATH}/{ANA}", 200, json=ANA_BY_EMAIL),
    case("contacts/put_an_address_that_is_taken", f"PUT {PATH}/{BO}", 409, json=ANA_BY_EMAIL),
    case("contacts/put_unknown", f"PUT {PATH}/99", 404, json=ANA_BY_EMAIL),
    case("contacts/delete", f"DELETE {PATH}/{ANA}", 204),
    case("contacts/delete_unknown", f"DELETE {PATH}/99", 404),
    case("contacts/address_books", f"GET {PATH}/{ANA}/address-books", 200),
    case("contacts/unsubscribe", f"POST {PATH}/unsubscribe", 200, json={"email": "ana@example.org"}),
    case("contacts/resubscribe", f"POST {PATH}/resubscribe", 200, json=BACK),
    case("contacts/resubscribe_with_no_challenge", f"POST {PATH}/resubscribe-with-no-challenge", 200, json=BACK),
)
