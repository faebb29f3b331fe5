"""Exports and the files that they become."""

from tests.dialects.constant_contact.golden.bulk import bulk
from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v3/activities/contact_exports"
FILE = "/v3/contact_exports"
FEW = ["email_address", "first_name", "last_name"]
SIMPLE = bulk("contact_exports", contact_ids=["{ana}"], fields=FEW)
EVERYBODY = bulk("contact_exports")
LATER = Ask("POST /v1/exports", json={"run_at": "{tomorrow}"})

CASES = (
    case("exports/submit", f"POST {PATH}", 201, json={}),
    case("exports/submit_a_list", f"POST {PATH}", 201, json={"list_ids": ["{news}"], "status": "active", "fields": FEW}),
    case("exports/submit_a_tag", f"POST {PATH}", 201, json={"tag_ids": ["{gold}"]}),
    case("exports/submit_two_selectors", f"POST {PATH}", 400, json={"tag_ids": ["{gold}"], "list_ids": ["{news}"]}),
    case("exports/submit_a_field_that_is_none", f"POST {PATH}", 400, json={"fields": ["shoe_size"]}),
    case("exports/submit_an_unknown_list", f"POST {PATH}", 404, json={"list_ids": [NOBODY]}),
    case("exports/ended", "GET /v3/activities/{activity}", 200, SIMPLE),
    case("exports/file", f"GET {FILE}/{{activity}}", 200, SIMPLE, headers={"Accept": "application/json, text/plain, */*"}),
    case("exports/file_with_every_field", f"GET {FILE}/{{activity}}", 200, EVERYBODY),
    case("exports/file_of_an_export_that_waits", f"GET {FILE}/{{activity}}", 404, LATER, waits=False),
    case("exports/file_unknown", f"GET {FILE}/{NOBODY}", 404),
)
