"""Activities: one in each state that a test can bring about, and pages of them."""

from tests.dialects.constant_contact.golden.bulk import bulk
from tests.dialects.golden.case import NOBODY, Ask, case

PATH = "/v3/activities"
ADDED = bulk("add_list_memberships", source={"contact_ids": ["{bo}"]}, list_ids=["{news}"])
TAGGED = bulk("contacts_taggings_add", source={"contact_ids": ["{bo}"]}, tag_ids=["{gold}"])
WAITING = Ask(
    "POST /v1/list-changes",
    json={"action": "add", "lists": ["News"], "source": {"emails": ["bo@example.org"]}, "run_at": "{tomorrow}"},
)
NO_COLUMN = Ask(
    "POST /v3/activities/contacts_file_import", form={"file": ("people.csv", "first_name\nAna\n"), "list_ids": "{news}"}
)

CASES = (
    case("activities/get_initialized", f"GET {PATH}/{{activity}}", 200, WAITING, waits=False),
    case("activities/get_completed", f"GET {PATH}/{{activity}}", 200, ADDED),
    case("activities/get_failed", f"GET {PATH}/{{activity}}", 200, NO_COLUMN),
    case("activities/get_unknown", f"GET {PATH}/{NOBODY}", 404),
    case("activities/get_ill_formed", f"GET {PATH}/no-id", 404),
    case("activities/list", f"GET {PATH}", 200, ADDED, TAGGED),
    case("activities/list_none", f"GET {PATH}", 200),
    case("activities/list_first_page", f"GET {PATH}?limit=1", 200, ADDED, TAGGED),
    case("activities/list_last_page", "GET {next}", 200, ADDED, TAGGED, Ask(f"GET {PATH}?limit=1")),
    case("activities/list_by_state", f"GET {PATH}?state=completed", 200, ADDED),
    case("activities/list_by_a_state_that_is_none", f"GET {PATH}?state=initialized", 400),
    case("activities/list_too_many", f"GET {PATH}?limit=501", 400),
    case("activities/list_with_a_cursor_that_is_none", f"GET {PATH}?cursor=none", 400),
    case("activities/cancel", f"DELETE {PATH}/{{activity}}", 202, WAITING, waits=False),
    case("activities/cancel_completed", f"DELETE {PATH}/{{activity}}", 409, ADDED),
    case("activities/cancel_unknown", f"DELETE {PATH}/{NOBODY}", 404),
)
