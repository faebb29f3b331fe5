"""Single contacts: made, read, edited, deleted, given points."""

from tests.dialects.acquia.golden.stage import ANA, BO, CY, FULL
from tests.dialects.golden.case import case

NEW, ONE = "POST /api/contacts/new", "/api/contacts"
EVE = {"email": "eve@example.org", "firstname": "Eve", "plan": "silver", "size": "l", "tags": "a, b"}

CASES = (
    case("contacts/get", f"GET {ONE}/{ANA}", 200),
    case("contacts/get_one_with_little", f"GET {ONE}/{BO}", 200),
    case("contacts/get_one_that_unsubscribed", f"GET {ONE}/{CY}", 200),
    case("contacts/get_one_whose_mail_came_back", f"GET {ONE}/4", 200),
    case("contacts/get_unknown", f"GET {ONE}/99", 404),
    case("contacts/get_ill_formed", f"GET {ONE}/ana", 404),
    case("contacts/create", NEW, 201, json=EVE),
    case("contacts/create_without_an_email", NEW, 201, json={"firstname": "Eve"}),
    case("contacts/create_from_nothing", NEW, 201),
    case(
        "contacts/create_as_a_form",
        NEW,
        201,
        fields={"email": "eve@example.org", "tags[]": "a", "owner": "7", "lastActive": "2026-11-20 08:00:00"},
    ),
    case("contacts/create_with_stage_and_address", NEW, 201, json={**EVE, "stage": 2, "ipAddress": "192.0.2.1"}),
    case("contacts/create_one_that_there_is", NEW, 200, json={"email": "ana@example.org", "firstname": "", "city": "Wien"}),
    case(
        "contacts/create_one_that_there_is_and_overwrite",
        NEW,
        200,
        json={"email": "ana@example.org", "firstname": "", "points": 0, "overwriteWithBlank": True},
    ),
    case(
        "contacts/patch",
        f"PATCH {ONE}/{ANA}/edit",
        200,
        json={"firstname": "", "city": "Wien", "points": 0, "tags": ["-gold", "silver"]},
    ),
    case(
        "contacts/patch_with_blanks",
        f"PATCH {ONE}/{ANA}/edit",
        200,
        json={"firstname": "", "plan": None, "overwriteWithBlank": True},
    ),
    case("contacts/patch_as_a_form", f"PATCH {ONE}/{BO}/edit", 200, fields={"plan": "gold", "doNotContact[0][reason]": "3"}),
    case("contacts/patch_without_an_owner", f"PATCH {ONE}/{ANA}/edit", 200, json={"owner": None}),
    case("contacts/patch_unknown", f"PATCH {ONE}/99/edit", 404, json={"firstname": "Zoe"}),
    case("contacts/put", f"PUT {ONE}/{ANA}/edit", 200, json={"email": "ana@example.org", "firstname": "Anna"}),
    case("contacts/put_with_everything", f"PUT {ONE}/{ANA}/edit", 200, json=FULL),
    case("contacts/put_unknown", f"PUT {ONE}/99/edit", 201, json=EVE),
    case("contacts/put_an_address_that_another_has", f"PUT {ONE}/{BO}/edit", 200, json={"email": "ana@example.org"}),
    case("contacts/delete", f"DELETE {ONE}/{ANA}/delete", 200),
    case("contacts/delete_unknown", f"DELETE {ONE}/99/delete", 404),
    case("points/plus", f"POST {ONE}/{ANA}/points/plus/3", 200, json={"eventName": "Score"}),
    case("points/minus", f"POST {ONE}/{ANA}/points/minus/9", 200),
    case("points/unknown", f"POST {ONE}/99/points/plus/3", 404),
    case("points/ill_formed", f"POST {ONE}/{ANA}/points/plus/many", 400),
)
