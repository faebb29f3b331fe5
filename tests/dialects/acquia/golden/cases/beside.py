"""What stands beside contacts, and lists without pages."""

from tests.dialects.acquia.golden.stage import ANA
from tests.dialects.golden.case import Ask, case

ONE = f"/api/contacts/{ANA}"
NOTED = Ask(f"PATCH /v1/contacts/{ANA}", json={"notes": ["Called. Wants a visit."]})

CASES = (
    case("beside/owners", "GET /api/contacts/list/owners", 200),
    case("beside/activity", "GET /api/contacts/activity", 200),
    case("beside/activity_of_a_contact", f"GET {ONE}/activity?limit=20", 200),
    case("beside/events_of_a_contact", f"GET {ONE}/events?search=&orderBy=&orderByDir=ASC&page=1", 200),
    case("beside/notes", f"GET {ONE}/notes?search=&start=0&limit=0&orderBy=&orderByDir=ASC", 200, NOTED),
    case("beside/notes_where_there_are_none", f"GET {ONE}/notes", 200),
    case("beside/companies", f"GET {ONE}/companies", 200),
    case("beside/campaigns", f"GET {ONE}/campaigns", 200),
    case("beside/devices", f"GET {ONE}/devices", 200),
    case("beside/notes_of_an_unknown_contact", "GET /api/contacts/99/notes", 404),
    case("beside/activity_of_an_unknown_contact", "GET /api/contacts/99/activity", 404),
    case("beside/devices_of_an_unknown_contact", "GET /api/contacts/99/devices", 404),
    case("beside/notes_by_a_column_that_is_none", f"GET {ONE}/notes?orderBy=colour", 400),
)
