"""Single contacts that are refused, one for each thing that can be wrong."""

from tests.dialects.acquia.golden.stage import ANA, CY
from tests.dialects.golden.case import case

NEW, EDIT = "POST /api/contacts/new", f"PATCH /api/contacts/{ANA}/edit"
EVE = {"email": "eve@example.org"}

CASES = (
    case("contact_faults/an_address_that_is_none", NEW, 400, json={"email": "no address"}),
    case("contact_faults/several_at_once", NEW, 400, json={"email": "no address", "points": "many", "country": "Atlantis"}),
    case("contact_faults/a_country_that_is_none", EDIT, 400, json={"country": "Atlantis"}),
    case("contact_faults/points_that_are_none", EDIT, 400, json={"points": "many"}),
    case("contact_faults/a_text_that_is_too_long", EDIT, 400, json={"firstname": "A" * 256}),
    case("contact_faults/a_choice_that_is_none", EDIT, 400, json={"size": "xxl"}),
    case("contact_faults/an_owner_that_is_none", EDIT, 400, json={"owner": "Ana"}),
    case("contact_faults/a_reason_that_is_none", EDIT, 400, json={"doNotContact": [{"reason": 9}]}),
    case(
        "contact_faults/a_channel_that_is_none", f"PATCH /api/contacts/{CY}/edit", 400, json={"doNotContact": [{"channel": "fax"}]}
    ),
    case("contact_faults/a_list", NEW, 400, json=[EVE]),
    case("contact_faults/a_text", NEW, 400, json="eve@example.org"),
    case("contact_faults/json_that_breaks_off", NEW, 400, raw='{"email": '),
    case("contact_faults/multipart", NEW, 400, form=EVE),
    case("contact_faults/a_form_with_brackets_that_do_not_fit", NEW, 400, fields={"tags[": "a"}),
    case("contact_faults/one_contact_too_many", NEW, 403, json=EVE, limits={"contacts": 4}),
)
