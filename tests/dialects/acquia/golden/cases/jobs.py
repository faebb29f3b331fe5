"""Bulk jobs: how they do, what became of each contact, and their end."""

from tests.dialects.acquia.golden.stage import ANA, BO, CY
from tests.dialects.golden.case import NOBODY, Ask, case

NEW, EDIT = "POST /api/contacts/bulk/new", "/api/contacts/bulk/edit"
JOB = "/api/contacts/job/{job}"
DETAILS = f"GET {JOB}?details=1"
PEOPLE = [
    {"email": "eve@example.org", "firstname": "Eve"},
    {"email": "ana@example.org", "lastname": "Birch"},
    {"email": "no address", "points": "many"},
    "eve@example.org",
    {"email": "fay@example.org", "country": "Atlantis"},
    {"email": "eve@example.org", "city": "Wien"},
    {"email": "cy@example.org", "doNotContact": [{"channel": "email", "reason": 0}]},
]
EDITS = [
    {"id": ANA, "firstname": "Anna"},
    {"id": 99, "firstname": "Zoe"},
    {"firstname": "Zoe"},
    {"id": BO, "email": "no address"},
    {"id": "zoe"},
    {"id": CY, "tags": ["-gold", "silver"]},
]
SENT = Ask(NEW, json=PEOPLE)
MANY = Ask(f"PATCH {EDIT}", json=[{"id": BO, "firstname": "Bob"}] * 201)
STANDS = {"running_jobs": 0}
"""In which no job of the account ever begins."""

CASES = (
    case("jobs/queued", f"GET {JOB}", 200, SENT, limits=STANDS, waits=False),
    case("jobs/queued_has_no_details", DETAILS, 200, SENT, limits=STANDS, waits=False),
    case("jobs/completed", f"GET {JOB}", 200, SENT),
    case("jobs/completed_without_details", f"GET {JOB}?details=0", 200, SENT),
    case("jobs/details_of_new_ones", DETAILS, 200, SENT),
    case("jobs/details_of_new_ones_with_keys", DETAILS, 200, Ask(NEW, json={"a": PEOPLE[0], "b": PEOPLE[2]})),
    case("jobs/details_of_put", DETAILS, 200, Ask(f"PUT {EDIT}", json=EDITS)),
    case("jobs/details_of_patch", DETAILS, 200, Ask(f"PATCH {EDIT}", json=EDITS)),
    case("jobs/details_first_page", DETAILS, 200, MANY),
    case("jobs/details_last_page", f"{DETAILS}&page=2", 200, MANY),
    case("jobs/details_behind_the_last_page", f"{DETAILS}&page=3", 200, MANY),
    case("jobs/details_on_a_page_that_is_none", f"{DETAILS}&page=0", 400, SENT),
    case("jobs/cancelled", DETAILS, 200, SENT, Ask("POST /v1/jobs/{job}/cancel"), limits=STANDS, waits=False),
    case("jobs/details_of_one_contact_too_many", DETAILS, 200, SENT, limits={"contacts": 4}),
    case("jobs/details_as_a_form_says_yes", f"GET {JOB}?details=true&page=1", 200, Ask(NEW, json=PEOPLE[:1])),
    case("jobs/delete", f"DELETE {JOB}", 200, SENT),
    case("jobs/delete_a_queued_one", f"DELETE {JOB}", 200, SENT, limits=STANDS, waits=False),
    case("jobs/deleted", f"GET {JOB}", 404, SENT, Ask(f"DELETE {JOB}")),
    case("jobs/delete_twice", f"DELETE {JOB}", 404, SENT, Ask(f"DELETE {JOB}")),
    case("jobs/unknown", f"GET /api/contacts/job/{NOBODY}", 404),
    case("jobs/delete_unknown", f"DELETE /api/contacts/job/{NOBODY}", 404),
    case("jobs/ill_formed", "GET /api/contacts/job/7", 404),
    case(
        "jobs/of_another_api",
        f"GET {JOB}",
        404,
        Ask("POST /v1/imports", raw="email\neve@example.org\n", headers={"Content-Type": "text/csv"}),
    ),
    case("jobs/delete_with_a_key_that_may_only_read", f"DELETE {JOB}", 403, SENT, key="reader"),
)
