"""Imports: as a file and as JSON, and what became of them."""

from tests.dialects.constant_contact.golden.bulk import bulk
from tests.dialects.golden.case import NOBODY, Ask, case

FILE = "POST /v3/activities/contacts_file_import"
JSON = "POST /v3/activities/contacts_json_import"
ROWS = (
    "email,first_name,cf:plan,favourite_colour\ncy@example.org,Cy,small,red\nno address,Dee,,\n,Eve,,\nana@example.org,,medium,\n"
)
PEOPLE = [
    {
        "email": "cy@example.org",
        "first_name": "Cy",
        "cf:plan": "small",
        "home country": "Kenya",
        "birthday_month": 7,
        "birthday_day": 24,
    },
    {"email": "no address", "first_name": "Dee"},
    {"first_name": "Eve"},
]
SHEET = {"file": ("people.csv", ROWS), "list_ids": "{news},{sport}"}
UNSUBSCRIBED = Ask("PATCH /v1/contacts/{bo}", json={"channels": {"email": {"status": "unsubscribed"}}})

CASES = (
    case("imports/file", FILE, 201, form=SHEET),
    case("imports/file_ended", "GET /v3/activities/{activity}", 200, Ask(FILE, form=SHEET)),
    case("imports/file_with_the_lists_first", FILE, 201, form={"list_ids": "{news}", "file": ("people.csv", ROWS)}),
    case("imports/file_that_is_no_csv", FILE, 415, form={"file": ("people.xlsx", ROWS), "list_ids": "{news}"}),
    case("imports/file_without_lists", FILE, 400, form={"file": ("people.csv", ROWS)}),
    case("imports/file_with_a_permission_that_is_none", FILE, 400, form={**SHEET, "sms_permission_to_send": "maybe"}),
    case("imports/file_that_is_missing", FILE, 400, form={"list_ids": "{news}"}),
    case("imports/file_for_an_unknown_list", FILE, 404, form={"file": ("people.csv", ROWS), "list_ids": NOBODY}),
    case("imports/json", JSON, 201, json={"import_data": PEOPLE, "list_ids": ["{news}"]}),
    case(
        "imports/json_ended",
        "GET /v3/activities/{activity}",
        200,
        bulk("contacts_json_import", import_data=PEOPLE, list_ids=["{news}"]),
    ),
    case("imports/json_without_lists", JSON, 400, json={"import_data": PEOPLE}),
    case("imports/json_without_contacts", JSON, 400, json={"list_ids": ["{news}"]}),
    case("imports/json_for_an_unknown_list", JSON, 400, json={"import_data": PEOPLE, "list_ids": [NOBODY]}),
    case(
        "imports/unsubscribed_ended",
        "GET /v3/activities/{activity}",
        200,
        UNSUBSCRIBED,
        bulk("contacts_json_import", import_data=[{"email": "bo@example.org"}], list_ids=["{news}"]),
    ),
)
