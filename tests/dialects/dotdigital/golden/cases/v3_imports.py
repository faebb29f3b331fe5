"""v3: imports, and what became of them."""

from typing import Any

from tests.dialects.dotdigital.golden.cases.import_results import BOUGHT, CANCELLED, MORE, WAITING
from tests.dialects.dotdigital.golden.stage import NEWS
from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/contacts/v3/import"
RESULT = f"GET {PATH}/{{job}}"
CONSENT = {
    "text": "Yes",
    "dateTimeConsented": "2026-11-21T09:00:00Z",
    "url": "https://example.org/s",
    "ipAddress": "192.0.2.1",
    "userAgent": "x",
}
EVE: dict[str, Any] = {
    "matchIdentifier": "email",
    "identifiers": {"email": "eve@example.org", "mobileNumber": "447700900124"},
    "dataFields": {"firstName": "Eve", "plan": None},
    "channelProperties": {
        "email": {"status": "subscribed", "emailType": "html", "optInType": "single"},
        "sms": {"status": "subscribed"},
    },
    "lists": [NEWS],
    "preferences": [{"id": 1, "isOptedIn": True}],
    "consentRecords": [CONSENT],
}
ANA = {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900123"}, "dataFields": {"PLAN": "small"}}
REFUSED = [{"matchIdentifier": "email", "identifiers": {"email": each}} for each in ("bad@@x", "eve@example.org", "cy@example.org")]
BODY = {"mergeOption": "overwriteIfNotEmpty", "contacts": [EVE, ANA, *REFUSED]}
ONE = {"contacts": [EVE]}
IMPORTED = Ask(f"PUT {PATH}", json=BODY)

CASES = (
    case("v3_imports/put", f"PUT {PATH}", 202, json=BODY, headers={"x-ddg-integration-token": NOBODY}),
    case("v3_imports/post", f"POST {PATH}", 202, json=ONE),
    case("v3_imports/put_with_a_slash", f"PUT {PATH}/", 202, json=ONE),
    case("v3_imports/post_with_a_slash", f"POST {PATH}/", 202, json=ONE),
    case("v3_imports/put_json_that_breaks_off", f"PUT {PATH}", 400, raw='{"contacts": ['),
    case("v3_imports/put_nobody", f"PUT {PATH}", 400, json={"contacts": []}),
    case("v3_imports/put_what_has_no_identifiers", f"PUT {PATH}", 400, json={"contacts": [{"matchIdentifier": "email"}]}),
    case("v3_imports/put_with_a_merge_option_that_is_none", f"PUT {PATH}", 400, json={**ONE, "mergeOption": "always"}),
    case(
        "v3_imports/put_by_an_identifier_that_is_none",
        f"PUT {PATH}",
        400,
        json={"contacts": [{"matchIdentifier": "shoeSize", "identifiers": {"shoeSize": "38"}}]},
    ),
    case("v3_imports/too_large", f"PUT {PATH}", 413, json=ONE, limits={"payload_bytes": 40}),
    case("v3_imports/one_too_many", f"PUT {PATH}", 429, WAITING, limits={"active_imports": 1}, waits=False, json=ONE),
    case("v3_imports/finished", RESULT, 200, IMPORTED),
    case("v3_imports/not_finished", RESULT, 200, WAITING, waits=False),
    case("v3_imports/cancelled", RESULT, 200, WAITING, CANCELLED, waits=False),
    case("v3_imports/rejected_by_watchdog", RESULT, 200, BOUGHT),
    case("v3_imports/more_contacts_than_allowed", RESULT, 200, MORE, limits={"contacts": 5}),
    case("v3_imports/unknown", f"GET {PATH}/{NOBODY}", 404),
    case("v3_imports/ill_formed", f"GET {PATH}/no-id", 400),
)
