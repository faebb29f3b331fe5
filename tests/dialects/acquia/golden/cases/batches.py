"""Batches that are answered 200 and 201: what became of each contact stands beside it, as PHP writes arrays."""

from tests.dialects.acquia.golden.stage import ANA, BO, CY
from tests.dialects.golden.case import case

NEW, EDIT, DELETE = "POST /api/contacts/batch/new", "contacts/batch/edit", "DELETE /api/contacts/batch/delete"
EVE, FAY = {"email": "eve@example.org", "firstname": "Eve"}, {"email": "fay@example.org", "firstname": "Fay"}
FAULTY = {"email": "no address", "firstname": "Nobody"}

CASES = (
    case("batches/new", NEW, 201, json=[EVE, FAY]),
    case("batches/new_with_one_that_there_is", NEW, 201, json=[EVE, {"email": "ana@example.org", "lastname": "Birch"}]),
    case("batches/new_with_a_comma_behind_the_address", NEW, 201, json=[{"email": "ana@example.org,", "city": "Wien"}]),
    case("batches/new_with_the_same_one_twice", NEW, 201, json=[EVE, {"email": "EVE@example.org", "city": "Wien"}]),
    case("batches/new_with_a_fault_in_the_middle", NEW, 201, json=[EVE, FAULTY, FAY]),
    case("batches/new_with_a_fault_at_the_end", NEW, 201, json=[EVE, FAULTY]),
    case("batches/new_with_faults_in_the_first_two", NEW, 201, json=[FAULTY, {"points": "many"}, EVE]),
    case("batches/new_with_faults_alone", NEW, 201, json=[FAULTY]),
    case("batches/new_with_keys_of_its_own", NEW, 201, json={"first": EVE, "second": FAULTY, "7": FAY}),
    case("batches/new_with_keys_that_count_up", NEW, 201, json={"0": EVE, "1": FAY}),
    case(
        "batches/new_as_a_form",
        NEW,
        201,
        fields={
            "0[email]": "eve@example.org",
            "0[firstname]": "Eve",
            "0[tags][]": "bulk",
            "1[email]": "fay@example.org",
            "1[doNotContact][0][channel]": "email",
            "1[doNotContact][0][reason]": "1",
        },
    ),
    case("batches/new_as_a_form_with_a_gap", NEW, 201, fields={"0[email]": "eve@example.org", "2[email]": "fay@example.org"}),
    case(
        "batches/new_with_an_id_and_members_that_nobody_knows",
        NEW,
        201,
        json=[{**EVE, "id": ANA, "shoeSize": 38, "companies": [1], "utmtags": [], "frequencyRules": []}],
    ),
    case(
        "batches/new_that_overwrites_with_blanks",
        NEW,
        201,
        json=[{"email": "ana@example.org", "city": "", "overwriteWithBlank": True}],
    ),
    case(
        "batches/new_with_blanks_and_no_points",
        NEW,
        201,
        json=[{"email": "ana@example.org", "city": "", "firstname": None, "points": 0}],
    ),
    case("batches/new_with_tags_put_on_and_taken_off", NEW, 201, json=[{"email": "ana@example.org", "tags": "-gold, silver"}]),
    case("batches/patch", f"PATCH /api/{EDIT}", 200, json=[{"id": ANA, "firstname": "Anna"}, {"id": BO, "city": "Wien"}]),
    case(
        "batches/patch_with_faults",
        f"PATCH /api/{EDIT}",
        200,
        json=[{"id": ANA, "firstname": "Anna"}, {"id": 99, "firstname": "Zoe"}, {"firstname": "Zoe"}, {"id": BO, **FAULTY}, "ana"],
    ),
    case("batches/patch_an_unknown_id", f"PATCH /api/{EDIT}", 200, json=[{"id": 99, "firstname": "Zoe"}]),
    case("batches/patch_an_address_that_another_has", f"PATCH /api/{EDIT}", 200, json=[{"id": BO, "email": "ana@example.org"}]),
    case(
        "batches/patch_with_keys_of_its_own",
        f"PATCH /api/{EDIT}",
        200,
        json={"ana": {"id": ANA, "points": 0, "city": ""}, "zoe": {"id": 99}},
    ),
    case(
        "batches/patch_as_a_form",
        f"PATCH /api/{EDIT}",
        200,
        fields={
            "0[id]": "1",
            "0[firstname]": "Anna",
            "0[overwriteWithBlank]": "1",
            "0[city]": "",
            "1[id]": "2",
            "1[plan]": "silver",
        },
    ),
    case(
        "batches/patch_do_not_contact",
        f"PATCH /api/{EDIT}",
        200,
        json=[{"id": CY, "doNotContact": [{"channel": "email", "reason": 0}]}],
    ),
    case("batches/put", f"PUT /api/{EDIT}", 200, json=[{"id": ANA, "email": "ana@example.org"}, {"id": BO, "firstname": "Bob"}]),
    case(
        "batches/put_with_faults",
        f"PUT /api/{EDIT}",
        200,
        json=[{"id": 99, **EVE}, {"firstname": "Zoe"}, {"id": BO, **FAULTY}, {"id": ANA, "email": "ana@example.org"}],
    ),
    case("batches/delete", f"{DELETE}?ids={ANA},{BO}", 200),
    case("batches/delete_with_brackets", f"{DELETE}?ids[]={ANA}&ids[]={BO}", 200),
    case("batches/delete_with_places", f"{DELETE}?ids[0]={BO}", 200),
    case("batches/delete_with_a_missing_one_in_the_middle", f"{DELETE}?ids={BO},99,{CY}", 200),
    case("batches/delete_with_a_missing_one_at_the_end", f"{DELETE}?ids={BO},99", 200),
    case("batches/delete_missing_ones", f"{DELETE}?ids=98,99", 200),
)
