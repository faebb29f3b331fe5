"""Batches that are refused whole, and one contact in one for each thing that can be wrong with it."""

from tests.dialects.acquia.golden.stage import ANA, CY
from tests.dialects.golden.case import case

NEW, EDIT, DELETE = "POST /api/contacts/batch/new", "PATCH /api/contacts/batch/edit", "DELETE /api/contacts/batch/delete"
EVE = {"email": "eve@example.org"}

CASES = (
    case("batch_faults/too_many", NEW, 500, json=[EVE] * 201),
    case("batch_faults/too_many_to_edit", EDIT, 500, json=[{"id": ANA}] * 201),
    case("batch_faults/too_many_to_delete", f"{DELETE}?ids={','.join(map(str, range(1, 202)))}", 500),
    case("batch_faults/nobody", NEW, 400, json=[]),
    case("batch_faults/nobody_in_an_object", NEW, 400, json={}),
    case("batch_faults/no_body", NEW, 400),
    case("batch_faults/a_text", NEW, 400, json="ana@example.org"),
    case("batch_faults/json_that_breaks_off", NEW, 400, raw='[{"email": '),
    case("batch_faults/a_form_with_brackets_that_do_not_fit", NEW, 400, fields={"0[email": "eve@example.org"}),
    case("batch_faults/multipart", NEW, 400, form={"0[email]": "eve@example.org"}),
    case("batch_faults/delete_nobody", DELETE, 400),
    case("batch_faults/too_large", NEW, 413, json=[EVE], limits={"payload_bytes": 20}),
    case("batch_faults/several_faults_in_one", NEW, 201, json=[{"email": "no address", "points": "many", "country": "Atlantis"}]),
    case("batch_faults/items_that_are_no_objects", NEW, 201, json=["eve@example.org", 7, None, [EVE], {"firstname": "Fay"}]),
    case("batch_faults/one_contact_instead_of_a_list", NEW, 400, json=EVE),
    case("batch_faults/one_edit_instead_of_a_list", EDIT, 400, json={"id": ANA, "firstname": "Anna"}),
    case("batch_faults/an_id_that_is_none", EDIT, 200, json=[{"id": "ana", "firstname": "Anna"}, {"id": 0}, {"id": ""}]),
    case("batch_faults/values_that_are_too_long", NEW, 201, json=[{**EVE, "firstname": "E" * 256, "website": "no address"}]),
    case("batch_faults/values_of_own_fields", NEW, 201, json=[{**EVE, "plan": ["a"], "size": "xxl"}]),
    case("batch_faults/owner_stage_and_tags", NEW, 201, json=[{**EVE, "owner": "Ana", "stage": "first", "tags": 7}]),
    case("batch_faults/dates", NEW, 201, json=[{**EVE, "attribution_date": "yesterday", "lastActive": "noon"}]),
    case("batch_faults/do_not_contact", NEW, 201, json=[{**EVE, "doNotContact": [{"channel": "fax", "reason": 1}]}]),
    case("batch_faults/a_reason_that_is_none", EDIT, 200, json=[{"id": CY, "doNotContact": [{"reason": 9}]}]),
    case(
        "batch_faults/one_contact_too_many_in_the_middle",
        NEW,
        201,
        json=[EVE, {"email": "fay@example.org"}, {"email": "ana@example.org", "city": "Wien"}],
        limits={"contacts": 5},
    ),
)
