"""Bulk jobs on their way in."""

from tests.dialects.acquia.golden.stage import ANA, BO
from tests.dialects.golden.case import Ask, case

NEW, EDIT = "POST /api/contacts/bulk/new", "/api/contacts/bulk/edit"
EVE = {"email": "eve@example.org", "firstname": "Eve"}
EDITS = [{"id": ANA, "firstname": "Anna"}, {"id": BO, "city": "Wien"}]
LATER = Ask("POST /v1/imports?run_at={tomorrow}", raw="email\nana@example.org\n", headers={"Content-Type": "text/csv"})

CASES = (
    case("bulk/new", NEW, 202, json=[EVE, {"email": "ana@example.org"}]),
    case("bulk/new_with_keys_of_its_own", NEW, 202, json={"first": EVE, "second": {"firstname": "Fay"}}),
    case("bulk/new_as_a_form", NEW, 202, fields={"0[email]": "eve@example.org", "0[tags][]": "bulk", "1[firstname]": "Fay"}),
    case("bulk/new_with_faults", NEW, 202, json=[{"email": "no address"}, "eve@example.org"]),
    case(
        "bulk/new_again_with_its_idempotency_key",
        NEW,
        202,
        Ask(NEW, json=[EVE], headers={"Idempotency-Key": "once"}),
        json=[EVE],
        headers={"Idempotency-Key": "once"},
    ),
    case(
        "bulk/other_contacts_with_an_idempotency_key_that_was_used",
        NEW,
        400,
        Ask(NEW, json=[EVE], headers={"Idempotency-Key": "once"}),
        json=[{"firstname": "Fay"}],
        headers={"Idempotency-Key": "once"},
    ),
    case("bulk/put", f"PUT {EDIT}", 202, json=EDITS),
    case("bulk/put_as_a_form", f"PUT {EDIT}", 202, fields={"0[id]": "1", "0[firstname]": "Anna"}),
    case("bulk/patch", f"PATCH {EDIT}", 202, json=EDITS),
    case("bulk/too_many", NEW, 400, json=[EVE] * 10_001),
    case("bulk/too_many_to_edit", f"PATCH {EDIT}", 400, json=[{"id": ANA}] * 10_001),
    case("bulk/too_many_for_a_job_of_the_account", NEW, 400, json=[EVE] * 3, limits={"rows_per_job": 2}),
    case("bulk/nobody", NEW, 400, json=[]),
    case("bulk/nobody_in_an_object", f"PUT {EDIT}", 400, json={}),
    case("bulk/no_body", f"PATCH {EDIT}", 400),
    case("bulk/a_number", NEW, 400, json=7),
    case("bulk/one_contact_instead_of_a_list", NEW, 400, json=EVE),
    case("bulk/json_that_breaks_off", NEW, 400, raw='[{"email": "eve@example.org"}, {"email'),
    case("bulk/multipart", NEW, 400, form={"0[email]": "eve@example.org"}),
    case("bulk/too_large", NEW, 413, json=[EVE], limits={"payload_bytes": 20}),
    case("bulk/one_job_too_many", NEW, 429, LATER, limits={"open_jobs": 1}, waits=False, json=[EVE]),
    case("bulk/one_import_too_many", NEW, 429, LATER, limits={"active_imports": 1}, waits=False, json=[EVE]),
    case("bulk/a_key_that_may_only_read", NEW, 403, json=[EVE], key="reader"),
)
